"""Cases and cells: make, list, load, edit, undo, redo; every step is saved as it happens."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from sqlalchemy import Connection, select, update

from core.domain.case import Case
from core.domain.ids import CaseId, CellId, ChromosomeId, PersonName, new_id
from core.domain.metaphase import Metaphase
from core.domain.proposal import Proposal
from core.editing.case_operations import AddCells, CaseOperation, InCells
from core.editing.codec import from_json, operation_to_json
from core.editing.history import History
from core.editing.operations import CellOperation, Refused
from core.editing.placing import placing
from core.store import case_rows, cells, together, worklist
from core.store.columns import log_row, search_text
from core.store.database import Clock, Database, utc_now
from core.store.edits import Entry, write_do, write_moves
from core.store.failures import Missing
from core.store.proposals import insert_proposal, read_models, read_proposal
from core.store.recent import Recent
from core.store.records import CaseRecord, CaseRow, CellRecord, LogRow
from core.store.schema import TAKEN_OUT, log, states
from core.store.schema import cases as cases_table
from core.store.schema import cells as cells_table
from core.store.together import Seat, Written

_RECENT_CELLS = 64


class CaseStore:
    """All cases of one database. Every writing method is one transaction: state and log row, or nothing.

    Writing methods name the revision they saw (`record.revision`) and return the record after the step.
    They raise `Conflict` when another seat was faster (load again and say so), `Refused` when the step
    makes no sense, `Missing` when there is no such case or cell, `StorageError` when the disk or the
    server fails. In all these cases nothing was written.

    Parameters
    ----------
    database
        An open one; it stays the caller's to close.
    clock
        Tells the time (UTC) of each step.
    """

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        self._database = database
        self._clock = clock
        self._recent: Recent[CellRecord] = Recent(_RECENT_CELLS)

    @property
    def database(self) -> Database:
        """The database of these cases."""
        return self._database

    def create_case(self, case: Case, person: PersonName) -> CaseRecord:
        """Write a new case; its cells are added afterwards (`add_cells`)."""
        if case.cells:
            raise ValueError(f"expected a new case without cells, got {len(case.cells)}, use add_cells")
        with self._database.write() as connection:
            case_rows.insert_case(connection, case, person, self._clock())
            return case_rows.read_case(connection, case.id)

    def list_cases(self, search: str = "", limit: int = 500) -> tuple[CaseRow, ...]:
        """List cases, the one changed last first.

        Parameters
        ----------
        search
            Part of the name or of the karyotype, capital letters or not.
        limit
            Largest number of rows.
        """
        with self._database.read() as connection:
            return worklist.list_cases(connection, search, limit)

    def load_case(self, case_id: CaseId) -> CaseRecord:
        """Load a case with its history and the rows of its cells."""
        with self._database.read() as connection:
            return case_rows.read_case(connection, case_id)

    def add_cells(
        self,
        case_id: CaseId,
        fresh: Iterable[Metaphase],
        person: PersonName,
        expected_revision: int | None = None,
    ) -> CaseRecord:
        """Import cells into a case: logged, never undone.

        Parameters
        ----------
        fresh
            Cells as imported; those that the case already has are passed over.
        expected_revision
            None adds to whatever revision there is, as a background import wants it.
        """
        now = self._clock()
        with self._database.write() as connection:
            record = case_rows.read_case(connection, case_id, lock=True)
            known = cells.cells_of(connection, case_id)
            wanted = [cell for cell in fresh if cell.id not in known]
            cells.insert_cells(connection, case_id, wanted, first_position=len(known), person=person, now=now)
            operation = AddCells(cells=tuple(cell.id for cell in wanted))
            expected = record.revision if expected_revision is None else expected_revision
            return case_rows.write_case(
                connection,
                case_id,
                lambda connection, entry, history: write_do(
                    connection, entry, history, operation, operation_to_json(operation)[1], undoable=False
                ),
                expected_revision=expected,
                person=person,
                now=now,
            )

    def load_cell(self, cell_id: CellId) -> CellRecord:
        """Load a cell with everything that can be undone and redone."""
        with self._database.read() as connection:
            revision = connection.execute(
                select(cells_table.c.revision).where(cells_table.c.id == cell_id)
            ).scalar()
            known = None if revision is None else self._recent.get(cell_id, revision)
            record = cells.read_cell(connection, cell_id) if known is None else known
        self._recent.put(cell_id, record.revision, record)
        return record

    def load_states(self, case_id: CaseId) -> tuple[Metaphase, ...]:
        """Load the states of all cells of a case in their order, without histories."""
        wanted = (
            select(states.c.state)
            .join(cells_table, cells_table.c.id == states.c.cell_id)
            .where(cells_table.c.case_id == case_id, cells_table.c.verdict != TAKEN_OUT)
            .order_by(cells_table.c.position)
        )
        with self._database.read() as connection:
            texts = connection.execute(wanted).scalars().all()
        return tuple(from_json(text, Metaphase) for text in texts)

    def do(
        self, cell_id: CellId, operation: CellOperation, person: PersonName, expected_revision: int
    ) -> CellRecord:
        """Do an operation on a cell."""
        payload = operation_to_json(operation)[1]
        return self._write_cell(
            cell_id,
            lambda connection, entry, history: write_do(connection, entry, history, operation, payload),
            person,
            expected_revision,
        )

    def place(
        self,
        proposal: Proposal,
        person: PersonName,
        expected_revision: int,
        superseded: frozenset[ChromosomeId] = frozenset(),
    ) -> CellRecord:
        """Store a proposal for good and place it into its cell as one step (`PlaceProposal`).

        Parameters
        ----------
        superseded
            Proposed chromosomes that lie on an object a person decided about.
        """
        operation = placing(proposal, superseded)
        payload = cells.placing_payload(proposal, superseded)

        def move(connection: Connection, entry: Entry, history: History[Metaphase]) -> History[Metaphase]:
            insert_proposal(connection, proposal)
            return write_do(connection, entry, history, operation, payload)

        return self._write_cell(proposal.cell, move, person, expected_revision)

    def undo(self, cell_id: CellId, person: PersonName, expected_revision: int) -> CellRecord:
        """Take the last step of a cell back."""
        return self.go(cell_id, -1, person, expected_revision)

    def redo(self, cell_id: CellId, person: PersonName, expected_revision: int) -> CellRecord:
        """Do the last undone step of a cell again."""
        return self.go(cell_id, 1, person, expected_revision)

    def go(self, cell_id: CellId, by: int, person: PersonName, expected_revision: int) -> CellRecord:
        """Go to another moment of a cell: so many steps back (below 0) or forward again.

        `Refused` when there are not so many, or when one of them was done in several cells at once
        (`move_in_cells`).
        """

        def move(connection: Connection, entry: Entry, history: History[Metaphase]) -> History[Metaphase]:
            together.refuse_alone(history, by)
            return write_moves(connection, entry, history, by)

        return self._write_cell(cell_id, move, person, expected_revision, rows=abs(by))

    def do_in_cells(
        self,
        case_id: CaseId,
        operations: Mapping[CellId, CellOperation],
        words: str,
        person: PersonName,
        expected_revisions: Mapping[CellId, int],
    ) -> Written:
        """Do an operation in each of several cells as one step of the case; a refusal in one refuses all.

        Parameters
        ----------
        words
            What it does, for the menu, such as "Name 21 in 5 cells".
        expected_revisions
            Revisions that the seat saw; a cell that is not named is taken as it stands.
        """
        if not operations:
            raise Refused("no cell is chosen, choose at least one")
        step = InCells(step=new_id(), words=words, cells=tuple(operations))
        return self._together(
            lambda connection, seat: together.do_together(connection, case_id, step, operations, seat),
            person,
            expected_revisions,
        )

    def move_in_cells(
        self,
        case_id: CaseId,
        step: str,
        by: int,
        person: PersonName,
        expected_revisions: Mapping[CellId, int],
    ) -> Written:
        """Take a step of several cells back in all of them (`by` -1), or do it again (1)."""
        return self._together(
            lambda connection, seat: together.move_together(connection, case_id, step, by, seat),
            person,
            expected_revisions,
        )

    def do_case(
        self, case_id: CaseId, operation: CaseOperation, person: PersonName, expected_revision: int
    ) -> CaseRecord:
        """Do an operation on the case itself; cells come in by `add_cells`."""
        if isinstance(operation, AddCells | InCells):
            other = "add_cells" if isinstance(operation, AddCells) else "do_in_cells"
            raise ValueError(
                f"expected a step of the case alone, got {type(operation).__name__}, use {other}"
            )
        payload = operation_to_json(operation)[1]
        return self._write_case(
            case_id,
            lambda connection, entry, history: write_do(
                connection, entry, history, operation, payload, undoable=operation.undoable
            ),
            person,
            expected_revision,
        )

    def undo_case(self, case_id: CaseId, person: PersonName, expected_revision: int) -> CaseRecord:
        """Take the last step of the case itself back."""
        return self.go_case(case_id, -1, person, expected_revision)

    def redo_case(self, case_id: CaseId, person: PersonName, expected_revision: int) -> CaseRecord:
        """Do the last undone step of the case itself again."""
        return self.go_case(case_id, 1, person, expected_revision)

    def go_case(self, case_id: CaseId, by: int, person: PersonName, expected_revision: int) -> CaseRecord:
        """Go to another moment of the case itself; see `go`."""

        def move(connection: Connection, entry: Entry, history: History[Case]) -> History[Case]:
            steps = history.done[by:] if by < 0 else history.undone[-by:]
            if any(isinstance(step.operation, InCells) for step in steps):
                raise Refused("this step was done in several cells at once, take it back in all of them")
            return write_moves(connection, entry, history, by)

        return self._write_case(case_id, move, person, expected_revision, rows=abs(by))

    def note_proposed_karyotype(self, case_id: CaseId, karyotype: str | None) -> None:
        """Keep the program's karyotype of a case for the worklist; no step of its history."""
        with self._database.write() as connection:
            row = connection.execute(
                select(cases_table.c.name, cases_table.c.karyotype).where(cases_table.c.id == case_id)
            ).first()
            if row is None:
                raise Missing("there is no such case in this database", "reload the worklist")
            connection.execute(
                update(cases_table)
                .where(cases_table.c.id == case_id)
                .values(
                    proposed_karyotype=karyotype, search_text=search_text(row.name, row.karyotype, karyotype)
                )
            )

    def load_proposal(self, proposal_id: str) -> Proposal:
        """Load what the program proposed, as it was proposed."""
        with self._database.read() as connection:
            return read_proposal(connection, proposal_id)

    def models_of(self, proposal_ids: Collection[str]) -> dict[str, dict[str, str]]:
        """Tell which models made these proposals: stage to `name@version` for each that is known."""
        with self._database.read() as connection:
            return read_models(connection, proposal_ids)

    def find_image(self, image: str) -> tuple[tuple[CaseId, CellId], ...]:
        """Tell which cells of which cases have the picture with that SHA-256."""
        wanted = select(cells_table.c.case_id, cells_table.c.id).where(
            cells_table.c.image == image, cells_table.c.verdict != TAKEN_OUT
        )
        with self._database.read() as connection:
            return tuple((CaseId(row.case_id), CellId(row.id)) for row in connection.execute(wanted))

    def load_log(
        self, case_id: CaseId, cell_id: CellId | None = None, limit: int = 1000
    ) -> tuple[LogRow, ...]:
        """Load the log of a case, or of one of its cells only, the last step first."""
        wanted = select(log).where(log.c.case_id == case_id)
        if cell_id is not None:
            wanted = wanted.where(log.c.cell_id == cell_id)
        with self._database.read() as connection:
            found = connection.execute(wanted.order_by(log.c.sequence.desc()).limit(limit))
            return tuple(log_row(row) for row in found)

    def _together(
        self,
        write: Callable[[Connection, Seat], Written],
        person: PersonName,
        revisions: Mapping[CellId, int],
    ) -> Written:
        def known(connection: Connection, cell: CellId) -> CellRecord:
            held = self._recent.get(cell, revisions[cell]) if cell in revisions else None
            return cells.read_cell(connection, cell) if held is None else held

        seat = Seat(person=person, now=self._clock(), revisions=revisions, known=known)
        with self._database.write() as connection:
            written = write(connection, seat)
        for record in written.cells:
            self._recent.put(record.cell.id, record.revision, record)
        return written

    def _write_cell(
        self, cell_id: CellId, move: cells.Move, person: PersonName, expected_revision: int, rows: int = 1
    ) -> CellRecord:
        known = self._recent.get(cell_id, expected_revision)

        def before(connection: Connection) -> CellRecord:
            if known is not None:
                return known
            return cells.read_cell(connection, cell_id, claimed_from=expected_revision)

        with self._database.write() as connection:
            record = cells.write_cell(
                connection,
                before,
                cell_id,
                move,
                expected_revision=expected_revision,
                person=person,
                now=self._clock(),
                rows=rows,
            )
        self._recent.put(cell_id, record.revision, record)
        return record

    def _write_case(
        self, case_id: CaseId, move: case_rows.Move, person: PersonName, expected_revision: int, rows: int = 1
    ) -> CaseRecord:
        with self._database.write() as connection:
            return case_rows.write_case(
                connection,
                case_id,
                move,
                expected_revision=expected_revision,
                person=person,
                now=self._clock(),
                rows=rows,
            )
