"""Two cells, of one case or of two, side by side: zoomed, moved and highlighted as one."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from app.compare.side_scene import KaryogramScene, MetaphaseScene, Side, read_side, scales_of, shared_slots
from app.compare.synced_view import SyncedView
from app.errors import sentence_of
from app.session import CaseSession
from app.tasks import Urgency
from core.domain.ids import CaseId, CellId
from core.domain.metaphase import Metaphase
from core.progress import Progress
from core.store.records import CaseRow

_MOST_CASES: Final = 300
LEFT, RIGHT = 0, 1


class _Panel(QWidget):
    """One side: lists of cases and cells, the view, or a word why there is none."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.cases = QComboBox()
        self.cases.setEditable(True)
        self.cases.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.cases.completer().setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.cases.completer().setFilterMode(Qt.MatchFlag.MatchContains)
        self.cases.setAccessibleName(f"Case on the {name}")
        self.cases.setMinimumWidth(120)
        self.cells = QComboBox()
        self.cells.setAccessibleName(f"Cell on the {name}")
        self.cells.setMinimumWidth(80)
        for box in (self.cases, self.cells):
            box.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.view = SyncedView()
        self.view.setAccessibleName(f"Cell on the {name}")
        self.note = QLabel()
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setProperty("role", "quiet")
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.note.setWordWrap(True)
        self.count = QLabel()
        self.count.setTextFormat(Qt.TextFormat.PlainText)
        self.count.setProperty("role", "quiet")
        line = QHBoxLayout()
        line.setContentsMargins(8, 0, 8, 0)
        line.addWidget(self.cases, 2)
        line.addWidget(self.cells, 1)
        line.addWidget(self.count, 1)
        below = QWidget()
        self._stack = QStackedLayout(below)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.note)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addLayout(line)
        rows.addWidget(below, 1)

    def say(self, text: str) -> None:
        """Show a word instead of a picture; the picture again for an empty one."""
        self.note.setText(text)
        self._stack.setCurrentIndex(1 if text else 0)


class Sides(QWidget):
    """The two panels and what they have in common.

    Signals
    -------
    cell_wanted
        Case, cell and chromosome (may be empty) that are to be opened.
    class_wanted
        A class that was clicked.
    """

    cell_wanted = Signal(str, str, str)
    class_wanted = Signal(str)

    def __init__(self, session: CaseSession) -> None:
        super().__init__()
        self._session = session
        self._class = ""
        self._metaphases = False
        self._case: CaseId | None = None
        self._rows: dict[CaseId, CaseRow] = {}
        self._states: dict[CaseId, tuple[Metaphase, ...]] = {}
        self._asked: dict[CaseId, bool] = {}
        self._chosen: list[tuple[CaseId | None, CellId | None]] = [(None, None), (None, None)]
        self._sides: list[Side | None] = [None, None]
        self.panels = (_Panel("left"), _Panel("right"))
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        for at, panel in enumerate(self.panels):
            line.addWidget(panel, 1)
            panel.cases.activated.connect(lambda row, at=at: self._case_chosen(at, row))
            panel.cases.lineEdit().returnPressed.connect(lambda at=at: self._search(at))
            panel.cells.activated.connect(lambda row, at=at: self._cell_chosen(at, row))
            panel.view.moved.connect(
                lambda zoom, centre, at=at: self.panels[1 - at].view.follow(zoom, centre)
            )
            panel.view.clicked.connect(lambda place, at=at: self._clicked(at, place))

    # -- what is shown ---------------------------------------------------------------------------------

    @property
    def sides(self) -> tuple[Side | None, Side | None]:
        """The cells that are shown."""
        return self._sides[LEFT], self._sides[RIGHT]

    def refresh(self, name: str, *, metaphases: bool) -> None:
        """Show the chosen class on both sides, as karyograms or metaphases; read what has changed."""
        other_look = (name, metaphases) != (self._class, self._metaphases)
        self._class, self._metaphases = name, metaphases
        case = self._session.case
        if case is not None and case.id != self._case:
            self._begin(case.id)
        read = False
        for at in (LEFT, RIGHT):
            read |= self._read(at)
        if other_look and not read:
            self._draw()

    def choose(self, at: int, case: CaseId, cell: CellId) -> None:
        """Put a cell of a case on one side."""
        self._chosen[at] = (case, cell)
        self._fill_lists(at)
        self._read(at)

    def step(self, across: int, down: int) -> None:
        """Go to the next cell on the right."""
        self.step_cell(RIGHT, down or across)

    def step_cell(self, at: int, by: int) -> None:
        """Go to the next cell on one side."""
        case, cell = self._chosen[at]
        order = [one.id for one in self._cells_of(case)]
        if case is not None and cell in order:
            there = min(max(order.index(cell) + (1 if by > 0 else -1), 0), len(order) - 1)
            self.choose(at, case, order[there])

    def open_current(self) -> None:
        """Open the cell on the right with the chosen class selected."""
        side = self._sides[RIGHT]
        if side is not None:
            members = [one.id for one in side.cell.counting if one.chromosome_class == self._class]
            self.cell_wanted.emit(side.case, side.cell.id, members[0] if members else "")

    def zoom(self, factor: float) -> None:
        """Zoom both."""
        self.panels[LEFT].view.zoom_by(factor)

    # -- choosing --------------------------------------------------------------------------------------

    def _begin(self, case: CaseId) -> None:
        """Start with the open cell and the next one; list the cases of the laboratory."""
        self._case = case
        self._states, self._asked = {}, {}
        self._sides = [None, None]
        order = [one.id for one in self._cells_of(case)]
        here = self._session.cell.id if self._session.cell else None
        first = order.index(here) if here in order else 0
        second = (first + 1) % len(order) if order else 0
        self._chosen = [(case, order[n] if order else None) for n in (first, second)]
        self._list_cases("", None)
        for at in (LEFT, RIGHT):
            self._fill_lists(at)

    def _cells_of(self, case: CaseId | None) -> tuple[Metaphase, ...]:
        if case is None:
            return ()
        found = self._session.cells if case == self._case else self._states.get(case, ())
        return tuple(cell for cell in found if cell.chromosomes)

    def _list_cases(self, search: str, at: int | None) -> None:
        def arrived(rows: tuple[CaseRow, ...]) -> None:
            self._rows |= {row.id: row for row in rows}
            for side in (LEFT, RIGHT) if at is None else (at,):
                self._fill_cases(side, [row.id for row in rows])
            if at is not None and not rows:
                self._session.message.emit(f"No case is called {search!r}.")

        self._session.lanes.database.submit(
            "List cases",
            lambda progress: self._session.store.list_cases(search, _MOST_CASES),
            done=arrived,
            failed=lambda error: self._session.message.emit(sentence_of(error)),
            urgency=Urgency.NOW,
        )

    def _search(self, at: int) -> None:
        text = self.panels[at].cases.currentText().strip()
        if self.panels[at].cases.findText(text) < 0:
            self._list_cases(text, at)

    def _fill_lists(self, at: int) -> None:
        self._fill_cases(at, list(self._rows))
        panel, (case, cell) = self.panels[at], self._chosen[at]
        panel.cells.clear()
        for one in self._cells_of(case):
            panel.cells.addItem(f"Cell {one.label}", one.id)
        panel.cells.setCurrentIndex(max(0, panel.cells.findData(cell)))

    def _fill_cases(self, at: int, ids: list[CaseId]) -> None:
        panel, (case, _) = self.panels[at], self._chosen[at]
        panel.cases.clear()
        open_case = self._session.case
        if open_case is not None:
            panel.cases.addItem(open_case.name, open_case.id)
        for one in ids:
            if open_case is None or one != open_case.id:
                panel.cases.addItem(self._rows[one].name, one)
        if case is not None and panel.cases.findData(case) < 0 and case in self._rows:
            panel.cases.addItem(self._rows[case].name, case)
        panel.cases.setCurrentIndex(max(0, panel.cases.findData(case)))

    def _case_chosen(self, at: int, row: int) -> None:
        case = self.panels[at].cases.itemData(row)
        if case is None:
            return
        cells = self._cells_of(case)
        self._chosen[at] = (case, cells[0].id if cells else None)
        self._fill_lists(at)
        self._read(at)

    def _cell_chosen(self, at: int, row: int) -> None:
        case, _ = self._chosen[at]
        if case is not None:
            self.choose(at, case, self.panels[at].cells.itemData(row))

    # -- reading ---------------------------------------------------------------------------------------

    def _read(self, at: int) -> bool:
        """Read what is chosen on one side; false where it stands there already or cannot be read."""
        case, cell_id = self._chosen[at]
        panel = self.panels[at]
        if case is None:
            return False
        if case != self._case and case not in self._states:
            panel.say("Reading the case…")
            self._read_case(case)
            return True
        cells = self._cells_of(case)
        if cell_id is None and cells:
            self._chosen[at] = (case, cells[min(at, len(cells) - 1)].id)
            self._fill_lists(at)
            cell_id = self._chosen[at][1]
        cell = next((one for one in cells if one.id == cell_id), None)
        if cell is None:
            self._sides[at] = None
            panel.view.show_scene(None)
            panel.say("This case has no analysed cell.")
            return False
        shown = self._sides[at]
        if shown is not None and shown.cell is cell:
            panel.say("")
            return False
        if panel.cells.count() != len(cells):
            self._fill_lists(at)
        panel.say("Reading the cell…" if shown is None else "")
        open_case = self._session.case
        name = open_case.name if open_case and open_case.id == case else self._rows[case].name
        pictures = self._session.pictures

        def work(progress: Progress) -> Side:
            progress.step(0, 1, f"cell {cell.label}")
            return read_side(case, name, cell, pictures.read_now(cell))

        def arrived(side: Side) -> None:
            if self._chosen[at] == (case, cell.id):
                self._sides[at] = side
                panel.say("")
                self._draw()

        self._session.lanes.compare.submit(
            "Compare", work, done=arrived, failed=lambda error: panel.say(sentence_of(error)),
            gone=lambda: panel.say("Stopped. Choose the cell again."), urgency=Urgency.NOW,
        )  # fmt: skip
        return True

    def _read_case(self, case: CaseId) -> None:
        if self._asked.get(case):
            return
        self._asked[case] = True

        def arrived(states: tuple[Metaphase, ...]) -> None:
            self._states[case] = states
            for at in (LEFT, RIGHT):
                if self._chosen[at][0] == case:
                    self._fill_lists(at)
                    self._read(at)

        self._session.lanes.database.submit(
            "Read case",
            lambda progress: self._session.store.load_states(case),
            done=arrived,
            failed=lambda error: self._session.message.emit(sentence_of(error)),
            urgency=Urgency.NOW,
        )

    # -- drawing ---------------------------------------------------------------------------------------

    def _draw(self) -> None:
        known = [side for side in self._sides if side is not None]
        slots, area = shared_slots(self._sides)
        scales = dict(zip((id(side) for side in known), scales_of(known), strict=True))
        for panel, side in zip(self.panels, self._sides, strict=True):
            if side is None:
                continue
            if self._metaphases:
                panel.view.show_scene(MetaphaseScene(side, self._class))
            else:
                panel.view.show_scene(KaryogramScene(side, slots, area, scales[id(side)], self._class))
            panel.count.setText(f"{side.cell.count} chromosomes")

    def _clicked(self, at: int, place: QPointF) -> None:
        scene = self.panels[at].view.scene()
        if isinstance(scene, KaryogramScene | MetaphaseScene):
            name = scene.class_at(place)
            if name:
                self.class_wanted.emit(name)
