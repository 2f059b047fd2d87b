"""Chromosome classes and the bands of the idiogram."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

AUTOSOMES: Final = tuple(str(number) for number in range(1, 23))
CLASSES: Final = (*AUTOSOMES, "X", "Y")
UNKNOWN: Final = "unknown"

GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "A": ("1", "2", "3"),
    "B": ("4", "5"),
    "C": ("6", "7", "8", "9", "10", "11", "12", "X"),
    "D": ("13", "14", "15"),
    "E": ("16", "17", "18"),
    "F": ("19", "20"),
    "G": ("21", "22", "Y"),
}
"""Denver groups (ISCN 2024, section 2.2.1)."""

ACROCENTRICS: Final = ("13", "14", "15", "21", "22")
LEVELS: Final = (400, 550, 850)
Level = Literal[400, 550, 850]

_BAND_TABLE: Final = Path(__file__).resolve().parents[2] / "resources" / "idiograms" / "bands.tsv"
_BAND_NAME: Final = re.compile(r"[pq](?:ter|10|\d(?:\d(?:\.\d{1,3})?)?)|cen|[pq]")
_STAIN_DENSITY: Final = {
    "gneg": 0.0, "gpos25": 0.25, "gpos50": 0.5, "gpos75": 0.75, "gpos100": 1.0,
    "acen": 0.55, "gvar": 0.6, "stalk": 0.1,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """One band of the idiogram at one level.

    Positions run from pter (0) to qter. `start` and `end` are fractions of the chromosome's length;
    `arm_start` and `arm_end` fractions of the arm, measured from the centromere (0) to the telomere (1),
    so that `arm_start < arm_end` on both arms.
    """

    chromosome: str
    name: str
    level: int
    start: float
    end: float
    arm_start: float
    arm_end: float
    iscn_start: int
    iscn_end: int
    bp_start: int
    bp_end: int
    stain: str

    @property
    def arm(self) -> str:
        """`p` or `q`."""
        return self.name[0]

    @property
    def middle(self) -> float:
        """Fraction of the chromosome's length at the middle of the band."""
        return (self.start + self.end) / 2

    @property
    def density(self) -> float:
        """How dark the band stains with G-banding, 0..1; a drawing convention for acen, gvar, stalk."""
        return _STAIN_DENSITY[self.stain]


@lru_cache(maxsize=1)
def _tables() -> Mapping[tuple[int, str], tuple[Band, ...]]:
    rows: dict[tuple[int, str], list[tuple[str, int, int, str]]] = {}
    with _BAND_TABLE.open(encoding="ascii") as lines:
        for line in lines:
            if line.startswith(("#", "level")):
                continue
            level, chromosome, name, iscn, bp, stain = line.rstrip("\n").split("\t")
            rows.setdefault((int(level), chromosome), []).append((name, int(iscn), int(bp), stain))
    return {key: _chromosome_bands(*key, found) for key, found in rows.items()}


def _chromosome_bands(level: int, chromosome: str, rows: list[tuple[str, int, int, str]]) -> tuple[Band, ...]:
    length = rows[-1][1]
    centromere = max(iscn for name, iscn, _, _ in rows if name[0] == "p")
    bands = []
    iscn_start, bp_start = 0, 1
    for name, iscn, bp, stain in rows:
        if name[0] == "p":
            arm = ((centromere - iscn) / centromere, (centromere - iscn_start) / centromere)
        else:
            long_arm = length - centromere
            arm = ((iscn_start - centromere) / long_arm, (iscn - centromere) / long_arm)
        bands.append(
            Band(
                chromosome=chromosome, name=name, level=level, stain=stain,
                start=iscn_start / length, end=iscn / length, arm_start=arm[0], arm_end=arm[1],
                iscn_start=iscn_start, iscn_end=iscn, bp_start=bp_start, bp_end=bp,
            )
        )  # fmt: skip
        iscn_start, bp_start = iscn, bp + 1
    return tuple(bands)


def bands_of(chromosome: str, level: int = 550) -> tuple[Band, ...]:
    """Bands of a chromosome from pter to qter.

    Parameters
    ----------
    chromosome
        One of `CLASSES`.
    level
        Bands per haploid set: 400, 550 or 850.

    Raises
    ------
    ValueError
        When chromosome or level is none of these.
    """
    try:
        return _tables()[level, chromosome]
    except KeyError:
        raise ValueError(
            f"expected a chromosome 1-22, X or Y at level 400, 550 or 850, got {chromosome!r} at {level}"
        ) from None


@lru_cache(maxsize=256)
def centromere_fraction(chromosome: str, level: int = 550) -> float:
    """Place of the centromere as a fraction of the chromosome's length from pter, on the ISCN scale."""
    return max(band.end for band in bands_of(chromosome, level) if band.arm == "p")


@lru_cache(maxsize=64)
def relative_length(chromosome: str, *, scale: Literal["iscn", "bp"] = "bp") -> float:
    """Length as a share of the haploid set 1-22 and X.

    `bp` follows the base pairs of GRCh38, `iscn` the drawn idiogram (which shows 22 longer than 21).
    """

    def length(name: str) -> int:
        last = bands_of(name, 550)[-1]
        return last.bp_end if scale == "bp" else last.iscn_end

    return length(chromosome) / sum(length(name) for name in CLASSES if name != "Y")


@lru_cache(maxsize=64)
def band_names(chromosome: str) -> frozenset[str]:
    """All designations that exist on a chromosome: bands of every level and their ancestors.

    Regions (`q1`), arms (`q`), `p10`, `q10`, `pter`, `qter` and `cen` are among them
    (FEATURES, ISCN 2024: "a band name is valid if").
    """
    names = {"cen", "p10", "q10", "pter", "qter", "p", "q"}
    for level in LEVELS:
        for band in bands_of(chromosome, level):
            names.update(_ancestors(band.name))
    return frozenset(names)


def _ancestors(name: str) -> set[str]:
    found = {name}
    while len(name) > 1:
        name = name[:-1].removesuffix(".")
        found.add(name)
    return found


def is_band(chromosome: str, name: str) -> bool:
    """Tell whether a designation such as `q34.1` exists on a chromosome."""
    if chromosome not in CLASSES or not _BAND_NAME.fullmatch(name):
        return False
    return name in band_names(chromosome)


@lru_cache(maxsize=4096)
def span_of(chromosome: str, name: str, level: int = 550) -> tuple[float, float]:
    """Where a designation lies on the chromosome, as fractions of its length from pter.

    A region or band spans its sub-bands; a sub-band finer than `level` is placed inside the band of
    `level` that holds it, in the proportions of the level that knows it.

    Raises
    ------
    ValueError
        When no such band exists on the chromosome.
    """
    if not is_band(chromosome, name):
        raise ValueError(f"expected a band of chromosome {chromosome}, got {name!r}")
    centromere = centromere_fraction(chromosome, level)
    fixed = {
        "pter": (0.0, 0.0), "qter": (1.0, 1.0), "p": (0.0, centromere), "q": (centromere, 1.0),
        "cen": (centromere, centromere), "p10": (centromere, centromere), "q10": (centromere, centromere),
    }  # fmt: skip
    if name in fixed:
        return fixed[name]
    return _inside(chromosome, name, level) or _from_finer(chromosome, name, level)


def _inside(chromosome: str, name: str, level: int) -> tuple[float, float] | None:
    parts = [band for band in bands_of(chromosome, level) if band.name.startswith(name)]
    return (parts[0].start, parts[-1].end) if parts else None


def _from_finer(chromosome: str, name: str, level: int) -> tuple[float, float]:
    known = next(
        (other, span)
        for other in sorted(LEVELS, reverse=True)
        if (span := _inside(chromosome, name, other)) is not None
    )
    finer, (start, end) = known
    parent = name[:-1].removesuffix(".")
    while (coarse := _inside(chromosome, parent, level)) is None:
        parent = parent[:-1].removesuffix(".")
    fine = _inside(chromosome, parent, finer)
    if fine is None or fine[1] <= fine[0]:
        return coarse
    scale = (coarse[1] - coarse[0]) / (fine[1] - fine[0])
    return coarse[0] + (start - fine[0]) * scale, coarse[0] + (end - fine[0]) * scale


def breakpoint_fraction(chromosome: str, name: str, level: int = 550) -> float:
    """Middle of a band as a fraction of the chromosome's length from pter: where a break is drawn."""
    start, end = span_of(chromosome, name, level)
    return (start + end) / 2


def nearest_band(chromosome: str, fraction: float, level: int = 550) -> Band:
    """Band that lies at (or nearest to) a fraction of the chromosome's length from pter."""
    bands = bands_of(chromosome, level)
    for band in bands:
        if fraction < band.end:
            return band
    return bands[-1]
