"""Proposals as they were made: written once, read, never changed."""

from __future__ import annotations

import json
from collections.abc import Collection

from sqlalchemy import Connection, insert, select

from core.domain.proposal import Proposal
from core.editing.codec import from_json, to_json
from core.store.failures import Missing
from core.store.schema import proposals


def insert_proposal(connection: Connection, proposal: Proposal) -> None:
    """Write a proposal."""
    connection.execute(
        insert(proposals).values(
            id=proposal.id,
            cell_id=proposal.cell,
            created=proposal.created,
            models=json.dumps(dict(proposal.models), sort_keys=True),
            answer=to_json(proposal),
        )
    )


def read_proposal(connection: Connection, proposal_id: str) -> Proposal:
    """Read a proposal; `Missing` when there is none of that identity."""
    found = find_proposal(connection, proposal_id)
    if found is None:
        raise Missing("the proposal of this cell is not in this database", "analyse the cell again")
    return found


def find_proposal(connection: Connection, proposal_id: str | None) -> Proposal | None:
    """Read a proposal; None when there is none of that identity."""
    text = connection.execute(select(proposals.c.answer).where(proposals.c.id == proposal_id)).scalar()
    return None if text is None else from_json(text, Proposal)


def read_models(connection: Connection, proposal_ids: Collection[str]) -> dict[str, dict[str, str]]:
    """Read stage to version for each of these proposals, without reading their answers."""
    wanted = select(proposals.c.id, proposals.c.models).where(proposals.c.id.in_(list(proposal_ids)))
    return {row.id: json.loads(row.models) for row in connection.execute(wanted)}
