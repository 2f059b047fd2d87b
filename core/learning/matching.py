"""Which proposed objects became which confirmed ones."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.chromosome import Chromosome
from core.domain.ids import ChromosomeId
from core.learning.overlap import Footprint, footprint_of, shared_pixels

_PIECE_OF = 0.5
"""Share of the smaller object that lies on the larger one where the one comes from the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Descent:
    """Proposed objects and the confirmed ones that lie on them; one of each for most chromosomes."""

    proposed: tuple[Chromosome, ...]
    confirmed: tuple[Chromosome, ...]


def descents(proposed: tuple[Chromosome, ...], confirmed: tuple[Chromosome, ...]) -> tuple[Descent, ...]:
    """Match proposed and confirmed objects.

    An object whose identity and outline stayed is itself. All others are matched by the pixels they
    share, because cutting, joining and analysing again give new identities.
    """
    before = {chromosome.id: chromosome for chromosome in proposed}
    found = []
    moved: list[Chromosome] = []
    stayed: set[ChromosomeId] = set()
    for chromosome in confirmed:
        earlier = before.get(chromosome.id)
        if earlier is not None and earlier.outline == chromosome.outline:
            found.append(Descent(proposed=(earlier,), confirmed=(chromosome,)))
            stayed.add(chromosome.id)
        else:
            moved.append(chromosome)
    left = [chromosome for chromosome in proposed if chromosome.id not in stayed]
    return (*found, *_by_pixels(left, moved))


def _by_pixels(proposed: list[Chromosome], confirmed: list[Chromosome]) -> list[Descent]:
    before = [footprint_of(chromosome.outline) for chromosome in proposed]
    after = [footprint_of(chromosome.outline) for chromosome in confirmed]
    open_before = set(range(len(proposed)))
    groups: list[tuple[set[int], set[int]]] = []
    for start in range(len(confirmed)):
        if any(start in group_after for _, group_after in groups):
            continue
        group = _group(start, before, after)
        open_before -= group[0]
        groups.append(group)
    groups += [({index}, set()) for index in sorted(open_before)]
    return [
        Descent(
            proposed=tuple(proposed[i] for i in sorted(group_before)),
            confirmed=tuple(confirmed[i] for i in sorted(group_after)),
        )
        for group_before, group_after in groups
    ]


def _group(start: int, before: list[Footprint], after: list[Footprint]) -> tuple[set[int], set[int]]:
    """Everything that hangs together with one confirmed object."""
    group_before: set[int] = set()
    group_after = {start}
    grown = True
    while grown:
        new_before = {
            i for i, one in enumerate(before) if any(_related(one, after[j]) for j in group_after)
        } - group_before
        group_before |= new_before
        new_after = {
            j for j, one in enumerate(after) if any(_related(before[i], one) for i in group_before)
        } - group_after
        group_after |= new_after
        grown = bool(new_before or new_after)
    return group_before, group_after


def _related(first: Footprint, second: Footprint) -> bool:
    smaller = min(first.area, second.area)
    return smaller > 0 and shared_pixels(first, second) >= _PIECE_OF * smaller
