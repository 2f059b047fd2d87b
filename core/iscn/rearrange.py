"""What each kind of change makes of chromosomes: abnormality in, chromosomes as pieces out."""

from __future__ import annotations

from dataclasses import dataclass

from core.iscn.breaks import (
    ConstitutionError,
    arm_of,
    break_of,
    inserted_piece,
    is_at_centromere,
    name_of,
    ordered_points,
    point_of,
    two_points,
)
from core.iscn.segments import (
    PTER,
    QTER,
    Point,
    Segment,
    Segments,
    arm,
    centric_part,
    cut,
    distal_part,
    reverse,
    simplify,
    whole,
)
from core.iscn.tree import Abnormality
from core.iscn.within import WITHIN, apply


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One chromosome that a change leaves behind; `carrier` is the chromosome whose centromere it keeps."""

    carrier: str
    segments: Segments
    is_ring: bool = False


def products_of(change: Abnormality) -> tuple[Product, ...]:
    """Chromosomes that a structural change leaves in the cell.

    Raises
    ------
    ConstitutionError
        When chromosomes or breakpoints are unknown, or this kind of change says too little.
    """
    return tuple(
        Product(
            carrier=product.carrier,
            segments=_upright(simplify(product.segments), product),
            is_ring=product.is_ring,
        )
        for product in _products(change)
    )


def _upright(segments: Segments, product: Product) -> Segments:
    """Turn so that a short arm's telomere is on top; without one, by the carrier's centromere."""
    if product.is_ring or not segments:
        return segments
    first, last = segments[0], segments[-1]
    if (first.chromosome, first.from_band) == (product.carrier, "pter"):
        return segments
    if (last.chromosome, last.to_band) == (product.carrier, "qter"):
        return segments
    centromere = Point(band="cen")
    turned = first.from_band == "qter" and last.to_band == "pter"
    for segment in segments:
        if segment.holds(product.carrier, centromere):
            turned = segment.is_reversed
            break
    return reverse(segments) if turned else segments


def _products(change: Abnormality) -> tuple[Product, ...]:
    if change.detail:
        raise ConstitutionError(f"the long form of {change.kind} is not worked out")
    match change.kind:
        case "t":
            return _translocation(change)
        case "ins" if len(change.chromosomes) == 2:
            return _insertion_between(change)
        case "der" | "rec" | "neo":
            return (_derivative(change),)
        case "ider":
            return (_iso_derivative(change),)
        case "rob":
            return (_whole_arms(change),)
        case "dic":
            return (_dicentric(change),)
        case "idic":
            return (_isodicentric(change),)
        case "i":
            return (_isochromosome(change),)
        case "r":
            return (_ring(change),)
        case "trc":
            return (_tricentric(change),)
        case kind if kind in WITHIN and len(change.chromosomes) == 1:
            name = name_of(change, 0)
            return (Product(carrier=name, segments=apply(whole(name), change, name)),)
        case _:
            raise ConstitutionError(f"expected a change that can be drawn, got {change.kind}")


def _translocation(change: Abnormality) -> tuple[Product, ...]:
    names = [name_of(change, index) for index in range(len(change.chromosomes))]
    if len(change.breakpoints) != len(names) or any(len(group) != 1 for group in change.breakpoints):
        raise ConstitutionError("expected one breakpoint in each chromosome of t")
    breaks = [break_of(change, index) for index in range(len(names))]
    if len(names) == 2 and all(is_at_centromere(found) for found in breaks):
        other = {"p": "q", "q": "p"}
        kept, swapped = (arm_of(found) for found in breaks)
        return (
            Product(carrier=names[0], segments=_joined_arms(names[0], kept, names[1], swapped)),
            Product(carrier=names[1], segments=_joined_arms(names[1], other[swapped], names[0], other[kept])),
        )
    # The first chromosome gives its part to the second, the second to the third, the last to the first.
    return tuple(
        Product(
            carrier=name,
            segments=centric_part(name, arm_of(breaks[index]), point_of(breaks[index]))
            + distal_part(names[index - 1], arm_of(breaks[index - 1]), point_of(breaks[index - 1])),
        )
        for index, name in enumerate(names)
    )


def _joined_arms(first: str, first_arm: str, second: str, second_arm: str) -> Segments:
    return arm(first, first_arm) + reverse(arm(second, second_arm))


def _whole_arms(change: Abnormality) -> Product:
    breaks = break_of(change, 0), break_of(change, 1)
    if not all(is_at_centromere(found) for found in breaks):
        raise ConstitutionError("expected p10 or q10 in both chromosomes of a whole-arm change")
    names = name_of(change, 0), name_of(change, 1)
    joined = _joined_arms(names[0], arm_of(breaks[0]), names[1], arm_of(breaks[1]))
    return Product(carrier=names[0], segments=joined)


def _derivative(change: Abnormality) -> Product:
    if change.breakpoints and len(change.chromosomes) == 2 and not change.parts:
        return _whole_arms(change)
    name = name_of(change, 0)
    if len(change.chromosomes) != 1 or not change.parts:
        raise ConstitutionError(f"{change.kind}({';'.join(change.names)}) does not say what it is made of")
    if change.kind == "rec":
        return _recombinant(change, name)
    segments = whole(name)
    for part in change.parts:
        segments = apply(segments, part, name)
    return Product(carrier=name, segments=segments)


def _recombinant(change: Abnormality, name: str) -> Product:
    parts = {part.kind: part for part in change.parts}
    inversion, duplicated = parts.get("inv"), parts.get("dup") or parts.get("del")
    if inversion is None or duplicated is None or not duplicated.chromosomes[0].attached:
        raise ConstitutionError("expected rec with the arm that is doubled and the inversion")
    low, high = ordered_points(inversion)
    doubled = duplicated.chromosomes[0].attached[0]
    if duplicated.kind == "del":
        doubled = {"p": "q", "q": "p"}[doubled]
    if doubled == "p":
        pieces = (Segment(chromosome=name, finish=high), Segment(chromosome=name, begin=low, finish=PTER))
    else:
        pieces = (
            Segment(chromosome=name, begin=QTER, finish=high),
            Segment(chromosome=name, begin=low, finish=QTER),
        )
    return Product(carrier=name, segments=pieces)


def _iso_derivative(change: Abnormality) -> Product:
    name = name_of(change, 0)
    found = break_of(change, 0)
    segments = whole(name)
    for part in change.parts:
        segments = apply(segments, part, name)
    halves = cut(segments, name, Point(band="cen"))
    if halves is None:
        raise ConstitutionError("the centromere of the isoderivative is not in it")
    kept = halves[0] if arm_of(found) == "p" else reverse(halves[1])
    return Product(carrier=name, segments=kept + reverse(kept))


def _dicentric(change: Abnormality) -> Product:
    names = name_of(change, 0), name_of(change, 1)
    breaks = break_of(change, 0), break_of(change, 1)
    halves = [
        centric_part(name, arm_of(found), point_of(found)) for name, found in zip(names, breaks, strict=True)
    ]
    return Product(carrier=names[0], segments=halves[0] + reverse(halves[1]))


def _tricentric(change: Abnormality) -> Product:
    names = [name_of(change, index) for index in range(3)]
    first, last = break_of(change, 0), break_of(change, 2)
    inner = (break_of(change, 1, 0), break_of(change, 1, 1))
    middle = Segment(chromosome=names[1], begin=point_of(inner[0]), finish=point_of(inner[1]))
    return Product(
        carrier=names[0],
        segments=(
            *centric_part(names[0], arm_of(first), point_of(first)),
            middle,
            *reverse(centric_part(names[2], arm_of(last), point_of(last))),
        ),
    )


def _isodicentric(change: Abnormality) -> Product:
    name = name_of(change, 0)
    found = break_of(change, 0)
    half = centric_part(name, arm_of(found), point_of(found))
    return Product(carrier=name, segments=half + reverse(half))


def _isochromosome(change: Abnormality) -> Product:
    name = name_of(change, 0)
    attached = change.chromosomes[0].attached
    half = arm(name, attached[0] if attached and not change.breakpoints else arm_of(break_of(change, 0)))
    return Product(carrier=name, segments=half + reverse(half))


def _ring(change: Abnormality) -> Product:
    pieces: list[Segment] = []
    for index in range(len(change.chromosomes)):
        name = name_of(change, index)
        if not change.breakpoints:
            pieces.extend(whole(name))
            continue
        begin, finish = break_of(change, index, 0), break_of(change, index, 1)
        pieces.append(Segment(chromosome=name, begin=point_of(begin), finish=point_of(finish)))
    return Product(carrier=pieces[0].chromosome, segments=tuple(pieces), is_ring=True)


def _insertion_between(change: Abnormality) -> tuple[Product, ...]:
    receiver, donor = name_of(change, 0), name_of(change, 1)
    site, first, second = break_of(change, 0), break_of(change, 1, 0), break_of(change, 1, 1)
    piece = inserted_piece(donor, first, second, arm_of(site))
    halves = cut(whole(receiver), receiver, point_of(site))
    if halves is None:
        raise ConstitutionError("expected an insertion inside the chromosome")
    low, high = two_points(donor, first, second)
    return (
        Product(carrier=receiver, segments=(*halves[0], piece, *halves[1])),
        Product(
            carrier=donor,
            segments=(Segment(chromosome=donor, finish=low), Segment(chromosome=donor, begin=high)),
        ),
    )
