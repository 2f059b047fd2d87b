"""A proposal as the one step that places it into its cell, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from core.domain.ids import CellId, ChromosomeId
from core.domain.proposal import Proposal
from core.editing.operations import PlaceProposal


def placing(proposal: Proposal, superseded: frozenset[ChromosomeId] = frozenset()) -> PlaceProposal:
    """Make the operation that places a proposal.

    Parameters
    ----------
    superseded
        Proposed chromosomes that lie on an object a person decided about.
    """
    return PlaceProposal(
        proposal=proposal.id,
        chromosomes=proposal.chromosomes,
        excluded=proposal.excluded,
        unexplained=proposal.unexplained,
        passed_over=proposal.passed_over,
        leftover=proposal.leftover,
        quality=proposal.quality,
        right_probability=proposal.right_probability,
        banding=proposal.banding,
        banding_confidence=proposal.banding_confidence,
        banding_reason=proposal.banding_reason,
        dark_on_light=proposal.dark_on_light,
        superseded=superseded,
    )


def proposal_of(
    operation: PlaceProposal,
    *,
    cell: CellId,
    created: datetime,
    models: Mapping[str, str],
    seconds: Mapping[str, float],
) -> Proposal:
    """Make the proposal that is kept of what the analysis answered.

    Parameters
    ----------
    created
        Time (UTC) at which the analysis ended.
    models
        Stage to `name@version`.
    seconds
        Stage to seconds of wall time.
    """
    return Proposal(
        id=operation.proposal,
        cell=cell,
        created=created,
        models=dict(models),
        chromosomes=operation.chromosomes,
        excluded=operation.excluded,
        unexplained=operation.unexplained,
        passed_over=operation.passed_over,
        leftover=operation.leftover,
        quality=operation.quality,
        right_probability=operation.right_probability,
        banding=operation.banding,
        banding_confidence=operation.banding_confidence,
        banding_reason=operation.banding_reason,
        dark_on_light=operation.dark_on_light,
        seconds=dict(seconds),
    )
