"""Variants of the normal that look like changes of structure: known, told in words, kept out of the string.

The list is that of FEATURES, KA8: heterochromatin of 1, 9, 16 and Y, satellites and stalks of the acrocentric
chromosomes, and six inversions.
"""

from __future__ import annotations

from typing import Final

from core.domain.bands import ACROCENTRICS, CLASSES, centromere_fraction, span_of
from core.domain.suspicion import ChangeKind, Suspicion
from core.iscn.rules.wording import BENIGN_INVERSIONS

_LEVEL: Final = 400
_NEAR: Final = 0.04
"""How far from a variable region a break may be placed, as a share of the chromosome's length."""
_VARIABLE: Final = {"1": ("q11", "q12"), "9": ("q11", "q12"), "16": ("q11.1", "q11.2"), "Y": ("q12", "q12")}
_MORE_OR_LESS: Final = (ChangeKind.DELETION, ChangeKind.DUPLICATION)


def variable_region(chromosome: str) -> tuple[float, float] | None:
    """Heterochromatin whose size varies, or the short arm of an acrocentric; fractions of the length."""
    if chromosome in ACROCENTRICS:
        return 0.0, centromere_fraction(chromosome, _LEVEL)
    ends = _VARIABLE.get(chromosome)
    if ends is None:
        return None
    # Some of these bands are named at the finer levels only.
    return span_of(chromosome, ends[0], 850)[0], span_of(chromosome, ends[1], 850)[1]


def benign_variant(chromosome: str, suspicion: Suspicion) -> str | None:
    """Tell the variant of the normal that a suspicion fits, such as ``9qh`` or ``inv(9)(p12q13)``.

    Parameters
    ----------
    chromosome
        "1".."22", "X", "Y".
    suspicion
        With its kind and breaks.

    Returns
    -------
    str or None
        None where it fits none, or where no break was placed. Material of another chromosome on a short arm
        of an acrocentric is no variant: it may be a translocation.
    """
    places = sorted(place.fraction for place in suspicion.breaks)
    if chromosome not in CLASSES or not places:
        return None
    if suspicion.kind is ChangeKind.INVERSION:
        return _inversion(chromosome, places)
    region = variable_region(chromosome)
    if region is None or suspicion.kind not in _MORE_OR_LESS:
        return None
    if all(region[0] - _NEAR <= place <= region[1] + _NEAR for place in places):
        return "satellites or stalks" if chromosome in ACROCENTRICS else f"{chromosome}qh"
    return None


def _inversion(chromosome: str, places: list[float]) -> str | None:
    if chromosome == "Y":
        return "inv(Y)"
    for name, bands in BENIGN_INVERSIONS:
        if name != chromosome or len(places) != len(bands):
            continue
        spans = sorted(span_of(chromosome, band, 850) for band in bands)
        both = zip(places, spans, strict=True)
        # Those of 9 lie within a break's uncertainty of each other: the first that fits is named.
        if all(low - _NEAR <= place <= high + _NEAR for place, (low, high) in both):
            return f"inv({chromosome})({''.join(bands)})"
    return None
