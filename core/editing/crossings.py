"""Crossings after chromosomes came or went."""

from __future__ import annotations

from dataclasses import replace

from core.domain.chromosome import Chromosome


def without_lost_crossings(chromosomes: tuple[Chromosome, ...]) -> tuple[Chromosome, ...]:
    """Drop the crossings with chromosomes that are no longer there."""
    present = {chromosome.id for chromosome in chromosomes}
    return tuple(
        chromosome
        if present.issuperset(chromosome.overlaps)
        else replace(chromosome, overlaps=tuple(one for one in chromosome.overlaps if one in present))
        for chromosome in chromosomes
    )
