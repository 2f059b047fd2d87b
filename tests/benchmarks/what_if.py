"""How often the true change is the one that looks most like the suspect, on simulated cells.

`python -m tests.benchmarks.what_if --seeds 6` draws cells of named changes, lets nobody say which chromosome
is changed, builds the true change and those with one break moved by one to three bands of the 400 level, and
prints how often the true one wins.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from core.domain.chromosome import ObjectType
from core.iscn.parser import parse_change
from core.whatif.plan import Plan, plan_of
from core.whatif.sources import LaidCell, LaidChromosome, lay_cell
from core.whatif.would_be import normal_agreement, would_be
from tests.synthetic import simulated_cell

CHANGES = (
    "t(9;22)(q34;q11.2)", "t(8;21)(q22;q22)", "t(15;17)(q24;q21)", "t(11;22)(q23;q11.2)",
    "t(2;5)(p23;q35)", "t(4;11)(q21;q23)", "t(1;19)(q23;p13.3)", "inv(3)(q21q26.2)", "inv(16)(p13.1q22)",
    "inv(2)(p11.2q13)", "del(5)(q13q33)", "del(7)(q22)", "del(20)(q11.2q13.3)", "del(1)(p36.1)",
    "dup(1)(q22q25)", "dup(7)(q11.2q31)", "ins(5;2)(p14;q22q32)", "i(17)(q10)",
)  # fmt: skip
LEVEL = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Scores for one suspect: the true change, no change, and wrong ones with their distance in bands."""

    change: str
    true: float
    unchanged: float
    wrong: tuple[tuple[int, float], ...]
    source_is_normal: bool


def moved(plan: Plan) -> Iterator[tuple[int, Plan]]:
    """The plan with one break moved by one to three bands."""
    for index, one in enumerate(plan.breaks):
        for steps in (-3, -2, -1, 1, 2, 3):
            there = one.moved(steps, LEVEL)
            breaks = tuple(there if at == index else other for at, other in enumerate(plan.breaks))
            tried = replace(plan, breaks=breaks)
            if there.band != one.moved(0, LEVEL).band and tried.text not in (None, plan.text):
                yield abs(steps), tried


def unnamed(laid: LaidCell) -> tuple[LaidCell, set[str]]:
    """The cell as the program sees it, every chromosome called normal, and the changed ones."""
    changed = {one.id for one in laid.chromosomes if one.chromosome.object_type is not ObjectType.NORMAL}
    plain = tuple(
        replace(one, chromosome=replace(one.chromosome, object_type=ObjectType.NORMAL))
        for one in laid.chromosomes
    )
    return replace(laid, chromosomes=plain), {str(one) for one in changed}


def trials(change: str, laid: LaidCell) -> Iterator[Trial]:
    """A trial for each changed chromosome that nothing crosses."""
    plain, changed = unnamed(laid)
    for suspect in plain.chromosomes:
        names = parse_change(change).names
        if str(suspect.id) not in changed or suspect.chromosome.overlaps:
            continue
        if suspect.chromosome_class not in names:
            continue
        plan = plan_of(change, suspect.chromosome_class)
        assert plan is not None
        found = would_be(plan, suspect, [plain])
        wrong = []
        for steps, tried in moved(plan):
            score = _score(tried, suspect, plain)
            if score is not None:
                wrong.append((steps, score))
        first = found.built[0]
        yield Trial(
            change=change,
            true=found.score if found.score is not None else -1.0,
            unchanged=first.unchanged if first.unchanged is not None else -1.0,
            wrong=tuple(wrong),
            source_is_normal=all(str(one.id) not in changed for one in found.sources.values()),
        )


def _score(plan: Plan, suspect: LaidChromosome, laid: LaidCell) -> float | None:
    try:
        return would_be(plan, suspect, [laid]).score
    except ValueError:
        return None


def main(arguments: list[str]) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=6)
    parser.add_argument("--first", type=int, default=100)
    wish = parser.parse_args(arguments)
    found: list[Trial] = []
    lows, middles, highs = [], [], []
    for change in CHANGES:
        for seed in range(wish.first, wish.first + wish.seeds):
            laid = lay_cell(*simulated_cell(f"46,XX,{change}", seed=seed))
            found += trials(change, laid)
            agreement = normal_agreement([unnamed(laid)[0]], parse_change(change).names)
            if agreement is not None:
                lows.append(agreement.low)
                middles.append(agreement.middle)
                highs.append(agreement.high)
    for change in (*CHANGES, "all"):
        those = [one for one in found if change in (one.change, "all")]
        if those:
            print(f"{change:22s} {table_line(those)}")
    low, middle, high = np.mean(lows), np.mean(middles), np.mean(highs)
    print(f"normal homologs of a cell agree {low:.2f} to {high:.2f}, middle {middle:.2f}")


def table_line(those: list[Trial]) -> str:
    """One row of the table."""

    def best(least: int) -> float:
        return float(
            np.mean([all(one.true >= s for steps, s in one.wrong if steps >= least) for one in those])
        )

    return (
        f"n {len(those):3d}  above no change {np.mean([o.true > o.unchanged for o in those]):.2f}  "
        f"best of all {best(1):.2f}  of 2 bands off {best(2):.2f}  of 3 {best(3):.2f}  "
        f"true {np.median([o.true for o in those]):.2f}  "
        f"no change {np.median([o.unchanged for o in those]):.2f}  "
        f"built from normal homologs {np.mean([o.source_is_normal for o in those]):.2f}"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
