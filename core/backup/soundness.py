"""Whether a database is what its log says it is."""

from __future__ import annotations

from sqlalchemy import Connection, and_, func, or_, select

from core.store.schema import cases, cells, log, states


def complaints_about(connection: Connection) -> tuple[str, ...]:
    """Tell what contradicts itself; empty where everything fits.

    Each cell and each case counts its revisions up by one with every row of the log, and its state is that
    of the last one. A backup that mixed two moments, or a log with a row taken out, breaks this.
    """
    return (
        *_broken_logs(connection, of_cells=True),
        *_broken_logs(connection, of_cells=False),
        *_old_states(connection),
    )


def _broken_logs(connection: Connection, *, of_cells: bool) -> tuple[str, ...]:
    owner = log.c.cell_id if of_cells else log.c.case_id
    within = log.c.cell_id.is_not(None) if of_cells else log.c.cell_id.is_(None)
    counted = (
        select(
            owner.label("owner"),
            func.count().label("rows"),
            func.min(log.c.revision).label("first"),
            func.max(log.c.revision).label("last"),
        )
        .where(within)
        .group_by(owner)
        .subquery()
    )
    table = cells if of_cells else cases
    fits = and_(
        counted.c.first == 0,
        counted.c.last == table.c.revision,
        counted.c.rows == table.c.revision + 1,
    )
    wrong = (
        select(table.c.id)
        .outerjoin(counted, counted.c.owner == table.c.id)
        .where(or_(counted.c.owner.is_(None), ~fits))
    )
    found = connection.execute(wrong.order_by(table.c.id)).scalars().all()
    what = "cells" if of_cells else "cases"
    return (f"the log of {len(found)} {what} has gaps, such as that of {found[0]}",) if found else ()


def _old_states(connection: Connection) -> tuple[str, ...]:
    wrong = (
        select(cells.c.id)
        .outerjoin(states, states.c.cell_id == cells.c.id)
        .where(or_(states.c.cell_id.is_(None), states.c.revision != cells.c.revision))
    )
    found = connection.execute(wrong.order_by(cells.c.id)).scalars().all()
    return (f"{len(found)} cells have another state than their log, such as {found[0]}",) if found else ()
