"""The tree of a karyotype: what a string says, free of how it was typed.

Positions (`at`) are offsets of characters in the string that was read. They do not take part in
comparisons, so two strings that say the same give equal trees.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Literal

Sign = Literal["", "+", "-"]

NUMERICAL: Final = "chromosome"
"""Kind of an abnormality that gains or loses a whole, unchanged chromosome."""
VARIANT: Final = "variant"
"""Kind of a heteromorphism such as `16qh+` or `21ps+`."""
UNIDENTIFIED: Final = ("r", "mar", "ace", "min", "dmin")
"""Kinds that may stand without a chromosome, in the order in which they close a karyotype."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Number of chromosomes: `46`, `45~48`, `73<3n>`."""

    low: int
    high: int
    ploidy: str = ""
    at: int = field(default=0, compare=False)

    @property
    def is_range(self) -> bool:
        """True for `45~48`."""
        return self.low != self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class SexComplement:
    """Normal sex chromosomes: `XX`, `XY`, `X` beside a changed one, `U` undisclosed, `?` unknown.

    `constitutional` when marked `c`, `doubtful` when that is marked `?c`.
    """

    letters: str
    constitutional: bool = False
    doubtful: bool = False
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stemline:
    """Reference to an earlier cell line: `idem`, `sl`, `sdl1`, `idemx2`."""

    kind: Literal["idem", "sl", "sdl"]
    number: int | None = None
    copies: int = 1
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellNumber:
    """Cells behind a cell line or change: `[20]`, `[cp10]`, `[cp8~10]`."""

    low: int
    high: int
    composite: bool = False
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Locus:
    """A chromosome as it is named inside parentheses: `9`, `?9`, `?`, `17q` (arm or band attached)."""

    name: str
    uncertain: bool = False
    attached: str = ""
    at: int = field(default=0, compare=False)


_PLAIN_BAND: Final = re.compile(r"[pq](?:ter|\d{1,2}(?:\.\d+)?)?|cen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakpoint:
    """A band at which a chromosome broke, with its doubt: `q34.1`, `?q31`, `q?31`, `q21~q24`, `?`."""

    text: str
    at: int = field(default=0, compare=False)

    @property
    def bands(self) -> tuple[str, ...]:
        """Designations without doubt marks: one, two for `q21~24`, as many as `or` joins, none for `?`.

        A digit behind a question mark stays: `q?31` is read as q31, `q2?` as q2.
        """
        found: list[str] = []
        for part in re.split(r"~| or ", self.text.replace("?", "")):
            name = part
            if found and part[:1].isdigit():
                name = found[-1][0] + part
            if name:
                found.append(name)
        return tuple(found)

    @property
    def band(self) -> str | None:
        """The first designation, None when the band is unknown."""
        return self.bands[0] if self.bands else None

    @property
    def arm(self) -> str:
        """`p` or `q`; empty when unknown or at the centromere itself."""
        band = self.band
        return band[0] if band and band[0] in "pq" else ""

    @property
    def uncertain(self) -> bool:
        """True when the band carries `?`, `~` or `or`."""
        return not _PLAIN_BAND.fullmatch(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Abnormality:
    """One change of a cell line.

    `kind` is `NUMERICAL`, `VARIANT`, an abbreviation with parentheses (`t`, `del`, `der`...) or one of
    `UNIDENTIFIED`. `breakpoints` has one group for each chromosome that brings some. `parts` are the
    changes inside a derivative, from left to right. `detail` is the long form (`pter->q13::q33->qter`) as
    written, when that was used. `alternatives` are what stands behind `or`.
    """

    kind: str
    sign: Sign = ""
    uncertain: bool = False
    modifier: Literal["", "psu", "dir", "inv"] = ""
    chromosomes: tuple[Locus, ...] = ()
    breakpoints: tuple[tuple[Breakpoint, ...], ...] = ()
    detail: str = ""
    detail_at: int = field(default=0, compare=False)
    parts: tuple[Abnormality, ...] = ()
    amount: tuple[int, int] | None = None
    index: str = ""
    multiplier: int = 1
    origin: str = ""
    cells: CellNumber | None = None
    alternatives: tuple[Abnormality, ...] = ()
    at: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the chromosomes in parentheses, `?` for unknown."""
        return tuple(locus.name for locus in self.chromosomes)

    @property
    def is_numerical(self) -> bool:
        """True for gain or loss of a whole, unchanged chromosome."""
        return self.kind == NUMERICAL

    @property
    def is_constitutional(self) -> bool:
        """True when marked `c` or `?c`."""
        return self.origin in ("c", "?c")


@dataclass(frozen=True, slots=True, kw_only=True)
class Technique:
    """Result of another technique (`ish`, `nuc ish`, `arr`, `seq`, `ogm`...), recognised, kept as text."""

    kind: str
    text: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellLine:
    """One cell line: count, sex chromosomes or stemline, changes, cells."""

    count: Count
    sex: SexComplement | None = None
    stemline: Stemline | None = None
    abnormalities: tuple[Abnormality, ...] = ()
    incomplete: bool = False
    cells: CellNumber | None = None
    techniques: tuple[Technique, ...] = ()
    donor: bool = False
    at: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    @property
    def is_normal(self) -> bool:
        """True for 46,XX and 46,XY without any acquired or inherited change."""
        return (
            self.count.low == self.count.high == 46
            and self.sex is not None
            and self.sex.letters in ("XX", "XY", "U", "?")
            and not self.abnormalities
            and not self.incomplete
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Karyotype:
    """All cell lines of a person or specimen, in the order of writing.

    `prefix` is `mos`, `chi` or empty. A line with `donor` stands behind `//`; a string that begins with
    `//` has donor lines only; with `no_donor` it ends with `//`: no donor cell was seen. `techniques` holds
    results that stand without a karyotype.
    """

    lines: tuple[CellLine, ...] = ()
    prefix: Literal["", "mos", "chi"] = ""
    no_donor: bool = False
    techniques: tuple[Technique, ...] = ()
