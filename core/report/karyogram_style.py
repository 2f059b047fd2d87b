"""How a karyogram is shown: a choice of whoever looks, never part of the cell."""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.bands import LEVELS, Level
from core.domain.metaphase import Metaphase
from core.domain.template import ISCN_ROWS, KaryogramTemplate
from core.report.arrangement import Alignment

USUAL_LEVEL: Level = 550


@dataclass(frozen=True, slots=True, kw_only=True)
class KaryogramStyle:
    """Template, alignment and what stands beside the chromosomes.

    Parameters
    ----------
    idiograms
        Whether an idiogram stands beside each pair.
    level
        Bands per haploid set of the idiograms; None for the level that matches the cell.
    annotations
        Whether arrows, words, circles and boxes are shown.
    """

    template: KaryogramTemplate = ISCN_ROWS
    alignment: Alignment = Alignment.CENTROMERE
    idiograms: bool = False
    level: Level | None = None
    annotations: bool = True

    def level_for(self, cell: Metaphase) -> Level:
        """Level of the idiograms: the fixed one, that of the cell, or 550 where neither is known."""
        if self.level is not None:
            return self.level
        known = cell.quality.band_level if cell.quality else None
        if known is None:
            return USUAL_LEVEL
        near = min(LEVELS, key=lambda level: abs(level - known))
        return 400 if near == 400 else 850 if near == 850 else 550
