"""Changes worked into one chromosome, which keeps its centromere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from core.domain.bands import UNKNOWN
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
from core.iscn.segments import Point, Segment, Segments, centric, cut, distal_part, reverse, simplify
from core.iscn.tree import Abnormality, Breakpoint

UNKNOWN_LENGTH: Final = 0.12
"""Length given to material of unknown origin, as a share of chromosome 1."""


def _three(segments: Segments, change: Abnormality) -> tuple[Segments, Segments, Segments]:
    """Pieces before, between and behind the two breaks of a change, as the chromosome reads."""
    name = name_of(change, 0)
    low, high = ordered_points(change)
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
    found = break_of(change, 0)
    halves = cut(segments, name_of(change, 0), point_of(found))
    if halves is None:
        if is_at_centromere(found) or (found.band or "").endswith("ter"):
            raise ConstitutionError(f"nothing is left or lost when {change.kind} breaks at {found.band}")
        raise ConstitutionError(f"the breakpoint {found.band} of {change.kind} is not in the chromosome")
    if is_at_centromere(found):
        front = arm_of(found) == "q"
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
    name = name_of(change, 0)
    return abs(point_of(broken).fraction(name) - Point(band="cen").fraction(name))


def _invert(segments: Segments, change: Abnormality, name: str) -> Segments:
    before, between, behind = _three(segments, change)
    return before + reverse(between) + behind


def _insert(segments: Segments, change: Abnormality, name: str) -> Segments:
    if len(change.chromosomes) == 2:
        receiver, donor = name_of(change, 0), name_of(change, 1)
        first, second = break_of(change, 1, 0), break_of(change, 1, 1)
        if name == donor and name != receiver:
            low, high = two_points(donor, first, second)
            return Segment(chromosome=donor, finish=low), Segment(chromosome=donor, begin=high)
        site = break_of(change, 0)
        piece = inserted_piece(donor, first, second, arm_of(site))
        remaining = segments
    else:
        receiver = name_of(change, 0)
        site, first, second = break_of(change, 0, 0), break_of(change, 0, 1), break_of(change, 0, 2)
        piece = inserted_piece(receiver, first, second, arm_of(site))
        low, high = two_points(receiver, first, second)
        halves = cut(segments, receiver, low)
        rest = cut(halves[1], receiver, high) if halves else None
        if halves is None or rest is None:
            raise ConstitutionError("the breakpoints of ins are not in the chromosome")
        remaining = halves[0] + rest[1]
    opened = cut(remaining, receiver, point_of(site))
    if opened is None:
        raise ConstitutionError("the place of the insertion is not in the chromosome")
    return (*opened[0], piece, *opened[1])


def _add(segments: Segments, change: Abnormality, name: str) -> Segments:
    kept, is_front = _keep_centric(segments, change, name)
    extra = Segment(chromosome=UNKNOWN, length=UNKNOWN_LENGTH)
    return (*kept, extra) if is_front else (extra, *kept)


def _stain_region(segments: Segments, change: Abnormality, name: str) -> Segments:
    halves = cut(segments, name_of(change, 0), point_of(break_of(change, 0)))
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
        given = break_of(change, (mine - 1) % len(names))
        gained = distal_part(giver, arm_of(given), point_of(given))
    found = break_of(change, mine)
    band = found.band or ""
    if band.endswith("ter"):
        return segments + gained if band == "qter" else reverse(gained) + segments
    halves = cut(segments, name, point_of(found))
    if halves is None:
        raise ConstitutionError(f"the breakpoint {band} of t is not in der({name})")
    front = arm_of(found) == "q" if is_at_centromere(found) else centric(halves[0], name)
    return halves[0] + gained if front else reverse(gained) + halves[1]


WITHIN: Final[dict[str, Callable[[Segments, Abnormality, str], Segments]]] = {
    "t": _translocate, "del": _delete, "dup": _duplicate, "trp": _duplicate, "qdp": _duplicate,
    "inv": _invert, "ins": _insert, "add": _add, "hsr": _stain_region,
    "fra": lambda segments, change, name: segments,
    "upd": lambda segments, change, name: segments,
    "fis": _delete,
}  # fmt: skip


def apply(segments: Segments, change: Abnormality, name: str) -> Segments:
    """Work one change into a chromosome that keeps the centromere of `name`."""
    try:
        work = WITHIN[change.kind]
    except KeyError:
        raise ConstitutionError(f"{change.kind} inside a derivative cannot be worked out") from None
    if not change.breakpoints and change.kind not in ("upd",):
        raise ConstitutionError(f"{change.kind} has no breakpoints")
    return simplify(work(segments, change, name))
