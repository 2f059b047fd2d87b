"""Annotations as lines, heads, rims and words, in the unit of the figure they are drawn on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.domain.annotation import Annotation, AnnotationKind
from core.domain.outline import Point

_ROUND: Final = 40
_HEAD_WIDTH: Final = 0.36


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationShape:
    """What is drawn of one annotation.

    `line` is the shaft of an arrow, `head` its filled tip, `rim` a closed line; words stand on the
    baseline at `words_at`, which is their `anchor` (start, middle or end).
    """

    line: tuple[Point, Point] | None = None
    head: tuple[Point, ...] = ()
    rim: tuple[Point, ...] = ()
    words_at: Point = (0.0, 0.0)
    anchor: str = "start"


def shape_of(
    annotation: Annotation, points: Sequence[Point], *, head: float, letters: float
) -> AnnotationShape:
    """Work out what to draw.

    Parameters
    ----------
    annotation
        A complete one.
    points
        Its points in the figure.
    head
        Length of the head of an arrow.
    letters
        Size of the words.
    """
    if annotation.kind is AnnotationKind.ARROW:
        return _arrow(points[0], points[1], head, letters)
    if annotation.kind is AnnotationKind.CIRCLE:
        (x, y), rim = points[0], points[1]
        radius = math.dist((x, y), rim)
        circle = tuple(
            (x + radius * math.cos(2 * math.pi * n / _ROUND), y + radius * math.sin(2 * math.pi * n / _ROUND))
            for n in range(_ROUND)
        )
        return AnnotationShape(rim=circle, words_at=(x + radius + letters / 3, y + letters / 3))
    if annotation.kind is AnnotationKind.BOX:
        right = max(x for x, _ in points)
        top = min(y for _, y in points)
        return AnnotationShape(rim=tuple(points), words_at=(right + letters / 3, top + 0.8 * letters))
    return AnnotationShape(words_at=(points[0][0], points[0][1] + letters / 3))


def _arrow(tail: Point, tip: Point, head: float, letters: float) -> AnnotationShape:
    dx, dy = tip[0] - tail[0], tip[1] - tail[1]
    length = math.hypot(dx, dy)
    if length < 1e-6:
        dx, dy, length = 1.0, 0.0, 1.0
    ux, uy = dx / length, dy / length
    long = min(head, length)
    back = (tip[0] - ux * long, tip[1] - uy * long)
    wide = long * _HEAD_WIDTH
    corners = (tip, (back[0] - uy * wide, back[1] + ux * wide), (back[0] + uy * wide, back[1] - ux * wide))
    away = letters / 3
    anchor = "middle" if abs(ux) < 0.3 else "end" if ux > 0 else "start"
    below = letters if uy < -0.3 else 0.0 if uy > 0.3 else letters / 3
    return AnnotationShape(
        line=(tail, (tip[0] - ux * long * 0.8, tip[1] - uy * long * 0.8)),
        head=corners,
        words_at=(tail[0] - ux * away, tail[1] - uy * away + below * 0.8),
        anchor=anchor,
    )
