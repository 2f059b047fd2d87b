"""Variants of the normal among suspicions of structure."""

from __future__ import annotations

import pytest

from core.analysis.benign_variants import benign_variant
from core.domain.bands import breakpoint_fraction
from core.domain.suspicion import ChangeKind, SuspectedBreak, Suspicion
from core.iscn.rules.wording import BENIGN_INVERSIONS


def suspected(chromosome: str, kind: ChangeKind, *bands: str) -> Suspicion:
    """A suspicion with breaks in the middle of bands."""
    places = tuple(
        SuspectedBreak(band=band, low=band, high=band, fraction=breakpoint_fraction(chromosome, band, 850))
        for band in bands
    )
    return Suspicion(deviation=5.0, probability=0.9, kind=kind, breaks=places)


@pytest.mark.parametrize(("chromosome", "bands"), BENIGN_INVERSIONS)
def test_that_every_inversion_of_the_list_is_known(chromosome: str, bands: tuple[str, ...]) -> None:
    said = benign_variant(chromosome, suspected(chromosome, ChangeKind.INVERSION, *bands))
    assert said is not None
    assert said.startswith(f"inv({chromosome})")


@pytest.mark.parametrize(
    ("chromosome", "kind", "bands", "word"),
    [
        ("1", ChangeKind.DUPLICATION, ("q11", "q12"), "1qh"),
        ("9", ChangeKind.DUPLICATION, ("q12",), "9qh"),
        ("16", ChangeKind.DELETION, ("q11.2",), "16qh"),
        ("Y", ChangeKind.DELETION, ("q12",), "Yqh"),
        ("Y", ChangeKind.INVERSION, ("p11.2", "q11.23"), "inv(Y)"),
        ("21", ChangeKind.DUPLICATION, ("p12",), "satellites or stalks"),
    ],
)
def test_that_variable_regions_are_known(
    chromosome: str, kind: ChangeKind, bands: tuple[str, ...], word: str
) -> None:
    assert benign_variant(chromosome, suspected(chromosome, kind, *bands)) == word


@pytest.mark.parametrize(
    ("chromosome", "kind", "bands"),
    [
        ("16", ChangeKind.INVERSION, ("p13.1", "q22")),
        ("3", ChangeKind.INVERSION, ("q21", "q26.2")),
        ("9", ChangeKind.DELETION, ("q12", "q22")),
        ("1", ChangeKind.DUPLICATION, ("q21", "q32")),
        ("14", ChangeKind.FOREIGN, ("p11.2",)),
        ("5", ChangeKind.DELETION, ("q13", "q33")),
    ],
)
def test_that_a_lesion_is_no_variant(chromosome: str, kind: ChangeKind, bands: tuple[str, ...]) -> None:
    assert benign_variant(chromosome, suspected(chromosome, kind, *bands)) is None


def test_that_without_a_place_nothing_is_excused() -> None:
    assert benign_variant("9", suspected("9", ChangeKind.INVERSION)) is None
