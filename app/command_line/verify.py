"""`verify`: check this installation and say what is wrong with it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Final

from app.settings import SettingsFile
from app.verification.plan import ROOT, looks, verify
from core.errors import CentromereError
from core.paths import folders
from core.progress import CallbackProgress
from core.report.verification_sheet import write_verification
from core.store.database import utc_now
from core.verification.record import Outcome, Part, Record

_FAULTS: Final = 1
_BAD_INPUT: Final = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("--report", metavar="PDF", type=Path, help="write the record as PDF")
    parser.add_argument("--by", metavar="PERSON", nargs="+", help="name of whoever signs the record")
    parser.add_argument("--role", metavar="ROLE", nargs="+", help="role of whoever signs it")
    parser.add_argument(
        "--only",
        action="append",
        choices=[part.value.lower() for part in Part],
        help="one qualification only; may be repeated",
    )


def run(arguments: argparse.Namespace) -> int:
    """Verify; 0 where nothing is wrong, 1 with a line for each fault on standard output."""
    name, role = " ".join(arguments.by or ()).strip(), " ".join(arguments.role or ()).strip()
    if role and not name:
        print("verify: expected --by PERSON with --role, got no name, add it", file=sys.stderr)
        return _BAD_INPUT
    wanted = [part for part in Part if not arguments.only or part.value.lower() in arguments.only]
    places = folders()
    url = SettingsFile(places.settings).current.database_url
    told = _Told({one.title for one in looks(places, url, ROOT, utc_now)})
    record = verify(places, database_url=url, parts=wanted, progress=CallbackProgress(told.step))
    _tell(record)
    if arguments.report:
        signature = record.signed_by(name, role, utc_now()) if name else None
        try:
            write_verification(arguments.report, record, signature)
        except CentromereError as error:
            print(f"{arguments.report}: {error}", file=sys.stderr)
            return _BAD_INPUT
        print(f"record {record.sha256} written to {arguments.report}", file=sys.stderr)
    return 0 if record.passed else _FAULTS


class _Told:
    """Progress on standard error: each look and each reference cell is named once."""

    def __init__(self, titles: Collection[str]) -> None:
        self._titles = titles

    def step(self, done: int, total: int, text: str) -> None:
        if text in self._titles or text.startswith("Reference cell "):
            print(f"{100 * done // max(total, 1):3d} % {text}", file=sys.stderr)


def _tell(record: Record) -> None:
    for look in record.looks:
        if look.outcome is not Outcome.FAULT:
            print(f"{look.outcome.value}: {look.title}: {look.said}", file=sys.stderr)
        for fault in look.faults:
            print(f"fault: {look.title}: {fault}")
    print(record.summary, file=sys.stderr)
