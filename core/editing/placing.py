"""A proposal as the one step that places it into its cell."""

from __future__ import annotations

from core.domain.ids import ChromosomeId
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
        quality=proposal.quality,
        right_probability=proposal.right_probability,
        banding=proposal.banding,
        dark_on_light=proposal.dark_on_light,
        superseded=superseded,
    )
