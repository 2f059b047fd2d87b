"""Why the program says what it says: what was computed at each level, and what it changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.errors import sentence_of
from app.icons import icon
from app.pages.cards import Card, Section
from app.session import CaseSession
from app.tasks import Task, Urgency
from core.analysis.strands import lay_cell_straight
from core.atomic import write_whole
from core.progress import Progress
from core.reasoning.bands import band_steps
from core.reasoning.case import case_steps
from core.reasoning.cell import cell_steps
from core.reasoning.chromosome import chromosome_steps
from core.reasoning.document import HEADINGS, json_of, text_of
from core.reasoning.step import ReasoningStep, Steps, of_level
from core.reasoning.words import per_cent

if TYPE_CHECKING:
    from app.main_window import MainWindow
    from app.pages.side_pane import SidePane

_WAIT_MS: Final = 150
_NOTHING: Final = "Nothing is outlined yet: Ctrl+R analyses this cell."
_FILTERS: Final = "Text (*.md);;JSON (*.json)"


class ReasoningPanel(QWidget):
    """Four levels from bands to case; each row leads to the place where it can be seen."""

    def __init__(self, session: CaseSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self.setMinimumWidth(232)
        self.setAccessibleName("Reasoning of the program")
        self._session = session
        self._task: Task | None = None
        self._seen: object = None
        self.steps: Steps = ()
        self.only_changed = QCheckBox("Only changed answers")
        self.only_changed.setToolTip("Hide the steps that handed their answer on as it was")
        self.only_changed.toggled.connect(self._fill)
        self.export = QToolButton()
        self.export.setIcon(icon("export"))
        self.export.setToolTip("Export the reasoning as text or JSON")
        self.export.setAccessibleName("Export the reasoning")
        self.export.clicked.connect(self._export)
        head = QHBoxLayout()
        head.setContentsMargins(10, 6, 8, 2)
        head.addWidget(self.only_changed, 1)
        head.addWidget(self.export)
        self.note = QLabel()
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.note.setProperty("role", "quiet")
        self.note.setContentsMargins(10, 0, 8, 0)
        self.sections = {level: Section(heading) for level, heading in HEADINGS.items()}
        inside = QWidget()
        inside.setObjectName("pane")
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(10, 4, 10, 12)
        rows.setSpacing(14)
        for section in self.sections.values():
            rows.addWidget(section)
        rows.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(head)
        outer.addWidget(self.note)
        outer.addWidget(scroll, 1)
        self.setFocusProxy(self.only_changed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WAIT_MS)
        self._timer.timeout.connect(self.refresh)
        for signal in (
            session.cell_opened, session.cell_changed, session.cells_changed, session.case_changed,
            session.picture_changed,
        ):  # fmt: skip
            signal.connect(lambda *_: self._timer.start())
        theme.news.changed.connect(self._fill)
        self._fill()

    def showEvent(self, event: QShowEvent) -> None:
        """Look as soon as somebody looks."""
        super().showEvent(event)
        self._timer.start()

    def refresh(self) -> None:
        """Compute the steps of what stands now, in a lane of its own; only while somebody looks."""
        if not self.isVisible():
            return
        session = self._session
        cell, picture, cells, case = session.cell, session.picture, tuple(session.cells), session.case
        decided = (case.context, case.clone_rules) if case is not None else None
        if (cell, picture is None, cells, decided) == self._seen:
            return
        self._seen = (cell, picture is None, cells, decided)
        if self._task is not None:
            self._task.cancel()
        if cell is None or case is None or not cell.chromosomes:
            self.steps = ()
            self._fill()
            return
        if not self.steps:
            self._fill()

        def work(progress: Progress) -> Steps:
            strands = None if picture is None else lay_cell_straight(cell, picture, progress=progress)
            return (
                *band_steps(cell, strands),
                *chromosome_steps(cell),
                *cell_steps(cell),
                *case_steps(cells, context=case.context, rules=case.clone_rules),
            )

        def done(steps: Steps) -> None:
            self.steps = steps
            self._fill()

        def failed(error: Exception) -> None:
            self._seen = None
            session.message.emit(sentence_of(error))

        self._task = session.lanes.compare.submit(
            "Reasoning", work, done=done, failed=failed, urgency=Urgency.SOON
        )

    def _fill(self, *_: object) -> None:
        only = self.only_changed.isChecked()
        shown = [step for step in self.steps if step.changed or not only]
        self.export.setEnabled(bool(self.steps))
        self.note.setVisible(not shown)
        cell = self._session.cell
        if cell is None:
            self.note.setText("No cell is open.")
        elif not cell.chromosomes:
            self.note.setText(_NOTHING)
        elif not self.steps:
            self.note.setText("Reading the cell…")
        else:
            self.note.setText("No level changed an answer of another one.")
        for level, section in self.sections.items():
            section.clear()
            rows = of_level(tuple(shown), level)
            section.setVisible(bool(rows))
            for step in rows:
                section.add(self._row(step))

    def _row(self, step: ReasoningStep) -> Card:
        cell = self._session.cell
        here = cell is not None and cell.id in step.cells and bool(step.chromosomes)
        away = tuple(one for one in step.cells if cell is None or one != cell.id)
        tip = "Select it on the metaphase" if here else "Open a cell that shows it" if away else ""
        card = Card(
            step.seen,
            side="" if step.probability is None else per_cent(step.probability),
            role="doubt" if step.changed else "quiet",
            tip=tip,
        )
        if step.hence:
            hence = QLabel(f"→ {step.hence}")
            hence.setWordWrap(True)
            hence.setTextFormat(Qt.TextFormat.PlainText)
            hence.setProperty("role", "doubt" if step.changed else "quiet")
            card.rows.addWidget(hence)
            card.setAccessibleName(f"{card.accessibleName()}: {step.hence}")
        if here:
            card.clicked.connect(lambda: self._session.select(step.chromosomes))
        elif away:
            card.clicked.connect(lambda: self._session.open_cell(away[0]))
        return card

    def _export(self) -> None:
        cell, case = self._session.cell, self._session.case
        if cell is None or case is None or not self.steps:
            return
        name = f"{case.name} {cell.label} reasoning.md".replace("/", "-")
        path, chosen = QFileDialog.getSaveFileName(self, "Export the reasoning", name, _FILTERS)
        if path:
            self.write(Path(path), as_json=chosen.startswith("JSON") or path.endswith(".json"))

    def write(self, path: Path, *, as_json: bool) -> None:
        """Write what is shown to a file, in the lane of files; says where it is or what went wrong."""
        session, steps = self._session, self.steps
        cell, case = session.cell, session.case
        if cell is None or case is None:
            return
        if as_json:
            text = json_of(steps, session.cells)
        else:
            text = text_of(f"{case.name}, cell {cell.label}", steps)
        session.lanes.files.submit(
            "Export the reasoning",
            lambda progress: write_whole(path, lambda unfinished: unfinished.write_text(text, "utf-8")),
            done=lambda nothing: session.message.emit(f"Written to {path}."),
            failed=lambda error: session.message.emit(sentence_of(error)),
            urgency=Urgency.NOW,
        )


def add_reasoning(window: MainWindow, side: SidePane) -> None:
    """Put the tab into the side pane."""
    panel = ReasoningPanel(window.session)
    side.add("reasoning", "Why", panel, "What was seen in bands, chromosome, cell and case")
