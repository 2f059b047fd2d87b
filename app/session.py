"""The open case: applies operations through the store and tells the views what changed.

Views know the session and never each other. Every edit is written by the database lane before it is
shown, so what stands on the screen is on the disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from app.cell_difference import difference
from app.doubt import DoubtOrder
from app.edits import Edits, Saved
from app.errors import sentence_of
from app.pictures import Pictures
from app.reading import Reading
from app.tasks import Lanes
from core.domain.case import Case, Ledger, ledger_of
from core.domain.chromosome import Chromosome
from core.domain.ids import CaseId, CellId, ChromosomeId, PersonName
from core.domain.metaphase import Metaphase
from core.domain.proposal import Proposal
from core.editing.case_operations import CaseOperation
from core.editing.history import History
from core.editing.operations import CellOperation, Confirm
from core.store.cases import CaseStore
from core.store.records import CaseRecord, CellRecord

_NEW_PIECES = 4
"""Pieces of a cut or join are selected in place of what they replace; a whole new analysis is not."""


class CaseSession(QObject):
    """The case on the desk, its cells, and what is selected and hovered.

    Parameters
    ----------
    store
        Cases of the laboratory; used in the database lane only.
    pictures
        Gives the grey values of a cell's original.
    lanes
        Where work is done.
    person
        Tells the name of whoever sits here; empty until known.
    """

    case_changed = Signal()
    """Another case, or what is known about it."""
    cells_changed = Signal()
    """Cells came, went, or a cell in the background changed."""
    cell_opened = Signal(str)
    """Another cell is on the desk (its identity; empty: none). The picture may come a moment later."""
    cell_changed = Signal(str, object)
    """Identity of a cell and the `Change`."""
    picture_changed = Signal()
    """The grey values of the open cell have arrived."""
    selection_changed = Signal(object)
    """Frozenset of chromosome identities."""
    hover_changed = Signal(object)
    """Identity under the mouse, None for none."""
    record_arrived = Signal(str)
    """Identity of the case of a cell that was written, in sight or not."""
    message = Signal(str)
    """One sentence for the status line."""
    busy_changed = Signal()
    """Edits wait to be written, or all are."""

    def __init__(
        self,
        store: CaseStore,
        pictures: Pictures,
        lanes: Lanes,
        person: Callable[[], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._pictures = pictures
        self._lanes = lanes
        self._person = person
        self._case: CaseRecord | None = None
        self._cells: dict[CellId, CellRecord] = {}
        self._open: CellId | None = None
        self._wanted: CellId | None = None
        self._picture: NDArray[np.generic] | None = None
        self._selection: frozenset[ChromosomeId] = frozenset()
        self._hover: ChromosomeId | None = None
        self._select_later: tuple[CellId, frozenset[ChromosomeId]] | None = None
        self._doubt = DoubtOrder()
        self._case_in_sight = False
        self._case_was_last = False
        self._edits = Edits(store, lanes.database, parent=self)
        self._edits.cell_arrived.connect(self._cell_arrived)
        self._edits.case_arrived.connect(self._case_arrived)
        self._edits.refused.connect(self._refused)
        self._edits.changed.connect(self.busy_changed)
        self._edits.case_outdated.connect(self.reload_case)
        self._reading = Reading(self._edits, lanes.database, self._refused)

    # -- what is on the desk ---------------------------------------------------------------------------

    @property
    def store(self) -> CaseStore:
        """Cases of the laboratory; call it in the database lane."""
        return self._store

    @property
    def lanes(self) -> Lanes:
        """Where work is done off the GUI thread."""
        return self._lanes

    @property
    def pictures(self) -> Pictures:
        """Grey values and thumbnails of originals."""
        return self._pictures

    @property
    def case(self) -> Case | None:
        """The open case; None while there is none."""
        return self._case.case if self._case else None

    @property
    def cells(self) -> tuple[Metaphase, ...]:
        """Cells of the case in their order, as far as they are loaded."""
        if self.case is None:
            return ()
        return tuple(self._cells[cell].cell for cell in self.case.cells if cell in self._cells)

    @property
    def cell(self) -> Metaphase | None:
        """The open cell as it stands."""
        return self._cells[self._open].cell if self._open else None

    @property
    def picture(self) -> NDArray[np.generic] | None:
        """Grey values [y, x] of the open cell as the file holds them; None until they have arrived."""
        return self._picture

    @property
    def selection(self) -> frozenset[ChromosomeId]:
        """Selected chromosomes of the open cell."""
        return self._selection

    @property
    def selected(self) -> tuple[Chromosome, ...]:
        """The selected chromosomes themselves, in the order of the cell."""
        cell = self.cell
        return tuple(c for c in cell.chromosomes if c.id in self._selection) if cell else ()

    @property
    def hover(self) -> ChromosomeId | None:
        """Chromosome under the mouse."""
        return self._hover

    @property
    def undo_label(self) -> str | None:
        """What an undo takes back, in the open cell or in the case, whichever is in sight."""
        history = self._history_in_sight
        return history.undo_label if history else None

    @property
    def redo_label(self) -> str | None:
        """What a redo does again, in the open cell or in the case."""
        history = self._history_in_sight
        return history.redo_label if history else None

    @property
    def history(self) -> History[Metaphase] | None:
        """Every step of the open cell."""
        return self._cells[self._open].history if self._open else None

    @property
    def case_history(self) -> History[Case] | None:
        """Every step of the case itself."""
        return self._case.history if self._case else None

    @property
    def acts_on_case(self) -> bool:
        """Whether undo and redo act on the case itself.

        They do where the case is in sight, where no cell is open, and right after a step of the case was
        done here: nobody looks for it elsewhere.
        """
        return self._case_in_sight or self._case_was_last or self._open is None

    @property
    def _history_in_sight(self) -> History[Any] | None:
        return self.case_history if self.acts_on_case else self.history

    @property
    def ledger(self) -> Ledger | None:
        """Marks that people set, against the protocol."""
        return ledger_of(self.case.protocol, self.cells) if self.case else None

    @property
    def saved(self) -> Saved:
        """Whether everything is written."""
        return self._edits.saved

    @property
    def person(self) -> PersonName:
        """Who sits here; empty until known."""
        return PersonName(self._person())

    # -- opening ---------------------------------------------------------------------------------------

    def open_case(self, case_id: CaseId, *, cell: CellId | None = None) -> None:
        """Put a case on the desk; its first cell (or `cell`) opens, the others load behind it."""

        def arrived(loaded: CaseRecord) -> None:
            self._case = loaded
            self._cells = {}
            self._put_cell_away()
            self.case_changed.emit()
            self.cells_changed.emit()
            order = loaded.case.cells
            if order:
                self.open_cell(cell if cell in order else order[0])
            self._reading.cells([one for one in order if one != self._wanted], self._cells_arrived)

        self._reading.case(case_id, arrived)

    def close_case(self) -> None:
        """Clear the desk."""
        self._case = None
        self._cells = {}
        self._put_cell_away()
        self.case_changed.emit()
        self.cells_changed.emit()

    def reload_case(self) -> None:
        """Read the case anew, for example after an import; the open cell stays open."""
        if self.case is not None:
            self._reading.case(self.case.id, self._case_arrived)

    def look_for_news(self) -> None:
        """Show what another seat did to the case and its cells since they were read."""

        def arrived(loaded: CaseRecord) -> None:
            if self._case is None or loaded.case.id != self._case.case.id or self._edits.pending:
                return
            if loaded.revision != self._case.revision:
                self._case_arrived(loaded)
            stale = [
                row.id for row in loaded.cells
                if row.id in self._cells and self._cells[row.id].revision < row.revision
            ]  # fmt: skip
            if stale:
                self._reading.cells(stale, self._news_arrived)

        if self.case is not None and not self._edits.pending:
            self._reading.case(self.case.id, arrived)

    def _news_arrived(self, loaded: list[CellRecord]) -> None:
        for record in loaded:
            self._cell_arrived(record)

    def open_cell(self, cell_id: CellId) -> None:
        """Put a cell on the desk."""
        self._case_was_last = False
        self._want(cell_id)

    def _want(self, cell_id: CellId) -> None:
        self._wanted = cell_id
        if cell_id in self._cells:
            self._show(cell_id)
            return

        def arrived(loaded: CellRecord) -> None:
            self._cells_arrived([loaded])
            if self._wanted == cell_id and cell_id in self._cells:
                self._show(cell_id)

        self._reading.cell(cell_id, arrived)

    def _cells_arrived(self, loaded: list[CellRecord]) -> None:
        for record in loaded:
            cell_id = record.cell.id
            known = self._cells.get(cell_id)
            ours = self.case is not None and cell_id in self.case.cells
            if ours and (known is None or known.revision <= record.revision):
                self._cells[cell_id] = record
        self.cells_changed.emit()

    def _show(self, cell_id: CellId) -> None:
        self._open = cell_id
        self._wanted = None
        self._selection = frozenset()
        self._hover = None
        self._doubt = DoubtOrder()
        cell = self._cells[cell_id].cell
        self._picture = self._pictures.held(cell)
        self.cell_opened.emit(cell_id)
        self.selection_changed.emit(self._selection)
        if self._select_later is not None:
            later, self._select_later = self._select_later, None
            if later[0] == cell_id:
                self.select(later[1])
        if self._picture is not None:
            self.picture_changed.emit()
            return

        def arrived(grey: NDArray[np.generic]) -> None:
            if self._open == cell_id:
                self._picture = grey
                self.picture_changed.emit()

        self._pictures.fetch(cell, arrived, self._refused)

    def _put_cell_away(self) -> None:
        self._open = self._wanted = None
        self._picture = None
        self._selection = frozenset()
        self._hover = None
        self.cell_opened.emit("")
        self.selection_changed.emit(self._selection)

    # -- selection -------------------------------------------------------------------------------------

    def select(self, ids: Iterable[ChromosomeId]) -> None:
        """Select chromosomes of the open cell; those that are not in it are passed over."""
        cell = self.cell
        known = {chromosome.id for chromosome in cell.chromosomes} if cell else set()
        wanted = frozenset(ids) & known
        if wanted != self._selection:
            self._selection = wanted
            self.selection_changed.emit(wanted)

    def select_when_open(self, cell_id: CellId, *ids: ChromosomeId) -> None:
        """Select chromosomes of a cell that was asked for and may not have arrived yet."""
        if self._open == cell_id:
            self.select(ids)
        else:
            self._select_later = (cell_id, frozenset(ids))

    def hover_over(self, chromosome_id: ChromosomeId | None) -> None:
        """Light a chromosome up in every view."""
        if chromosome_id != self._hover:
            self._hover = chromosome_id
            self.hover_changed.emit(chromosome_id)

    def next_doubtful(self) -> None:
        """Select the most doubtful chromosome, then the next one."""
        self._go_doubtful(forward=True)

    def previous_doubtful(self) -> None:
        """Select the one before in the order of doubt."""
        self._go_doubtful(forward=False)

    def _go_doubtful(self, *, forward: bool) -> None:
        cell = self.cell
        if cell is None:
            return
        found = self._doubt.step(cell, self._selection, forward=forward)
        if found is None:
            self.message.emit("Nothing is doubtful any more in this cell.")
        else:
            self.select({found.id})

    # -- edits -----------------------------------------------------------------------------------------

    def do(self, operation: CellOperation | CaseOperation) -> None:
        """Do something to the open cell, or to the case; a refusal becomes a sentence in the status line."""
        if isinstance(operation, CaseOperation):
            if self._case is not None:
                self._case_was_last = self._case_was_last or operation.undoable
                self._edits.do_to_case(self._case.case.id, operation, person=self.person)
        elif self._open is not None:
            self.do_in(self._open, operation)
        else:
            self.message.emit("No cell is open, open one first.")

    def do_in(self, cell_id: CellId, operation: CellOperation, *, person: str | None = None) -> None:
        """Do something to a cell, also one in the background or of another case.

        Parameters
        ----------
        person
            In whose name; whoever sits here when None. The program's own steps pass their own name.
        """
        if person is None:
            self._case_was_last = False
        name = self.person if person is None else PersonName(person)
        self._edits.do(cell_id, operation, person=name)

    def do_in_cells(self, operations: Mapping[CellId, CellOperation], words: str) -> None:
        """Do an operation in each of several cells of the case, as one step that is undone in all of them.

        A refusal in one cell, or a cell that another seat changed, leaves all of them as they were.

        Parameters
        ----------
        words
            What it does, for the menu and the history, such as "Name 21 in 5 cells".
        """
        if self._case is not None:
            # Seen in the open cell too where it takes part; else it is looked for in the case.
            self._case_was_last = self._open not in operations
            self._edits.do_in_cells(self._case.case.id, operations, words, person=self.person)

    def place(self, proposal: Proposal, *, person: PersonName) -> None:
        """Place what the models proposed for a cell, also one in the background or of another case."""
        self._edits.place(proposal, person=person)

    def look_at_case(self, in_sight: bool) -> None:
        """Let undo and redo act on the case itself, as on the Report page, or on the open cell again."""
        self._case_in_sight = in_sight
        self.busy_changed.emit()

    def undo(self) -> None:
        """Take the last step of what is in sight back."""
        self._move("undo", self.undo_label, -1)

    def redo(self) -> None:
        """Do the last step taken back again."""
        self._move("redo", self.redo_label, 1)

    def _move(self, word: str, label: str | None, by: int) -> None:
        if label is None and not self._edits.pending:
            self.message.emit(f"Nothing to {word} in this {'case' if self.acts_on_case else 'cell'}.")
        else:
            self.go(by, in_case=self.acts_on_case)

    def go(self, by: int, *, in_case: bool) -> None:
        """Go to another moment of the open cell, or of the case itself.

        Parameters
        ----------
        by
            Steps back when below 0, forward again when above.
        """
        if in_case and self.case is not None:
            self._edits.go_case(self.case.id, by, person=self.person)
        elif not in_case and self._open is not None:
            self._edits.go(self._open, by, person=self.person)

    def confirm_selection(self) -> None:
        """Agree with what stands for the selected chromosomes."""
        if self._selection:
            self.do(Confirm(ids=tuple(sorted(self._selection))))
        else:
            self.message.emit("Nothing is selected, press Tab to go to the most doubtful chromosome.")

    def _cell_arrived(self, loaded: CellRecord) -> None:
        """Show a state of a cell that came from the store, whatever brought it there."""
        cell_id = loaded.cell.id
        self.record_arrived.emit(loaded.case)
        if self.case is None or cell_id not in self.case.cells:
            return
        before = self._cells.get(cell_id)
        if before is not None and before.revision > loaded.revision:
            return
        self._cells[cell_id] = loaded
        if cell_id == self._open and before is not None:
            change = difference(before.cell, loaded.cell)
            present = {chromosome.id for chromosome in loaded.cell.chromosomes}
            new = present - {chromosome.id for chromosome in before.cell.chromosomes}
            # Selected before the views hear of the change: they draw once.
            if 0 < len(new) <= _NEW_PIECES:
                self.select(new)
            elif not present.issuperset(self._selection):
                self.select(self._selection)
            if self._hover not in present:
                self.hover_over(None)
            self.cell_changed.emit(cell_id, change)
        self.cells_changed.emit()
        if before is not None:
            self._tell_cut_off(before.history, loaded.history, loaded.cell.label)

    def _case_arrived(self, loaded: CaseRecord) -> None:
        if self.case is None or loaded.case.id != self.case.id:
            return
        order, before = self.case.cells, self._case
        self._case = loaded
        if before is not None:
            self._tell_cut_off(before.history, loaded.history, "the case")
        if loaded.case.cells != order:
            self._members_changed(order)
        self.case_changed.emit()

    def _members_changed(self, before: tuple[CellId, ...]) -> None:
        """Put cells away that were taken out of the case, and read those that came back."""
        assert self.case is not None
        now = self.case.cells
        gone = [cell for cell in before if cell not in now]
        names = [self._cells[cell].cell.label for cell in gone if cell in self._cells]
        for cell in gone:
            self._cells.pop(cell, None)
        if names:
            self.message.emit(f"{', '.join(names)} was taken out of the case.")
        if self._open in gone or self._wanted in gone:
            place = next((n for n, cell in enumerate(before) if cell in (self._open, self._wanted)), 0)
            self._put_cell_away()
            if now:
                self._want(now[min(place, len(now) - 1)])
        elif self._open is None and self._wanted is None and now:
            self._want(now[0])
        self.cells_changed.emit()
        fresh = [cell for cell in now if cell not in self._cells and cell != self._wanted]
        self._reading.cells(fresh, self._cells_arrived)

    def _tell_cut_off(self, before: History[Any], after: History[Any], where: str) -> None:
        """Say when steps that could be done again no longer can, because something else was done."""
        lost = len(before.undone)
        if lost and not after.undone and len(after.done) <= len(before.done) + 1 and (
            after.done[: len(before.done)] == before.done and after.done[-1:] != before.undone[-1:]
        ):  # fmt: skip
            words = "step that was taken back is" if lost == 1 else "steps that were taken back are"
            self.message.emit(f"{lost} {words} cut off in {where} by this step.")

    def _refused(self, error: Exception) -> None:
        self.message.emit(sentence_of(error))
