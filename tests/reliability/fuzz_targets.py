"""What the program does with an input from outside; each returns its answer or raises what it documents."""

from __future__ import annotations

import contextlib
import random
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from cattrs.errors import BaseValidationError

from app.command_line.iscn import line_of
from app.command_line.origins import read_origins
from app.keymap import KeyMap
from app.keymap import from_json as keymap_from_json
from app.keymap import to_json as keymap_to_json
from app.settings import Settings, SettingsFile
from core.domain.metaphase import Metaphase
from core.domain.template import ISCN_ROWS
from core.domain.template_json import template_from_json, template_to_json
from core.editing.codec import from_json, operation_from_json, operation_to_json, to_json
from core.editing.operations import CountPoint, Reclassify, Turn
from core.errors import CentromereError
from core.iscn.check import judge
from core.iscn.constitution import constitutions_of
from core.iscn.explain import explain
from core.iscn.writer import write
from core.readers.gather import gather
from core.readers.registry import pages, read_picture
from core.store.replay import LoggedStep, replayed
from tests.core.editing.bench_cells import MALE, cell_of
from tests.reliability import fuzz_inputs

Answer = str


def _picture(content: bytes, scratch: Path) -> Answer:
    try:
        for page in pages((content, "damaged")):
            if page.grey.ndim != 2:
                raise AssertionError(f"shape {page.grey.shape}")
    except CentromereError as error:
        return _told(error)
    return "read"


def _archive(content: bytes, scratch: Path) -> Answer:
    place = scratch / "drop.zip"
    place.write_bytes(content)
    before = set(scratch.parent.rglob("*"))
    found = gather([place])
    for source in found.images:
        try:
            read_picture(source.to_read())
        except CentromereError as error:
            _told(error)
    if set(scratch.parent.rglob("*")) != before:
        raise AssertionError("files appeared outside the archive")
    return "read" if found.images else "refused"


def _iscn(text: str, scratch: Path) -> Answer:
    verdict = judge(text)
    line_of(verdict)
    if verdict.karyotype is not None:
        explain(verdict.karyotype)
        write(verdict.karyotype)
        try:
            constitutions_of(verdict.karyotype)
        except ValueError:
            return "refused"
    return verdict.kind


@lru_cache(maxsize=1)
def _cell() -> Metaphase:
    return cell_of(MALE)


def _json(rng: random.Random, scratch: Path) -> Answer:
    way = rng.randrange(3)
    if way == 0:
        text = fuzz_inputs.mutated_json(template_to_json(ISCN_ROWS), rng)
        try:
            template_from_json(text)
        except (CentromereError, ValueError) as error:
            return _told(error)
    elif way == 1:
        text = fuzz_inputs.mutated_json(keymap_to_json(KeyMap()), rng)
        try:
            keymap_from_json(text)
        except (CentromereError, ValueError) as error:
            return _told(error)
    else:
        place = scratch / "settings.json"
        text = fuzz_inputs.mutated_json(Settings().model_dump_json(), rng)
        place.write_bytes(text.encode("utf-8", "surrogatepass"))
        SettingsFile(place)
    return "read"


def _table(content: bytes, scratch: Path) -> Answer:
    place = scratch / "cells.csv"
    place.write_bytes(content)
    try:
        read_origins(place)
    except CentromereError as error:
        return _told(error)
    return "read"


def _journal(rng: random.Random, scratch: Path) -> Answer:
    """The log of a cell with damaged rows: its past may be lost, its state never."""
    cell = _cell()
    some = cell.chromosomes[3].id
    steps = []
    state = cell
    for number, operation in enumerate(
        (Turn(ids=(some,)), Reclassify(ids=(some,), chromosome_class="7"), CountPoint(point=(1.0, 2.0))),
        start=1,
    ):
        kind, payload = operation_to_json(operation)
        state = operation.apply(state)
        steps.append(LoggedStep(sequence=number, action="do", kind=kind, payload=payload, takes_back=None))
    at = rng.randrange(len(steps))
    one = steps[at]
    payload = fuzz_inputs.mutated_json(one.payload, rng)
    kind = rng.choice((one.kind, one.kind, one.kind, "Nothing", "InCells", ""))
    action = rng.choice(("do", "do", "do", "undo", "redo", "record", "gone"))
    takes = rng.choice((None, 1, 99))
    steps[at] = LoggedStep(sequence=one.sequence, action=action, kind=kind, payload=payload, takes_back=takes)
    history, complete = replayed(
        cell, steps, lambda step: operation_from_json(step.kind, step.payload), state
    )
    if history.state != state:
        raise AssertionError("the stored state was not kept")
    text = fuzz_inputs.mutated_json(to_json(cell.chromosomes[0]), rng)
    with contextlib.suppress(BaseValidationError, ValueError, KeyError):
        from_json(text, type(cell.chromosomes[0]))
    return "read" if complete else "refused"


_PATHS = re.compile(r"Traceback|<class")


def _told(error: Exception) -> Answer:
    words = str(error)
    if not words.strip() or _PATHS.search(words):
        raise AssertionError(f"an error without words for a person: {error!r}")
    return "refused"


def try_one(number: int, scratch: Path) -> tuple[str, Answer]:
    """Make an input of its number and give it to the program."""
    rng = random.Random(number)
    kind = fuzz_inputs.kind_of(number)
    made: dict[str, Callable[[random.Random], Any]] = {
        "picture": fuzz_inputs.picture,
        "dicom": fuzz_inputs.dicom,
        "zip": fuzz_inputs.archive,
        "iscn": fuzz_inputs.iscn,
        "table": fuzz_inputs.table,
    }
    given: dict[str, Callable[[Any, Path], Answer]] = {
        "picture": _picture,
        "dicom": _picture,
        "zip": _archive,
        "iscn": _iscn,
        "table": _table,
        "json": _json,
        "journal": _journal,
    }
    return kind, given[kind](made[kind](rng) if kind in made else rng, scratch)
