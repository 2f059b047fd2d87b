"""What a karyotype shows when it is drawn: every chromosome of every cell line, and what stays open."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from core.domain.bands import CLASSES, UNKNOWN
from core.iscn.constitution import ConstitutionError, PresentChromosome, constitutions_of
from core.iscn.segments import Segment
from core.iscn.tree import VARIANT, Abnormality, CellLine, Karyotype
from core.iscn.writer import write_abnormality, write_line

Growth = tuple[tuple[str, float], ...]

_REGION: Final = re.compile(r"(stk|s|h)([+-]?)")
_FACTORS: Final = {"+": 2.4, "-": 0.35}
_FRAGMENT_LENGTH: Final = 0.05
_SHORT: Final = re.compile(r"[a-z]+\([^)]*\)|[a-z]+\d*")
_MOST_MINUTES: Final = 6
"""More pairs of double minutes say nothing more in a picture; the number is written beside them."""


class Kind(StrEnum):
    """How a chromosome is drawn."""

    NORMAL = "normal"
    CHANGED = "changed"
    MARKER = "marker"
    RING = "ring"
    FRAGMENT = "fragment"
    DOUBLE_MINUTE = "double minute"
    UNSOLVED = "unsolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturedChromosome:
    """One chromosome to draw.

    Parameters
    ----------
    carrier
        Class of its slot, "unknown" for markers and the like.
    label
        As ISCN writes it.
    growth
        Regions that a variant lengthens or shortens (`h`, `s`, `stk`), with factors of their length.
    """

    carrier: str
    label: str
    kind: Kind
    segments: tuple[Segment, ...]
    growth: Growth = ()

    @property
    def short_label(self) -> str:
        """What stands below it: `der(9)`, `inv(9)`, `mar1`, `9qh+`; empty for a normal one."""
        if self.kind is Kind.NORMAL:
            return ""
        if self.growth:
            return self.label
        found = _SHORT.match(self.label)
        return found.group() if found else self.label


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturedLine:
    """The chromosomes of one cell line, `text` as ISCN writes it, `notes` what the picture leaves open."""

    text: str
    chromosomes: tuple[PicturedChromosome, ...]
    notes: tuple[str, ...] = ()

    @property
    def is_normal(self) -> bool:
        """True when nothing in it is changed."""
        return all(one.kind is Kind.NORMAL for one in self.chromosomes)


def pictured_lines(karyotype: Karyotype) -> tuple[PicturedLine, ...]:
    """Work out what to draw for every cell line.

    A change that cannot be worked out does not keep the others from being drawn: its chromosome stands in
    its slot as unsolved, and a note says why.
    """
    kept: list[CellLine] = []
    unsolved: list[tuple[Abnormality, ...]] = []
    found = []
    for line in karyotype.lines:
        solved, left_out = _solvable(karyotype, kept, line)
        notes = [f"{write_abnormality(change)} is not worked out: {why}" for change, why in left_out]
        present: tuple[PresentChromosome, ...] = ()
        try:
            present = constitutions_of(replace(karyotype, lines=(*kept, solved)))[-1]
        except ConstitutionError as error:
            notes.append(f"nothing can be drawn: {error}")
        open_changes = (*_inherited(line, unsolved), *(change for change, _ in left_out))
        chromosomes = _drawn(present, line, open_changes)
        if line.sex is not None and set(line.sex.letters) - {"X", "Y"}:
            chromosomes = [one for one in chromosomes if one.carrier not in ("X", "Y")]
            notes.append("the sex chromosomes are not told and not drawn")
        found.append(
            PicturedLine(
                text=write_line(line),
                chromosomes=tuple(chromosomes),
                notes=(*notes, *_remarks(line, chromosomes)),
            )
        )
        kept.append(solved)
        unsolved.append(open_changes)
    return tuple(found)


def _solvable(
    karyotype: Karyotype, before: list[CellLine], line: CellLine
) -> tuple[CellLine, list[tuple[Abnormality, str]]]:
    """The line with those changes only that can be worked out, and the others with the reason."""

    def tried(changes: tuple[Abnormality, ...]) -> str | None:
        lines = (*before, replace(line, abnormalities=changes))
        try:
            constitutions_of(replace(karyotype, lines=lines))
        except ConstitutionError as error:
            return str(error)
        return None

    if tried(line.abnormalities) is None or tried(()) is not None:
        return line, []
    good: tuple[Abnormality, ...] = ()
    left_out = []
    for change in line.abnormalities:
        why = tried((*good, change))
        if why is None:
            good = (*good, change)
        else:
            left_out.append((change, why))
    return replace(line, abnormalities=good), left_out


def _inherited(line: CellLine, unsolved: list[tuple[Abnormality, ...]]) -> tuple[Abnormality, ...]:
    """Unsolved changes of the line that `idem`, `sl` or `sdl` refers to."""
    if line.stemline is None or not unsolved:
        return ()
    index = (line.stemline.number or 1) if line.stemline.kind == "sdl" else 0
    return unsolved[index] if index < len(unsolved) else ()


def _drawn(
    present: tuple[PresentChromosome, ...], line: CellLine, open_changes: tuple[Abnormality, ...]
) -> list[PicturedChromosome]:
    shown = [
        PicturedChromosome(carrier=one.carrier, label=one.label, kind=_kind(one), segments=one.segments)
        for one in present
    ]
    for change in open_changes:
        name = next((name for name in change.names if name in CLASSES), UNKNOWN)
        placeholder = PicturedChromosome(
            carrier=name,
            label=write_abnormality(replace(change, sign="", multiplier=1, cells=None)),
            kind=Kind.UNSOLVED,
            segments=(Segment(chromosome=UNKNOWN, length=0.18),),
        )
        places = [at for at, one in enumerate(shown) if one.carrier == name and one.kind is Kind.NORMAL]
        if not change.sign and name in CLASSES and places:
            shown[places[-1]] = placeholder
        elif change.sign != "-":
            shown.append(placeholder)
    for change in line.abnormalities:
        if change.kind == VARIANT:
            _vary(shown, change)
        shown += _small(change)
    return sorted(shown, key=_place)


def _kind(present: PresentChromosome) -> Kind:
    if present.is_normal:
        return Kind.NORMAL
    if present.is_ring:
        return Kind.RING
    return Kind.MARKER if present.carrier == UNKNOWN else Kind.CHANGED


def _place(one: PicturedChromosome) -> tuple[int, bool, bool]:
    order = CLASSES.index(one.carrier) if one.carrier in CLASSES else len(CLASSES)
    return order, one.kind is not Kind.NORMAL, one.kind is Kind.DOUBLE_MINUTE


def _vary(shown: list[PicturedChromosome], change: Abnormality) -> None:
    """Lengthen or shorten the regions that `9qh+` and the like name, in one homolog."""
    growth = tuple((region, _FACTORS[sign]) for region, sign in _REGION.findall(change.detail) if sign)
    for at, one in enumerate(shown):
        if growth and one.kind is Kind.NORMAL and one.carrier == change.names[0]:
            label = f"{change.names[0]}{change.detail}"
            shown[at] = replace(one, label=label, kind=Kind.CHANGED, growth=growth)
            return


def _small(change: Abnormality) -> list[PicturedChromosome]:
    """Double minutes and acentric fragments, which do not count."""
    if change.kind not in ("dmin", "ace", "min") or change.sign == "-":
        return []
    low = change.amount[0] if change.amount else 1
    minute = change.kind == "dmin"
    one = PicturedChromosome(
        carrier=UNKNOWN,
        label=change.kind,
        kind=Kind.DOUBLE_MINUTE if minute else Kind.FRAGMENT,
        segments=(Segment(chromosome=UNKNOWN, length=_FRAGMENT_LENGTH),),
    )
    return [one] * min(low * change.multiplier, _MOST_MINUTES)


def _remarks(line: CellLine, chromosomes: list[PicturedChromosome]) -> list[str]:
    notes = []
    counted = sum(one.kind not in (Kind.DOUBLE_MINUTE, Kind.FRAGMENT) for one in chromosomes)
    whole = not line.incomplete and (line.sex is None or not set(line.sex.letters) - {"X", "Y"})
    if chromosomes and whole and not line.count.low <= counted <= line.count.high:
        named = f"{line.count.low}~{line.count.high}" if line.count.is_range else f"{line.count.low}"
        notes.append(f"the karyotype says {named} chromosomes, its changes give {counted}")
    if line.count.is_range or any(_leaves_a_choice(change) for change in line.abnormalities):
        notes.append("where the karyotype leaves a choice or a doubt, its first reading is drawn")
    for change in line.abnormalities:
        if change.kind in ("tas", "fra", "upd"):
            notes.append(f"{write_abnormality(change)} changes no band and is not drawn")
        if change.kind in ("dmin", "ace", "min") and change.amount and change.amount[0] > _MOST_MINUTES:
            notes.append(f"{write_abnormality(change)}: {_MOST_MINUTES} are drawn")
    if line.incomplete:
        notes.append("the karyotype is incomplete (inc)")
    return notes


def _leaves_a_choice(change: Abnormality) -> bool:
    doubtful = change.uncertain or any(locus.uncertain for locus in change.chromosomes)
    doubtful = doubtful or any(point.uncertain for group in change.breakpoints for point in group)
    return bool(doubtful or change.alternatives or any(_leaves_a_choice(part) for part in change.parts))
