"""What the comparison of structure says of real cells: abnormal cases beside normal ones, every case listed.

    python -m tests.benchmarks.structure_real --data DATA --keep FOLDER [--normal 100] [--json FILE]

The whole way is walked: picture, outlines, names, comparison. No model trained or chose on
`metaphases_abnormal_test`; it is measured once, when the weights are final. Its list names the chromosome and
no breakpoint, holds numerical cases too, and mosaics: single cells of abnormal cases are listed normal. A
case of the structural list counts as found where one of its listed chromosomes is raised. The few cases carry
no claim; intervals are exact (Clopper and Pearson). Read cells are kept in `--keep` and not read again.
"""

from __future__ import annotations

import argparse
import json
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from core.analysis.mosaicism import exact_interval
from core.analysis.pipeline import Analyst, NoMetaphase
from core.analysis.structural import (
    findings_of_structure,
    is_structure_compared,
    suspicions_of_case,
    why_not_compared,
)
from core.domain.ids import CellId
from core.domain.metaphase import Banding, Metaphase
from core.editing.codec import from_json, to_json
from models.evaluation.archives import ANNOTATIONS, find_archives, metaphases_of
from models.inference.analyst import load_analyst

_ABNORMAL: Final = "metaphases_abnormal_test"
_NORMAL: Final = "metaphases_dev_test"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCell:
    """A cell as the program read it, with what the list says; `state` is None without a metaphase."""

    case: str
    listed: str
    chromosomes: tuple[str, ...]
    state: Metaphase | None


def listed_of(path: Path) -> dict[str, dict[str, Any]]:
    """Rows of the list by file name."""
    with zipfile.ZipFile(path) as opened:
        name = next(name for name in opened.namelist() if name.endswith(ANNOTATIONS))
        return {row["file_name"]: row for row in json.loads(opened.read(name))["images"]}


def read_cells(data: Path, name: str, keep: Path, analyst: Analyst, number: int | None) -> list[ReadCell]:
    """Read the cells of an archive that are not kept yet; of many, evenly taken ones."""
    archive = find_archives(data, (name,))[0]
    rows = listed_of(archive.path)
    keep.mkdir(parents=True, exist_ok=True)
    path = keep / f"{name}.jsonl"
    kept = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    version = analyst.models.get("structure", "")
    done = {row["file"]: row["state"] for row in kept if row["version"] == version}
    files = sorted(rows, key=lambda file: (str(rows[file]["case"]), file))
    if number is not None and number < len(files):
        files = files[:number]
    wanted = set(files)
    with path.open("a") as out:
        for metaphase in metaphases_of(archive):
            if metaphase.file not in wanted or metaphase.file in done:
                continue
            height, width = metaphase.grey.shape
            blank = Metaphase(
                id=CellId(metaphase.file), label=metaphase.file, image="0" * 64, width=width, height=height
            )
            try:
                proposal = analyst.analyse(metaphase.grey, banding=Banding.G).proposal
                state = to_json(proposal.apply(blank))
            except NoMetaphase:
                state = None
            done[metaphase.file] = state
            out.write(json.dumps({"file": metaphase.file, "version": version, "state": state}) + "\n")
            out.flush()
    return [
        ReadCell(
            case=str(rows[file]["case"]),
            listed=str(rows[file]["listed"]),
            chromosomes=tuple(str(rows[file].get("listed_chromosome") or "").replace(" ", "").split(",")),
            state=None if done[file] is None else from_json(done[file], Metaphase),
        )
        for file in files
        if file in done
    ]


def share(found: int, of: int) -> str:
    """A share with its exact 95 % interval."""
    if not of:
        return "none"
    low, high = exact_interval(found, of)
    return f"{found} of {of} ({100 * found / of:.0f} %, {100 * low:.0f} to {100 * high:.0f})"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--keep", type=Path, required=True, help="folder for cells that were read")
    parser.add_argument("--normal", type=int, default=100, help="normal cells, in the order of their cases")
    parser.add_argument("--only-normal", action="store_true", help="leave the abnormal cases alone")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    analyst = load_analyst(threads=1)
    cells = [
        cell
        for cell in read_cells(arguments.data, _NORMAL, arguments.keep, analyst, arguments.normal)
        if cell.listed == "normal"
    ]
    normal = {cell.case for cell in cells}
    if not arguments.only_normal:
        cells += read_cells(arguments.data, _ABNORMAL, arguments.keep, analyst, None)
    cases: dict[str, list[ReadCell]] = defaultdict(list)
    for cell in cells:
        cases[cell.case].append(cell)
    rows: list[dict[str, object]] = []
    print(f"{analyst.models}")
    print(f"{'case':>9}  {'cells':>5} {'compared':>8}  listed (chromosome)             suspected")
    for case, members in cases.items():
        states = [cell.state for cell in members if cell.state is not None]
        compared = [state for state in states if is_structure_compared(state)]
        raised = [one for one in suspicions_of_case(compared) if one.raised] if compared else []
        listed = sorted(
            {(one.listed, ",".join(one.chromosomes)) for one in members if one.listed != "normal"}
        )
        expected = {
            name for cell in members if cell.listed == "structural" for name in cell.chromosomes if name
        }
        suspected = {one.chromosome_class for one in raised}
        row = {
            "case": case,
            "normal": case in normal,
            "cells": len(members),
            "compared": len(compared),
            "listed": [f"{word} {names}".strip() for word, names in listed],
            "suspected": [f"{one.chromosome_class} {one.kind.value} {one.score:.2f}" for one in raised],
            "why_not": sorted({why_not_compared(state) or "" for state in states} - {""}),
            "expected": sorted(expected),
            "found": bool(expected & suspected),
            "cells_with_alarm": sum(bool(findings_of_structure(state)) for state in compared),
            "alarms_of_cells": sum(len(findings_of_structure(state)) for state in compared),
        }
        rows.append(row)
        words = "; ".join(row["listed"]) if listed else "normal"  # type: ignore[arg-type]
        said = ", ".join(sorted(suspected)) or "-"
        print(f"{case:>9}  {len(members):>5} {len(compared):>8}  {words:<30}  {said}")
    structural = [row for row in rows if row["expected"] and row["compared"]]
    quiet = [row for row in rows if row["normal"] and row["compared"]]
    seen = sum(int(str(row["compared"])) for row in quiet)
    alarms = sum(int(str(row["alarms_of_cells"])) for row in quiet)
    lines = {
        "structural cases with a listed chromosome raised": share(
            sum(bool(row["found"]) for row in structural), len(structural)
        ),
        "normal cases with anything raised": share(sum(bool(row["suspected"]) for row in quiet), len(quiet)),
        "alarms for one normal cell": f"{alarms / max(seen, 1):.3f} ({alarms} in {seen} compared cells)",
        "cells compared": f"{sum(int(str(row['compared'])) for row in rows)} of {len(cells)}",
    }
    for word, value in lines.items():
        print(f"{word}: {value}")
    if arguments.json:
        arguments.json.write_text(
            json.dumps({"models": analyst.models, **lines, "cases": rows}, indent=1) + "\n"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
