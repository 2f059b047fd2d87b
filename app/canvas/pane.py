"""The metaphase pane: tool bar, canvas and overlay, and what to do when there is no picture."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QActionGroup, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from app.actions import Actions
from app.canvas.overlay import Overlay, Tool
from app.canvas.picture_canvas import PictureCanvas
from app.canvas.tool_bar import ToolBar
from app.session import CaseSession
from core.domain.ids import CellId
from core.domain.metaphase import MarkKind, Metaphase
from core.editing.changes import Change

_MENU = (
    "confirm", "", "turn", "swap", "", "join", "cut", "overlap", "", "axis", "contour", "grow", "shrink", "",
    "exclude", "restore", "delete_outline",
)  # fmt: skip
_NO_CELL = "This case has no cells yet.\n\nDrop images, a folder or a ZIP here, or press Ctrl+O."
_ROOM = 24.0
"""Pixels of the picture around the chromosomes."""
_NO_CASE = "No case is open.\n\nChoose one in the worklist, or drop images here to make one."


class MetaphasePane(QWidget):
    """Shows the open cell and lets it be edited with the mouse.

    Parameters
    ----------
    reason_of
        Tells why a cell could not be analysed; empty when it could.
    """

    def __init__(
        self,
        session: CaseSession,
        actions: Actions,
        reason_of: Callable[[CellId], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._reason_of = reason_of
        self._actions = actions
        self.canvas = PictureCanvas()
        self.overlay = Overlay(self.canvas, session)
        self._empty = QLabel()
        self._empty.setTextFormat(Qt.TextFormat.PlainText)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setProperty("role", "quiet")
        self._empty.setWordWrap(True)
        self._count = QLabel()
        self._count.setTextFormat(Qt.TextFormat.PlainText)
        self._right_count = QToolButton()
        self._right_count.setProperty("boxed", True)
        self._right_count.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._right_count.setToolTip(actions["mark_counted"].toolTip())
        self._right_count.clicked.connect(actions["mark_counted"].trigger)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Metaphase")
        self.setMinimumWidth(260)

        below = QWidget()
        self._stack = QStackedLayout(below)
        # The canvas stays below the note instead of being hidden: it must keep its GL context.
        self._stack.setStackingMode(QStackedLayout.StackingMode.StackOne)
        self._stack.addWidget(self.canvas)
        self._stack.addWidget(self._empty)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        self.tool_bar = ToolBar(actions)
        rows.addWidget(self.tool_bar)
        rows.addWidget(below, 1)
        rows.addLayout(self._foot())

        self._tools = QActionGroup(self)
        for tool in Tool:
            action = actions[tool.value]
            self._tools.addAction(action)
            action.triggered.connect(lambda checked=True, tool=tool: self.overlay.use(tool))
        actions["select"].setChecked(True)
        actions["brush_larger"].triggered.connect(lambda: self.overlay.resize_brush(1))
        actions["brush_smaller"].triggered.connect(lambda: self.overlay.resize_brush(-1))
        actions["fit"].triggered.connect(lambda: self.canvas.fit())
        self.overlay.menu_wanted.connect(self._show_menu)
        session.case_changed.connect(self._write)
        session.cell_opened.connect(self._cell_opened)
        session.cell_changed.connect(self._cell_changed)
        session.picture_changed.connect(self._show_picture)
        session.cells_changed.connect(self._write)
        session.selection_changed.connect(self._reveal)
        self._write()

    def use(self, tool: Tool) -> None:
        """Take a tool, as its key would."""
        self._actions[tool.value].setChecked(True)
        self.overlay.use(tool)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Backspace takes the last click of a gesture back."""
        if event.key() == Qt.Key.Key_Backspace and self.overlay.take_back():
            event.accept()
        else:
            super().keyPressEvent(event)

    def refresh(self, *_: object) -> None:
        """Write the line below the picture anew."""
        self._write()

    def use_theme(self) -> None:
        """Take the colours of another theme."""
        self.canvas.use_ground()

    def _foot(self) -> QHBoxLayout:
        """Count of the person and of the program below the picture, where a narrow pane has room too."""
        row = QHBoxLayout()
        row.setContentsMargins(10, 3, 6, 3)
        self._count.setWordWrap(True)
        row.addWidget(self._count, 1)
        row.addWidget(self._right_count)
        return row

    def _cell_opened(self, cell_id: str) -> None:
        if self._session.picture is None:
            self.canvas.show_picture(None)
        self._write()

    def _show_picture(self) -> None:
        self.canvas.show_picture(self._session.picture)
        self._fit_spread()
        self._write()

    def _fit_spread(self) -> None:
        """Show the chromosomes as large as they fit; `Home` shows the whole picture."""
        spread, shape = self.overlay.contours.spread, self.canvas.shape
        if shape is None or not self.canvas.is_fitted or spread.isEmpty():
            return
        roomy = spread.adjusted(-_ROOM, -_ROOM, _ROOM, _ROOM)
        self.canvas.fit(roomy.intersected(QRectF(0, 0, shape[1], shape[0])))

    def _cell_changed(self, cell_id: str, change: Change) -> None:
        cell = self._session.cell
        # A new analysis has found other chromosomes; a cut has not.
        if cell is not None and len(change.chromosomes) >= len(cell.chromosomes):
            self._fit_spread()
        self._write()

    def _reveal(self, ids: frozenset[str]) -> None:
        if len(ids) == 1:
            contour = self.overlay.contours.get(next(iter(ids)))
            if contour is not None and self.canvas.shape is not None:
                self.canvas.reveal(QPointF(contour.box.center()))

    def _write(self, *_: object) -> None:
        session = self._session
        cell = session.cell
        if cell is not None:
            self._stack.setCurrentIndex(0)
            self._write_count(cell)
        else:
            self._empty.setText(_NO_CASE if session.case is None else _NO_CELL)
            self._stack.setCurrentIndex(1)
            self._count.clear()
            self._right_count.hide()

    def _write_count(self, cell: Metaphase) -> None:
        """Clicks of the person beside the count of the program; they differ visibly where they differ."""
        clicks, program = len(cell.counted_points), cell.count
        parts = [f"{clicks} by click"] if clicks else []
        if cell.chromosomes:
            parts.append(f"{program} chromosomes")
        reason = "" if cell.proposal else self._reason_of(cell.id)
        self._count.setText(" · ".join(parts) or reason)
        differs = bool(clicks and program and clicks != program)
        self._count.setProperty("role", "doubt" if differs or reason else "")
        self._count.style().polish(self._count)
        counted = cell.marked(MarkKind.COUNTED) is not None
        self._right_count.setVisible(not counted and bool(clicks or program))
        self._right_count.setText(f"Confirm count {clicks or program}")

    def _show_menu(self, position: object) -> None:
        menu = QMenu(self)
        for name in _MENU:
            if name:
                menu.addAction(self._actions[name])
            else:
                menu.addSeparator()
        menu.popup(position)
