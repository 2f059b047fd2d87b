"""Makes the report and its page pictures off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.board.export import ExportWish, write_karyogram
from app.pictures import Pictures
from app.tasks import Lane, Task, Urgency
from core.domain.case import Case
from core.domain.ids import CellId
from core.domain.metaphase import Metaphase
from core.domain.view import CellView
from core.progress import Progress
from core.report.content import ReportContent, content_of
from core.report.figures import Figure, figure_of
from core.report.karyogram_style import KaryogramStyle
from core.report.open_points import OpenPoint, open_points
from core.report.pdf import report_bytes, write_report
from core.report.pdf_reading import PDFIUM

_HELD_FIGURES = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the report is made of."""

    case: Case
    cells: tuple[Metaphase, ...]
    models: Mapping[str, str]
    identity: str
    style: KaryogramStyle


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Printed:
    """A report: the PDF, the sizes of its pages in points, and what is still open."""

    pdf: bytes
    sizes: tuple[tuple[float, float], ...]
    content: ReportContent
    points: tuple[OpenPoint, ...]


class Press(QObject):
    """Prints on the compute lane; an order replaces the one before it.

    pdfium is not made for several threads, so that everything about it happens on that one lane.

    Parameters
    ----------
    lane
        Where the work is done.
    pictures
        Gives the grey values of the cells shown.
    """

    printed = Signal(object)
    """A `Printed` report."""
    picture_ready = Signal(int, QImage)
    """Number of a page, from 0, and its picture."""
    failed = Signal(object)
    """The error of an order."""

    def __init__(self, lane: Lane, pictures: Pictures, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = lane
        self._pictures = pictures
        self._order: Task | None = None
        self._pages: list[Task] = []
        # Belongs to the lane: drawings of cells that did not change are used again.
        self._figures: dict[CellId, tuple[Metaphase, KaryogramStyle, CellView | None, Figure]] = {}

    @property
    def busy(self) -> bool:
        """Whether an order or a picture is not finished."""
        return any(task is not None and not task.finished for task in (self._order, *self._pages))

    def print(self, order: Order) -> None:
        """Make the report; `printed` or `failed` follows."""
        self.cancel()
        self._order = self._lane.submit(
            "Report",
            lambda progress: self._made(order, progress),
            done=self.printed.emit,
            failed=self.failed.emit,
            urgency=Urgency.NOW,
        )

    def picture(self, pdf: bytes, pages: Sequence[int], width: int) -> None:
        """Draw pages, `width` pixels across; `picture_ready` follows for each."""
        for task in self._pages:
            task.cancel()
        self._pages = [
            self._lane.submit(
                "Page of the report",
                lambda progress, page=page: _drawn(pdf, page, width),
                done=lambda image, page=page: self.picture_ready.emit(page, image),
                failed=self.failed.emit,
                urgency=Urgency.NOW,
            )
            for page in pages
        ]

    def save(
        self, order: Order, path: Path, done: Callable[[object], None], failed: Callable[[Exception], None]
    ) -> None:
        """Make the report anew and write it."""

        def work(progress: Progress) -> None:
            content = _content(order)
            write_report(path, content, self._drawn_figures(content, order.style, progress))

        self._lane.submit("Save report", work, done=done, failed=failed, urgency=Urgency.NOW)

    def export(
        self,
        cells: Sequence[tuple[Metaphase, Path]],
        case_name: str,
        wish: ExportWish,
        done: Callable[[object], None],
        failed: Callable[[Exception], None],
        style: KaryogramStyle | None = None,
    ) -> None:
        """Write karyograms as pictures."""

        def work(progress: Progress) -> None:
            for number, (cell, path) in enumerate(cells):
                progress.step(number, len(cells), f"karyogram of cell {cell.label}")
                write_karyogram(cell, self._pictures.read_now(cell), case_name, wish, path, style)

        self._lane.submit("Export karyograms", work, done=done, failed=failed, urgency=Urgency.NOW)

    def cancel(self) -> None:
        """Give up what is not finished."""
        for task in (self._order, *self._pages):
            if task is not None:
                task.cancel()

    def _made(self, order: Order, progress: Progress) -> Printed:
        content = _content(order)
        pdf = report_bytes(content, self._drawn_figures(content, order.style, progress))
        progress.step(1, 1, "report")
        with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
            sizes = tuple(document.get_page_size(number) for number in range(len(document)))
        return Printed(pdf=pdf, sizes=sizes, content=content, points=open_points(content, order.cells))

    def _drawn_figures(
        self, content: ReportContent, style: KaryogramStyle, progress: Progress
    ) -> list[Figure]:
        figures, case = [], content.case
        for number, cell in enumerate(content.figures):
            progress.step(number, len(content.figures), f"drawing cell {cell.label}")
            held, view = self._figures.get(cell.id), case.view_of(cell.id) if case.print_views else None
            if held is None or held[0] is not cell or held[1] != style or held[2] != view:
                held = (cell, style, view, figure_of(cell, self._pictures.read_now(cell), style, view))
                self._figures.pop(cell.id, None)
                self._figures[cell.id] = held
                while len(self._figures) > _HELD_FIGURES:
                    del self._figures[next(iter(self._figures))]
            figures.append(held[3])
        return figures


def _content(order: Order) -> ReportContent:
    return content_of(
        order.case,
        order.cells,
        models=order.models,
        created=datetime.now(UTC),
        identity=order.identity,
    )


def _drawn(pdf: bytes, number: int, width: int) -> QImage:
    # Page and bitmap are given back here, in this order: left to the garbage collector they could be closed
    # by another thread in the middle of a call, and a second window has a press of its own.
    with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        page = document[number]
        bitmap = page.render(scale=width / page.get_width(), rev_byteorder=True, prefer_bgrx=False)
        pixels = bitmap.to_numpy()
        height, across, channels = pixels.shape
        kind = QImage.Format.Format_RGB888 if channels == 3 else QImage.Format.Format_RGBX8888
        image = QImage(pixels.data, across, height, int(pixels.strides[0]), kind).copy()
        del pixels
        bitmap.close()
        page.close()
        return image
