"""The pictures of one cell on the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.domain.metaphase import Metaphase
from core.domain.view import CellView
from core.imaging.views import seen_cell
from core.report.drawing import Drawing
from core.report.karyogram_figure import draw_karyogram
from core.report.karyogram_style import KaryogramStyle
from core.report.metaphase_figure import draw_metaphase

_WIDTH: Final = 88.5
_HEIGHT: Final = 84.0
"""Two metaphases, as captured and with outlines, stand side by side on a page of 180 mm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Karyogram and metaphase of a cell, as drawings; the metaphase as captured and with outlines.

    `view` is how the karyogram is looked at; None for captured pixels.
    """

    cell: Metaphase
    karyogram: Drawing
    metaphase: Drawing
    outlined: Drawing
    view: CellView | None = None


def figure_of(
    cell: Metaphase,
    grey: NDArray[np.generic],
    style: KaryogramStyle | None = None,
    view: CellView | None = None,
) -> Figure:
    """Draw a cell for the report.

    Parameters
    ----------
    cell
        State to draw.
    grey
        Its picture, shape (H, W).
    style
        How the karyogram is laid out; as usual when None.
    view
        How the karyogram is looked at; as captured when None. The metaphase is always as captured.
    """
    chosen = None if view is None or view.is_plain else view
    seen = grey if chosen is None else seen_cell(grey, chosen, cell)
    return Figure(
        cell=cell,
        karyogram=draw_karyogram(cell, seen, style=style),
        view=chosen,
        metaphase=draw_metaphase(cell, grey, width=_WIDTH, height=_HEIGHT, outlines=False),
        outlined=draw_metaphase(cell, grey, width=_WIDTH, height=_HEIGHT),
    )
