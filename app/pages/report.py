"""The Report page: the page as it will print, what is said on it, and what is still open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.board.export import ExportWish
from app.dialogs.export_karyogram import ExportKaryogramDialog
from app.dialogs.frame import Frame
from app.errors import sentence_of
from app.karyogram_choices import KaryogramChoices
from app.report.fields import ReportFields
from app.report.open_list import OpenList
from app.report.press import Order, Press, Printed
from app.report.preview import Preview
from app.report.shown_cells import ShownCells
from app.session import CaseSession
from app.settings import SettingsFile
from core.domain.metaphase import Metaphase
from core.editing.case_operations import EditCase
from core.errors import CentromereError
from core.report.content import figures_of

_PAUSE_MS = 350
_NO_CASE = "No case is open.\n\nOpen one in the Worklist, or drop metaphases anywhere to make one."
_NO_CELL = (
    "This case has no cell yet.\n\nDrop metaphases here, or choose Case › Import (Ctrl+O); "
    "the report appears when the first cell is there."
)


class ReportPage(QWidget):
    """Listens to the session; makes the report only while it is in sight."""

    cell_wanted = Signal(str)
    """A cell that an open point is about."""

    def __init__(
        self,
        session: CaseSession,
        settings: SettingsFile,
        parent: QWidget | None = None,
        choices: KaryogramChoices | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._settings = settings
        self._choices = choices or KaryogramChoices(session, settings, self)
        self._press = Press(session.lanes.compute, session.pictures, self)
        self._models: dict[str, Mapping[str, str]] = {}
        self._asked: set[str] = set()
        self.printed: Printed | None = None
        self.fields = ReportFields()
        self.shown_cells = ShownCells()
        self.open_list = OpenList()
        self.preview = Preview()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_PAUSE_MS)
        self._later.timeout.connect(self._print)
        self._lay_out()
        self._connect()
        self._case_changed()

    # -- building --------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        columns = QSplitter(Qt.Orientation.Horizontal)
        columns.setChildrenCollapsible(False)
        columns.addWidget(self._side())
        columns.addWidget(self._main())
        columns.setStretchFactor(1, 1)
        columns.setSizes([340, 1000])
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(columns)

    def _side(self) -> QWidget:
        title = QLabel("Report")
        title.setProperty("role", "title")
        inside = QWidget()
        inside.setObjectName("pane")
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(16, 12, 14, 12)
        rows.setSpacing(10)
        rows.addWidget(title)
        rows.addWidget(self.fields)
        rows.addWidget(self.shown_cells, 1)
        side = QScrollArea()
        side.setFrameShape(QFrame.Shape.NoFrame)
        side.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        side.setWidgetResizable(True)
        side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        side.setWidget(inside)
        self._fields_side = side
        theme.news.changed.connect(self._limit_side)
        self._limit_side()
        return side

    def _limit_side(self) -> None:
        """Give the fields room for their words."""
        self._fields_side.setMinimumWidth(theme.px(300))
        self._fields_side.setMaximumWidth(theme.px(460))

    def _main(self) -> QWidget:
        self.save_button = QPushButton("Save PDF…")
        self.save_button.setProperty("primary", True)
        self.save_button.setShortcut("Ctrl+S")
        self.save_button.setToolTip("<b>Save PDF</b> (Ctrl+S)<br>Write the report as it stands")
        self.export_button = QPushButton("Export karyograms…")
        self.export_button.setToolTip("<b>Export karyograms</b><br>PNG, TIFF or SVG of the cells shown")
        self._page = QLabel()
        self._page.setTextFormat(Qt.TextFormat.PlainText)
        self._page.setProperty("role", "quiet")
        bar = QHBoxLayout()
        bar.setContentsMargins(10, 7, 10, 5)
        bar.setSpacing(6)
        bar.addWidget(self.save_button)
        bar.addWidget(self.export_button)
        bar.addStretch(1)
        bar.addWidget(self._page)
        bar.addSpacing(8)
        for text, tip, call in (
            ("−", "Smaller (Ctrl and wheel)", lambda: self.preview.zoom_by(1 / 1.2)),
            ("+", "Larger (Ctrl and wheel)", lambda: self.preview.zoom_by(1.2)),
            ("Width", "Fill the width", self.preview.fit_width),
            ("Page", "One whole page", self.preview.fit_page),
        ):
            button = QToolButton()
            button.setText(text)
            button.setToolTip(tip)
            button.clicked.connect(lambda checked=False, call=call: call())
            bar.addWidget(button)
        main = QWidget()
        main.setObjectName("pane")
        rows = QVBoxLayout(main)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(bar)
        rows.addWidget(self.open_list)
        rows.addWidget(self.preview, 1)
        return main

    def _connect(self) -> None:
        session = self._session
        session.case_changed.connect(self._case_changed)
        session.cells_changed.connect(self._cells_changed)
        self._choices.changed.connect(self._print_soon)
        self.fields.typed.connect(self._print_soon)
        self.fields.kept.connect(self._keep)
        self.shown_cells.chosen.connect(self._choose)
        self.open_list.cell_wanted.connect(self.cell_wanted)
        self.open_list.field_wanted.connect(self.show_field)
        self.preview.pictures_wanted.connect(self._draw)
        self.preview.page_seen.connect(lambda at, of: self._page.setText(f"page {at} of {of}" if of else ""))
        self._press.printed.connect(self._show)
        self._press.picture_ready.connect(self.preview.show_picture)
        self._press.failed.connect(self._failed)
        self.save_button.clicked.connect(lambda: self.save())
        self.export_button.clicked.connect(lambda: self.export())

    # -- what is shown ---------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Make the report anew."""
        self._case_changed()

    @property
    def complete(self) -> bool:
        """Whether the pages in sight are those of the case as it stands."""
        return not self._later.isActive() and not self._press.busy and self.preview.complete

    def show_field(self, name: str, words: str = "") -> None:
        """Lead to a field at the side, such as `comment`, and to words in it."""
        self._fields_side.ensureWidgetVisible(self.fields.box(name))
        self.fields.point_at(name, words)

    def _case_changed(self) -> None:
        case = self._session.case
        for part in (self.fields, self.shown_cells):
            part.setEnabled(case is not None)
        if case is not None:
            self.fields.show_case(case)
        self._cells_changed()

    def _cells_changed(self) -> None:
        case, cells = self._session.case, self._session.cells
        ready = case is not None and bool(cells)
        self.save_button.setEnabled(ready)
        self.export_button.setEnabled(ready)
        if case is not None:
            self.shown_cells.show_cells(case, cells)
        if not ready:
            self._later.stop()
            self._press.cancel()
            self.printed = None
            waits = case is not None and bool(case.cells)
            self.preview.show_notice(
                _NO_CASE if case is None else "Reading the cells…" if waits else _NO_CELL
            )
            self.open_list.show_points(())
            self.open_list.setVisible(False)
            return
        self._ask_for_models(cells)
        self._print_soon()

    def _ask_for_models(self, cells: tuple[Metaphase, ...]) -> None:
        """Look up which models answered, once a proposal."""
        fresh = {c.proposal for c in cells if c.proposal is not None} - self._asked
        if not fresh:
            return
        self._asked |= fresh
        store = self._session.store

        def arrived(found: Mapping[str, Mapping[str, str]]) -> None:
            self._models.update(found)
            self._print_soon()

        self._session.lanes.database.submit(
            "Read models", lambda progress: store.models_of(fresh), done=arrived, failed=self._failed
        )

    def _order(self) -> Order | None:
        case, cells = self._session.case, self._session.cells
        if case is None or not cells:
            return None
        versions: dict[str, set[str]] = {}
        for cell in cells:
            for stage, version in self._models.get(cell.proposal or "", {}).items():
                versions.setdefault(stage, set()).add(version)
        return Order(
            case=self.fields.applied_to(case),
            cells=cells,
            models={stage: ", ".join(sorted(found)) for stage, found in versions.items()},
            identity=self.fields.identity,
            style=self._choices.printed(case),
        )

    def _print_soon(self) -> None:
        if self.isVisible() and self._session.cells:
            self._later.start()

    def _print(self) -> None:
        order = self._order()
        if order is not None:
            self._press.print(order)

    def _show(self, printed: Printed) -> None:
        self.printed = printed
        self.open_list.show_points(printed.points)
        self.open_list.setVisible(True)
        self.preview.show_pages(printed.sizes)

    def _draw(self, width: int) -> None:
        if self.printed is not None:
            self._press.picture(self.printed.pdf, range(len(self.printed.sizes)), width)

    def _failed(self, error: Exception) -> None:
        self._session.message.emit(sentence_of(error))
        if self.printed is None:
            self.preview.show_notice(sentence_of(error))

    # -- what people do --------------------------------------------------------------------------------

    def _keep(self) -> None:
        case = self._session.case
        if case is None:
            return
        after = self.fields.applied_to(case)
        if after != case:
            self._session.do(EditCase(after=after))

    def _choose(self, cells: tuple[str, ...] | None) -> None:
        case = self._session.case
        if case is not None and case.figures != cells:
            self._session.do(EditCase(after=replace(self.fields.applied_to(case), figures=cells)))

    def save(self, path: Path | None = None) -> None:
        """Write the PDF; asks for the file where none is given."""
        self._keep()
        order = self._order()
        if order is None:
            return
        path = path or self._file(f"{_file_name(order.case.name)}-report.pdf")
        if path is None:
            return
        self._press.save(order, path, lambda _: self._tell(f"Report saved as {path}."), self._failed)

    def _file(self, name: str) -> Path | None:
        folder = self._settings.current.last_folder
        chosen, _ = QFileDialog.getSaveFileName(
            self, "Save the report", str(Path(folder) / name), "PDF (*.pdf)"
        )
        if not chosen:
            return None
        path = Path(chosen)
        self._remember(path.parent)
        return path if path.suffix.lower() == ".pdf" else path.with_name(path.name + ".pdf")

    def export(self) -> None:
        """Write the karyograms of the cells shown as pictures into a folder."""
        case, cells = self._session.case, self._session.cells
        shown = figures_of(case, cells) if case is not None else ()
        if case is None or not shown:
            self._tell("No cell is shown as picture, tick one at the left.")
            return
        dialog = ExportKaryogramDialog(self, f"Cells {', '.join(cell.label for cell in shown)}")
        dialog.accept_button.setText("Choose folder…")
        if dialog.exec() != Frame.DialogCode.Accepted:
            return
        chosen = QFileDialog.getExistingDirectory(
            self, "Folder for the karyograms", self._settings.current.last_folder
        )
        if not chosen:
            return
        self._remember(Path(chosen))
        self.write_karyograms(Path(chosen), dialog.wish)

    def write_karyograms(self, folder: Path, wish: ExportWish) -> None:
        """Write the karyograms of the cells shown, one file each."""
        case = self._session.case
        if case is None:
            return
        shown = figures_of(case, self._session.cells)
        name = _file_name(case.name)
        files = [
            (cell, folder / f"{name}.{_file_name(cell.label)}.karyogram.{wish.format.value}")
            for cell in shown
        ]
        said = f"{len(files)} karyogram{'' if len(files) == 1 else 's'} saved in {folder}."
        self._press.export(
            files, case.name, wish, lambda _: self._tell(said), self._failed, self._choices.printed(case)
        )

    def _remember(self, folder: Path) -> None:
        try:
            self._settings.change(last_folder=str(folder))
        except CentromereError as error:
            self._tell(sentence_of(error))

    def _tell(self, text: str) -> None:
        self._session.message.emit(text)

    def showEvent(self, event: QShowEvent) -> None:
        """Make the report when it comes in sight."""
        super().showEvent(event)
        self._print_soon()

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep what was typed; nothing is made while nobody looks."""
        super().hideEvent(event)
        self._keep()
        self._later.stop()


def _file_name(text: str) -> str:
    """Turn a pseudonym into something that every file system takes."""
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]+', "_", text).strip(" .")[:80] or "case"
