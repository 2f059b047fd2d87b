"""The order of the changes in a line."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from core.iscn.order import coarse_rank, rank
from core.iscn.rules.remark import Remark, Rule, Setting, error, note
from core.iscn.tree import Abnormality, Karyotype


def changes_in_order(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """X, Y, 1-22, unknown, rings, markers, double minutes; in one chromosome gains, losses, structural.

    FEATURES, "Order": the chromosome goes before the kind of change.
    """
    for line in karyotype.lines:
        for before, after in pairwise(line.abnormalities):
            if coarse_rank(after) < coarse_rank(before):
                yield error(after.at, f"{_shown(after)} stands before {_shown(before)}")


def homologs_in_order(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """Changes of homologs stand alphabetically."""
    for line in karyotype.lines:
        for before, after in pairwise(line.abnormalities):
            same = coarse_rank(after) == coarse_rank(before) and before.chromosomes and after.chromosomes
            if same and rank(after)[2] < rank(before)[2]:  # type: ignore[operator]
                yield note(after.at, f"{_shown(after)} stands before {_shown(before)}, alphabetically")


def _shown(change: Abnormality) -> str:
    names = ";".join(change.names)
    if change.is_numerical:
        return f"{change.sign}{names}"
    if change.kind == "variant":
        return f"{names}{change.detail}"
    return f"{change.sign}{change.kind}({names})" if names else f"{change.sign}{change.kind}"


RULES: Final[tuple[Rule, ...]] = (changes_in_order, homologs_in_order)
