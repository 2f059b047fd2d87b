"""From a cell line to the chromosomes that are really in the cell, each as a sequence of pieces."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from core.domain.bands import AUTOSOMES, CLASSES, UNKNOWN
from core.iscn.breaks import ConstitutionError
from core.iscn.rearrange import Product, products_of
from core.iscn.segments import Segment, Segments, whole
from core.iscn.short_form import breakpoints_given, with_breakpoints
from core.iscn.tally import level_of
from core.iscn.tree import Abnormality, CellLine, Karyotype
from core.iscn.writer import write_abnormality

__all__ = ["ConstitutionError", "PresentChromosome", "constitution_of", "constitutions_of"]

_SEX: Final = ("X", "Y")
_MARKER_LENGTH: Final = 0.18
_CUT_CENTROMERE: Final = ("cen", "p10", "q10")


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentChromosome:
    """A chromosome in a cell.

    `carrier` is the chromosome whose centromere it keeps (`unknown` for a marker), `label` what ISCN
    calls it (`9`, `der(9)t(9;22)(q34;q11.2)`, `mar`), `segments` its pieces from top to bottom, with the
    carrier's p arm up.
    """

    carrier: str
    label: str
    segments: Segments
    is_ring: bool = False

    @property
    def is_normal(self) -> bool:
        """True for a whole, unchanged chromosome."""
        return self.label in CLASSES

    @property
    def centromeres(self) -> tuple[str, ...]:
        """Chromosomes whose centromeres it holds, from top to bottom; two halves of one count once."""
        found: list[str] = []
        half: str | None = None
        for segment in self.segments:
            if not segment.has_centromere:
                half = None
            elif half is not None and segment.from_band in _CUT_CENTROMERE:
                found[-1] = self.carrier if self.carrier == segment.chromosome else half
                half = None
            else:
                found.append(segment.chromosome)
                half = segment.chromosome if segment.to_band in _CUT_CENTROMERE else None
        return tuple(found)


def constitutions_of(karyotype: Karyotype) -> tuple[tuple[PresentChromosome, ...], ...]:
    """Chromosomes of every cell line; `idem`, `sl` and `sdl` are followed back.

    Raises
    ------
    ConstitutionError
        When a line cannot be worked out.
    """
    known: list[tuple[PresentChromosome, ...]] = []
    given = breakpoints_given(karyotype)
    for index, line in enumerate(karyotype.lines):
        changes = tuple(with_breakpoints(change, given) for change in line.abnormalities)
        complete = replace(line, abnormalities=changes)
        known.append(_line(complete, _stemline(karyotype, known, index)))
    return tuple(known)


def constitution_of(line: CellLine) -> tuple[PresentChromosome, ...]:
    """Chromosomes of one cell line that does not refer to another one.

    Autosomes come first by number, then X and Y, then markers; a changed chromosome stands behind its
    normal homologs. Where the string leaves a choice (`~`, `or`, `?`), the first reading is taken.

    Raises
    ------
    ConstitutionError
        When the line refers to another line, or a change cannot be worked out.
    """
    return _line(line, None)


def _stemline(
    karyotype: Karyotype, known: list[tuple[PresentChromosome, ...]], index: int
) -> tuple[PresentChromosome, ...] | None:
    reference = karyotype.lines[index].stemline
    if reference is None:
        return None
    if not known:
        raise ConstitutionError(f"{reference.kind} has no cell line before it")
    if reference.kind == "sdl":
        number = reference.number or 1
        if number >= len(known):
            raise ConstitutionError(f"sdl{number} has no sideline before it")
        return known[number] * reference.copies
    return known[0] * reference.copies


class _Cell:
    """The chromosomes of a cell while changes are worked in."""

    def __init__(self, chromosomes: list[PresentChromosome], *, sex_is_free: bool) -> None:
        self.chromosomes = chromosomes
        # In a line that names its sex chromosomes, a changed one stands beside the normal letters; in
        # an idem line it takes the place of one that the stemline had.
        self.sex_is_free = sex_is_free

    def add(self, product: Product, label: str) -> None:
        if not product.segments:
            raise ConstitutionError(f"nothing is left of {label}")
        self.chromosomes.append(
            PresentChromosome(
                carrier=product.carrier, label=label, segments=product.segments, is_ring=product.is_ring
            )
        )

    def lose(self, name: str, why: str) -> None:
        for index, chromosome in enumerate(self.chromosomes):
            if chromosome.label == name:
                del self.chromosomes[index]
                return
        raise ConstitutionError(f"no normal chromosome {name} is left for {why}")

    def lose_changed(self, change: Abnormality) -> None:
        shown = _label(change)
        for index, chromosome in enumerate(self.chromosomes):
            if chromosome.label in (shown, shown.partition("t(")[0]) or (
                change.names and chromosome.label.startswith(f"{change.kind}({change.names[0]})")
            ):
                del self.chromosomes[index]
                return
        raise ConstitutionError(f"there is no {shown} to lose")


def _line(line: CellLine, stemline: tuple[PresentChromosome, ...] | None) -> tuple[PresentChromosome, ...]:
    if line.stemline is not None and stemline is None:
        raise ConstitutionError(f"{line.stemline.kind} refers to another cell line")
    if stemline is not None:
        cell = _Cell(list(stemline), sex_is_free=False)
    else:
        letters = line.sex.letters if line.sex else ""
        if set(letters) - set(_SEX):
            letters = "XX"
        normal = [_normal(name) for name in AUTOSOMES for _ in range(level_of(line))]
        cell = _Cell(normal + [_normal(letter) for letter in letters], sex_is_free=True)
    for change in line.abnormalities:
        _work_in(cell, change, line)
    return tuple(sorted(cell.chromosomes, key=_place))


def _label(change: Abnormality) -> str:
    return write_abnormality(
        replace(change, sign="", multiplier=1, cells=None, alternatives=(), uncertain=False)
    )


def _normal(name: str) -> PresentChromosome:
    return PresentChromosome(carrier=name, label=name, segments=whole(name))


def _place(chromosome: PresentChromosome) -> tuple[int, bool]:
    order = CLASSES.index(chromosome.carrier) if chromosome.carrier in CLASSES else len(CLASSES)
    return order, not chromosome.is_normal


def _work_in(cell: _Cell, change: Abnormality, line: CellLine) -> None:
    if change.kind in ("dmin", "variant", "min", "ace", "tas", "fra"):
        return
    for _ in range(change.multiplier * (change.amount[0] if change.amount else 1)):
        if change.is_numerical:
            _work_in_numerical(cell, change, line)
        elif change.kind == "mar" or (change.kind == "r" and not change.chromosomes):
            cell.chromosomes.append(_marker(change))
        elif change.sign == "-":
            cell.lose_changed(change)
        else:
            _work_in_structural(cell, change)


def _work_in_numerical(cell: _Cell, change: Abnormality, line: CellLine) -> None:
    name = change.names[0]
    if name not in CLASSES:
        raise ConstitutionError(f"expected a chromosome 1-22, X or Y, got {name}")
    if change.sign == "+":
        cell.chromosomes.append(_normal(name))
        return
    constitutional = line.sex is not None and line.sex.constitutional
    # `45,X,-Y`: the letters already show what is left.
    if name in AUTOSOMES or constitutional or not cell.sex_is_free:
        cell.lose(name, f"-{name}")


def _marker(change: Abnormality) -> PresentChromosome:
    piece = Segment(chromosome=UNKNOWN, length=_MARKER_LENGTH)
    label = f"{change.kind}{change.index}"
    return PresentChromosome(carrier=UNKNOWN, label=label, segments=(piece,), is_ring=change.kind == "r")


def _work_in_structural(cell: _Cell, change: Abnormality) -> None:
    products = products_of(change)
    if not change.sign:
        for name in change.names:
            if name in CLASSES and (name in AUTOSOMES or not cell.sex_is_free):
                cell.lose(name, write_abnormality(change))
    written = _label(change)
    for product in products:
        label = written
        if change.kind in ("t", "ins") and len(change.names) > 1:
            label = f"der({product.carrier}){written}"
        cell.add(product, label)
