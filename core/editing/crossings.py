"""Crossings after chromosomes came or went."""

from __future__ import annotations

from dataclasses import replace

from core.domain.chromosome import Chromosome
from core.domain.ids import ChromosomeId


def without_lost_crossings(chromosomes: tuple[Chromosome, ...]) -> tuple[Chromosome, ...]:
    """Drop the crossings with chromosomes that are no longer there."""
    present = {chromosome.id for chromosome in chromosomes}
    return tuple(
        chromosome
        if present.issuperset(chromosome.overlaps)
        else replace(chromosome, overlaps=tuple(one for one in chromosome.overlaps if one in present))
        for chromosome in chromosomes
    )


def with_mutual_crossings(chromosomes: tuple[Chromosome, ...]) -> tuple[Chromosome, ...]:
    """Let every chromosome know the crossings that others state with it."""
    partners: dict[ChromosomeId, list[ChromosomeId]] = {}
    for chromosome in chromosomes:
        for other in chromosome.overlaps:
            partners.setdefault(other, []).append(chromosome.id)
    result = []
    for chromosome in chromosomes:
        new = [one for one in partners.get(chromosome.id, ()) if one not in chromosome.overlaps]
        result.append(replace(chromosome, overlaps=(*chromosome.overlaps, *new)) if new else chromosome)
    return tuple(result)
