"""Corrections in the database: written with the step that confirms a cell, listed for the Models page."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, case, func, insert, select

from core.domain.ids import CaseId, CellId, ChromosomeId, PersonName
from core.domain.metaphase import Metaphase
from core.domain.proposal import Proposal
from core.editing.codec import from_json
from core.learning.corrections import Correction, CorrectionKind
from core.store.database import Database
from core.store.edits import Entry
from core.store.schema import cases, cells, corrections, log, proposals, states


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionRow:
    """A stored correction: where, by whom, when (UTC), and of which proposal.

    `standing` is False once a later mark or edit of the same cell took its place.
    """

    id: int
    case: CaseId
    case_name: str
    cell: CellId
    cell_label: str
    proposal: str
    correction: Correction
    person: PersonName
    time: datetime
    standing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionCount:
    """How many answers of one kind by one model were changed and how many confirmed."""

    kind: CorrectionKind
    model: str
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedCell:
    """A cell that a person confirmed, with what the program had proposed: one example for tuning."""

    case: CaseId
    cell: Metaphase
    proposal: Proposal
    person: PersonName
    time: datetime


def insert_corrections(
    connection: Connection, entry: Entry, row: int, proposal: Proposal, found: Iterable[Correction]
) -> None:
    """Write the corrections that belong to a row of the log."""
    values = [
        {
            "log_row": row,
            "case_id": entry.case,
            "cell_id": entry.cell,
            "proposal": proposal.id,
            "kind": correction.kind.value,
            "changed": correction.changed,
            "chromosomes": json.dumps(correction.chromosomes),
            "proposed": correction.proposed,
            "confirmed": correction.confirmed,
            "model": correction.model,
            "confidence": correction.confidence,
            "person": entry.person,
            "time": entry.time,
        }
        for correction in found
    ]
    if values:
        connection.execute(insert(corrections), values)


class LearningStore:
    """Corrections of all cases of one database, for the Models page and for tuning."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def counts(self) -> tuple[CorrectionCount, ...]:
        """Count the standing corrections by kind and model."""
        wanted = (
            select(
                corrections.c.kind,
                corrections.c.model,
                func.sum(case((corrections.c.changed, 1), else_=0)).label("changed"),
                func.sum(case((corrections.c.changed, 0), else_=1)).label("unchanged"),
            )
            .join(cells, cells.c.confirming_row == corrections.c.log_row)
            .group_by(corrections.c.kind, corrections.c.model)
        )
        order = list(CorrectionKind)
        with self._database.read() as connection:
            found = [
                CorrectionCount(
                    kind=CorrectionKind(row.kind),
                    model=row.model,
                    changed=int(row.changed),
                    unchanged=int(row.unchanged),
                )
                for row in connection.execute(wanted)
            ]
        return tuple(sorted(found, key=lambda count: (order.index(count.kind), count.model)))

    def list_corrections(
        self,
        *,
        kind: CorrectionKind | None = None,
        changed: bool | None = True,
        model: str | None = None,
        cell: CellId | None = None,
        superseded: bool = False,
        limit: int = 500,
        offset: int = 0,
    ) -> tuple[CorrectionRow, ...]:
        """List corrections, the last one first.

        Parameters
        ----------
        kind, model, cell
            Only those; None for all.
        changed
            True for corrected answers, False for confirmed ones, None for both.
        superseded
            Also those that a later mark or edit replaced.
        limit, offset
            A page of the list.
        """
        wanted = _rows().order_by(corrections.c.id.desc()).limit(limit).offset(offset)
        if kind is not None:
            wanted = wanted.where(corrections.c.kind == kind.value)
        if changed is not None:
            wanted = wanted.where(corrections.c.changed == changed)
        if model is not None:
            wanted = wanted.where(corrections.c.model == model)
        if cell is not None:
            wanted = wanted.where(corrections.c.cell_id == cell)
        if not superseded:
            wanted = wanted.where(cells.c.confirming_row == corrections.c.log_row)
        with self._database.read() as connection:
            return tuple(_row(row) for row in connection.execute(wanted))

    def confirmed_cells(self) -> tuple[CellId, ...]:
        """Tell which cells stand confirmed, in the order of their confirmation."""
        wanted = (
            select(cells.c.id).where(cells.c.confirming_row.is_not(None)).order_by(cells.c.confirming_row)
        )
        with self._database.read() as connection:
            return tuple(CellId(cell) for cell in connection.execute(wanted).scalars())

    def load_confirmed(self, cell_id: CellId) -> ConfirmedCell | None:
        """Load a confirmed cell with its proposal; None when it does not stand confirmed (any more)."""
        wanted = (
            select(cells.c.case_id, states.c.state, proposals.c.answer, log.c.person, log.c.time)
            .join(states, states.c.cell_id == cells.c.id)
            .join(proposals, proposals.c.id == cells.c.proposal)
            .join(log, log.c.sequence == cells.c.confirming_row)
            .where(cells.c.id == cell_id)
        )
        with self._database.read() as connection:
            row = connection.execute(wanted).first()
        if row is None:
            return None
        return ConfirmedCell(
            case=CaseId(row.case_id),
            cell=from_json(row.state, Metaphase),
            proposal=from_json(row.answer, Proposal),
            person=PersonName(row.person),
            time=row.time,
        )


def _rows() -> Select[Any]:
    return (
        select(
            *corrections.c,
            cases.c.name.label("case_name"),
            cells.c.label.label("cell_label"),
            cells.c.confirming_row,
        )
        .join(cells, cells.c.id == corrections.c.cell_id)
        .join(cases, cases.c.id == corrections.c.case_id)
    )


def _row(row: Row[Any]) -> CorrectionRow:
    return CorrectionRow(
        id=row.id,
        case=CaseId(row.case_id),
        case_name=row.case_name,
        cell=CellId(row.cell_id),
        cell_label=row.cell_label,
        proposal=row.proposal,
        correction=Correction(
            kind=CorrectionKind(row.kind),
            changed=row.changed,
            chromosomes=tuple(ChromosomeId(identity) for identity in json.loads(row.chromosomes)),
            proposed=row.proposed,
            confirmed=row.confirmed,
            model=row.model,
            confidence=row.confidence,
        ),
        person=PersonName(row.person),
        time=row.time,
        standing=row.confirming_row == row.log_row,
    )
