"""One fault that a cell may have, said in words, with the repair it would take."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.domain.chromosome import ExclusionReason
from core.domain.ids import ChromosomeId
from core.domain.outline import Box, Outline, Point


class Fault(StrEnum):
    """What may be wrong."""

    SPLIT = "split"
    DOUBLE = "double"
    MERGED = "merged"
    MISSED = "missed"
    STRANGER = "stranger"
    MISNAMED = "misnamed"
    ABSENT = "absent"


class Repair(StrEnum):
    """What one key would do about it."""

    JOIN = "join"
    REMOVE = "remove"
    CUT = "cut"
    UNCROSS = "uncross"
    OUTLINE = "outline"
    EXCLUDE = "exclude"
    RENAME = "rename"
    LOOK = "look"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A fault that the outlines of a cell may have.

    Parameters
    ----------
    ids
        Chromosomes that the repair replaces or changes; empty where nothing is outlined yet.
    likely
        How likely (0..1) the fault is there; an order of rank, calibrated on simulated cells only.
    title, reason
        What it is, and why it is thought so, in words.
    effect
        By how much the repair changes the count.
    outlines
        What would stand instead of `ids` after joining, cutting or outlining.
    line
        Where the cut runs, or the place to look at, in picture coordinates.
    chromosome_class
        Name that the repair gives; None when it gives none.
    exclusion
        Reason of an exclusion.
    box
        Stained place without an outline that the repair explains.
    """

    fault: Fault
    repair: Repair
    ids: tuple[ChromosomeId, ...]
    likely: float
    title: str
    reason: str
    effect: int = 0
    outlines: tuple[Outline, ...] = ()
    line: tuple[Point, ...] = ()
    chromosome_class: str | None = None
    exclusion: ExclusionReason | None = None
    box: Box | None = None
