from __future__ import annotations

import time
from datetime import date

from app.tables.cases import CasesModel
from core.domain.case import Case
from core.domain.ids import CaseId, new_id
from tests.app.simulated import TECHNICIAN


def model_of(workplace) -> CasesModel:
    errors: list[Exception] = []
    return CasesModel(workplace.store, workplace.lanes.database, errors.append, date.today)


def add(workplace, *names: str) -> None:
    for name in names:
        workplace.store.create_case(Case(id=CaseId(new_id()), name=name), TECHNICIAN)


def shown(model: CasesModel) -> list[str]:
    return [model.data(model.index(row, 0)) for row in range(model.rowCount())]


def test_that_the_last_changed_case_comes_first_and_a_search_narrows_the_list(workplace, until):
    add(workplace, "8129A", "8130B", "77")
    model = model_of(workplace)
    model.search("")
    until(lambda: model.total == 3)
    assert shown(model) == ["77", "8130B", "8129A"]
    model.search("81")
    until(lambda: model.total == 2)
    assert shown(model) == ["8130B", "8129A"]


def test_that_an_older_search_never_replaces_a_newer_one(workplace, until):
    add(workplace, "8129A", "77")
    model = model_of(workplace)
    for text in ("8", "81", "77"):
        model.search(text)
    until(lambda: not workplace.lanes.database.busy)
    assert shown(model) == ["77"]


def test_that_many_cases_are_shown_first_in_part_and_then_all(workplace, until):
    add(workplace, *(f"case {number}" for number in range(230)))
    model = model_of(workplace)
    sizes = []
    model.changed.connect(lambda: sizes.append(model.total))
    start = time.monotonic()
    model.search("")
    until(lambda: model.total == 230)
    assert sizes == [200, 230]
    assert time.monotonic() - start < 2.0
