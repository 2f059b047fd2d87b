"""The order in which ISCN 2024 lists changes and cell lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from core.domain.bands import AUTOSOMES
from core.iscn.tree import UNIDENTIFIED, VARIANT, Abnormality, CellLine, Karyotype

CHROMOSOME_ORDER: Final = ("X", "Y", *AUTOSOMES)
_LAST: Final = len(CHROMOSOME_ORDER)
_GAIN, _LOSS, _STRUCTURAL = range(3)


def chromosome_rank(name: str) -> int:
    """Place of a chromosome: X, Y, 1-22, then unknown ones."""
    return CHROMOSOME_ORDER.index(name) if name in CHROMOSOME_ORDER else _LAST


def coarse_rank(change: Abnormality) -> tuple[int, int]:
    """Place of a change by its (first) chromosome, and within it gains, losses, structural changes.

    Unknown derivatives, rings, markers and double minutes come last in this order.

    References
    ----------
    FEATURES, "ISCN 2024": order of the changes.
    """
    if change.kind in UNIDENTIFIED and not change.chromosomes:
        return _LAST + 1 + UNIDENTIFIED.index(change.kind), 0
    rank = chromosome_rank(change.names[0]) if change.names else _LAST
    if change.is_numerical:
        return rank, _GAIN if change.sign == "+" else _LOSS
    return rank, _STRUCTURAL


def rank(change: Abnormality) -> tuple[object, ...]:
    """Complete place of a change: `coarse_rank`, then alphabetical, then by chromosomes and bands."""
    others = tuple(chromosome_rank(name) for name in change.names[1:])
    bands = tuple(point.text for group in change.breakpoints for point in group)
    kind = "" if change.is_numerical or change.kind == VARIANT else change.kind
    return (*coarse_rank(change), kind, others, bands, change.index)


def in_order(changes: Iterable[Abnormality]) -> tuple[Abnormality, ...]:
    """Changes in the order of ISCN 2024."""
    return tuple(sorted(changes, key=rank))


def canonical(karyotype: Karyotype) -> Karyotype:
    """The same karyotype with changes in order, and the normal line behind the abnormal ones."""
    lines = [replace(line, abnormalities=in_order(line.abnormalities)) for line in karyotype.lines]
    return replace(karyotype, lines=tuple(sorted(lines, key=_line_rank)))


def _line_rank(line: CellLine) -> tuple[bool, bool]:
    return line.donor, line.is_normal
