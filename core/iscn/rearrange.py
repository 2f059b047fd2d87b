"""What each kind of change makes of chromosomes: abnormality in, chromosomes as pieces out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from core.domain.bands import CLASSES, UNKNOWN, is_band
from core.iscn.segments import (
    PTER,
    QTER,
    Point,
    Segment,
    Segments,
    arm,
    centric,
    centric_part,
    cut,
    distal_part,
    reverse,
    simplify,
    whole,
)
from core.iscn.tree import Abnormality, Breakpoint

UNKNOWN_LENGTH: Final = 0.12
"""Length given to material of unknown origin, as a share of chromosome 1."""


class ConstitutionError(ValueError):
    """A change whose result cannot be worked out from the string."""


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
    top, bottom = segments[0].from_band, segments[-1].to_band
    if top == "pter" or bottom == "qter":
        return segments
    centromere = Point(band="cen")
    turned = top == "qter" and bottom == "pter"
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
        case kind if kind in _WITHIN and len(change.chromosomes) == 1:
            name = _name(change, 0)
            return (Product(carrier=name, segments=_apply(whole(name), change, name)),)
        case _:
            raise ConstitutionError(f"expected a change that can be drawn, got {change.kind}")


def _name(change: Abnormality, index: int) -> str:
    name = change.chromosomes[index].name
    if name not in CLASSES:
        raise ConstitutionError(f"expected a chromosome 1-22, X or Y in {change.kind}, got {name}")
    return name


def _break(change: Abnormality, group: int, index: int = 0) -> Breakpoint:
    try:
        found = change.breakpoints[group][index]
    except IndexError:
        raise ConstitutionError(f"expected a breakpoint in each chromosome of {change.kind}") from None
    if not found.band or (not found.arm and found.band != "cen"):
        raise ConstitutionError(f"the breakpoint of {change.kind} is unknown")
    if not is_band(_name(change, group), found.band):
        raise ConstitutionError(f"expected a band of chromosome {_name(change, group)}, got {found.band}")
    return found


def _point(broken: Breakpoint) -> Point:
    return Point(band=broken.band or "?")


def _at_centromere(broken: Breakpoint) -> bool:
    return broken.band in ("p10", "q10", "cen")


def _arm_of(broken: Breakpoint) -> str:
    return broken.arm or "q"


def _translocation(change: Abnormality) -> tuple[Product, ...]:
    names = [_name(change, index) for index in range(len(change.chromosomes))]
    if len(change.breakpoints) != len(names) or any(len(group) != 1 for group in change.breakpoints):
        raise ConstitutionError("expected one breakpoint in each chromosome of t")
    breaks = [_break(change, index) for index in range(len(names))]
    if len(names) == 2 and all(_at_centromere(found) for found in breaks):
        other = {"p": "q", "q": "p"}
        kept, swapped = (_arm_of(found) for found in breaks)
        return (
            Product(carrier=names[0], segments=_joined_arms(names[0], kept, names[1], swapped)),
            Product(carrier=names[1], segments=_joined_arms(names[1], other[swapped], names[0], other[kept])),
        )
    # The first chromosome gives its part to the second, the second to the third, the last to the first.
    return tuple(
        Product(
            carrier=name,
            segments=centric_part(name, _arm_of(breaks[index]), _point(breaks[index]))
            + distal_part(names[index - 1], _arm_of(breaks[index - 1]), _point(breaks[index - 1])),
        )
        for index, name in enumerate(names)
    )


def _joined_arms(first: str, first_arm: str, second: str, second_arm: str) -> Segments:
    return arm(first, first_arm) + reverse(arm(second, second_arm))


def _whole_arms(change: Abnormality) -> Product:
    breaks = _break(change, 0), _break(change, 1)
    if not all(_at_centromere(found) for found in breaks):
        raise ConstitutionError("expected p10 or q10 in both chromosomes of a whole-arm change")
    names = _name(change, 0), _name(change, 1)
    joined = _joined_arms(names[0], _arm_of(breaks[0]), names[1], _arm_of(breaks[1]))
    return Product(carrier=names[0], segments=joined)


def _derivative(change: Abnormality) -> Product:
    if change.breakpoints and len(change.chromosomes) == 2 and not change.parts:
        return _whole_arms(change)
    name = _name(change, 0)
    if len(change.chromosomes) != 1 or not change.parts:
        raise ConstitutionError(f"{change.kind}({';'.join(change.names)}) does not say what it is made of")
    if change.kind == "rec":
        return _recombinant(change, name)
    segments = whole(name)
    for part in change.parts:
        segments = _apply(segments, part, name)
    return Product(carrier=name, segments=segments)


def _recombinant(change: Abnormality, name: str) -> Product:
    parts = {part.kind: part for part in change.parts}
    inversion, duplicated = parts.get("inv"), parts.get("dup") or parts.get("del")
    if inversion is None or duplicated is None or not duplicated.chromosomes[0].attached:
        raise ConstitutionError("expected rec with the arm that is doubled and the inversion")
    low, high = _ordered(inversion)
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
    name = _name(change, 0)
    found = _break(change, 0)
    segments = whole(name)
    for part in change.parts:
        segments = _apply(segments, part, name)
    halves = cut(segments, name, Point(band="cen"))
    if halves is None:
        raise ConstitutionError("the centromere of the isoderivative is not in it")
    kept = halves[0] if _arm_of(found) == "p" else reverse(halves[1])
    return Product(carrier=name, segments=kept + reverse(kept))


def _dicentric(change: Abnormality) -> Product:
    names = _name(change, 0), _name(change, 1)
    breaks = _break(change, 0), _break(change, 1)
    halves = [
        centric_part(name, _arm_of(found), _point(found)) for name, found in zip(names, breaks, strict=True)
    ]
    return Product(carrier=names[0], segments=halves[0] + reverse(halves[1]))


def _tricentric(change: Abnormality) -> Product:
    names = [_name(change, index) for index in range(3)]
    first, last = _break(change, 0), _break(change, 2)
    inner = (_break(change, 1, 0), _break(change, 1, 1))
    middle = Segment(chromosome=names[1], begin=_point(inner[0]), finish=_point(inner[1]))
    return Product(
        carrier=names[0],
        segments=(
            *centric_part(names[0], _arm_of(first), _point(first)),
            middle,
            *reverse(centric_part(names[2], _arm_of(last), _point(last))),
        ),
    )


def _isodicentric(change: Abnormality) -> Product:
    name = _name(change, 0)
    found = _break(change, 0)
    half = centric_part(name, _arm_of(found), _point(found))
    return Product(carrier=name, segments=half + reverse(half))


def _isochromosome(change: Abnormality) -> Product:
    name = _name(change, 0)
    attached = change.chromosomes[0].attached
    half = arm(name, attached[0] if attached and not change.breakpoints else _arm_of(_break(change, 0)))
    return Product(carrier=name, segments=half + reverse(half))


def _ring(change: Abnormality) -> Product:
    pieces: list[Segment] = []
    for index in range(len(change.chromosomes)):
        name = _name(change, index)
        if not change.breakpoints:
            pieces.extend(whole(name))
            continue
        begin, finish = _break(change, index, 0), _break(change, index, 1)
        pieces.append(Segment(chromosome=name, begin=_point(begin), finish=_point(finish)))
    return Product(carrier=pieces[0].chromosome, segments=tuple(pieces), is_ring=True)


def _insertion_between(change: Abnormality) -> tuple[Product, ...]:
    receiver, donor = _name(change, 0), _name(change, 1)
    site, first, second = _break(change, 0), _break(change, 1, 0), _break(change, 1, 1)
    piece = _inserted_piece(donor, first, second, _arm_of(site))
    halves = cut(whole(receiver), receiver, _point(site))
    if halves is None:
        raise ConstitutionError("expected an insertion inside the chromosome")
    low, high = _two_points(donor, first, second)
    return (
        Product(carrier=receiver, segments=(*halves[0], piece, *halves[1])),
        Product(
            carrier=donor,
            segments=(Segment(chromosome=donor, finish=low), Segment(chromosome=donor, begin=high)),
        ),
    )


def _inserted_piece(donor: str, first: Breakpoint, second: Breakpoint, site_arm: str) -> Segment:
    """Inserted stretch in reading order: the band written first comes to lie nearer to the centromere."""
    begin, finish = _point(first), _point(second)
    if first.band == second.band:
        begin, finish = Point(band=begin.band, share=0.25), Point(band=begin.band, share=0.75)
    piece = Segment(chromosome=donor, begin=begin, finish=finish)
    return piece.reverse() if site_arm == "p" else piece


def _ordered(change: Abnormality) -> tuple[Point, Point]:
    return _two_points(_name(change, 0), _break(change, 0, 0), _break(change, 0, 1))


def _two_points(name: str, first: Breakpoint, second: Breakpoint) -> tuple[Point, Point]:
    """Two breaks from pter to qter; inside one band they lie a quarter from its ends."""
    if first.band == second.band:
        band = first.band or "?"
        return Point(band=band, share=0.25), Point(band=band, share=0.75)
    low, high = sorted((_point(first), _point(second)), key=lambda point: point.fraction(name))
    return low, high


def _three(segments: Segments, change: Abnormality) -> tuple[Segments, Segments, Segments]:
    """Pieces before, between and behind the two breaks of a change, as the chromosome reads."""
    name = _name(change, 0)
    low, high = _ordered(change)
    halves = cut(segments, name, low)
    if halves is None:
        raise ConstitutionError(f"the breakpoints of {change.kind} are not in the chromosome")
    rest = cut(halves[1], name, high)
    if rest is not None:
        return halves[0], rest[0], rest[1]
    # Turned round by an earlier change: the higher break comes first.
    front = cut(halves[0], name, high)
    if front is None:
        raise ConstitutionError(f"the breakpoints of {change.kind} are not in the chromosome")
    return front[0], front[1], halves[1]


def _delete(segments: Segments, change: Abnormality, name: str) -> Segments:
    if len(change.breakpoints[0]) == 1:
        return _keep_centric(segments, change, name)[0]
    before, _, behind = _three(segments, change)
    return before + behind


def _keep_centric(segments: Segments, change: Abnormality, name: str) -> tuple[Segments, bool]:
    """Cut at the first breakpoint; what keeps the centromere of `name`, and whether that is the front."""
    found = _break(change, 0)
    halves = cut(segments, _name(change, 0), _point(found))
    if halves is None:
        if _at_centromere(found) or (found.band or "").endswith("ter"):
            raise ConstitutionError(f"nothing is left or lost when {change.kind} breaks at {found.band}")
        raise ConstitutionError(f"the breakpoint {found.band} of {change.kind} is not in the chromosome")
    if _at_centromere(found):
        front = _arm_of(found) == "q"
    else:
        front = centric(halves[0], name)
    return (halves[0], True) if front else (halves[1], False)


def _duplicate(segments: Segments, change: Abnormality, name: str) -> Segments:
    before, between, behind = _three(segments, change)
    first, second = change.breakpoints[0][:2]
    distal_first = _distance(change, first) > _distance(change, second)
    copies = {"dup": 1, "trp": 2, "qdp": 3}[change.kind]
    turned = distal_first or change.modifier == "inv"
    extra = reverse(between) if turned else between
    return before + between + extra * copies + behind


def _distance(change: Abnormality, broken: Breakpoint) -> float:
    name = _name(change, 0)
    return abs(_point(broken).fraction(name) - Point(band="cen").fraction(name))


def _invert(segments: Segments, change: Abnormality, name: str) -> Segments:
    before, between, behind = _three(segments, change)
    return before + reverse(between) + behind


def _insert(segments: Segments, change: Abnormality, name: str) -> Segments:
    if len(change.chromosomes) == 2:
        receiver, donor = _name(change, 0), _name(change, 1)
        first, second = _break(change, 1, 0), _break(change, 1, 1)
        if name == donor and name != receiver:
            low, high = _two_points(donor, first, second)
            return Segment(chromosome=donor, finish=low), Segment(chromosome=donor, begin=high)
        site = _break(change, 0)
        piece = _inserted_piece(donor, first, second, _arm_of(site))
        remaining = segments
    else:
        receiver = _name(change, 0)
        site, first, second = _break(change, 0, 0), _break(change, 0, 1), _break(change, 0, 2)
        piece = _inserted_piece(receiver, first, second, _arm_of(site))
        low, high = _two_points(receiver, first, second)
        halves = cut(segments, receiver, low)
        rest = cut(halves[1], receiver, high) if halves else None
        if halves is None or rest is None:
            raise ConstitutionError("the breakpoints of ins are not in the chromosome")
        remaining = halves[0] + rest[1]
    opened = cut(remaining, receiver, _point(site))
    if opened is None:
        raise ConstitutionError("the place of the insertion is not in the chromosome")
    return (*opened[0], piece, *opened[1])


def _add(segments: Segments, change: Abnormality, name: str) -> Segments:
    kept, is_front = _keep_centric(segments, change, name)
    extra = Segment(chromosome=UNKNOWN, length=UNKNOWN_LENGTH)
    return (*kept, extra) if is_front else (extra, *kept)


def _stain_region(segments: Segments, change: Abnormality, name: str) -> Segments:
    halves = cut(segments, _name(change, 0), _point(_break(change, 0)))
    if halves is None:
        raise ConstitutionError("the place of hsr is not in the chromosome")
    return (*halves[0], Segment(chromosome=UNKNOWN, length=UNKNOWN_LENGTH), *halves[1])


def _translocate(segments: Segments, change: Abnormality, name: str) -> Segments:
    """Unbalanced product: lose what lies beyond the break, gain the piece of the chromosome before."""
    names = list(change.names)
    if name not in names:
        raise ConstitutionError(f"der({name}) cannot come from t({';'.join(names)})")
    mine = names.index(name)
    giver = names[mine - 1]
    if giver == "?":
        gained: Segments = (Segment(chromosome=UNKNOWN, length=UNKNOWN_LENGTH),)
    else:
        given = _break(change, (mine - 1) % len(names))
        gained = distal_part(giver, _arm_of(given), _point(given))
    found = _break(change, mine)
    band = found.band or ""
    if band.endswith("ter"):
        return segments + gained if band == "qter" else reverse(gained) + segments
    halves = cut(segments, name, _point(found))
    if halves is None:
        raise ConstitutionError(f"the breakpoint {band} of t is not in der({name})")
    front = _arm_of(found) == "q" if _at_centromere(found) else centric(halves[0], name)
    return halves[0] + gained if front else reverse(gained) + halves[1]


_WITHIN: Final[dict[str, Callable[[Segments, Abnormality, str], Segments]]] = {
    "t": _translocate, "del": _delete, "dup": _duplicate, "trp": _duplicate, "qdp": _duplicate,
    "inv": _invert, "ins": _insert, "add": _add, "hsr": _stain_region,
    "fra": lambda segments, change, name: segments,
    "upd": lambda segments, change, name: segments,
    "fis": _delete,
}  # fmt: skip


def _apply(segments: Segments, change: Abnormality, name: str) -> Segments:
    """Work one change into a chromosome that keeps the centromere of `name`."""
    try:
        work = _WITHIN[change.kind]
    except KeyError:
        raise ConstitutionError(f"{change.kind} inside a derivative cannot be worked out") from None
    if not change.breakpoints and change.kind not in ("upd",):
        raise ConstitutionError(f"{change.kind} has no breakpoints")
    return simplify(work(segments, change, name))
