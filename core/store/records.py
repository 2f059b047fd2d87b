"""What the store hands out: whole histories, and rows for lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from core.domain.case import Case, Context, Ledger, Status, ledger_of
from core.domain.ids import CaseId, CellId, PersonName
from core.domain.metaphase import Mark, MarkKind, Metaphase, Origin, Verdict
from core.editing.history import History


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A case as the worklist shows it.

    `karyotype` is what a person wrote, `proposed_karyotype` what the program proposed last;
    `cells` is the number of cells.
    """

    id: CaseId
    name: str
    context: Context
    status: Status
    due: date | None
    assigned: PersonName | None
    karyotype: str | None
    proposed_karyotype: str | None
    cells: int
    ledger: Ledger
    created: datetime
    changed: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRow:
    """A cell as the case page lists it, without its chromosomes.

    `count` is the number of centric chromosomes, `quality` the score 0..1; `proposal` is None until
    the cell is analysed.
    """

    id: CellId
    case: CaseId
    label: str
    image: str
    page: int
    origin: Origin
    verdict: Verdict
    marks: tuple[Mark, ...]
    count: int
    quality: float | None
    right_probability: float | None
    proposal: str | None
    revision: int
    created: datetime
    changed: datetime

    def marked(self, kind: MarkKind) -> Mark | None:
        """Return the mark of that kind, None where nobody set it."""
        return next((mark for mark in self.marks if mark.kind is kind), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRecord:
    """A cell with its history.

    Parameters
    ----------
    revision
        Number of steps ever taken, undo and redo among them; a write names the one it saw.
    complete
        False when the log of an older version leads to another state than the stored one: the state
        stands then, and its past can no longer be undone.
    """

    case: CaseId
    history: History[Metaphase]
    revision: int
    complete: bool = True

    @property
    def cell(self) -> Metaphase:
        """State as it stands."""
        return self.history.state


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecord:
    """A case with its history and the rows of its cells; see `CellRecord`."""

    history: History[Case]
    revision: int
    cells: tuple[CellRow, ...]
    proposed_karyotype: str | None = None
    complete: bool = True

    @property
    def case(self) -> Case:
        """State as it stands."""
        return self.history.state

    @property
    def ledger(self) -> Ledger:
        """Marks that people set, against the protocol."""
        return ledger_of(self.case.protocol, self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """One row of the log of edits, which is never changed.

    Parameters
    ----------
    action
        "do", "undo", "redo", "record" (never taken back) or "create".
    kind
        Name of the operation; of an undo or redo, that of the step concerned.
    takes_back
        Row that an undo takes back or a redo repeats.
    """

    sequence: int
    case: CaseId
    cell: CellId | None
    revision: int
    action: str
    kind: str
    label: str
    person: PersonName
    time: datetime
    takes_back: int | None
