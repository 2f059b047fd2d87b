"""The window: rail, context line, pages, status line; it puts the parts together and does nothing itself."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QHBoxLayout,
    QMainWindow,
    QMenuBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.actions import Actions
from app.comfort import Comfort
from app.commands import CellCommands
from app.context_line import ContextLine
from app.desk import Desk
from app.errors import sentence_of
from app.importing import Importing
from app.menus import fill_menus
from app.pages.case import CasePage
from app.pages.compare import ComparePage
from app.pages.models import ModelsPage
from app.pages.report import ReportPage
from app.pages.settings import SettingsPage
from app.pages.worklist import WorklistPage
from app.rail import Rail
from app.session import CaseSession
from app.status_line import StatusLine
from app.tables.cases import CasesModel
from app.tables.corrections import CorrectionsView
from app.try_database import answer_of
from app.workplace import Workplace
from core.errors import CentromereError
from core.store.learning import LearningStore

_DEFAULT_SIZE = (1440, 900)
_TITLE_BAR = 40


class MainWindow(QMainWindow):
    """The workstation window."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.setWindowTitle("Centromere")
        self.setAcceptDrops(True)
        self.setMinimumSize(980, 620)
        self.workplace = workplace
        self.session: CaseSession = workplace.session
        self.actions_ = Actions(self)
        self._case_ready = False
        self._closed = False
        self._desk = Desk(self)
        self.importing = Importing(self.session, workplace.originals, self._desk.decide_held, self)
        self.importing.finished.connect(self._desk.imported)
        self._build()
        self.commands = CellCommands(
            self.session, workplace.analyses, self.actions_, self._desk.needs_name, self
        )
        self.comfort = Comfort(self)
        self._connect()
        self._restore()
        self.show_page("worklist")

    # -- building --------------------------------------------------------------------------------------

    def _build(self) -> None:
        session, lanes, actions = self.session, self.workplace.lanes, self.actions_
        menus = QMenuBar()
        menus.setNativeMenuBar(False)
        fill_menus(menus, actions)
        self.rail = Rail(actions)
        self.context_line = ContextLine(session, menus)
        self.status_line = StatusLine(session, lanes, actions)
        self.pages = QStackedWidget()
        self.case_page = CasePage(session, actions, self.workplace.analyses.reason_of)
        cases = CasesModel(self.workplace.store, lanes.database, self._tell, self.workplace.today)
        self.worklist_page = WorklistPage(cases, actions)
        corrections = CorrectionsView(LearningStore(self.workplace.database), lanes.database, self._tell)
        corrections.cell_chosen.connect(self.open_cell)
        self.models_page = ModelsPage(corrections)
        self.report_page = ReportPage(session, self.workplace.settings, choices=self.workplace.karyogram)
        self.report_page.cell_wanted.connect(self._open_cell_of_case)
        self.compare_page = ComparePage(session)
        self.compare_page.chromosome_wanted.connect(self._open_chromosome)
        self.compare_page.cell_wanted.connect(self._open_chromosome_of)
        self.compare_page.case_wanted.connect(self._show_case)
        self.settings_page = SettingsPage(
            self.workplace.settings, self.workplace.folders, self.workplace.database.where, answer_of,
            actions, self.workplace.backing_up,
        )  # fmt: skip
        self._by_name: dict[str, QWidget] = {}
        for name, title, widget, tip in (
            ("worklist", "Worklist", self.worklist_page, "All cases"),
            ("case", "Case", self.case_page, "Cells, metaphase and karyogram of the open case"),
            ("compare", "Compare", self.compare_page, "Evidence strip, composite, cells side by side"),
            ("report", "Report", self.report_page, "The page as it will print, and what is still open"),
            ("models", "Models", self.models_page, "Versions, cards, corrections"),
            ("settings", "Settings", self.settings_page, "Your name, the database, the theme"),
        ):
            self.add_page(name, title, widget, tip)
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.context_line)
        right.addWidget(self.pages, 1)
        right.addWidget(self.status_line)
        centre = QWidget()
        columns = QHBoxLayout(centre)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(0)
        columns.addWidget(self.rail)
        columns.addLayout(right, 1)
        self.setCentralWidget(centre)

    def add_page(self, name: str, title: str, widget: QWidget, tip: str) -> None:
        """Add a page and its button; `widget.refresh()`, where there is one, runs when it is shown."""
        self._by_name[name] = widget
        self.pages.addWidget(widget)
        self.rail.add_page(name, title, name, tip)

    def _connect(self) -> None:
        actions, session = self.actions_, self.session
        self.rail.chosen.connect(self.show_page)
        self.worklist_page.case_chosen.connect(self.open_case)
        for name, call in (
            ("new_case", self._desk.new_case), ("edit_case", self._desk.edit_case),
            ("clone_rules", self._desk.edit_clone_rules),
            ("import", self._choose_files),
            ("close_case", self._close_case), ("quit", self.close),
            ("about", self._desk.show_about), ("verify", self._desk.show_verification),
            ("cancel_work", self._desk.cancel_work),
        ):  # fmt: skip
            actions[name].triggered.connect(lambda checked=False, call=call: call())
        actions["theme"].triggered.connect(lambda light: self.use_theme("light" if light else "dark"))
        actions["search"].triggered.connect(lambda: self.show_page("worklist"))
        for layout in ("count", "analyse", "karyotype", "cells"):
            actions[f"layout_{layout}"].triggered.connect(self._show_case)
        session.case_changed.connect(self._case_changed)
        analyses = self.workplace.analyses
        analyses.work_by_itself(self.workplace.settings.current.analyse_on_import)
        analyses.models_known.connect(self.context_line.show_models)
        analyses.failed.connect(self._desk.note_failure)
        analyses.finished.connect(self._desk.analyses_finished)
        analyses.working_changed.connect(self.case_page.cells_model.show_working)
        self.settings_page.theme_chosen.connect(self.use_theme)
        self.settings_page.looks_chosen.connect(lambda looks: self.comfort.use_looks(**looks))
        self.settings_page.person_chosen.connect(self.comfort.work_as)
        self.settings_page.message.connect(session.message)
        self.workplace.backing_up.message.connect(session.message)
        self.settings_page.by_itself_changed.connect(analyses.work_by_itself)
        self._case_changed()
        for text in (self.workplace.settings.complaint, self.workplace.migration_told):
            if text:
                QTimer.singleShot(0, partial(session.message.emit, sentence_of(ValueError(text))))

    def _make_case_ready(self) -> None:
        """Build the canvas: napari takes a second or two to import, which the worklist need not wait."""
        if self._case_ready:
            return
        self._case_ready = True
        QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            from app.case_panes import fill_case_page

            fill_case_page(self)
        finally:
            QApplication.restoreOverrideCursor()
        settings = self.workplace.settings.current
        self.case_page.restore(settings.layout, settings.case_layout)
        self.comfort.restore_panes()

    # -- pages -----------------------------------------------------------------------------------------

    def show_page(self, name: str) -> None:
        """Show a page."""
        if name == "case":
            self._make_case_ready()
        widget = self._by_name[name]
        self.pages.setCurrentWidget(widget)
        self.rail.show_page(name)
        gallery = name == "case" and self.case_page.layout_name == "cells"
        self.session.look_at_case(name == "report" or gallery)
        refresh = getattr(widget, "refresh", None)
        if refresh is not None:
            refresh()
        if name == "case":
            pane = self.case_page.pane("metaphase")
            if pane is not None and pane.isVisible():
                pane.setFocus()

    @property
    def pages_by_name(self) -> dict[str, QWidget]:
        """Pages by their name."""
        return dict(self._by_name)

    @property
    def page(self) -> str:
        """Name of the page that is shown."""
        return next(name for name, widget in self._by_name.items() if widget is self.pages.currentWidget())

    def open_case(self, case_id: str) -> None:
        """Put a case on the desk and show it."""
        self.show_page("case")
        self.session.open_case(case_id)

    def open_cell(self, case_id: str, cell_id: str) -> None:
        """Put a cell on the desk and show it."""
        self.show_page("case")
        self.session.open_case(case_id, cell=cell_id)

    def _show_case(self) -> None:
        if self.page != "case":
            self.show_page("case")

    def _open_cell_of_case(self, cell_id: str) -> None:
        self.show_page("case")
        self.session.open_cell(cell_id)

    def _open_chromosome(self, cell_id: str, chromosome_id: str) -> None:
        """Open a cell of the case and select one of its chromosomes as soon as the cell is on the desk."""
        self._open_cell_of_case(cell_id)
        self.session.select_when_open(cell_id, chromosome_id)

    def _open_chromosome_of(self, case_id: str, cell_id: str, chromosome_id: str) -> None:
        """Open a cell of any case and select one of its chromosomes."""
        if self.session.case is not None and self.session.case.id == case_id:
            self._open_chromosome(cell_id, chromosome_id)
        else:
            self.open_cell(case_id, cell_id)
            self.session.select_when_open(cell_id, chromosome_id)

    def _close_case(self) -> None:
        self.session.close_case()
        self.show_page("worklist")

    def _case_changed(self) -> None:
        case = self.session.case
        self.setWindowTitle(f"{case.name} – Centromere" if case else "Centromere")
        for name in ("edit_case", "clone_rules", "close_case"):
            self.actions_[name].setEnabled(case is not None)

    def use_theme(self, name: str) -> None:
        """Dress the window dark or light and remember it."""
        self.comfort.use_looks(theme=name)

    def needs_name(self) -> bool:
        """Ask for the name of whoever sits here, once; false when it was declined."""
        return self._desk.needs_name()

    # -- files -----------------------------------------------------------------------------------------

    def take(self, paths: Sequence[Path]) -> None:
        """Import files, folders and ZIPs."""
        self.session.message.emit("Looking through what was dropped…")
        self.importing.take(paths)

    def _choose_files(self) -> None:
        settings = self.workplace.settings.current
        files, _ = QFileDialog.getOpenFileNames(
            self,
            "Import images or a ZIP",
            settings.last_folder,
            "Images and ZIP (*.tif *.tiff *.png *.jpg *.jpeg *.bmp *.jp2 *.dcm *.zip);;All files (*)",
        )
        if files:
            self._remember(last_folder=str(Path(files[0]).parent))
            self.take([Path(file) for file in files])

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files, folders and ZIPs anywhere in the window."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Import what was dropped, after the drop itself is over."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        if paths:
            QTimer.singleShot(0, lambda: self.take(paths))

    # -- settings and the end --------------------------------------------------------------------------

    def _tell(self, error: Exception) -> None:
        self.session.message.emit(sentence_of(error))

    def _remember(self, **values: object) -> None:
        try:
            self.workplace.settings.change(**values)
        except CentromereError as error:
            self._tell(error)

    def _restore(self) -> None:
        settings = self.workplace.settings.current
        self.actions_["theme"].setChecked(settings.theme == "light")
        self.comfort.restore_layout()
        geometry = settings.layout.get("window")
        if not geometry or not self.restoreGeometry(QByteArray(base64.b64decode(geometry))):
            self.resize_at_first()

    def appear(self) -> None:
        """Show the window where it was; at its first start on a small screen it fills the screen."""
        screen = self.screen().availableGeometry()
        if self.width() >= screen.width() or self.height() >= screen.height() - _TITLE_BAR:
            self.showMaximized()
        else:
            self.show()

    def keep_layout(self) -> None:
        """Remember where everything stands."""
        layout = dict(self.workplace.settings.current.layout)
        layout["window"] = base64.b64encode(bytes(self.saveGeometry().data())).decode("ascii")
        if self._case_ready:
            layout.update(self.case_page.state())
        layout.update(self.comfort.layout())
        self._remember(layout=layout, case_layout=self.case_page.layout_name)

    def resize_at_first(self) -> None:
        """Take the size of the first start."""
        self.resize(*_DEFAULT_SIZE)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the layout; every edit is written already or waits in the database lane."""
        if not self._closed and not self._desk.may_close():
            event.ignore()
            return
        if not self._closed:
            self._closed = True
            self.keep_layout()
            self.comfort.torn.hide()
        super().closeEvent(event)
