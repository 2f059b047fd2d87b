"""Builds what a change would look like and holds it against the chromosome that is suspected."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np

from core.derivative.build import Derivative, build
from core.derivative.strip import Strip
from core.domain.bands import AUTOSOMES, CLASSES, UNKNOWN, Level, relative_length
from core.domain.chromosome import ObjectType
from core.iscn.breaks import ConstitutionError
from core.iscn.parser import parse_change
from core.iscn.rearrange import Product, products_of
from core.iscn.segments import Segments
from core.simulation.idiogram import idiogram_of
from core.whatif.likeness import (
    Agreement,
    Likeness,
    Profile,
    agreement_of,
    likeness_of,
    profile_of,
    resampled,
)
from core.whatif.plan import ChangeKind, Plan
from core.whatif.sources import LaidCell, LaidChromosome, at_scale

_OWN_CELL: Final = 0.2
"""How much worse a homolog of the same cell may fit the idiogram and still be taken."""
_NOT_CLEAN: Final = 0.2
_UNKNOWN_STAIN: Final = 0.5
_MOST_TRIED: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BuiltChromosome:
    """One chromosome that the change leaves, and what it is held against.

    Attributes
    ----------
    label
        As ISCN calls it, such as `der(9)` or `del(5)`.
    carrier
        Class whose centromere it keeps.
    derivative
        Built from the sources, at the scale of the suspect's cell.
    seen
        Chromosome of the cell that it is held against; None where the cell has none.
    likeness
        Of `seen` and the built one; None without `seen`.
    unchanged
        Score of `seen` against the unchanged homolog that it was built from.
    """

    label: str
    carrier: str
    derivative: Derivative
    seen: LaidChromosome | None
    likeness: Likeness | None
    unchanged: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WouldBe:
    """What a change would look like; the suspect's chromosome comes first.

    `sources` are the homologs that it was built from, by class.
    """

    plan: Plan
    text: str
    built: tuple[BuiltChromosome, ...]
    sources: Mapping[str, LaidChromosome]

    @property
    def score(self) -> float | None:
        """Likeness of the suspect and what was built for it."""
        found = self.built[0].likeness
        return None if found is None else found.score


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A change nearby and its score: the mean over the chromosomes that it leaves and the cell shows."""

    plan: Plan
    score: float


@lru_cache(maxsize=64)
def _expected(chromosome: str) -> tuple[float, ...]:
    """Stain of the idiogram at a hundredth of a per cent of the haploid set a row."""
    stain = idiogram_of(chromosome).stain
    rows = max(8, round(1000.0 * relative_length(chromosome)))
    return tuple(float(value) for value in resampled(np.asarray(stain, dtype=np.float64), rows))


def fit_to_idiogram(laid: LaidChromosome) -> float:
    """Likeness (-1..1) of a chromosome and the idiogram of its class: how good an example it is."""
    if laid.chromosome_class not in CLASSES:
        return -1.0
    own = profile_of(laid.strip.stain, laid.strip.mask)
    wanted = np.asarray(_expected(laid.chromosome_class))
    rows = max(2, round(relative_length(laid.chromosome_class) * 100.0 * laid.strip.scale))
    return likeness_of(own, resampled(wanted, rows)).score


def ranked_sources(
    name: str, suspect: LaidChromosome, cells: Sequence[LaidCell]
) -> tuple[LaidChromosome, ...]:
    """Homologs of a class that a derivative may be built from, the best first.

    What fits the idiogram is preferred, within limits one of the suspect's own cell, and one that nothing
    crosses and nobody called changed. The suspect itself is none.
    """
    found = [one for cell in cells for one in cell.of_class(name) if one.id != suspect.id]

    def value(one: LaidChromosome) -> float:
        own = _OWN_CELL if one.cell == suspect.cell else 0.0
        return fit_to_idiogram(one) + own - (0.0 if one.is_clean else _NOT_CLEAN)

    return tuple(sorted(found, key=value, reverse=True))


def normal_agreement(cells: Sequence[LaidCell], suspects: Sequence[str] = ()) -> Agreement | None:
    """What normal homologs of the cells give among themselves.

    Parameters
    ----------
    cells
        Cells of the case.
    suspects
        Classes that are left out because one of them is suspected.
    """
    scores = []
    for cell in cells:
        for name in AUTOSOMES:
            pair = [one for one in cell.of_class(name) if one.is_clean]
            if len(pair) != 2 or name in suspects:
                continue
            first, second = (profile_of(one.strip.stain, one.strip.mask) for one in pair)
            scores.append(likeness_of(first, second).score)
    return agreement_of(scores)


def would_be(
    plan: Plan,
    suspect: LaidChromosome,
    cells: Sequence[LaidCell],
    chosen: Mapping[str, LaidChromosome] | None = None,
) -> WouldBe:
    """Build a change and hold it against the suspect.

    Parameters
    ----------
    plan
        A complete one.
    suspect
        Chromosome that may carry the change.
    cells
        Cells whose homologs may be used, the suspect's own among them.
    chosen
        Homologs that a person chose, by class; the best ones otherwise.

    Raises
    ------
    ValueError
        When clicks are missing, no homolog is there to build from, or nothing would be left; a
        `ConstitutionError` where the change cannot be worked out.
    """
    text = plan.text
    if text is None:
        raise ValueError(plan.wanted)
    products = _ordered(products_of(parse_change(text)), plan)
    sources = _sources(products, suspect, cells, chosen or {})
    strips = _strips(sources, suspect)
    profiles = _profiles(strips)
    seen = _seen(products, suspect, sources, cells)
    built = []
    for product, one in zip(products, seen, strict=True):
        likeness = unchanged = None
        derivative = build(strips, product.segments)
        if one is not None:
            own = profile_of(one.strip.stain, one.strip.mask)
            likeness = likeness_of(own, profile_of(derivative.stain, derivative.mask))
            if product.carrier in profiles:
                unchanged = likeness_of(own, profiles[product.carrier]).score
        built.append(
            BuiltChromosome(
                label=_label(plan, product, text), carrier=product.carrier, derivative=derivative, seen=one,
                likeness=likeness, unchanged=unchanged,
            )
        )  # fmt: skip
    return WouldBe(plan=plan, text=text, built=tuple(built), sources=sources)


def best_breaks(
    plan: Plan,
    suspect: LaidChromosome,
    cells: Sequence[LaidCell],
    *,
    level: Level,
    chosen: Mapping[str, LaidChromosome] | None = None,
    reach: int = 2,
) -> tuple[Suggestion, ...]:
    """Try the bands around the clicked ones, the best fitting first.

    Parameters
    ----------
    reach
        How many bands of the level each break may be moved either way; less where three breaks would take
        too long.

    Raises
    ------
    ValueError
        As `would_be`.
    """
    if plan.text is None:
        raise ValueError(plan.wanted)
    products = _ordered(products_of(parse_change(plan.text)), plan)
    sources = _sources(products, suspect, cells, chosen or {})
    strips = _strips(sources, suspect)
    profiles = _profiles(strips)
    seen = [
        None if one is None else profile_of(one.strip.stain, one.strip.mask)
        for one in _seen(products, suspect, sources, cells)
    ]
    while (2 * reach + 1) ** len(plan.breaks) > _MOST_TRIED:
        reach -= 1
    found: dict[str, Suggestion] = {}
    steps = range(-reach, reach + 1)
    for moves in itertools.product(steps, repeat=len(plan.breaks)):
        breaks = tuple(one.moved(by, level) for one, by in zip(plan.breaks, moves, strict=True))
        tried = plan if not any(moves) else replace(plan, breaks=breaks)
        if tried.text is None or tried.text in found or len({*tried.breaks}) < len(tried.breaks):
            continue
        try:
            those = _ordered(products_of(parse_change(tried.text)), plan)
        except ConstitutionError:
            continue
        scores = [
            likeness_of(own, joined).score
            for product, own in zip(those, seen, strict=True)
            if own is not None and len(joined := _joined(product.segments, strips, profiles)) >= 2
        ]
        if scores:
            found[tried.text] = Suggestion(plan=tried, score=float(np.mean(scores)))
    return tuple(sorted(found.values(), key=lambda one: -one.score))


def _ordered(products: Sequence[Product], plan: Plan) -> tuple[Product, ...]:
    """The suspect's chromosome first."""
    return tuple(sorted(products, key=lambda one: one.carrier != plan.chromosome))


def _sources(
    products: Sequence[Product],
    suspect: LaidChromosome,
    cells: Sequence[LaidCell],
    chosen: Mapping[str, LaidChromosome],
) -> dict[str, LaidChromosome]:
    needed = {segment.chromosome for product in products for segment in product.segments} - {UNKNOWN}
    found = {}
    for name in sorted(needed, key=CLASSES.index):
        ranked = ranked_sources(name, suspect, cells)
        if name in chosen:
            found[name] = chosen[name]
        elif ranked:
            found[name] = ranked[0]
        else:
            raise ValueError(
                f"expected a normal chromosome {name} to build from, got none in these cells, name one"
            )
    for name in found:
        if name != suspect.chromosome_class and name not in chosen:
            found[name] = _settled(name, products, suspect, cells, found)
    return found


def _settled(
    name: str,
    products: Sequence[Product],
    suspect: LaidChromosome,
    cells: Sequence[LaidCell],
    sources: Mapping[str, LaidChromosome],
) -> LaidChromosome:
    """Choose between the two homologs of a partner: if the change is there, one of them carries it.

    Where nobody called one of them changed, the one is built from with which both of what is built and the
    idiogram of what it is built from fit best; wrong changes are given the same choice.
    """
    if len(products) < 2 or sources[name].cell != suspect.cell:
        return sources[name]
    own = next((cell for cell in cells if cell.cell.id == suspect.cell), None)
    both = [one for one in (own.of_class(name) if own else ()) if one.id != suspect.id]
    if len(both) != 2 or any(one.chromosome.object_type is not ObjectType.NORMAL for one in both):
        return sources[name]

    def value(one: LaidChromosome) -> float:
        tried = {**sources, name: one}
        strips = _strips(tried, suspect)
        profiles = _profiles(strips)
        scores = [
            likeness_of(profile_of(seen.strip.stain, seen.strip.mask), joined).score
            for product, seen in zip(products, _seen(products, suspect, tried, cells), strict=True)
            if seen is not None and len(joined := _joined(product.segments, strips, profiles)) >= 2
        ]
        crossed = _NOT_CLEAN if one.chromosome.overlaps else 0.0
        return (float(np.mean(scores)) if scores else 0.0) + fit_to_idiogram(one) - crossed

    return max(both, key=value)


def _strips(sources: Mapping[str, LaidChromosome], suspect: LaidChromosome) -> dict[str, Strip]:
    """The sources at the scale of the suspect's cell, all with as many columns."""
    scale = suspect.strip.scale
    columns = suspect.strip.stain.shape[1]
    return {
        name: replace(at_scale(one.strip, scale, columns), chromosome=name) for name, one in sources.items()
    }


def _profiles(strips: Mapping[str, Strip]) -> dict[str, Profile]:
    return {name: profile_of(strip.stain, strip.mask) for name, strip in strips.items()}


def _seen(
    products: Sequence[Product],
    suspect: LaidChromosome,
    sources: Mapping[str, LaidChromosome],
    cells: Sequence[LaidCell],
) -> list[LaidChromosome | None]:
    """What each product is held against: the suspect, and the other homolog of the partner."""
    own = next((cell for cell in cells if cell.cell.id == suspect.cell), None)
    found: list[LaidChromosome | None] = [suspect]
    for product in products[1:]:
        used = {one.id for one in sources.values()} | {suspect.id}
        others = [one for one in (own.of_class(product.carrier) if own else ()) if one.id not in used]
        changed = [one for one in others if one.chromosome.object_type is not ObjectType.NORMAL]
        candidates = changed or others
        found.append(candidates[0] if candidates else None)
    return found


def _joined(segments: Segments, strips: Mapping[str, Strip], profiles: Mapping[str, Profile]) -> Profile:
    """Profile of a derivative without building its picture."""
    parts = []
    for segment in segments:
        if segment.is_unknown:
            one = strips[next(iter(strips))]
            rows = max(1, round(segment.length * 100.0 * relative_length("1", scale="iscn") * one.scale))
            parts.append(np.full(rows, _UNKNOWN_STAIN))
            continue
        strip = strips[segment.chromosome]
        begin, finish = (strip.row_at(place) for place in segment.span(850))
        rows = round(abs(finish - begin))
        if rows < 1:
            continue
        places = begin + (np.arange(rows) + 0.5) * (finish - begin) / rows
        parts.append(np.interp(places, np.arange(strip.rows) + 0.5, profiles[segment.chromosome]))
    return np.concatenate(parts) if parts else np.zeros(0)


def _label(plan: Plan, product: Product, text: str) -> str:
    if plan.kind in (ChangeKind.TRANSLOCATION, ChangeKind.INSERTION) and plan.partner is not None:
        return f"der({product.carrier})"
    return text.partition(")")[0] + ")"
