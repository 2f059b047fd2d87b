"""What an operation touched, so that each view decides for itself whether to redraw."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Flag, auto

from core.domain.ids import ChromosomeId


class Aspects(Flag):
    """Kinds of things that can change in a cell or a case."""

    NOTHING = 0
    OUTLINES = auto()
    CLASSES = auto()
    POLARITY = auto()
    ORDER = auto()
    EXCLUSION = auto()
    CONFIRMATION = auto()
    MARKS = auto()
    VERDICT = auto()
    DETAILS = auto()
    CELLS = auto()
    ANNOTATIONS = auto()
    VIEWS = auto()
    EVERYTHING = (
        OUTLINES
        | CLASSES
        | POLARITY
        | ORDER
        | EXCLUSION
        | CONFIRMATION
        | MARKS
        | VERDICT
        | DETAILS
        | CELLS
        | ANNOTATIONS
        | VIEWS
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Aspects that changed, and the chromosomes concerned (empty: all of them)."""

    aspects: Aspects
    chromosomes: frozenset[ChromosomeId] = frozenset()
