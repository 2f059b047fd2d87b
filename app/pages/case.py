"""The Case page: cells, metaphase and karyogram in panes whose places are remembered."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QByteArray, QItemSelectionModel, QModelIndex, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QListView,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.actions import Actions
from app.class_typing import ClassTyping
from app.focus_frame import FocusFrame
from app.pages.side_pane import SidePane
from app.session import CaseSession
from app.settings import CaseLayout
from app.tables.cells import CELL, CellsModel, CellStyle
from core.domain.ids import CellId
from core.domain.metaphase import MarkKind

#: Panes that each layout shows, and their shares of the width.
_LAYOUTS: Final[dict[CaseLayout, dict[str, int]]] = {
    "count": {"cells": 190, "metaphase": 1000},
    "analyse": {"cells": 190, "metaphase": 520, "board": 520, "inspector": 190, "findings": 270},
    "karyotype": {"cells": 190, "board": 800, "inspector": 190, "findings": 290},
    "cells": {"gallery": 4000},
}


#: Below this width the layout Analyse leaves the findings to the layout Karyotype.
_ROOM_FOR_FINDINGS: Final = 1500

#: The side takes this much where a layout does not show it by itself.
_SIDE: Final = 300

#: Most of the width that a tab which asks for room gets.
_SIDE_SHARE: Final = 0.34

_CELLS_LEAST: Final = 184
_CELLS_MOST: Final = 340
#: Two buttons side by side below the cells: their words, which grow with the text, and what does not grow.
_WORDS: Final = 130
_PADDING: Final = 54
_SIDE_LEAST: Final = 250
_INSPECTOR_LEAST: Final = 150

#: What holds other panes takes the room that is left; panes keep at least their smallest width.
_REST: Final = 4000


class CasePage(QWidget):
    """Lays the panes out; every pane listens to the session by itself.

    The panes are `cells`, `metaphase`, `board` (karyogram), `inspector` below the two, and `findings` at the
    right edge. `set_pane` puts a widget into one of the places.
    """

    def __init__(
        self,
        session: CaseSession,
        actions: Actions,
        reason_of: Callable[[CellId], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Case")
        self._session = session
        self._reason_of = reason_of
        self._actions = actions
        self._layout: CaseLayout = "analyse"
        self._panes: dict[str, QWidget] = {}
        self.side: SidePane | None = None
        self._side_wanted: bool | None = None
        self.typing: ClassTyping | None = None
        """Typing of classes; it also listens to panes in windows of their own."""
        self._torn: set[str] = set()
        self.focus_frame = FocusFrame(self)
        self._sizes: dict[str, str] = {}
        self._side_before = (0, 0)
        # What the keys of the Case page work on: not the findings, which hold a text editor.
        self.workspace = QWidget()
        self.workspace.setProperty("place", "workspace")
        self._columns = QSplitter(Qt.Orientation.Horizontal)
        self._middle = QSplitter(Qt.Orientation.Vertical)
        self._pictures = QSplitter(Qt.Orientation.Horizontal)
        for splitter in (self._columns, self._middle, self._pictures):
            splitter.setChildrenCollapsible(False)
            splitter.setOpaqueResize(True)
        self._middle.addWidget(self._pictures)
        inner = QSplitter(Qt.Orientation.Horizontal)
        inner.setChildrenCollapsible(False)
        self._inner = inner
        inner.addWidget(self._middle)
        inside = QHBoxLayout(self.workspace)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(inner)
        self._columns.addWidget(self.workspace)
        self._columns.setStretchFactor(0, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._columns)

        self.cells_model = CellsModel(session)
        self.set_pane("cells", self._cells_pane())
        actions.give_case_keys(self.workspace)
        for name in _LAYOUTS:
            actions[f"layout_{name}"].triggered.connect(
                lambda checked=False, name=name: self.use_layout(name)
            )
        actions["next_pane"].triggered.connect(self._next_pane)
        session.cell_opened.connect(self._show_current)
        session.cells_changed.connect(self._write_cells_title)

    # -- panes -----------------------------------------------------------------------------------------

    def set_pane(self, place: str, widget: QWidget) -> None:
        """Put a widget into a place: cells, metaphase, board, inspector or findings."""
        if place not in self._panes:
            self.focus_frame.watch(widget)
        self._panes[place] = widget
        widget.setProperty("place", place)
        if place == "cells":
            self._inner.insertWidget(0, widget)
        elif place == "metaphase":
            self._pictures.insertWidget(0, widget)
        elif place == "board":
            self._pictures.addWidget(widget)
        elif place == "inspector":
            self._middle.addWidget(widget)
        elif place == "findings":
            self._columns.addWidget(widget)
        elif place == "gallery":
            self._columns.insertWidget(0, widget)
            self._columns.setStretchFactor(self._columns.indexOf(widget), 1)
        else:
            known = "cells, metaphase, board, inspector, findings or gallery"
            raise ValueError(f"expected {known}, got {place!r}")

    def take_out(self, place: str) -> None:
        """Let a pane live in a window of its own; its place on the page is given to the others."""
        self._keep_sizes()
        self._torn.add(place)
        self._panes[place].setParent(None)
        self._show_panes()
        self._restore_sizes()

    def put_back(self, place: str) -> None:
        """Take a pane back into its place."""
        self._keep_sizes()
        self._torn.discard(place)
        self.set_pane(place, self._panes[place])
        self._show_panes()
        self._restore_sizes()

    def reset(self) -> None:
        """Forget the places of the splitters and show the first layout."""
        self._layout = "analyse"
        self._sizes = {}
        self.use_layout("analyse")
        self._sizes = {}
        self._restore_sizes()

    def _show_panes(self) -> None:
        wanted = self._wanted()
        for place, widget in self._panes.items():
            widget.setVisible(place in wanted or place in self._torn)
        here = [place for place in ("metaphase", "board") if place in self._panes and place not in self._torn]
        self._pictures.setVisible(any(place in wanted for place in here))
        self.workspace.setVisible("gallery" not in wanted)

    def set_side(self, side: SidePane) -> None:
        """Put the tabs at the right edge; `page.side.add(name, title, widget)` adds one."""
        self.side = side
        side.wanted.connect(lambda: self._want_side(True))
        self._actions["side_pane"].toggled.connect(self._want_side)
        self.set_pane("findings", side)

    def _want_side(self, wanted: bool) -> None:
        """Show or hide the right edge whatever the layout says, until another layout is chosen."""
        side = self._panes.get("findings")
        if side is not None and side.isVisibleTo(self) != wanted:
            self._side_wanted = wanted
            side.setVisible(wanted)
            self._show_whether_side()

    def _show_whether_side(self) -> None:
        side = self._panes.get("findings")
        self._actions["side_pane"].setChecked(side is not None and side.isVisibleTo(self))

    def pane(self, place: str) -> QWidget | None:
        """Widget in a place; None when it is empty."""
        return self._panes.get(place)

    @property
    def layout_name(self) -> CaseLayout:
        """Layout in use."""
        return self._layout

    def use_layout(self, name: CaseLayout) -> None:
        """Show the panes of a layout; places of the splitters are remembered for each."""
        self._keep_sizes()
        self._layout = name
        self._side_wanted = None
        self._show_panes()
        for known in _LAYOUTS:
            self._actions[f"layout_{known}"].setChecked(known == name)
        self._restore_sizes()
        self._show_whether_side()

    def _wanted(self) -> dict[str, int]:
        wanted = dict(_LAYOUTS[self._layout])
        if self._layout == "analyse" and self.width() < _ROOM_FOR_FINDINGS:
            wanted.pop("findings")
        return wanted

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the findings where there is room for them."""
        super().resizeEvent(event)
        findings = self._panes.get("findings")
        if findings is not None and self._side_wanted is None and "findings" not in self._torn:
            findings.setVisible("findings" in self._wanted())
            self._show_whether_side()

    def state(self) -> dict[str, str]:
        """Places of all splitters, for the settings."""
        self._keep_sizes()
        return dict(self._sizes)

    def restore(self, sizes: dict[str, str], layout: CaseLayout) -> None:
        """Take places of splitters from the settings and show a layout."""
        self._sizes = {name: text for name, text in sizes.items() if name.startswith("case.")}
        self._layout = layout
        wanted = dict(self._sizes)
        self.use_layout(layout)
        self._sizes = wanted
        self._restore_sizes()

    def _splitters(self) -> dict[str, QSplitter]:
        return {
            "columns": self._columns, "inner": self._inner, "middle": self._middle,
            "pictures": self._pictures,
        }  # fmt: skip

    def _keep_sizes(self) -> None:
        if not self.isVisible():
            return
        for name, splitter in self._splitters().items():
            text = base64.b64encode(bytes(splitter.saveState().data())).decode("ascii")
            self._sizes[self._key(name)] = text

    def _key(self, splitter: str) -> str:
        """Name of a splitter in the settings: with panes in other windows it has another place."""
        return f"case.{'-'.join([self._layout, *sorted(self._torn)])}.{splitter}"

    def _restore_sizes(self) -> None:
        shares = _LAYOUTS[self._layout]
        for name, splitter in self._splitters().items():
            text = self._sizes.get(self._key(name))
            if text and splitter.restoreState(QByteArray(base64.b64decode(text))):
                continue
            sizes = []
            for number in range(splitter.count()):
                widget = splitter.widget(number)
                place = widget.property("place") or ""
                sizes.append(shares.get(place, _SIDE if place == "findings" else _REST))
            splitter.setSizes(sizes)

    def widen_side(self, width: int | None) -> None:
        """Give the side pane room while one of its tabs needs it; None gives it back what it had.

        A width that a person chose meanwhile stays.
        """
        sizes = self._columns.sizes()
        side = self._panes.get("findings")
        at = self._columns.indexOf(side) if side is not None else -1
        if at <= 0:
            return
        if width is None:
            before, given = self._side_before
            self._side_before = (0, 0)
            if not given or sizes[at] != given:
                return
            wanted = before
        else:
            wanted = max(sizes[at], min(theme.px(width), int(_SIDE_SHARE * sum(sizes))))
        begin = sizes[at]
        rest = self._columns.indexOf(self.workspace)
        sizes[rest] -= wanted - begin
        sizes[at] = wanted
        self._columns.setSizes(sizes)
        if width is not None and wanted > begin:
            self._side_before = (begin, self._columns.sizes()[at])

    def _next_pane(self) -> None:
        """Move the focus round the panes in sight."""
        order = [p for p in ("cells", "metaphase", "board", "inspector", "findings") if p in self._panes]
        shown = [self._panes[place] for place in order if self._panes[place].isVisible()]
        if not shown:
            return
        focus = QApplication.focusWidget()
        at = next(
            (n for n, pane in enumerate(shown) if focus and (pane is focus or pane.isAncestorOf(focus))), -1
        )
        target = shown[(at + 1) % len(shown)]
        inside = target.focusProxy() or target
        target.window().activateWindow()
        inside.setFocus(Qt.FocusReason.TabFocusReason)

    # -- cells -----------------------------------------------------------------------------------------

    def _cells_pane(self) -> QWidget:
        self._list = QListView()
        self._list.setModel(self.cells_model)
        self._list.setItemDelegate(
            CellStyle(self.cells_model, self._session.pictures, self._reason_of, self._list)
        )
        self._list.setUniformItemSizes(True)
        self._list.setMouseTracking(True)
        self._list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._list.setAccessibleName("Cells of the case")
        self._list.clicked.connect(self._clicked)
        # The arrows move through the cells; letters and digits are commands, not a search by name.
        self._list.keyboardSearch = lambda text: None  # type: ignore[method-assign]
        self._list.selectionModel().currentChanged.connect(self._clicked)
        self._title = QLabel("Cells")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setObjectName("paneTitle")
        marks = QHBoxLayout()
        marks.setContentsMargins(6, 2, 6, 6)
        marks.setSpacing(3)
        for kind in MarkKind:
            button = QToolButton()
            action = self._actions[f"mark_{kind.value}"]
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setText(kind.value.capitalize())
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setObjectName(f"button_{kind.value}")
            button.setProperty("boxed", True)
            marks.addWidget(button)
        pane = QWidget()
        pane.setObjectName("pane")
        pane.setFocusProxy(self._list)
        self._cells = pane
        theme.news.changed.connect(self._limit_cells)
        self._limit_cells()
        rows = QVBoxLayout(pane)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._title)
        rows.addWidget(self._list, 1)
        rows.addLayout(_grid(marks))
        return pane

    def _limit_cells(self) -> None:
        """Give the cells room for their words, and not more than they can use."""
        self._cells.setMinimumWidth(max(theme.px(_CELLS_LEAST), theme.px(_WORDS) + _PADDING))
        self._cells.setMaximumWidth(theme.px(_CELLS_MOST))
        # At its first size the text fits as the panes lay themselves out.
        if theme.scale() > 1:
            for place in ("findings", "inspector"):
                pane = self._panes.get(place)
                if pane is not None and place == "findings":
                    pane.setMinimumWidth(theme.px(_SIDE_LEAST))
                elif pane is not None:
                    pane.setMinimumHeight(theme.px(_INSPECTOR_LEAST))

    def _clicked(self, index: QModelIndex, *_: object) -> None:
        cell = index.data(CELL) if index.isValid() else None
        if cell is not None and (self._session.cell is None or cell.id != self._session.cell.id):
            self._session.open_cell(cell.id)

    def _show_current(self, cell_id: str) -> None:
        row = self.cells_model.row_of(cell_id)
        index = self.cells_model.index(row) if row >= 0 else QModelIndex()
        selection = self._list.selectionModel()
        selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if row >= 0:
            self._list.scrollTo(index)

    def _write_cells_title(self) -> None:
        case = self._session.case
        total = len(case.cells) if case else 0
        loaded = len(self._session.cells)
        self._title.setText(f"Cells  {total}" if loaded == total else f"Cells  {loaded} of {total}")
        if self._session.cell is not None:
            self._show_current(self._session.cell.id)


def _grid(marks: QHBoxLayout) -> QVBoxLayout:
    """Four buttons in two rows of two: the pane is narrow."""
    rows = QVBoxLayout()
    rows.setContentsMargins(6, 4, 6, 6)
    rows.setSpacing(3)
    buttons = [marks.itemAt(n).widget() for n in range(marks.count())]
    for pair in (buttons[:2], buttons[2:]):
        row = QHBoxLayout()
        row.setSpacing(3)
        for button in pair:
            button.setMinimumSize(QSize(80, 24))
            row.addWidget(button, 1)
        rows.addLayout(row)
    return rows
