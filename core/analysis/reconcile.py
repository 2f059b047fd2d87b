"""A new analysis meets what a person decided: where outlines agree, the person's word stands."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.chromosome import Chromosome
from core.domain.ids import ChromosomeId
from core.domain.outline import Outline
from core.imaging.outline import mask_of

_SAME_OBJECT = 0.4


def overlap_of(first: Outline, second: Outline) -> tuple[float, float]:
    """Return the shared area as a share (0..1) of the first and of the second outline."""
    a, b = first.box, second.box
    if a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]:
        return 0.0, 0.0
    origin = (int(min(a[0], b[0])) - 1, int(min(a[1], b[1])) - 1)
    shape = (int(max(a[3], b[3])) - origin[1] + 2, int(max(a[2], b[2])) - origin[0] + 2)
    one, _ = mask_of(first.points, first.holes, shape=shape, origin=origin)
    two, _ = mask_of(second.points, second.holes, shape=shape, origin=origin)
    shared = float((one & two).sum())
    return shared / max(float(one.sum()), 1.0), shared / max(float(two.sum()), 1.0)


def superseded_by_people(
    standing: Sequence[Chromosome], proposed: Sequence[Chromosome]
) -> frozenset[ChromosomeId]:
    """Find proposed chromosomes that lie on objects about which a person decided.

    Parameters
    ----------
    standing
        Chromosomes of the cell as it stands; only decided or confirmed ones are locked.
    proposed
        Chromosomes of the new analysis.

    Returns
    -------
    frozenset
        Identities of proposed chromosomes to leave out.
    """
    locked = [chromosome for chromosome in standing if chromosome.decided or chromosome.confirmed]
    return frozenset(
        new.id
        for new in proposed
        if any(max(overlap_of(old.outline, new.outline)) > _SAME_OBJECT for old in locked)
    )
