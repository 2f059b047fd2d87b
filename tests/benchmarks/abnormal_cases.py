"""Real abnormal cases and normal ones, case by case: what the program says of numbers and of structure.

    python -m tests.benchmarks.abnormal_cases --data DATA --keep FOLDER [--normal N]

Cells of `metaphases_abnormal_test`, which no model learned from or was chosen on, and of N normal cases of
`metaphases_dev_test`, through the whole pipeline. Every case is listed; nineteen cases carry no claim.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path

from core.analysis.case_numbers import numbers_of_case
from core.analysis.mosaicism import exact_interval
from core.analysis.structural import suspicions_of_case
from core.domain.ids import CellId
from core.domain.metaphase import Metaphase
from core.editing.codec import from_json, to_json
from core.errors import MediaError
from models.evaluation.archives import LabelledMetaphase, find_archives, metaphases_of
from models.inference.analyst import load_analyst


def read(metaphases: list[LabelledMetaphase], keep: Path) -> dict[str, list[Metaphase]]:
    """Analysed cells by case; what was read before is taken from the folder."""
    analyst = None
    found: dict[str, list[Metaphase]] = defaultdict(list)
    for one in metaphases:
        path = keep / f"{Path(one.file).stem}.json"
        if not path.exists():
            analyst = analyst or load_analyst(threads=1)
            height, width = one.grey.shape
            blank = Metaphase(id=CellId(one.file), label=one.file, image="", width=width, height=height)
            try:
                cell = analyst.analyse(one.grey).proposal.apply(blank)
            except MediaError:
                cell = blank
            path.write_text(to_json(cell))
        found[one.case].append(from_json(path.read_text(), Metaphase))
    return found


def said_of(cells: list[Metaphase]) -> tuple[bool, str]:
    """Whether a case is called abnormal, and on what."""
    numbers = numbers_of_case(cells)
    changes = [
        f"{'+' if change.gained else '-'}{change.name} ({change.probability:.2f})"
        for change in numbers.changes
        if change.probability >= 0.5
    ]
    raised = [one for one in suspicions_of_case(cells) if one.raised]
    suspected = [f"{one.chromosome_class} {one.kind.value} ({one.score:.1f})" for one in raised]
    words = f"numbers: {numbers.call} {', '.join(changes)}; structure: {', '.join(suspected) or 'nothing'}"
    return numbers.call == "abnormal" or bool(raised), words


def main() -> int:
    """Read, list and sum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--normal", type=int, default=20, help="normal cases")
    parser.add_argument("--most", type=int, default=5, help="cells of a normal case")
    arguments = parser.parse_args()
    arguments.keep.mkdir(parents=True, exist_ok=True)
    abnormal = list(metaphases_of(find_archives(arguments.data, ("metaphases_abnormal_test",))[0]))
    normal: dict[str, list[LabelledMetaphase]] = defaultdict(list)
    for one in metaphases_of(find_archives(arguments.data, ("metaphases_dev_test",))[0]):
        if len(normal[one.case]) < arguments.most:
            normal[one.case].append(one)
    cases = [case for case, cells in sorted(normal.items()) if len(cells) >= 3][: arguments.normal]
    for word, chosen in (
        ("abnormal", abnormal),
        ("normal", [one for case in cases for one in normal[case]]),
    ):
        found = read(chosen, arguments.keep)
        called = 0
        print(f"\n{word}: {len(found)} cases, {len(chosen)} cells")
        for case, cells in sorted(found.items()):
            raised, words = said_of(cells)
            called += raised
            print(f"  {case:>8} {len(cells):2} cells  {'ABNORMAL' if raised else 'quiet   '}  {words}")
        low, high = exact_interval(called, len(found))
        print(f"  called abnormal: {called} of {len(found)}, exact 95 % interval {low:.2f} to {high:.2f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
