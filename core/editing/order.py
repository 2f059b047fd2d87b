"""Places of homologs within their class."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from core.domain.chromosome import Chromosome


def renumber_homologs(chromosomes: tuple[Chromosome, ...]) -> tuple[Chromosome, ...]:
    """Give every shown chromosome a place in its class: 1, 2, … without gaps, keeping the order there was.

    Excluded ones lose their place. Chromosomes that had none come last, in the order given.
    """
    by_class: dict[str, list[Chromosome]] = defaultdict(list)
    for chromosome in chromosomes:
        if chromosome.excluded is None:
            by_class[chromosome.chromosome_class].append(chromosome)
    places = {}
    for members in by_class.values():
        ordered = sorted(members, key=lambda member: (member.homolog is None, member.homolog or 0))
        for place, member in enumerate(ordered, start=1):
            places[member.id] = place
    return tuple(
        chromosome
        if chromosome.homolog == places.get(chromosome.id)
        else replace(chromosome, homolog=places.get(chromosome.id))
        for chromosome in chromosomes
    )
