"""The machine's whole answer about one cell: stored once, never edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.domain.chromosome import Chromosome
from core.domain.ids import CellId, ChromosomeId
from core.domain.metaphase import Banding, ExcludedObject, Leftover, PassedOver, Quality
from core.domain.outline import Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What the program proposed for a cell, and what it was made with.

    Parameters
    ----------
    id
        Identity that `Metaphase.proposal` names.
    created
        Time (UTC) at which the analysis ended.
    models
        Stage to `name@version`, such as `{"namer": "namer@0.3"}`.
    chromosomes, excluded, unexplained, passed_over, leftover, quality, right_probability, banding,
    dark_on_light, banding_confidence, banding_reason
        As in `Metaphase`.
    seconds
        Stage to seconds of wall time.
    """

    id: str
    cell: CellId
    created: datetime
    models: Mapping[str, str]
    chromosomes: tuple[Chromosome, ...]
    excluded: tuple[ExcludedObject, ...] = ()
    unexplained: tuple[Box, ...] = ()
    quality: Quality | None = None
    right_probability: float | None = None
    banding: Banding | None = None
    dark_on_light: bool | None = None
    seconds: Mapping[str, float] = field(default_factory=dict)
    banding_confidence: float | None = None
    banding_reason: str = ""
    passed_over: tuple[PassedOver, ...] = ()
    leftover: tuple[Leftover, ...] | None = None

    def chromosome(self, chromosome_id: ChromosomeId) -> Chromosome:
        """Return the proposed chromosome of that identity; KeyError when there is none."""
        for chromosome in self.chromosomes:
            if chromosome.id == chromosome_id:
                return chromosome
        raise KeyError(chromosome_id)
