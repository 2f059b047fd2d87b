"""Places of homologs within their class."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from core.domain.chromosome import Chromosome
from core.domain.ids import ChromosomeId


def renumber_homologs(chromosomes: tuple[Chromosome, ...]) -> tuple[Chromosome, ...]:
    """Give every shown chromosome a place in its class: 1, 2, … without gaps, keeping the order there was.

    Excluded ones lose their place. Chromosomes that had none come last, in the order given.
    """
    by_class: dict[str, list[Chromosome]] = defaultdict(list)
    for chromosome in chromosomes:
        if chromosome.excluded is None:
            by_class[chromosome.chromosome_class].append(chromosome)
    places: dict[ChromosomeId, int] = {}
    for members in by_class.values():
        places.update(_numbered(_in_order(members)))
    return tuple(
        chromosome
        if chromosome.homolog == places.get(chromosome.id)
        else replace(chromosome, homolog=places.get(chromosome.id))
        for chromosome in chromosomes
    )


def insert_homologs(
    chromosomes: tuple[Chromosome, ...], ids: tuple[ChromosomeId, ...], place: int
) -> tuple[Chromosome, ...]:
    """Move chromosomes of one class so that the first of them stands at a place among its homologs.

    Parameters
    ----------
    ids
        Chromosomes to move, in the order wanted; all of one class and none excluded.
    place
        From 1, counted without the moved ones; beyond the end appends.
    """
    moved = {chromosome.id: chromosome for chromosome in chromosomes if chromosome.id in ids}
    classes = {chromosome.chromosome_class for chromosome in moved.values()}
    others = _in_order(
        [
            chromosome
            for chromosome in chromosomes
            if chromosome.chromosome_class in classes
            and chromosome.excluded is None
            and chromosome.id not in moved
        ]
    )
    at = max(place - 1, 0)
    wanted = [moved[identity] for identity in dict.fromkeys(ids)]
    places = _numbered([*others[:at], *wanted, *others[at:]])
    return tuple(
        replace(chromosome, homolog=places[chromosome.id]) if chromosome.id in places else chromosome
        for chromosome in chromosomes
    )


def _in_order(members: list[Chromosome]) -> list[Chromosome]:
    return sorted(members, key=lambda member: (member.homolog is None, member.homolog or 0))


def _numbered(members: list[Chromosome]) -> dict[ChromosomeId, int]:
    return {member.id: place for place, member in enumerate(members, start=1)}
