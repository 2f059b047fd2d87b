"""History: every step of the cell and of the case, with a picture of each moment and a way to it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final

import numpy as np
from PySide6.QtCore import QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.session import CaseSession
from app.tables.steps import (
    GROUPS,
    MOMENT,
    OTHER,
    Moment,
    Standing,
    StepsModel,
    StepStyle,
    group_of,
    moments_of,
    moments_of_log,
)
from app.tasks import Task, Urgency
from core.domain.case import Case
from core.domain.metaphase import Metaphase
from core.report.karyogram_figure import draw_karyogram
from core.report.rendering import to_pixels
from core.store.records import LogRow

_EVERYBODY: Final = "Everybody"
_ALL: Final = "All steps"
_DPI: Final = 60.0
_SETTLE_MS: Final = 350
_READ_MS: Final = 60
_MOST_ROWS: Final = 5000
_SCOPES: Final = (
    ("cell", "Cell", "Steps of the open cell"),
    ("case", "Case", "Steps of the case itself"),
    ("all", "All", "Everything that was ever done in the case, undo among it"),
)
_NOT_TOLD: Final = frozenset({"id", "cells", "views", "template"})


class HistoryPanel(QWidget):
    """The time machine.

    A click goes to a moment; the arrows go there when they rest, Enter at once. Later steps are kept until
    something else is done.
    """

    def __init__(self, session: CaseSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self._session = session
        self._log: dict[int, LogRow] = {}
        self._rows: tuple[LogRow, ...] = ()
        self._task: Task | None = None
        self._drawing: Task | None = None
        self._drawn: dict[object, QPixmap] = {}
        self._filling = False
        self.model = StepsModel()
        self.list = _Steps()
        self.list.setModel(self.model)
        self.list.setItemDelegate(StepStyle(self.list))
        self.list.setAccessibleName("Steps")
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.people, self.kinds = QComboBox(), QComboBox()
        self.people.setAccessibleName("Steps of which person")
        self.kinds.setAccessibleName("Which kind of steps")
        self.people.addItem(_EVERYBODY)
        self.kinds.addItems([_ALL, *GROUPS, OTHER])
        self.note = QLabel()
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.note.setProperty("role", "doubt")
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.setProperty("role", "quiet")
        self.picture = _Picture()
        self.go_button = QPushButton("Go to this moment")
        self.go_button.setToolTip("Let the cell stand as it stood after this step (Enter)")
        self._scope = "cell"
        self._lay_out()
        self.setFocusProxy(self.list)
        self.setMinimumWidth(232)

        self._reader = QTimer(self, singleShot=True, interval=_READ_MS)
        self._reader.timeout.connect(self.read)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self.go)
        for signal in (
            session.cell_opened,
            session.cell_changed,
            session.case_changed,
            session.cells_changed,
        ):
            signal.connect(self._outdated)
        session.picture_changed.connect(self._show_moment)
        self.list.clicked.connect(lambda index: self.go())
        self.list.walked.connect(self._settle.start)
        self.list.entered_now.connect(self.go)
        self.list.selectionModel().currentChanged.connect(self._show_moment)
        self.go_button.clicked.connect(self.go)
        self.people.activated.connect(lambda at: self._fill())
        self.kinds.activated.connect(lambda at: self._fill())

    def _lay_out(self) -> None:
        scopes = QHBoxLayout()
        scopes.setSpacing(3)
        group = QButtonGroup(self)
        self.scopes: dict[str, QPushButton] = {}
        for name, title, tip in _SCOPES:
            button = QPushButton(title)
            button.setCheckable(True)
            button.setToolTip(tip)
            button.setChecked(name == self._scope)
            button.clicked.connect(lambda checked=False, name=name: self.show_scope(name))
            group.addButton(button)
            scopes.addWidget(button)
            self.scopes[name] = button
        filters = QHBoxLayout()
        filters.setSpacing(3)
        for box in (self.people, self.kinds):
            box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            filters.addWidget(box, 1)
        head = QVBoxLayout()
        head.setContentsMargins(8, 6, 8, 4)
        head.setSpacing(5)
        head.addLayout(scopes)
        head.addLayout(filters)
        foot = QVBoxLayout()
        foot.setContentsMargins(8, 4, 8, 8)
        foot.setSpacing(5)
        for widget in (self.note, self.told, self.picture, self.go_button):
            foot.addWidget(widget)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(head)
        rows.addWidget(self.list, 1)
        rows.addLayout(foot)

    # -- what is listed --------------------------------------------------------------------------------

    def show_scope(self, name: str) -> None:
        """List the steps of the cell, of the case, or everything."""
        self._scope = name
        self.scopes[name].setChecked(True)
        self.read()

    def showEvent(self, event: QShowEvent) -> None:
        """Read what happened while nobody looked."""
        super().showEvent(event)
        self.read()

    def _outdated(self, *_: object) -> None:
        if self.isVisible():
            self._reader.start()

    def read(self) -> None:
        """Read the log, then list the steps; the steps themselves are listed at once."""
        self._reader.stop()
        self._fill()
        case, cell = self._session.case, self._session.cell
        if case is None or (self._scope == "cell" and cell is None):
            return
        of_cell = cell.id if self._scope == "cell" and cell is not None else None
        store = self._session.store
        if self._task is not None:
            self._task.cancel()

        def arrived(rows: tuple[LogRow, ...]) -> None:
            self._rows = rows
            self._log = {row.sequence: row for row in rows}
            self._fill()

        self._task = self._session.lanes.database.submit(
            "Read history",
            lambda progress: store.load_log(case.id, of_cell, limit=_MOST_ROWS),
            done=arrived,
            failed=lambda error: self._session.message.emit(str(error)),
            urgency=Urgency.SOON,
        )

    def _moments(self) -> list[Moment]:
        session = self._session
        if self._scope == "all":
            ours = session.case is not None and all(row.case == session.case.id for row in self._rows[:1])
            return moments_of_log(self._rows, {c.id: c.label for c in session.cells}) if ours else []
        history = session.history if self._scope == "cell" else session.case_history
        if history is None:
            return []
        identity = session.cell.id if self._scope == "cell" and session.cell is not None else None
        first = next((row for row in self._rows if row.action == "create" and row.cell == identity), None)
        return moments_of(history, self._log, first)

    def _fill(self) -> None:
        moments = self._moments()
        people = sorted({moment.person for moment in moments if moment.person})
        wanted = self.people.currentText()
        self._filling = True
        self.people.clear()
        self.people.addItems([_EVERYBODY, *people])
        self.people.setCurrentText(wanted if wanted in people else _EVERYBODY)
        person, kind = self.people.currentText(), self.kinds.currentText()
        held, row = self.moment, self.list.currentIndex().row()
        self.model.show([
            one for one in moments
            if one.standing is Standing.NOW
            or (person in (_EVERYBODY, one.person) and kind in (_ALL, group_of(one.kind)))
        ])  # fmt: skip
        at = self.model.present if self._scope != "all" else self.model.rowCount() - 1
        if held is not None and self._settle.isActive():
            # The arrows are still walking: what they stand on stays chosen, also a step of which the log
            # has not been read yet.
            known = (n for n, one in enumerate(self.model.moments) if held.row and one.row == held.row)
            at = next(known, min(row, self.model.rowCount() - 1))
        index = self.model.index(at) if at >= 0 else QModelIndex()
        self.list.setCurrentIndex(index)
        self.list.scrollTo(index)
        self._filling = False
        self._tell_later(moments)
        self._show_moment()

    def _tell_later(self, moments: list[Moment]) -> None:
        later = sum(1 for one in moments if one.standing is Standing.LATER)
        words = "the step that was taken back" if later == 1 else f"the {later} steps that were taken back"
        self.note.setText(f"Another edit now cuts {words} off; the list All keeps them.")
        self.note.setVisible(later > 0)

    # -- one moment ------------------------------------------------------------------------------------

    @property
    def moment(self) -> Moment | None:
        """The moment that is chosen."""
        index = self.list.currentIndex()
        return index.data(MOMENT) if index.isValid() else None

    def go(self, *_: object) -> None:
        """Go to the chosen moment; in the list of everything, to its cell."""
        self._settle.stop()
        moment, session = self.moment, self._session
        if moment is None:
            return
        if self._scope == "all":
            case = session.case
            if moment.cell is not None and case is not None and moment.cell in case.cells:
                session.open_cell(moment.cell)
        else:
            # The list may be a moment older than the cell.
            by = next((one.by for one in self._moments() if one.row == moment.row), 0)
            if by:
                session.go(by, in_case=self._scope == "case")

    def _show_moment(self, *_: object) -> None:
        if self._filling or not self.isVisible():
            return
        if self._drawing is not None:
            self._drawing.cancel()
            self._drawing = None
        moment = self.moment
        self.go_button.setText("Open its cell" if self._scope == "all" else "Go to this moment")
        self.go_button.setEnabled(
            moment is not None and (moment.cell is not None if self._scope == "all" else moment.by != 0)
        )
        self.told.setText(_difference(moment) if moment is not None else "")
        self.told.setVisible(bool(self.told.text()))
        cell, grey = (moment.state if moment else None), self._session.picture
        if not isinstance(cell, Metaphase) or grey is None or not cell.chromosomes:
            self.picture.show_picture(None)
            return
        key = (cell.id, moment.row if moment else 0, id(grey))
        if key in self._drawn:
            self.picture.show_picture(self._drawn[key])
            return

        def arrived(image: QImage) -> None:
            self._drawn[key] = QPixmap.fromImage(image)
            while len(self._drawn) > 60:
                del self._drawn[next(iter(self._drawn))]
            if self.moment is not None and (cell.id, self.moment.row, id(self._session.picture)) == key:
                self.picture.show_picture(self._drawn[key])

        self._drawing = self._session.lanes.pictures.submit(
            "Draw a moment",
            lambda progress: _small_karyogram(cell, grey),
            done=arrived,
            failed=lambda error: self.picture.show_picture(None),
            urgency=Urgency.SOON,
        )


class _Steps(QListView):
    """The list; it says when the arrows walk and when Enter is pressed."""

    walked = Signal()
    entered_now = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrows, go with Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered_now.emit()
            return
        before = self.currentIndex().row()
        super().keyPressEvent(event)
        if self.currentIndex().row() != before:
            self.walked.emit()


class _Picture(QLabel):
    """A small picture as wide as there is room."""

    def __init__(self) -> None:
        super().__init__()
        self._pixmap: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAccessibleName("Karyogram at this moment")
        self.hide()

    def show_picture(self, pixmap: QPixmap | None) -> None:
        """Show a picture; None shows nothing."""
        self._pixmap = pixmap
        self.setVisible(pixmap is not None)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the picture."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._pixmap is None or self.width() < 20:
            return
        size = self._pixmap.size().scaled(QSize(self.width(), 260), Qt.AspectRatioMode.KeepAspectRatio)
        if self.height() != size.height():
            self.setFixedHeight(size.height())
        self.setPixmap(
            self._pixmap.scaled(
                size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        )


def _small_karyogram(cell: Metaphase, grey: np.ndarray) -> QImage:
    pixels = np.ascontiguousarray(to_pixels(draw_karyogram(cell, grey), dpi=_DPI))
    height, width, _ = pixels.shape
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def _difference(moment: Moment) -> str:
    """Say what a step changed in the case."""
    if not isinstance(moment.state, Case) or not isinstance(moment.before, Case):
        return ""
    before, after = moment.before, moment.state
    lines = []
    for field in fields(Case):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old != new and field.name not in _NOT_TOLD:
            lines.append(f"{field.name.replace('_', ' ')}: {_said(old)} → {_said(new)}")
    return "\n".join(lines)


def _said(value: Any) -> str:
    if isinstance(value, tuple):
        return f"{len(value)}"
    said = getattr(value, "name", None) if not isinstance(value, str) else value
    text = str(value if said is None or not isinstance(said, str) else said)
    return text if value not in (None, "") else "–"
