"""Do the chromosomes and bands exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from core.domain.bands import CLASSES, is_band
from core.iscn.long_form import points_of
from core.iscn.rules.remark import Remark, Rule, Setting, all_changes, error
from core.iscn.tree import Abnormality, Breakpoint, Karyotype


def chromosomes_exist(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """Human chromosomes are 1-22, X and Y."""
    for change in all_changes(karyotype):
        for locus in change.chromosomes:
            if locus.name not in CLASSES and locus.name != "?":
                yield error(locus.at, f"there is no chromosome {locus.name}")


def bands_exist(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """A band is a row of the table at any level, an ancestor of one, p10, q10, ter or cen.

    FEATURES, "A band name is valid if".
    """
    for change in all_changes(karyotype):
        for locus in change.chromosomes:
            if locus.attached and locus.name in CLASSES and not is_band(locus.name, locus.attached):
                yield error(locus.at, f"there is no band {locus.name}{locus.attached}")
        for chromosome, point in _placed(change):
            yield from _missing(chromosome, point)
        for at, name, band in points_of(change):
            if name in CLASSES and not is_band(name, band):
                yield error(at, f"there is no band {name}{band}")


def _placed(change: Abnormality) -> Iterator[tuple[str, Breakpoint]]:
    for locus, group in zip(change.chromosomes, change.breakpoints, strict=False):
        for point in group:
            yield locus.name, point


def _missing(chromosome: str, point: Breakpoint) -> Iterator[Remark]:
    if chromosome not in CLASSES:
        return
    for band in point.bands:
        if not is_band(chromosome, band):
            yield error(point.at, f"there is no band {chromosome}{band}")
            return


def bands_are_bands(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """A breakpoint needs at least a region, except where the string says that it is unknown."""
    for change in all_changes(karyotype):
        for _, point in _placed(change):
            if point.text in ("p", "q"):
                yield error(point.at, f"expected a band, got the whole arm {point.text}")


RULES: Final[tuple[Rule, ...]] = (chromosomes_exist, bands_exist, bands_are_bands)
