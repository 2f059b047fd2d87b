"""`main.py iscn`: check and explain karyotypes, one line each."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import cast

from core.domain.bands import LEVELS, Level
from core.errors import CentromereError
from core.iscn.check import Verdict, judge
from core.iscn.explain import explain
from core.iscn.rules import Setting
from core.iscn.rules.remark import Context, Edition
from core.iscn.tree import Karyotype


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what `iscn` takes from the command line."""
    parser.description = (
        "Check karyotypes. Prints one line for each: `ok`, `note: ...` or `error at N: what, did you mean "
        "...`, where N counts characters from 1. The exit status is 1 if any string is wrong, else 0."
    )
    parser.add_argument("strings", nargs="+", metavar="STRING", help="karyotype, in quotation marks")
    parser.add_argument("--explain", action="store_true", help="also say in plain words what it means")
    parser.add_argument(
        "--context",
        choices=("constitutional", "neoplastic"),
        help="hold the string to the rules of this context; without it, those of either are accepted",
    )
    parser.add_argument(
        "--edition", type=int, choices=(2020, 2024), default=2024, help="edition of ISCN (default: 2024)"
    )
    parser.add_argument(
        "--picture",
        type=Path,
        metavar="FILE",
        help="draw all chromosomes of the karyotype as idiograms, derivatives with their pieces: .png, .tif, "
        ".svg or .pdf (one page for each cell line); one STRING only",
    )
    parser.add_argument(
        "--level", type=int, choices=LEVELS, default=550, help="bands of the idiograms (default: 550)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Judge every string; 1 if any is wrong."""
    setting = Setting(
        context=cast("Context | None", arguments.context), edition=cast(Edition, arguments.edition)
    )
    if arguments.picture is not None and len(arguments.strings) != 1:
        print("--picture: expected one karyotype, got several, draw them one by one", file=sys.stderr)
        return 2
    status = 0
    for text in arguments.strings:
        verdict = judge(text.rstrip(), setting)
        print(line_of(verdict))
        if verdict.kind == "error":
            status = 1
        if arguments.explain and verdict.karyotype is not None:
            for sentence in explain(verdict.karyotype):
                print(f"  {sentence}")
        if arguments.picture is not None:
            if verdict.karyotype is None:
                print(f"{arguments.picture}: not drawn, the karyotype cannot be read", file=sys.stderr)
                return 2
            try:
                _draw(verdict.karyotype, arguments.level, arguments.picture)
            except (ValueError, CentromereError) as error:
                print(f"{arguments.picture}: {error}", file=sys.stderr)
                return 2
    return status


def _draw(karyotype: Karyotype, level: Level, path: Path) -> None:
    # The drawing code is slow to import, and most calls need none of it.
    from core.report.drawing_files import write_drawing
    from core.report.idiogram_karyogram import draw_karyotype, stacked

    pictures = draw_karyotype(karyotype, level)
    write_drawing(path, [picture.drawing for picture in pictures], stacked(pictures).drawing)
    for note in dict.fromkeys(note for picture in pictures for note in picture.notes):
        print(f"{path}: {note}", file=sys.stderr)


def line_of(verdict: Verdict) -> str:
    """The one line that the contract asks for."""
    if verdict.kind == "ok":
        return "ok"
    if verdict.kind == "note":
        return "note: " + "; ".join(remark.what for remark in verdict.remarks)
    first = verdict.remarks[0]
    meant = f", did you mean {verdict.suggestion}" if verdict.suggestion else ""
    return f"error at {first.at + 1}: {first.what}{meant}"
