from __future__ import annotations

from dataclasses import replace

import pytest

from app.analyses import Analyses
from app.gestures import pieces_of_cut
from core.domain.bands import UNKNOWN
from core.domain.case import Case
from core.domain.ids import CaseId, new_id
from core.editing.operations import Cut, Turn
from tests.app.simulated import TECHNICIAN, cell_of, fill_case, png_of, simulate_metaphase


def import_cells(workplace, count: int) -> CaseId:
    """Write a case whose cells were never analysed."""
    case = Case(id=CaseId(new_id()), name="SIM-0009")
    workplace.store.create_case(case, TECHNICIAN)
    drawn = simulate_metaphase("47,XY,+21", seed=1)
    image = workplace.originals.keep(png_of(drawn.picture))
    cells = [cell_of(drawn, label=f"{n:03d}", image=image) for n in range(1, count + 1)]
    workplace.store.add_cells(case.id, cells, TECHNICIAN)
    return case.id


def test_that_a_picture_without_a_metaphase_says_so_and_the_others_go_on(workplace, until):
    session, analyses = workplace.session, workplace.analyses
    failures = []
    analyses.failed.connect(failures.append)
    session.open_case(import_cells(workplace, 3))
    until(lambda: len(session.cells) == 3)
    analyses.work_by_itself(True)
    until(lambda: len(failures) == 3)
    until(lambda: not analyses.working)
    assert all("No metaphase found" in failure.reason for failure in failures)
    assert "choose a picture" in analyses.reason_of(session.cells[0].id)
    assert all(cell.proposal is None and cell.count == 0 for cell in session.cells)


def test_that_cancelled_cells_stay_as_they_are_and_can_be_asked_for_again(workplace, until):
    session, analyses = workplace.session, workplace.analyses
    session.open_case(import_cells(workplace, 3))
    until(lambda: len(session.cells) == 3)
    analyses.analyse(session.cells)
    analyses.cancel()
    until(lambda: not analyses.working)
    assert all(cell.proposal is None for cell in session.cells)


def test_that_pieces_are_shown_without_a_name_where_no_model_can_name_them(workplace, until):
    session = workplace.session
    session.open_case(fill_case(workplace, cells=1))
    until(lambda: session.picture is not None)
    whole = max(session.cell.chromosomes, key=lambda c: len(c.axis))
    at = len(whole.axis) // 2
    (x, y), (x0, y0), (x1, y1) = whole.axis[at], whole.axis[at - 3], whole.axis[at + 3]
    dx, dy = -(y1 - y0) * 4, (x1 - x0) * 4
    pieces = pieces_of_cut(whole, ((x - dx, y - dy), (x + dx, y + dy)))
    shown = []
    workplace.analyses.name_pieces(session.cell, pieces, {whole.id}, shown.append)
    until(lambda: shown)
    assert shown == [pieces]
    assert {piece.chromosome_class for piece in pieces} == {UNKNOWN}
    session.do(Cut(ids=(whole.id,), pieces=pieces))
    until(lambda: session.cell.count == 48)


@pytest.mark.slow
def test_that_the_shipped_models_analyse_a_cell_as_one_step_and_keep_what_a_person_decided(workplace, until):
    from models.inference.analyst import load_analyst

    session = workplace.session
    analyses = Analyses(session, load_analyst)
    session.open_case(import_cells(workplace, 1))
    until(lambda: session.cell is not None)
    analyses.analyse(session.cells)
    until(lambda: session.cell.proposal is not None)
    assert session.undo_label == "Analyse"
    assert 30 <= session.cell.count <= 60
    chromosome = session.cell.chromosomes[0]
    session.do(Turn(ids=(chromosome.id,)))
    until(lambda: session.undo_label == "Turn chromosome")
    turned = session.cell.chromosome(chromosome.id)
    analyses.analyse(session.cells)
    until(lambda: session.undo_label == "Analyse")
    kept = session.cell.chromosome(chromosome.id)
    assert replace(kept, homolog=None) == replace(turned, homolog=None)
    session.undo()
    until(lambda: session.undo_label == "Turn chromosome")
