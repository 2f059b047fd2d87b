"""Where to look first."""

from __future__ import annotations

from core.domain.ids import ChromosomeId
from core.domain.metaphase import Metaphase

WORTH_A_LOOK = 0.02
"""Doubt below which a chromosome is not offered by `Tab`."""


def doubt_order(cell: Metaphase) -> tuple[ChromosomeId, ...]:
    """Chromosomes worth a look, the most doubtful first.

    A class with an unusual number of members is in doubt as a whole: its members come before others of
    the same doubt.
    """
    counts = cell.class_counts
    unusual = {name for name, number in counts.items() if name not in ("X", "Y") and number != 2}

    def key(entry: tuple[float, str, ChromosomeId]) -> tuple[float, str]:
        return (-entry[0], entry[1])

    entries = []
    for chromosome in cell.chromosomes:
        doubt = chromosome.doubt
        if doubt > 0 and chromosome.chromosome_class in unusual:
            doubt = min(1.0, doubt + 0.1)
        if doubt >= WORTH_A_LOOK:
            entries.append((doubt, str(chromosome.id), chromosome.id))
    return tuple(entry[2] for entry in sorted(entries, key=key))
