"""`main.py models`: the releases of this installation; one is activated, or the last step is taken back."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Final

from core.atomic import whole_file
from core.errors import CentromereError
from core.paths import folders
from models.releases import NotPassed, Releases

_BAD_INPUT: Final = 2
_NOT_PASSED: Final = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `models` takes from the command line."""
    parser.description = (
        "List the releases: all model versions that answer together. `activate RELEASE` lets one that passed "
        "its examination answer (status 3 for another one), `rollback` goes back to the one before."
    )
    parser.add_argument("action", nargs="?", choices=("list", "activate", "rollback"), default="list")
    parser.add_argument("release", nargs="?", metavar="RELEASE", help="for activate")
    parser.add_argument("--by", metavar="PERSON", default="", help="who decides")
    parser.add_argument("--reason", metavar="TEXT", default="", help="why")
    parser.add_argument("--json", metavar="FILE", type=Path, help="also write the list as JSON")


def run(arguments: argparse.Namespace) -> int:
    """List, activate or take back; 0, 2 for bad input, 3 for a release that did not pass."""
    try:
        releases = Releases(folders().made().weights)
        if arguments.action == "activate":
            if not arguments.release:
                print("models activate: expected a RELEASE, see main.py models", file=sys.stderr)
                return _BAD_INPUT
            chosen = releases.activate(arguments.release, by=arguments.by, reason=arguments.reason)
            print(f"{chosen.release} answers from now on")
        elif arguments.action == "rollback":
            chosen = releases.rollback(by=arguments.by, reason=arguments.reason)
            print(f"{chosen.release} answers again")
        else:
            _print(releases)
        if arguments.json:
            rows = json.dumps(rows_of(releases), indent=1) + "\n"
            with whole_file(arguments.json) as unfinished:
                unfinished.write_text(rows, encoding="utf-8")
    except NotPassed as error:
        print(f"models: {error}", file=sys.stderr)
        return _NOT_PASSED
    except CentromereError as error:
        print(f"models: {error}", file=sys.stderr)
        return _BAD_INPUT
    return 0


def rows_of(releases: Releases) -> list[dict[str, str | None]]:
    """The list as the contract has it: release, state, created, parent."""
    return [
        {
            "release": one.release,
            "state": releases.state_of(one).value,
            "created": one.created.isoformat(),
            "parent": one.parent,
        }
        for one in releases.all()
    ]


def _print(releases: Releases) -> None:
    for one in releases.all():
        own = ", ".join(part.version for part in one.parts.values() if part.own) or "as shipped"
        mark = "*" if one.release == releases.active_name else " "
        print(f"{mark} {one.release:<28}{releases.state_of(one).value:<11}{one.created:%Y-%m-%d}  {own}")
    _, warning = releases.answering()
    if warning:
        print(f"models: {warning}", file=sys.stderr)
