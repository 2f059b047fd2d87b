"""What a gesture of the mouse means: which chromosomes it is about, and the pieces that come of it."""

from __future__ import annotations

from app.gestures.cutting import (
    cut_along,
    joined,
    pieces_of_cut,
    separated_by_corners,
    separated_by_strokes,
)
from app.gestures.edit import Edit, Line, Pieces, Scene
from app.gestures.finding import marked, outlined_at, outlined_in, ringed
from app.gestures.painting import (
    axis_moved,
    axis_nodes,
    axis_through,
    brushed,
    grown_by,
    onto_axis,
    rubbed_out,
    with_ring,
)

__all__ = [
    "Edit",
    "Line",
    "Pieces",
    "Scene",
    "axis_moved",
    "axis_nodes",
    "axis_through",
    "brushed",
    "cut_along",
    "grown_by",
    "joined",
    "marked",
    "onto_axis",
    "outlined_at",
    "outlined_in",
    "pieces_of_cut",
    "ringed",
    "rubbed_out",
    "separated_by_corners",
    "separated_by_strokes",
    "with_ring",
]
