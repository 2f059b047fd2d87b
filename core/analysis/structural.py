"""Changes of structure: suspicions of single chromosomes, pooled over the cells of a case.

A change that is there is there in every cell of its line, on one of the two homologs; what a normal
chromosome shows by chance is not. So the larger deviation of the two homologs is averaged over the cells and
held against what normal cells show. The thresholds come from the card of the model. All of it are suspicions:
no karyotype is written from them. What fits a variant of the normal is told as one and is no finding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.analysis.band_level import LOWEST
from core.analysis.benign_variants import benign_variant
from core.domain.bands import CLASSES, nearest_band
from core.domain.chromosome import Chromosome, ObjectType
from core.domain.finding import Finding, FindingKind
from core.domain.ids import CellId, ChromosomeId
from core.domain.metaphase import Banding, Metaphase, Verdict
from core.domain.suspicion import ChangeKind, Suspicion

MOST: Final = 3.0
LEAST: Final = 0.0
"""One cell of several counts so much at most: a bad outline is no change. Chosen on validation cases."""
DEFAULT_THRESHOLDS: Final = {1: 4.44, 2: 2.5, 3: 2.15, 5: 1.8, 10: 1.47, 20: 1.26}
_BAND_LEVEL: Final = 400
_ENOUGH_COMPARED: Final = 0.8
_SHOWING: Final = 0.6
"""Share of the threshold from which a cell speaks for a suspicion of another cell."""
_KINDS: Final = {
    ChangeKind.DELETION: FindingKind.DELETION,
    ChangeKind.DUPLICATION: FindingKind.DUPLICATION,
    ChangeKind.INVERSION: FindingKind.INVERSION,
    ChangeKind.FOREIGN: FindingKind.DERIVATIVE,
    ChangeKind.ISOCHROMOSOME: FindingKind.ISOCHROMOSOME,
    ChangeKind.RING: FindingKind.RING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSuspicion:
    """One class whose homologs look changed in a case.

    Attributes
    ----------
    score
        Mean of the deviations; `threshold` is where normal cases of as many cells are left behind.
    kind
        Kind that most of the suspect chromosomes show.
    chromosomes
        The suspect homolog of each cell, the most deviating first.
    cells
        Cells in which it alone would be worth a look, and all that were compared.
    breaks
        Bands on which most of them agree.
    """

    chromosome_class: str
    score: float
    threshold: float
    kind: ChangeKind
    chromosomes: tuple[tuple[CellId, ChromosomeId], ...]
    cells: tuple[CellId, ...]
    compared: int
    breaks: tuple[str, ...]

    @property
    def raised(self) -> bool:
        """Whether it lies above what normal cases show."""
        return self.score >= self.threshold


def threshold_for(cells: int, thresholds: Mapping[int, float] = DEFAULT_THRESHOLDS) -> float:
    """Threshold for so many cells, between those that were measured by the root of their number."""
    known = sorted(thresholds)
    roots = [1.0 / np.sqrt(number) for number in known]
    values = [thresholds[number] for number in known]
    return float(np.interp(1.0 / np.sqrt(max(cells, 1)), roots[::-1], values[::-1]))


def is_structure_compared(cell: Metaphase) -> bool:
    """Whether the program looked at the structure of this cell: of most chromosomes, well banded.

    A cell without a known band level, or under 300 bands, counts as not compared whatever was computed.
    """
    level = cell.quality.band_level if cell.quality else None
    if cell.banding is not Banding.G or level is None or level < LOWEST or not cell.counting:
        return False
    compared = sum(one.suspicion is not None for one in cell.counting)
    return compared >= _ENOUGH_COMPARED * cell.count


def why_not_compared(cell: Metaphase) -> str | None:
    """Say why the structure of a cell was not compared by the program; None when it was."""
    if is_structure_compared(cell):
        return None
    if cell.banding is not Banding.G:
        return f"structure is compared in G-banding only, this is {cell.banding.value}"
    compared = sum(one.suspicion is not None for one in cell.counting)
    if compared < _ENOUGH_COMPARED * max(cell.count, 1):
        return f"structure compared for {compared} of {cell.count} chromosomes only"
    if cell.quality is None or cell.quality.band_level is None:
        return "the band level of this cell is unknown"
    return f"below {LOWEST:.0f} bands: structure cannot be compared"


NOT_ASSESSED: Final = "structure not assessed by the program: a person has to compare the bands of each pair"


def structure_in_words(
    cells: Sequence[Metaphase], *, thresholds: Mapping[int, float] = DEFAULT_THRESHOLDS
) -> str:
    """What the program did about structure in these cells, in one sentence without a full stop.

    It begins with "structure not assessed" or "structure compared"; a person compares the bands either way.
    """
    compared = [cell for cell in cells if is_structure_compared(cell)]
    if not compared:
        return NOT_ASSESSED
    raised = [one for one in suspicions_of_case(compared, thresholds=thresholds) if one.raised]
    where = f" ({', '.join(one.chromosome_class for one in raised)})" if raised else ""
    number = f"{len(raised) or 'no'} suspicion{'' if len(raised) == 1 else 's'}{where}"
    in_cells = "" if len(compared) == len(cells) else f" in {len(compared)} of {len(cells)} cells"
    return (
        f"structure compared by the program{in_cells}: {number};"
        " small changes and inversions are mostly missed, compare the bands of each pair"
    )


def findings_of_structure(
    cell: Metaphase, *, threshold: float = DEFAULT_THRESHOLDS[1]
) -> tuple[Finding, ...]:
    """Chromosomes of one cell that look changed, the likeliest first.

    They are suspicions: no karyotype is written from them. Variants of the normal are not among them.

    Parameters
    ----------
    threshold
        Deviation from which a chromosome is told.

    Returns
    -------
    tuple of Finding
        Empty where structure was not compared, see `why_not_compared`.
    """
    return tuple(
        _finding(one, suspicion) for one, suspicion, variant in _told(cell, threshold) if not variant
    )


def variants_of_structure(
    cell: Metaphase, *, threshold: float = DEFAULT_THRESHOLDS[1]
) -> tuple[tuple[ChromosomeId, str], ...]:
    """Chromosomes that look as a variant of the normal does, and its name, such as ``9qh``."""
    return tuple((one.id, variant) for one, _, variant in _told(cell, threshold) if variant)


def _told(cell: Metaphase, threshold: float) -> list[tuple[Chromosome, Suspicion, str | None]]:
    if not is_structure_compared(cell):
        return []
    found = [
        (one, suspicion, benign_variant(one.chromosome_class, suspicion))
        for one in cell.counting
        if (suspicion := _of(one)) is not None and suspicion.deviation >= threshold
    ]
    return sorted(found, key=lambda entry: -entry[1].deviation)


def shows_change(
    cell: Metaphase, chromosome_class: str, *, threshold: float = DEFAULT_THRESHOLDS[1]
) -> bool | None:
    """Whether a cell speaks for a change of a class that another cell shows; None where it cannot tell."""
    if not is_structure_compared(cell):
        return None
    seen = [
        suspicion
        for one in cell.counting
        if one.chromosome_class == chromosome_class and (suspicion := _of(one)) is not None
    ]
    if not seen:
        return None
    return any(
        suspicion.deviation >= _SHOWING * threshold and not benign_variant(chromosome_class, suspicion)
        for suspicion in seen
    )


def suspicions_of_case(
    cells: Sequence[Metaphase], *, thresholds: Mapping[int, float] = DEFAULT_THRESHOLDS
) -> tuple[CaseSuspicion, ...]:
    """Pool what the cells of a case show; every class that was compared, the most suspect first.

    Rejected cells, those for counting only, and those whose structure was not compared are left out;
    what fits a variant of the normal counts as normal.
    """
    found = []
    for name in CLASSES:
        suspects: list[tuple[CellId, Chromosome, Suspicion]] = []
        for cell in cells:
            if cell.verdict in (Verdict.REJECTED, Verdict.COUNT_ONLY) or not is_structure_compared(cell):
                continue
            compared = [
                (_weight(name, suspicion), one, suspicion)
                for one in cell.counting
                if one.chromosome_class == name and (suspicion := _of(one)) is not None
            ]
            if compared:
                _, one, suspicion = max(compared, key=lambda entry: entry[0])
                suspects.append((cell.id, one, suspicion))
        if suspects:
            found.append(_pooled(name, suspects, thresholds))
    return tuple(sorted(found, key=lambda one: one.threshold - one.score))


def _pooled(
    name: str,
    suspects: Sequence[tuple[CellId, Chromosome, Suspicion]],
    thresholds: Mapping[int, float],
) -> CaseSuspicion:
    ranked = sorted(suspects, key=lambda entry: -_weight(name, entry[2]))
    single = threshold_for(1, thresholds)
    showing = [entry for entry in ranked if _weight(name, entry[2]) >= _SHOWING * single]
    kinds = Counter[ChangeKind]()
    for _, _, suspicion in showing or ranked[:1]:
        kinds[suspicion.kind] += 1
    kind = kinds.most_common(1)[0][0]
    places = pooled_breaks(
        [
            [place.fraction for place in suspicion.breaks]
            for _, _, suspicion in showing or ranked[:1]
            if suspicion.kind is kind
        ]
    )
    return CaseSuspicion(
        chromosome_class=name,
        score=pooled_deviation([_weight(name, entry[2]) for entry in suspects]),
        threshold=threshold_for(len(suspects), thresholds),
        kind=kind,
        chromosomes=tuple((cell, one.id) for cell, one, _ in ranked),
        cells=tuple(cell for cell, _, _ in showing),
        compared=len(suspects),
        breaks=tuple(nearest_band(name, place, _BAND_LEVEL).name for place in places),
    )


def pooled_breaks(places: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """Places of the breaks of a case: the median over the cells that show them, one or two.

    Parameters
    ----------
    places
        For each cell, one or two fractions of the idiogram, growing.
    """
    if not places:
        return ()
    number = Counter(len(one) for one in places).most_common(1)[0][0]
    alike = [one for one in places if len(one) == number]
    return tuple(float(np.median([one[at] for one in alike])) for at in range(number))


def pooled_deviation(deviations: Sequence[float]) -> float:
    """Deviation of a class in a case: that of its one cell, or the mean over cells held to their bounds."""
    if len(deviations) == 1:
        return float(deviations[0])
    return float(np.clip(deviations, LEAST, MOST).mean())


def _weight(name: str, suspicion: Suspicion) -> float:
    """Deviation that counts: a variant of the normal is normal."""
    return min(suspicion.deviation, 0.0) if benign_variant(name, suspicion) else suspicion.deviation


def _of(chromosome: Chromosome) -> Suspicion | None:
    """Suspicion of a chromosome that a person did not already call a marker or derivative."""
    if chromosome.object_type is not ObjectType.NORMAL or chromosome.overlaps:
        return None
    return chromosome.suspicion


def _finding(chromosome: Chromosome, suspicion: Suspicion) -> Finding:
    name = chromosome.chromosome_class
    where = f" near {name}{', '.join(place.band for place in suspicion.breaks)}" if suspicion.breaks else ""
    what = suspicion.kind.value
    if suspicion.kind is ChangeKind.FOREIGN and suspicion.foreign:
        what += f", perhaps of {suspicion.foreign}"
    return Finding(
        kind=_KINDS[suspicion.kind],
        chromosomes=(name,),
        supporting=(chromosome.id,),
        confidence=suspicion.probability,
        text=f"chromosome {name} looks changed: {what}{where}",
        breakpoints=tuple(f"{name}{place.band}" for place in suspicion.breaks),
    )
