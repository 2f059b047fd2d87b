"""Writes the evidence strip and the composite as PDF, PNG, TIFF or SVG."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from app.compare.class_bar import ALL
from app.compare.comparison import ReadCell
from core.analysis.composite import ClassNumbers
from core.analysis.consensus import ClassStudy
from core.atomic import whole_file
from core.domain.bands import CLASSES, Level
from core.report.comparison_figure import (
    CompositeMember,
    CompositeRow,
    draw_composite,
    draw_evidence,
    pages_of,
)
from core.report.drawing import Drawing
from core.report.rendering import save_pixels, to_pixels, to_svg

FILTERS: Final = "PDF (*.pdf);;PNG (*.png);;TIFF (*.tif);;SVG (*.svg)"
_DPI: Final = 300.0


def evidence_drawing(study: ClassStudy, case: str, level: Level) -> Drawing:
    """Evidence strip of a class."""
    title = f"{case}  ·  chromosome {study.chromosome_class} in {study.cells} cells"
    if study.outlying_cells:
        title += f"  ·  deviating in {study.outlying_cells} of {study.cells}"
    return draw_evidence(study, title=title, level=level)


def composite_drawing(
    name: str,
    cells: tuple[ReadCell, ...],
    studies: dict[str, ClassStudy],
    numbers: dict[str, ClassNumbers],
    case: str,
) -> Drawing:
    """Composite karyogram of one class, or of all of them."""
    wanted = CLASSES if name == ALL else (name,)
    rows = []
    for one in wanted:
        study = studies.get(one)
        outlying = {d.strand.id for d in study.deviations if d.outlying} if study else set()
        members = tuple(
            tuple(
                CompositeMember(
                    upright=cell.upright[strand.id], pixels=strand.pixels, outlying=strand.id in outlying
                )
                for strand in cell.strands.of_class(one)
            )
            for cell in cells
        )
        if any(members):
            rows.append(CompositeRow(name=one, members=members, normal=numbers[one].normal))
    what = "all classes" if name == ALL else f"chromosome {name}"
    title = f"{case}  ·  composite of {len(cells)} cells, {what}"
    return draw_composite(rows, [cell.cell.label for cell in cells], title=title)


def write_drawing(drawing: Drawing, path: Path, title: str) -> None:
    """Write a drawing in the format of the path's suffix, whole or not at all.

    Raises
    ------
    StorageError
        When the place cannot be written.
    """
    kind = path.suffix.lower()
    with whole_file(path) as unfinished:
        if kind == ".pdf":
            unfinished.write_bytes(pages_of([drawing], title=title))
        elif kind == ".svg":
            unfinished.write_text(to_svg(drawing), encoding="utf-8")
        else:
            save_pixels(to_pixels(drawing, dpi=_DPI), unfinished, dpi=_DPI)
