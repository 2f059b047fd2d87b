"""A change that is put together by picking: kind, chromosomes, bands; the text grows with each step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from core.domain.bands import ACROCENTRICS, CLASSES, Level, bands_of, breakpoint_fraction, centromere_fraction
from core.iscn.order import chromosome_rank

_CENTROMERES: Final = ("p10", "q10")
_UNFINISHED: Final = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of change that can be put together.

    Parameters
    ----------
    words
        What it is, for those who do not know the abbreviation.
    chromosomes
        How many take part: fewest, most.
    breaks
        Breakpoints in the first and in every further chromosome: fewest, most.
    """

    name: str
    words: str
    chromosomes: tuple[int, int] = (1, 1)
    breaks: tuple[tuple[int, int], tuple[int, int]] = ((1, 1), (1, 1))
    signs: tuple[str, ...] = ("", "+")


KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind(name="t", words="translocation", chromosomes=(2, 3), signs=("",)),
        Kind(name="der", words="derivative of a translocation: the chromosome picked first is the one there",
             chromosomes=(2, 2)),
        Kind(name="del", words="deletion", breaks=((1, 2), (1, 1))),
        Kind(name="dup", words="duplication", breaks=((2, 2), (1, 1))),
        Kind(name="inv", words="inversion", breaks=((2, 2), (1, 1))),
        Kind(name="ins", words="insertion: receiver first, then the chromosome that gives the piece",
             chromosomes=(1, 2), breaks=((1, 3), (2, 2)), signs=("",)),
        Kind(name="i", words="isochromosome"),
        Kind(name="add", words="additional material of unknown origin"),
        Kind(name="r", words="ring", breaks=((2, 2), (1, 1))),
        Kind(name="rob", words="Robertsonian translocation", chromosomes=(2, 2)),
        Kind(name="dic", words="dicentric chromosome", chromosomes=(2, 2)),
        Kind(name="idic", words="isodicentric chromosome"),
        Kind(name="hsr", words="homogeneously staining region"),
        Kind(name="+", words="gain of a whole chromosome", breaks=((0, 0), (0, 0)), signs=("+",)),
        Kind(name="-", words="loss of a whole chromosome", breaks=((0, 0), (0, 0)), signs=("-",)),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A change while it is put together.

    Parameters
    ----------
    kind
        A key of `KINDS`.
    chromosomes
        Those that take part, in the order of picking.
    bands
        Breakpoints of each chromosome, in the order of picking.
    sign
        `+` for an additional chromosome.
    uncertain
        Whether it carries a question mark.
    origin
        `mat`, `pat`, `dn`, `c` or empty.
    """

    kind: str
    chromosomes: tuple[str, ...] = ()
    bands: tuple[tuple[str, ...], ...] = ()
    sign: str = ""
    uncertain: bool = False
    origin: str = ""

    @property
    def text(self) -> str:
        """ISCN text as far as it goes; `…` stands for what is missing."""
        return _text(self)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return _UNFINISHED not in self.text

    @property
    def wants(self) -> str:
        """What to pick next, in words; empty when nothing more can be picked."""
        kind = KINDS[self.kind]
        if len(self.chromosomes) < kind.chromosomes[0]:
            return "pick a chromosome" if not self.chromosomes else "pick the other chromosome"
        for at, name in enumerate(self.chromosomes):
            fewest, most = _breaks(self, at)
            have = len(self.bands[at])
            if have < fewest:
                return f"pick a band of chromosome {name}"
            if have < most and at == 0 and self.kind in ("del",):
                return f"pick a second band of chromosome {name}, or take it as it is"
        return ""


def _breaks(draft: Draft, at: int) -> tuple[int, int]:
    kind = KINDS[draft.kind]
    if draft.kind == "ins":
        return ((1, 1), (2, 2))[min(at, 1)] if len(draft.chromosomes) == 2 else (3, 3)
    return kind.breaks[min(at, 1)]


def with_kind(draft: Draft, kind: str) -> Draft:
    """The same picks as another kind of change, as far as they fit."""
    sign = "-" if kind == "-" else "+" if kind == "+" else draft.sign if "+" in KINDS[kind].signs else ""
    made = Draft(
        kind=kind, sign=sign if sign in KINDS[kind].signs else "", uncertain=draft.uncertain,
        origin=draft.origin,
    )  # fmt: skip
    for name in draft.chromosomes:
        made = with_chromosome(made, name)
    for at, name in enumerate(draft.chromosomes):
        for band in draft.bands[at]:
            if name in made.chromosomes and band in allowed_bands(made, name):
                made = with_band(made, name, band)
    return made


def may_take(draft: Draft, name: str) -> bool:
    """Whether a chromosome can take part in addition."""
    if name not in CLASSES or len(draft.chromosomes) >= KINDS[draft.kind].chromosomes[1]:
        return False
    if draft.kind == "rob" and name not in ACROCENTRICS:
        return False
    return name not in draft.chromosomes


def with_chromosome(draft: Draft, name: str) -> Draft:
    """Add a chromosome, or take it out when it takes part; another one takes the place of a single one."""
    if name in draft.chromosomes:
        at = draft.chromosomes.index(name)
        return replace(
            draft,
            chromosomes=draft.chromosomes[:at] + draft.chromosomes[at + 1 :],
            bands=draft.bands[:at] + draft.bands[at + 1 :],
        )
    if KINDS[draft.kind].chromosomes[1] == 1 and name in CLASSES:
        draft = replace(draft, chromosomes=(), bands=())
    if not may_take(draft, name):
        return draft
    bands = ("q10",) if draft.kind == "rob" else ()
    return replace(draft, chromosomes=(*draft.chromosomes, name), bands=(*draft.bands, bands))


def allowed_bands(draft: Draft, name: str, level: Level | None = None) -> frozenset[str]:
    """Bands of a chromosome that can be picked now.

    Parameters
    ----------
    level
        Bands of this level and their ancestors alone; every level when None.
    """
    if name not in draft.chromosomes:
        return frozenset()
    at = draft.chromosomes.index(name)
    have = draft.bands[at]
    if len(have) >= _breaks(draft, at)[1] or draft.kind == "rob":
        return frozenset()
    # A second pick of the same band takes it back; `del(17)(p11.2p11.2)` is typed.
    return _allowed(draft, name, have, _names(name, level)) - frozenset(have)


def _allowed(draft: Draft, name: str, have: tuple[str, ...], names: set[str]) -> frozenset[str]:
    match draft.kind:
        case "i":
            return frozenset(_CENTROMERES)
        case "del" | "dup" if have:
            return frozenset(band for band in names if band[0] == have[0][0])
        case "r" if have:
            return frozenset(band for band in names if band[0] != have[0][0])
        case "t" | "der":
            other = [band for one, group in zip(draft.chromosomes, draft.bands, strict=True)
                     if one != name for band in group]  # fmt: skip
            whole = bool(other) and other[0] in _CENTROMERES
            if other:
                return frozenset(_CENTROMERES) if whole else frozenset(names)
            return frozenset(names) | frozenset(_CENTROMERES)
        case _:
            return frozenset(names)


def _names(name: str, level: Level | None) -> set[str]:
    levels: tuple[Level, ...] = (400, 550, 850) if level is None else (level,)
    found: set[str] = set()
    for one in levels:
        for band in bands_of(name, one):
            found.add(band.name)
            # A band is named as coarsely as it was seen: q34 beside q34.1.
            found.add(band.name.partition(".")[0])
            whole, _, sub = band.name.partition(".")
            if len(sub) > 1:
                found.add(f"{whole}.{sub[0]}")
    return found


def with_band(draft: Draft, name: str, band: str) -> Draft:
    """Add a breakpoint; picked again it goes. What is not allowed changes nothing."""
    if name not in draft.chromosomes:
        return draft
    at = draft.chromosomes.index(name)
    have = draft.bands[at]
    if band in have and draft.kind != "rob":
        place = have.index(band)
        wanted = have[:place] + have[place + 1 :]
    elif band in allowed_bands(draft, name):
        wanted = (*have, band)
    elif len(have) == _breaks(draft, at)[1] == 1 and band in allowed_bands(_without(draft, at), name):
        wanted = (band,)
    else:
        return draft
    return replace(draft, bands=(*draft.bands[:at], wanted, *draft.bands[at + 1 :]))


def _without(draft: Draft, at: int) -> Draft:
    return replace(draft, bands=(*draft.bands[:at], (), *draft.bands[at + 1 :]))


def _text(draft: Draft) -> str:
    doubt = "?" if draft.uncertain else ""
    if draft.kind in ("+", "-"):
        return (
            f"{doubt}{draft.kind}{draft.chromosomes[0] if draft.chromosomes else _UNFINISHED}{draft.origin}"
        )
    order = _order(draft)
    names = [draft.chromosomes[at] for at in order]
    groups = [_group(draft, at) for at in order]
    missing = KINDS[draft.kind].chromosomes[0] - len(names)
    shown = ";".join([*names, *[_UNFINISHED] * missing])
    bands = ";".join([*groups, *[_UNFINISHED] * missing])
    if draft.kind == "der" and set(groups) <= set(_CENTROMERES) and len(groups) == 2:
        core = f"der({shown})({bands})"
    elif draft.kind == "der":
        carrier = draft.chromosomes[0] if draft.chromosomes else _UNFINISHED
        core = f"der({carrier})t({shown})({bands})"
    else:
        core = f"{draft.kind}({shown})({bands})"
    sign = draft.sign if draft.sign in KINDS[draft.kind].signs else ""
    return f"{sign}{doubt}{core}{draft.origin}"


def _order(draft: Draft) -> list[int]:
    """Places of the chromosomes in the order of writing: receivers first, else X, Y, lower numbers."""
    places = list(range(len(draft.chromosomes)))
    if draft.kind == "ins":
        return places
    lowest = min(places, key=lambda at: chromosome_rank(draft.chromosomes[at]), default=0)
    # A translocation of three keeps its path and begins with the lowest.
    if len(places) > 2:
        return places[lowest:] + places[:lowest]
    return sorted(places, key=lambda at: chromosome_rank(draft.chromosomes[at]))


def _group(draft: Draft, at: int) -> str:
    name, bands = draft.chromosomes[at], list(draft.bands[at])
    fewest, _ = _breaks(draft, at)
    if draft.kind in ("del", "dup", "inv", "r") and len(bands) == 2:
        bands.sort(key=lambda band: _place(name, band))
    return "".join([*bands, *[_UNFINISHED] * (fewest - len(bands))])


def _place(name: str, band: str) -> tuple[bool, float]:
    """Short arm first; in one arm the band nearer to the centromere."""
    return band[0] == "q", abs(breakpoint_fraction(name, band, 850) - centromere_fraction(name, 850))
