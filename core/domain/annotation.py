"""Arrows, words, circles and boxes that belong to a chromosome."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NewType

from core.domain.ids import ChromosomeId
from core.domain.outline import Point

AnnotationId = NewType("AnnotationId", str)


class AnnotationKind(StrEnum):
    """What it is."""

    ARROW = "arrow"
    TEXT = "text"
    CIRCLE = "circle"
    BOX = "box"


COLOURS: Final = {
    "red": "#c8281e", "blue": "#1464be", "green": "#1e7846", "orange": "#be6400", "violet": "#7a3fb0",
    "black": "#14181e",
}  # fmt: skip
"""Colours on offer; all stand out on white and on grey bands, also in print."""

_CORNERS: Final = {
    AnnotationKind.ARROW: 2, AnnotationKind.TEXT: 1, AnnotationKind.CIRCLE: 2, AnnotationKind.BOX: 4,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """One mark on a chromosome.

    Its points lie in the picture, so that it moves, turns and travels with the chromosome and means the
    same place wherever that is shown.

    Parameters
    ----------
    chromosome
        What it is bound to.
    points
        Arrow: tail and tip; words: where they begin; circle: middle and a point of the rim; box: its
        four corners in order.
    text
        Words, also beside an arrow, circle or box; empty for none.
    colour
        As "#rrggbb".
    """

    id: AnnotationId
    chromosome: ChromosomeId
    kind: AnnotationKind
    points: tuple[Point, ...]
    text: str = ""
    colour: str = COLOURS["red"]

    @property
    def complete(self) -> bool:
        """Whether it can be drawn: as many points as its kind has, and words where it is nothing else."""
        worded = bool(self.text.strip()) or self.kind is not AnnotationKind.TEXT
        return len(self.points) == _CORNERS[self.kind] and worded
