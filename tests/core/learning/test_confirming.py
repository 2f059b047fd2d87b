from __future__ import annotations

from dataclasses import replace

import pytest

from core.domain.metaphase import MarkKind, Metaphase
from core.editing import operations as op
from core.editing.history import History
from core.editing.placing import placing
from core.learning.confirming import confirming_step
from tests.core.editing.bench_cells import OTTO, empty_cell, mark, proposal_for


def done(*steps: op.CellOperation) -> History[Metaphase]:
    cell = empty_cell()
    history = History(origin=cell).do(placing(PROPOSAL), row=1)
    for row, step in enumerate(steps, start=2):
        history = history.do(step, row=row)
    return history


PROPOSAL = proposal_for(empty_cell())
FIRST = (PROPOSAL.chromosomes[0].id,)
READING = replace(PROPOSAL.chromosomes[1], chromosome_class="9")
KARYOTYPED = mark(MarkKind.KARYOTYPED)
CHECKED = mark(MarkKind.CHECKED, OTTO)


@pytest.mark.parametrize(
    ("steps", "row"),
    [
        ((), None),
        ((mark(MarkKind.COUNTED), mark(MarkKind.ANALYSED)), None),
        ((KARYOTYPED,), 2),
        ((op.Turn(ids=FIRST), KARYOTYPED), 3),
        ((KARYOTYPED, CHECKED), 3),
        ((KARYOTYPED, mark(MarkKind.COUNTED), op.Confirm(ids=FIRST)), 2),
        ((KARYOTYPED, op.Turn(ids=FIRST)), 3),
        ((KARYOTYPED, op.Turn(ids=FIRST), CHECKED), 4),
        ((KARYOTYPED, op.ClearMark(kind=MarkKind.KARYOTYPED)), None),
        ((KARYOTYPED, CHECKED, op.ClearMark(kind=MarkKind.CHECKED)), 2),
        ((KARYOTYPED, op.Reread(readings=(READING,))), None),
        ((KARYOTYPED, op.Reread(readings=())), 2),
        ((KARYOTYPED, placing(proposal_for(empty_cell()))), None),
        ((KARYOTYPED, op.Reread(readings=(READING,)), op.Turn(ids=FIRST)), None),
    ],
)
def test_that_the_last_mark_or_edit_of_a_person_confirms(
    steps: tuple[op.CellOperation, ...], row: int | None
) -> None:
    step = confirming_step(done(*steps))
    assert (step.row if step else None) == row


def test_that_an_undone_mark_confirms_nothing_and_a_redone_one_does() -> None:
    history = done(KARYOTYPED, op.Turn(ids=FIRST))
    back = history.undo()
    step = confirming_step(back)
    assert step is not None
    assert step.row == 2
    assert confirming_step(back.undo()) is None
    assert confirming_step(back.undo().redo().redo()) == history.done[-1]
