from __future__ import annotations

from collections.abc import Callable

from core.domain.metaphase import MarkKind, Metaphase
from core.domain.proposal import Proposal
from core.editing import operations as op
from core.learning.corrections import CorrectionKind
from core.store.cases import CaseStore
from core.store.learning import CorrectionCount, LearningStore
from core.store.records import CellRecord
from tests.core.editing.bench_cells import EVA, OTTO, empty_case, empty_cell, mark, proposal_for

Seat = Callable[[], CaseStore]
KARYOTYPED = mark(MarkKind.KARYOTYPED)


class Desk:
    """One analysed cell, with every step done at its current revision."""

    def __init__(self, store: CaseStore) -> None:
        self.store = store
        self.learning = LearningStore(store.database)
        cell = empty_cell()
        case = empty_case()
        store.create_case(case, EVA)
        store.add_cells(case.id, [cell], EVA)
        self.proposal: Proposal = proposal_for(cell)
        self.record: CellRecord = store.place(self.proposal, EVA, 0)

    @property
    def cell(self) -> Metaphase:
        return self.record.cell

    def do(self, *steps: op.CellOperation) -> None:
        for step in steps:
            self.record = self.store.do(self.cell.id, step, OTTO, self.record.revision)

    def undo(self) -> None:
        self.record = self.store.undo(self.cell.id, EVA, self.record.revision)

    def redo(self) -> None:
        self.record = self.store.redo(self.cell.id, EVA, self.record.revision)

    def rename(self, place: int, name: str) -> op.Reclassify:
        return op.Reclassify(ids=(self.proposal.chromosomes[place].id,), chromosome_class=name)

    def changed(self) -> list[tuple[CorrectionKind, str | None]]:
        rows = self.learning.list_corrections()
        return [(row.correction.kind, row.correction.confirmed) for row in rows]


def test_that_nothing_is_learned_from_a_cell_that_nobody_confirmed(store: CaseStore) -> None:
    desk = Desk(store)
    desk.do(desk.rename(0, "3"), mark(MarkKind.COUNTED), mark(MarkKind.ANALYSED))
    assert desk.learning.counts() == ()
    assert desk.learning.confirmed_cells() == ()
    assert desk.learning.load_confirmed(desk.cell.id) is None


def test_that_a_mark_stores_what_was_changed_and_what_was_not(store: CaseStore) -> None:
    desk = Desk(store)
    desk.do(desk.rename(0, "3"), KARYOTYPED)
    (row,) = desk.learning.list_corrections()
    assert (row.correction.kind, row.correction.proposed, row.correction.confirmed) == (
        CorrectionKind.CLASS,
        "1",
        "3",
    )
    assert (row.person, row.proposal, row.case_name) == (OTTO, desk.proposal.id, "K24-117")
    assert (row.correction.model, row.correction.confidence) == ("namer@0.2", 0.9)
    assert row.standing
    assert row.cell_label == "Metaphase 1"
    assert (
        CorrectionCount(kind=CorrectionKind.CLASS, model="namer@0.2", changed=1, unchanged=45)
        in desk.learning.counts()
    )
    assert sum(count.unchanged for count in desk.learning.counts()) == 4 * 46 - 1
    assert len(desk.learning.list_corrections(changed=False, kind=CorrectionKind.OUTLINE)) == 46
    assert desk.learning.list_corrections(model="namer@9") == ()


def test_that_later_edits_and_marks_supersede(seat: Seat) -> None:
    desk = Desk(seat())
    desk.do(desk.rename(0, "3"), KARYOTYPED, desk.rename(0, "4"))
    assert desk.changed() == [(CorrectionKind.CLASS, "4")]
    desk.do(mark(MarkKind.CHECKED, OTTO))
    assert desk.changed() == [(CorrectionKind.CLASS, "4")]
    every = desk.learning.list_corrections(superseded=True)
    assert [row.standing for row in every] == [True, False, False]
    assert desk.learning.list_corrections(superseded=True, limit=1, offset=2)[0].correction.confirmed == "3"
    confirmed = desk.learning.load_confirmed(desk.cell.id)
    assert confirmed is not None
    assert confirmed.cell == desk.cell
    assert confirmed.proposal == desk.proposal
    assert desk.learning.confirmed_cells() == (desk.cell.id,)


def test_that_undo_and_redo_go_to_the_corrections_of_that_state(seat: Seat) -> None:
    desk = Desk(seat())
    desk.do(desk.rename(0, "3"), KARYOTYPED, desk.rename(0, "4"))
    stored = len(desk.learning.list_corrections(changed=None, superseded=True, limit=10_000))
    desk.undo()
    assert desk.changed() == [(CorrectionKind.CLASS, "3")]
    desk.undo()
    assert desk.changed() == []
    assert desk.learning.counts() == ()
    desk.store = seat()
    desk.redo()
    desk.redo()
    assert desk.changed() == [(CorrectionKind.CLASS, "4")]
    assert len(desk.learning.list_corrections(changed=None, superseded=True, limit=10_000)) == stored


def test_that_a_new_analysis_withdraws_the_confirmation_until_the_next_mark(store: CaseStore) -> None:
    desk = Desk(store)
    desk.do(desk.rename(0, "3"), KARYOTYPED)
    again = proposal_for(desk.cell)
    superseded = frozenset({again.chromosomes[0].id})
    desk.record = store.place(again, EVA, desk.record.revision, superseded)
    assert desk.learning.counts() == ()
    desk.do(KARYOTYPED)
    assert desk.changed() == [(CorrectionKind.CLASS, "3")]
    (row,) = desk.learning.list_corrections()
    assert row.proposal == again.id


def test_that_a_cell_outlined_by_hand_alone_can_be_marked(store: CaseStore) -> None:
    cell = empty_cell()
    case = empty_case()
    store.create_case(case, EVA)
    store.add_cells(case.id, [cell], EVA)
    assert store.do(cell.id, KARYOTYPED, EVA, 0).cell.marked(MarkKind.KARYOTYPED) is not None
    assert LearningStore(store.database).confirmed_cells() == ()
