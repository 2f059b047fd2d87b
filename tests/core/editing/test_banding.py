from __future__ import annotations

from dataclasses import replace

from core.domain.metaphase import Banding
from core.editing.operations import Describe, PlaceProposal
from tests.core.analysis.cells import cell_of


def proposed(banding: Banding) -> PlaceProposal:
    return PlaceProposal(
        proposal="p",
        chromosomes=(),
        excluded=(),
        banding=banding,
        banding_confidence=0.97,
        banding_reason="bands like those of it",
    )


def test_that_the_recognised_banding_is_kept_with_its_reason():
    cell = proposed(Banding.R).apply(replace(cell_of("c"), banding=Banding.G))
    assert cell.banding is Banding.R
    assert cell.banding_confidence == 0.97
    assert cell.banding_reason == "bands like those of it"


def test_that_what_a_person_says_of_the_banding_outlasts_the_recogniser():
    cell = cell_of("c")
    stated = Describe(origin=cell.origin, pixel_size_um=None, banding=Banding.Q).apply(cell)
    assert stated.banding_stated
    assert proposed(Banding.DAPI).apply(stated).banding is Banding.Q


def test_that_a_person_can_state_what_the_program_assumed():
    cell = replace(cell_of("c"), banding=Banding.G)
    stated = Describe(origin=cell.origin, pixel_size_um=None, banding=Banding.G, banding_stated=True).apply(
        cell
    )
    assert proposed(Banding.R).apply(stated).banding is Banding.G
