"""`benchmark`: measure the active models on labelled archives."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from app.command_line.progress_bar import ProgressBar
from core.analysis.pipeline import Analyst
from core.atomic import whole_file
from core.errors import CentromereError
from core.paths import folders
from core.spreadsheet import TableWriter
from models.evaluation.archives import ArchiveKind, LabelledArchive, find_archives, metaphases_of
from models.evaluation.benchmark import ACTIVE, Measured, every, measure_archive
from models.evaluation.changes import write_changes
from models.evaluation.details import write_details
from models.evaluation.instance_sets import find_mfish, instance_sets
from models.evaluation.robustness import write_robustness
from models.evaluation.rows import Row
from models.evaluation.worst_cells import write_worst_cells
from models.inference.analyst import load_release
from models.inference.namer import OnnxNamer
from models.inference.outliner import OnnxOutliner
from models.releases import Releases

_BAD_INPUT: Final = 2
_COLUMNS: Final = (
    "set", "file", "case", "cell", "truth_id", "pred_id", "xmin", "ymin", "xmax", "ymax", "truth",
    "predicted_alone", "predicted_in_cell", "confidence", "angle_error",
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("--data", metavar="DIR", type=Path, required=True, help="folder of labelled archives")
    parser.add_argument(
        "--only", metavar="NAME", action="append", default=[], help="archives whose name starts so"
    )
    parser.add_argument("--json", metavar="FILE", type=Path, help="write the rows as JSON")
    parser.add_argument("--release", metavar="RELEASE", help="measure a release that is not active")
    parser.add_argument("--predictions", metavar="DIR", type=Path, help="write one table of answers a set")
    parser.add_argument("--sample", metavar="N", type=int, help="measure on N cells of each set only")
    parser.add_argument(
        "--details",
        metavar="DIR",
        type=Path,
        help="write by class, by difficulty, reliability, gains and losses, and the ten worst cells",
    )
    parser.add_argument(
        "--robustness",
        metavar="N",
        type=int,
        default=0,
        help="with --details: also analyse worse copies of N metaphases of each set",
    )


class _ToBar:
    """Hands the steps of the benchmark to the bar."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._bar: ProgressBar | None = None

    def step(self, done: int, total: int, text: str) -> None:
        if self._bar is None:
            self._bar = ProgressBar(total)
        if done:
            self._bar.finish_one()
        self._bar.begin(f"{self._name} {text}")

    def end(self) -> None:
        if self._bar is not None:
            self._bar.finish_one()
            self._bar.interrupt()


def run(arguments: argparse.Namespace) -> int:
    """Measure and print the table; 0 when every archive was measured, 2 when not."""
    rows: list[Row] = []
    try:
        mfish = find_mfish(arguments.data, tuple(arguments.only))
        archives = _archives(arguments, required=not mfish)
        releases = Releases(folders().weights)
        chosen = releases.get(arguments.release or releases.active_name)
        releases.check(chosen)
        analyst = load_release(releases, chosen)
        namer = OnnxNamer.open(releases.folder_of(chosen, "namer"))
        release = chosen.release
        # An active release is called so; one that is asked for by name stands under its name.
        model = release if arguments.release else ACTIVE
        for archive in archives:
            bar = _ToBar(archive.name)
            measured = measure_archive(
                archive,
                analyst,
                namer,
                release=release,
                model=model,
                sample=arguments.sample,
                progress=bar,
            )
            bar.end()
            _print_table(measured)
            rows += measured.rows
            if arguments.predictions:
                _write_predictions(arguments.predictions / f"{archive.name}.csv", archive.name, measured)
            if arguments.details:
                _write_details(arguments, archive, analyst, measured)
        outliner = OnnxOutliner.open(releases.folder_of(chosen, "outliner"))
        sets = instance_sets(archives, mfish, analyst, outliner, release=release, sample=arguments.sample)
        for name, measurement in sets:
            bar = _ToBar(name)
            masks = Measured(rows=measurement(progress=bar))
            bar.end()
            _print_table(masks)
            rows += masks.rows
        if arguments.json:
            with whole_file(arguments.json) as unfinished:
                unfinished.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    except CentromereError as error:
        print(f"{arguments.data}: {error}", file=sys.stderr)
        return _BAD_INPUT
    return 0


def _archives(arguments: argparse.Namespace, *, required: bool) -> tuple[LabelledArchive, ...]:
    try:
        return find_archives(arguments.data, tuple(arguments.only))
    except CentromereError:
        if required:
            raise
        return ()


def _write_details(
    arguments: argparse.Namespace, archive: LabelledArchive, analyst: Analyst, measured: Measured
) -> None:
    folder: Path = arguments.details / archive.name
    write_details(folder, measured.scores, measured.predictions)
    if measured.changes:
        write_changes(folder, measured.changes)
    if archive.kind is ArchiveKind.METAPHASES:
        write_worst_cells(folder / "worst", archive, measured.scores, measured.predictions)
        if arguments.robustness:
            some = every(list(metaphases_of(archive)), arguments.robustness)
            bar = _ToBar(f"{archive.name} worse copies")
            write_robustness(folder, analyst, some, bar)
            bar.end()


def _print_table(measured: Measured) -> None:
    names = {row.set for row in measured.rows}
    print(f"\n{', '.join(sorted(names))}")
    width = max((len(row.model) for row in measured.rows), default=6)
    for row in measured.rows:
        print(
            f"  {row.model:<{width}}  {row.measure:<20}{row.value:9.4f}  "
            f"[{row.low:.4f}, {row.high:.4f}]  n={row.n}"
        )
    if measured.angle_error is not None:
        print(f"  median error of the p-arm direction: {measured.angle_error:.1f} degrees")


def _write_predictions(path: Path, name: str, measured: Measured) -> None:
    with whole_file(path) as unfinished, unfinished.open("w", newline="", encoding="utf-8") as file:
        writer = TableWriter(file)
        writer.row(_COLUMNS)
        for row in measured.predictions:
            box = row["box"]
            corners: Sequence[object] = box if isinstance(box, tuple) else ("", "", "", "")
            writer.row(
                [
                    name,
                    row["file"],
                    row["case"],
                    row["cell"],
                    row["truth_id"],
                    row["pred_id"],
                    *corners,
                    row["truth"],
                    row["predicted_alone"],
                    row["predicted_in_cell"],
                    row["confidence"],
                    row["angle_error"],
                ]
            )
