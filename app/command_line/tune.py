"""`main.py tune`: train a candidate release from the queue, examine it, and say whether it passed."""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from app.command_line.step_line import StepLine
from app.command_line.tuning_process import TuningEnded, TuningTurn, run_job
from app.command_line.window_cells import collect
from core.atomic import whole_file
from core.errors import CentromereError, StorageError
from core.learning.examination import Examination, Parted, can_judge, part
from core.learning.example_store import ExampleStore, Facts
from core.learning.tuning_job import JobFolder, TuningJob
from core.paths import Folders, folders, make_private_folder
from models.card import MODEL_NAME, read_card, sha256_of
from models.evaluation.gate import Contender, GateResult, GateRow, examine
from models.evaluation.reference_cells import FULL, QUICK, REFERENCE_SEED, simulated_examples
from models.inference.namer import OnnxNamer
from models.releases import Release, Releases, Verdict, own_part

_BAD_INPUT: Final = 2
STATUS: Final = {Verdict.PASSED: 0, Verdict.REFUSED: 3, Verdict.CANDIDATE: 4}
WORDS: Final = {
    Verdict.PASSED: "passed",
    Verdict.REFUSED: "not passed",
    Verdict.CANDIDATE: "too few to judge",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.description = (
        "Train a candidate release from the confirmed cells (or resume one) and examine it against the "
        "active release. Status 0 passed, 3 not passed, 4 too few cells to judge it, 2 where nothing could "
        "be done."
    )
    parser.add_argument("--quick", action="store_true", help="fewer steps and fewer simulated cells")
    parser.add_argument("--json", metavar="FILE", type=Path, help="also write the table as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Tune and examine."""
    try:
        places = folders().made()
        with TuningTurn(places.jobs / "tune.lock"):
            return _run(places, quick=arguments.quick, json_file=arguments.json)
    except TuningEnded as ended:
        return ended.status
    except CentromereError as error:
        print(f"tune: {error}", file=sys.stderr)
        return _BAD_INPUT


def _run(places: Folders, *, quick: bool, json_file: Path | None) -> int:
    start = time.perf_counter()
    releases = Releases(places.weights)
    active, warning = releases.answering()
    if warning:
        print(f"tune: {warning}", file=sys.stderr)
    store = ExampleStore(places.learning / "examples")
    with StepLine() as line:
        for unusable in collect(places, store, line):
            print(unusable, file=sys.stderr)
    examination = Examination(places.learning / "examination.json")
    queue = store.all()
    parted = part(queue, examined=examination.cases, learned_cases=_learned_cases(releases, queue))
    _tell_queue(parted)
    if not parted.training:
        raise StorageError(
            "expected confirmed cells to learn from, got none",
            "mark cells checked in the window or take an archive in with main.py import",
        )
    version = examination.version_of(parted.examination) if parted.examination else None
    base = releases.folder_of(releases.shipped, "namer")
    job_folder, job = _job(places, base, parted.training, quick=quick)
    sha256 = _trained(job_folder, job, releases)
    release = next((one for one in releases.all() if _is_of(one, sha256)), None)
    looks = 0
    if version is not None:
        looks = examination.looks_before(version, sha256)
        examination.note_look(version, sha256)
    candidate_folder = job_folder.namer if release is None else releases.folder_of(release, "namer")
    with StepLine() as line:
        reference = simulated_examples(
            REFERENCE_SEED, QUICK if quick else FULL, places.learning / "reference", line
        ) if can_judge(parted.examination) else []  # fmt: skip
        result = examine(
            _contender(releases.folder_of(active, "namer"), own=active.parts["namer"].own),
            _contender(candidate_folder, own=True),
            [store.read(one.identity) for one in parted.examination],
            reference,
            looks_before=looks,
            progress=line,
        )
    table = tuple(_plain(row) for row in result.rows)
    if release is None:
        release = _add(releases, active, job_folder.namer, parted.training, result.verdict, table)
    elif release.release != active.release:
        release = release.model_copy(update={"verdict": result.verdict, "examination": table})
        releases.note(release)
    shutil.rmtree(job_folder.namer, ignore_errors=True)
    seconds = round(time.perf_counter() - start, 1)
    _print_table(result, looks, seconds)
    if json_file is not None:
        answer = {
            "release": release.release,
            "verdict": WORDS[result.verdict],
            "seconds": seconds,
            "train_cells": len(parted.training),
            "examination_cells": result.cells,
            "rows": table,
        }
        with whole_file(json_file) as unfinished:
            unfinished.write_text(json.dumps(answer, indent=1) + "\n", encoding="utf-8")
    print(f"{release.release} {WORDS[result.verdict]}")
    return STATUS[result.verdict]


def _learned_cases(releases: Releases, queue: Sequence[Facts]) -> set[str]:
    learned = {identity for one in releases.all() for identity in one.learned_from}
    return {facts.case for facts in queue if facts.identity in learned}


def _tell_queue(parted: Parted) -> None:
    cases = len({one.case for one in parted.training})
    changed = sum(one.changed for one in parted.training)
    print(f"learned from: {len(parted.training)} cells of {cases} cases, {changed} corrected answers")
    cases = len({one.case for one in parted.examination})
    print(f"examined on:  {len(parted.examination)} cells of {cases} cases, checked by a second person")
    for held, why in (
        (parted.waiting, "wait until they are marked checked"),
        (parted.doubted, "are held back: their labels contradict much that the program was sure of"),
        (parted.contradictory, "are held back: the same picture has two different answers"),
    ):
        if held:
            print(f"{len(held)} cells {why}")


def _job(
    places: Folders, base: Path, training: Sequence[Facts], *, quick: bool
) -> tuple[JobFolder, TuningJob]:
    """The job of exactly these cells; the same again finds its own folder."""
    cells = tuple(sorted(one.identity for one in training))
    told = json.dumps([sha256_of(base / MODEL_NAME), cells, quick])
    name = hashlib.sha256(told.encode()).hexdigest()[:12]
    folder = places.jobs / f"tune-{name}"
    make_private_folder(folder)
    cases = len({one.case for one in training})
    job = TuningJob(
        base=str(base),
        examples=str(places.learning / "examples"),
        cache=str(places.learning),
        cells=cells,
        quick=quick,
        version=f"{read_card(base).version}-{name}",
        learned=f"{len(cells)} cells of {cases} cases",
    )
    return JobFolder(folder), job


def _trained(job_folder: JobFolder, job: TuningJob, releases: Releases) -> str:
    """Hash of the tuned network, trained now where no earlier run has ended with it."""
    result = job_folder.result()
    if result is not None:
        network = job_folder.namer / MODEL_NAME
        if any(_is_of(one, result.sha256) for one in releases.all()):
            return result.sha256
        if network.is_file() and sha256_of(network) == result.sha256:
            return result.sha256
    job_folder.write_job(job)
    return run_job(job_folder).sha256


def _is_of(release: Release, sha256: str) -> bool:
    namer = release.parts["namer"]
    return namer.own and namer.sha256 == sha256


def _contender(folder: Path, *, own: bool) -> Contender:
    stored = sum(path.stat().st_size for path in folder.iterdir()) / 1e6 if own else 0.0
    return Contender(namer=OnnxNamer.open(folder, 2), stored_mb=stored)


def _add(
    releases: Releases,
    active: Release,
    namer: Path,
    training: Sequence[Facts],
    verdict: Verdict,
    table: tuple[dict[str, str | float | bool | None], ...],
) -> Release:
    now = datetime.now(UTC)
    taken = {one.release for one in releases.all()}
    number = next(n for n in range(1, 10_000) if f"tuned-{now:%Y-%m-%d}-{n}" not in taken)
    own = {stage: releases.folder_of(active, stage) for stage, one in active.parts.items() if one.own}
    own["namer"] = namer
    release = Release(
        release=f"tuned-{now:%Y-%m-%d}-{number}",
        created=now,
        parent=active.release,
        parts={**active.parts, "namer": own_part(namer)},
        verdict=verdict,
        examination=table,
        learned_from=tuple(sorted(one.identity for one in training)),
    )
    return releases.add(release, own)


def _plain(row: GateRow) -> dict[str, str | float | bool | None]:
    """A row for JSON, which has no word for what is no number."""
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in asdict(row).items()
    }


def _print_table(result: GateResult, looks: int, seconds: float) -> None:
    print(f"{'measure':<28}{'active':>10}{'candidate':>11}   difference (interval)")
    for row in result.rows:
        interval = "" if row.low is None else f"[{row.low:+.4f}, {row.high:+.4f}]"
        print(
            f"{row.measure:<28}{row.active:>10.4f}{row.candidate:>11.4f}   {interval:<22}"
            f"{'' if row.ok else 'no'}"
        )
    print(
        f"{result.cells} cells of {result.cases} cases examined, {result.reference} simulated cells, "
        f"{looks} candidates before on most of these cells, {seconds:.0f} s"
    )
