"""The karyogram as a file or on the clipboard: drawn off the GUI thread at print resolution."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from core.analysis.numerical import cell_karyotype
from core.atomic import whole_file
from core.domain.metaphase import Metaphase
from core.report.drawing import Drawing
from core.report.karyogram_figure import draw_karyogram, truth_of_pixels
from core.report.karyogram_style import KaryogramStyle
from core.report.rendering import save_pixels, to_pixels, to_svg
from core.version import RESEARCH_USE


class PictureFormat(StrEnum):
    """Formats of an exported karyogram."""

    PNG = "png"
    TIFF = "tif"
    SVG = "svg"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportWish:
    """What the file is to be like; `dpi` means nothing for SVG."""

    format: PictureFormat = PictureFormat.PNG
    dpi: int = 300
    titled: bool = True


def title_of(cell: Metaphase, case_name: str) -> str:
    """Line above the karyogram: case, cell and what its numbers say."""
    parts = [case_name, f"cell {cell.label}", cell_karyotype(cell) or f"{cell.count} chromosomes"]
    return "  ·  ".join(part for part in parts if part)


def write_karyogram(
    cell: Metaphase,
    grey: NDArray[np.generic],
    case_name: str,
    wish: ExportWish,
    path: Path,
    style: KaryogramStyle | None = None,
) -> None:
    """Draw a karyogram and write it whole or not at all.

    Raises
    ------
    OSError
        When the place cannot be written.
    """
    drawing = _drawing(cell, grey, case_name, wish, style)
    with whole_file(path) as unfinished:
        if wish.format is PictureFormat.SVG:
            unfinished.write_text(to_svg(drawing), encoding="utf-8")
        else:
            save_pixels(to_pixels(drawing, dpi=wish.dpi), unfinished, dpi=wish.dpi)


def karyogram_image(
    cell: Metaphase,
    grey: NDArray[np.generic],
    case_name: str,
    wish: ExportWish,
    style: KaryogramStyle | None = None,
) -> QImage:
    """Draw a karyogram for the clipboard."""
    pixels = to_pixels(_drawing(cell, grey, case_name, wish, style), dpi=wish.dpi)
    height, width, _ = pixels.shape
    image = QImage(np.ascontiguousarray(pixels).data, width, height, 3 * width, QImage.Format.Format_RGB888)
    per_metre = round(wish.dpi / 0.0254)
    whole = image.copy()
    whole.setDotsPerMeterX(per_metre)
    whole.setDotsPerMeterY(per_metre)
    return whole


def _drawing(
    cell: Metaphase,
    grey: NDArray[np.generic],
    case_name: str,
    wish: ExportWish,
    style: KaryogramStyle | None,
) -> Drawing:
    # What is no captured picture is told also where no title was wanted.
    truth = truth_of_pixels(cell)
    untold = any(c.straightened or c.mirrored for c in cell.chromosomes if c.excluded is None)
    return draw_karyogram(
        cell,
        grey,
        title=title_of(cell, case_name) if wish.titled else None,
        caption=f"{truth} {RESEARCH_USE}" if wish.titled else truth if untold else None,
        style=style,
    )
