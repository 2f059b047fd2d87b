"""Cells laid straight for "what would it look like", off the GUI thread, kept until a cell changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Signal

from app.errors import sentence_of
from app.session import CaseSession
from app.tasks import Task, Urgency
from core.domain.ids import CellId
from core.domain.metaphase import Metaphase, Verdict
from core.progress import Progress
from core.whatif.likeness import Agreement
from core.whatif.sources import LaidCell, lay_cell
from core.whatif.would_be import normal_agreement

_MOST_CELLS: Final = 6
"""The open cell and some others: enough to know how alike normal homologs of the case are."""


class LaidCells(QObject):
    """The open cell first, then some others of the case; `changed` as each arrives.

    Parameters
    ----------
    session
        Whose cells are read; nothing is read before `look` is called with True.
    """

    changed = Signal()

    def __init__(self, session: CaseSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._looking = False
        self._read: dict[CellId, LaidCell] = {}
        self._failed: dict[CellId, Metaphase] = {}
        self._reading: dict[CellId, Task] = {}
        self._agreement: tuple[object, Agreement | None] = (None, None)
        for signal in (
            session.cell_opened, session.cell_changed, session.cells_changed, session.case_changed,
            session.picture_changed,
        ):  # fmt: skip
            signal.connect(lambda *_: self._go_on())

    def look(self, looking: bool) -> None:
        """Read cells, or stop."""
        self._looking = looking
        self._go_on()

    @property
    def own(self) -> LaidCell | None:
        """The open cell as it stands; None while it is read."""
        cell = self._session.cell
        found = self._read.get(cell.id) if cell is not None else None
        return found if found is not None and cell is not None and _alike(found.cell, cell) else None

    @property
    def cells(self) -> tuple[LaidCell, ...]:
        """What is read, the open cell first."""
        return tuple(
            found
            for cell in self._wanted()
            if (found := self._read.get(cell.id)) is not None and _alike(found.cell, cell)
        )

    def agreement(self, suspects: tuple[str, ...]) -> Agreement | None:
        """What normal homologs of these cells give among themselves, the suspected classes left out."""
        cells = self.cells
        key = (tuple(id(cell) for cell in cells), suspects)
        if self._agreement[0] != key:
            self._agreement = (key, normal_agreement(cells, suspects))
        return self._agreement[1]

    def _wanted(self) -> tuple[Metaphase, ...]:
        own = self._session.cell
        if own is None or not own.chromosomes:
            return ()
        others = [
            cell
            for cell in self._session.cells
            if cell.id != own.id and cell.chromosomes and cell.verdict in (Verdict.ACCEPTED, Verdict.OPEN)
        ]
        others.sort(key=lambda cell: cell.verdict is not Verdict.ACCEPTED)
        return (own, *others[: _MOST_CELLS - 1])

    def _go_on(self) -> None:
        """Read one cell after the other; what is no longer wanted is not begun."""
        if not self._looking or self._reading:
            return
        for cell in self._wanted():
            known = self._read.get(cell.id)
            failed = self._failed.get(cell.id)
            if (known is None or not _alike(known.cell, cell)) and failed is not cell:
                self._read_cell(cell)
                return

    def _read_cell(self, cell: Metaphase) -> None:
        pictures = self._session.pictures

        def work(progress: Progress) -> LaidCell:
            return lay_cell(cell, pictures.read_now(cell), progress=progress)

        def ended(then: Callable[[], None]) -> None:
            self._reading.pop(cell.id, None)
            then()
            self.changed.emit()
            self._go_on()

        def arrived(found: LaidCell) -> None:
            ended(lambda: self._read.__setitem__(cell.id, found))

        def failed(error: Exception) -> None:
            self._session.message.emit(f"Cell {cell.label}: {sentence_of(error)}")
            ended(lambda: self._failed.__setitem__(cell.id, cell))

        own = self._session.cell is not None and cell.id == self._session.cell.id
        self._reading[cell.id] = self._session.lanes.compare.submit(
            "What would it look like", work, done=arrived, failed=failed,
            gone=lambda: ended(lambda: None), urgency=Urgency.NOW if own else Urgency.SOON,
        )  # fmt: skip


def _alike(one: Metaphase, other: Metaphase) -> bool:
    """Whether a cell can stay as it was laid: nothing that is laid changed."""
    return one is other or (one.image == other.image and one.chromosomes == other.chromosomes)
