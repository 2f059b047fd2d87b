"""Cells whose chromosomes were compared, with what was suspected of them."""

from __future__ import annotations

from dataclasses import replace

from core.domain.bands import breakpoint_fraction
from core.domain.metaphase import Metaphase, Quality
from core.domain.suspicion import ChangeKind, SuspectedBreak, Suspicion
from tests.core.analysis.cells import cell_of

QUALITY = Quality(
    score=0.8, spread=0.8, overlap=0.9, band_clarity=0.7, focus=0.8, completeness=1.0, debris=1.0,
    band_level=450.0, band_level_low=400.0, band_level_high=510.0,
)  # fmt: skip
NORMAL = Suspicion(deviation=-0.3, probability=0.001, kind=ChangeKind.DELETION)
LOST = Suspicion(
    deviation=6.0,
    probability=0.93,
    kind=ChangeKind.DELETION,
    heat=(0.1,) * 20 + (0.9,) * 8,
    breaks=(
        SuspectedBreak(band="q13", low="q12", high="q14", fraction=breakpoint_fraction("5", "q13", 400)),
        SuspectedBreak(band="q33", low="q32", high="q34", fraction=breakpoint_fraction("5", "q33", 400)),
    ),
)
TURNED = Suspicion(
    deviation=6.0,
    probability=0.9,
    kind=ChangeKind.INVERSION,
    breaks=(
        SuspectedBreak(band="p12", low="p12", high="p12", fraction=breakpoint_fraction("9", "p12")),
        SuspectedBreak(band="q13", low="q13", high="q13", fraction=breakpoint_fraction("9", "q13")),
    ),
)


def compared(name: str, **changed: Suspicion) -> Metaphase:
    """A normal female cell whose chromosomes were all compared; `chromosome_5=...` changes the first 5."""
    cell = cell_of(name)
    wanted = {f"{name}-{word.removeprefix('chromosome_')}-0": said for word, said in changed.items()}
    return replace(
        cell,
        quality=QUALITY,
        chromosomes=tuple(replace(c, suspicion=wanted.get(c.id, NORMAL)) for c in cell.chromosomes),
    )
