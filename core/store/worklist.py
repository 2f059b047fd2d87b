"""The list of cases with the sums of their cells."""

from __future__ import annotations

from sqlalchemy import Connection, case, func, select

from core.domain.metaphase import MarkKind, Verdict
from core.store.columns import case_row
from core.store.records import CaseRow
from core.store.schema import TAKEN_OUT, cases, cells


def list_cases(connection: Connection, search: str, limit: int) -> tuple[CaseRow, ...]:
    """List cases whose name or karyotype holds the fragment, the one changed last first."""
    columns = [column for column in cases.c if column.name not in ("origin", "state", "search_text")]
    listed = select(*columns).order_by(cases.c.changed.desc(), cases.c.id).limit(limit)
    fragment = search.strip().casefold()
    if fragment:
        listed = listed.where(cases.c.search_text.contains(fragment, autoescape=True))
    shown = listed.subquery()
    stands = cells.c.verdict != Verdict.REJECTED.value
    marks = [
        func.sum(case((stands & cells.c[kind.value], 1), else_=0)).label(kind.value) for kind in MarkKind
    ]
    # Sums only of the cases shown: those of all cells would take longer than the whole list.
    sums = (
        select(cells.c.case_id, func.count().label("cells"), *marks)
        .where(cells.c.case_id.in_(select(shown.c.id)), cells.c.verdict != TAKEN_OUT)
        .group_by(cells.c.case_id)
        .subquery()
    )
    wanted = (
        select(shown, *(column for column in sums.c if column.name != "case_id"))
        .join_from(shown, sums, sums.c.case_id == shown.c.id, isouter=True)
        .order_by(shown.c.changed.desc(), shown.c.id)
    )
    return tuple(case_row(row) for row in connection.execute(wanted))
