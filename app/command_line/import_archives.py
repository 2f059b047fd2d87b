"""`main.py import`: take labelled archives into the queue as cells that a person confirmed."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from app.command_line.step_line import StepLine
from core.errors import CentromereError
from core.learning.example_store import ExampleStore
from core.paths import folders
from models.evaluation.archives import LabelledArchive, archive_at, find_archives
from models.evaluation.importing import Imported, chosen_cells, import_archive
from models.evaluation.lessons import Confirmation
from models.inference.analyst import load_release
from models.inference.namer import OnnxNamer
from models.releases import Releases

_BAD_INPUT: Final = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.description = (
        "Take labelled archives into the queue as cells that a person confirmed. Cells that a second person "
        "checked may serve in the examination as well. What is known already adds nothing."
    )
    parser.add_argument("archives", metavar="ARCHIVE", nargs="+", type=Path, help="labelled archive (zip)")
    parser.add_argument("--by", metavar="PERSON", required=True, help="who confirmed the cells")
    parser.add_argument("--checked-by", metavar="PERSON", default="", help="the second person")
    parser.add_argument("--cells", metavar="N", type=int, help="take N of the cells, chosen by the seed")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="of the choice (default: 0)")


def run(arguments: argparse.Namespace) -> int:
    """Take the archives in; 0, or 2 where one of them is none or nothing could be used."""
    by, checked_by = arguments.by.strip(), arguments.checked_by.strip()
    if not by or (checked_by and checked_by.casefold() == by.casefold()):
        print("import: expected two persons, got one, name who confirmed and who checked", file=sys.stderr)
        return _BAD_INPUT
    if arguments.cells is not None and arguments.cells < 1:
        print("import: expected --cells of at least 1, leave it out for all", file=sys.stderr)
        return _BAD_INPUT
    said = Confirmation(by=by, checked_by=checked_by, time=datetime.now(UTC))
    archives: list[LabelledArchive] = []
    status = 0
    for path in arguments.archives:
        try:
            archives += find_archives(path) if path.is_dir() else [archive_at(path)]
        except CentromereError as error:
            print(f"{path}: {error}", file=sys.stderr)
            status = _BAD_INPUT
    try:
        places = folders().made()
        releases = Releases(places.weights)
        release, warning = releases.answering()
        if warning:
            print(f"import: {warning}", file=sys.stderr)
        analyst = load_release(releases, release)
        namer = OnnxNamer.open(releases.folder_of(release, "namer"))
        store = ExampleStore(places.learning / "examples")
        for archive, cells in chosen_cells(archives, arguments.cells, arguments.seed):
            with StepLine() as line:
                taken = import_archive(archive, cells, analyst, namer, store, said, line)
            _tell(taken)
            if not taken.added + taken.known and cells:
                status = _BAD_INPUT
    except CentromereError as error:
        print(f"import: {error}", file=sys.stderr)
        return _BAD_INPUT
    return status


def _tell(taken: Imported) -> None:
    print(
        f"{taken.archive}: {taken.added} cells taken in, {taken.known} known already; "
        f"{taken.chromosomes} chromosomes, {taken.changed} answers corrected"
    )
    if taken.doubted:
        print(
            f"{taken.archive}: {taken.doubted} cells contradict much that the program is sure of; "
            "nothing is learned from them before somebody looks at their labels",
            file=sys.stderr,
        )
    for cell, why in taken.unusable:
        print(f"{taken.archive} {cell}: {why}", file=sys.stderr)
