"""The gallery: filters and threshold above, cards below, everything by key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListView,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.actions import Actions
from app.commands import REJECTIONS
from app.gallery.card_style import CARD, CardStyle
from app.gallery.concerns import Concerns
from app.gallery.model import ORDERS, GalleryModel
from app.gallery.thumbnails import LargeThumbnails
from app.session import CaseSession
from core.domain.metaphase import Metaphase, Verdict
from core.editing.operations import CellOperation, Exclude, Judge

_FILTERS: Final[dict[str, frozenset[Verdict]]] = {
    "All": frozenset(Verdict),
    "Open": frozenset({Verdict.OPEN}),
    "Accepted": frozenset({Verdict.ACCEPTED}),
    "Count only": frozenset({Verdict.COUNT_ONLY}),
    "Rejected": frozenset({Verdict.REJECTED}),
}
_WORDS: Final = {
    Verdict.ACCEPTED: "Accept", Verdict.REJECTED: "Reject", Verdict.COUNT_ONLY: "Count only:",
    Verdict.OPEN: "Reopen",
}  # fmt: skip
_LOW_QUALITY: Final = "bands too weak"


class Gallery(QWidget):
    """Cells of the case as cards.

    Signals
    -------
    cell_wanted
        Identity of a cell to open in the layout used before.
    """

    cell_wanted = Signal(str)

    def __init__(self, session: CaseSession, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("desk")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._actions = actions
        self._asking = False
        self._current = ""
        self._row = 0
        self.concerns = Concerns(session, self)
        self.model = GalleryModel(session, self.concerns)
        thumbnails = LargeThumbnails(session.pictures, session.lanes.pictures, self)
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(CardStyle(self.model, thumbnails, self.view))
        self.view.setViewMode(QListView.ViewMode.IconMode)
        self.view.setResizeMode(QListView.ResizeMode.Adjust)
        self.view.setMovement(QListView.Movement.Static)
        self.view.setUniformItemSizes(True)
        self.view.setGridSize(QSize(CARD.width() + 4, CARD.height() + 4))
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.view.setAccessibleName("Gallery of the cells")
        self.view.installEventFilter(self)
        self.view.doubleClicked.connect(lambda index: self._open())
        self.setFocusProxy(self.view)
        thumbnails.ready.connect(lambda key: self.view.viewport().update())
        self._empty = _quiet("")
        self._empty.setParent(self.view)
        self._reasons = QLabel(self.view)
        self._reasons.setObjectName("reasons")
        self._reasons.setTextFormat(Qt.TextFormat.PlainText)
        self._reasons.setStyleSheet(
            "#reasons { background: rgba(20, 24, 30, 235); color: white; border-radius: 6px; padding: 10px; }"
        )
        self._reasons.hide()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._bar())
        rows.addWidget(self.view, 1)
        rows.addWidget(self._foot())
        session.cells_changed.connect(self._cells_changed)
        session.cell_opened.connect(self._follow)
        self.model.modelReset.connect(self._after_reset)
        self.view.selectionModel().currentChanged.connect(self._current_moved)
        self._cells_changed()

    # -- building --------------------------------------------------------------------------------------

    def _bar(self) -> QWidget:
        bar = QWidget()
        bar.setObjectName("pane")
        row = QHBoxLayout(bar)
        row.setContentsMargins(10, 5, 10, 5)
        row.setSpacing(4)
        self._filters = QButtonGroup(self)
        self.filter_buttons: dict[str, QToolButton] = {}
        for name, verdicts in _FILTERS.items():
            button = QToolButton()
            button.setCheckable(True)
            button.setChecked(name == "All")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip(f"Show the cells: {name.lower()}")
            button.clicked.connect(lambda checked=False, wanted=verdicts: self.model.show_verdicts(wanted))
            self._filters.addButton(button)
            self.filter_buttons[name] = button
            row.addWidget(button)
        row.addSpacing(14)
        row.addWidget(_quiet("Order"))
        self.order = QComboBox()
        self.order.addItems(ORDERS)
        self.order.setAccessibleName("Order of the cells")
        self.order.currentTextChanged.connect(self.model.sort_by)
        row.addWidget(self.order)
        row.addSpacing(14)
        self._threshold_words = _quiet("")
        row.addWidget(self._threshold_words)
        self.threshold = QSlider(Qt.Orientation.Horizontal)
        self.threshold.setRange(0, 100)
        self.threshold.setFixedWidth(150)
        self.threshold.setAccessibleName("Least quality")
        self.threshold.setToolTip("Cells below this quality step out of sight; the button rejects them")
        self.threshold.valueChanged.connect(self._threshold_moved)
        row.addWidget(self.threshold)
        self.reject_below = QToolButton()
        self.reject_below.setProperty("boxed", True)
        self.reject_below.clicked.connect(self._reject_below)
        row.addWidget(self.reject_below)
        row.addStretch(1)
        self._shown = _quiet("")
        row.addWidget(self._shown)
        return bar

    def _foot(self) -> QLabel:
        self._keys = _quiet("")
        self._keys.setContentsMargins(12, 4, 12, 5)
        self._keys.setObjectName("pane")
        self._actions.keys_changed.connect(self._write_keys)
        self._write_keys()
        return self._keys

    def _write_keys(self) -> None:
        words = self._actions.key_words
        self._keys.setText(
            f"{words('accept')} accept  ·  {words('reject')} and a digit reject  ·  "
            f"{words('count_only')} count only  ·  U open again  ·  O mark as another cell's  ·  "
            f"Enter opens the cell  ·  Ctrl and Shift select several  ·  {words('undo')} undo"
        )

    # -- what is chosen --------------------------------------------------------------------------------

    @property
    def selected(self) -> tuple[Metaphase, ...]:
        """Selected cells, in their order."""
        rows = sorted(index.row() for index in self.view.selectionModel().selectedIndexes())
        return tuple(self.model.cells[row] for row in rows)

    def go(self, cell_id: str) -> None:
        """Choose one cell."""
        row = self.model.row_of(cell_id)
        if row >= 0:
            self._current = cell_id
            index = self.model.index(row)
            self.view.selectionModel().setCurrentIndex(
                index, QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
            self.view.scrollTo(index)

    def _current_moved(self, index: QModelIndex, *_: object) -> None:
        if index.isValid():
            self._row = index.row()
            self._current = self.model.cells[self._row].id

    def _follow(self, cell_id: str) -> None:
        if not self.isVisible() and cell_id:
            self.go(cell_id)

    def _after_reset(self) -> None:
        """Stay at the cell; where it left, at the one that took its place."""
        if self.model.row_of(self._current) < 0 and self.model.cells:
            self._current = self.model.cells[min(max(self._row, 0), len(self.model.cells) - 1)].id
        self.go(self._current)
        self._write_bar()

    def _cells_changed(self) -> None:
        if self.isVisible():
            self.concerns.want()
        self._write_bar()

    def _write_bar(self) -> None:
        counts = self.model.counts()
        for name, button in self.filter_buttons.items():
            button.setText(f"{name} {sum(counts[verdict] for verdict in _FILTERS[name])}")
        self._shown.setText(f"{len(self.model.cells)} of {sum(counts.values())} in sight")
        least, below = self.threshold.value(), len(self.model.below())
        self._threshold_words.setText(f"Quality from {least}")
        self.reject_below.setText(f"Reject {below} below")
        self.reject_below.setToolTip(
            f"Reject the {below} open cells below {least} as “{_LOW_QUALITY}”, in one step"
        )
        self.reject_below.setVisible(least > 0 and below > 0)
        self._write_empty()

    def _write_empty(self) -> None:
        """Say what to do where no card is in sight."""
        if self.model.cells:
            self._empty.hide()
            return
        total = len(self._session.cells)
        self._empty.setText(
            f"None of the {total} cells fits the filter and the threshold above."
            if total
            else "This case has no cells yet. Drop images, a folder or a ZIP here, or press Ctrl+O."
        )
        self._empty.adjustSize()
        self._empty.move(24, 24)
        self._empty.show()

    def _threshold_moved(self, value: int) -> None:
        self.model.show_from(value / 100)
        self._write_bar()

    # -- judging ---------------------------------------------------------------------------------------

    def judge(self, verdict: Verdict, reason: str | None = None) -> None:
        """Judge the selected cells as one step and go on to the next one."""
        cells = self.selected
        if not cells:
            self._session.message.emit("No cell is selected, click one or use the arrows.")
            return
        follower = self._next_after(cells)
        number = f"cell {cells[0].label}" if len(cells) == 1 else f"{len(cells)} cells"
        words = f"{_WORDS[verdict]} {number}" + (f" ({reason})" if reason else "")
        self._do(words, {cell.id: Judge(verdict=verdict, reason=reason) for cell in cells})
        if follower:
            self.go(follower)

    def _next_after(self, cells: Sequence[Metaphase]) -> str:
        """Next open cell behind the last selected one, else the next one at all."""
        chosen = {cell.id for cell in cells}
        last = self.model.row_of(cells[-1].id)
        behind = [cell for cell in self.model.cells[last + 1 :] if cell.id not in chosen]
        still_open = [cell for cell in behind if cell.verdict is Verdict.OPEN]
        follower = (still_open or behind or [cells[-1]])[0]
        return follower.id

    def _reject_below(self) -> None:
        below = self.model.below()
        words = f"Reject {len(below)} cells below quality {self.threshold.value()}"
        self._do(words, {cell.id: Judge(verdict=Verdict.REJECTED, reason=_LOW_QUALITY) for cell in below})

    def _mark_strangers(self) -> None:
        """Leave the chromosomes that may belong to a second cell out of the count."""
        steps: dict[str, CellOperation] = {}
        for cell in self.selected:
            found = self.concerns.strangers(cell.id)
            ids = tuple(i for one in found for i in one.ids)
            if ids and found[0].exclusion is not None:
                steps[cell.id] = Exclude(ids=ids, reason=found[0].exclusion)
        if not steps:
            self._session.message.emit("Nothing in this cell looks like part of another cell.")
            return
        number = sum(len(step.touched) for step in steps.values())
        self._do(f"Mark {number} chromosomes as another cell's", steps)

    def _do(self, words: str, operations: dict[str, CellOperation]) -> None:
        if operations:
            self._session.do_in_cells(operations, words)

    def _open(self) -> None:
        cells = self.selected
        if cells:
            self.cell_wanted.emit(cells[0].id)

    # -- events ----------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys of the gallery before the list searches by name."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._press(event)
        return False

    def _press(self, event: QKeyEvent) -> bool:
        key = event.key()
        if self._asking:
            self._asking = False
            self._reasons.hide()
            text = event.text()
            if text.isdigit() and 1 <= int(text) <= len(REJECTIONS):
                self.judge(Verdict.REJECTED, REJECTIONS[int(text) - 1])
                return True
            if key == Qt.Key.Key_Escape:
                return True
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if self._is("accept", event):
            self.judge(Verdict.ACCEPTED)
        elif self._is("count_only", event):
            self.judge(Verdict.COUNT_ONLY)
        elif self._is("reject", event):
            self._ask()
        elif plain and key == Qt.Key.Key_U:
            self.judge(Verdict.OPEN)
        elif plain and key == Qt.Key.Key_O:
            self._mark_strangers()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self._open()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and plain:
            self._step(1 if key == Qt.Key.Key_Right else -1)
        else:
            # Letters are commands here, not a search by name.
            return bool(event.text().strip()) and plain
        return True

    def _step(self, by: int) -> None:
        """Left and right run on from the end of a line to the next one."""
        row = self.view.currentIndex().row() + by
        if 0 <= row < len(self.model.cells):
            self.go(self.model.cells[row].id)

    def _is(self, name: str, event: QKeyEvent) -> bool:
        pressed = QKeySequence(event.keyCombination())
        return any(pressed == shortcut for shortcut in self._actions[name].shortcuts())

    def _ask(self) -> None:
        if not self.selected:
            self._session.message.emit("No cell is selected, click one or use the arrows.")
            return
        self._asking = True
        lines = "\n".join(f"{number}  {reason}" for number, reason in enumerate(REJECTIONS, start=1))
        self._reasons.setText(f"Reject because (Esc: keep)\n{lines}")
        self._reasons.adjustSize()
        self._reasons.move(24, 24)
        self._reasons.show()
        self._reasons.raise_()

    def showEvent(self, event: QShowEvent) -> None:
        """Undo acts on the case while the cells are judged together."""
        super().showEvent(event)
        self.concerns.want()
        self._session.look_at_case(True)
        if self._session.cell is not None and not self._current:
            self.go(self._session.cell.id)

    def hideEvent(self, event: QHideEvent) -> None:
        """Undo acts on the open cell again."""
        super().hideEvent(event)
        self._asking = False
        self._reasons.hide()
        self._session.look_at_case(False)


def _quiet(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", "quiet")
    return label
