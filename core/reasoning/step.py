"""What one step of the reasoning is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.domain.ids import CellId, ChromosomeId


class ReasoningLevel(StrEnum):
    """The four levels, each of which hands its answer to the next."""

    BANDS = "bands"
    CHROMOSOME = "chromosome"
    CELL = "cell"
    CASE = "case"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasoningStep:
    """One thing that was computed, and what it did to the level above.

    Parameters
    ----------
    seen
        What was seen, with its numbers.
    hence
        How it was used one level up; empty where it changed nothing there.
    changed
        Whether it changed an answer of the level below, or stopped one.
    chromosomes, cells
        Where it can be seen.
    probability
        0..1 of what was concluded; None where the step has none.
    """

    level: ReasoningLevel
    seen: str
    hence: str = ""
    changed: bool = False
    chromosomes: tuple[ChromosomeId, ...] = ()
    cells: tuple[CellId, ...] = ()
    probability: float | None = None


Steps = tuple[ReasoningStep, ...]


def of_level(steps: Steps, level: ReasoningLevel) -> Steps:
    """Steps of one level, in their order."""
    return tuple(step for step in steps if step.level is level)
