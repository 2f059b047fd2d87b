"""Cuts strips of real chromosomes and joins the pieces, so that no seam gives the joint away.

A joint in a photograph is as soft as the photograph: the stain of both sides is mixed over the width of the
optics, with what really lies beyond the cut on either strip; widths meet smoothly; both sides lie on one
axis, at one gain of the stain, and the sharper side is softened to the other. An end that was no
telomere gets the rounding of a real end. The same is done to a normal chromosome that is cut and put together
again, so that a joint alone never means a change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from core.derivative.strip import Strip
from core.domain.bands import CLASSES, UNKNOWN, Band, nearest_band, relative_length
from core.iscn.parser import parse_change
from core.iscn.rearrange import products_of
from core.iscn.segments import Segment

_LEVEL: Final = 850
_MIX: Final = 2.0
"""Rows over which the stain of both sides is mixed, on each side of a joint."""
_MEET: Final = 0.7
"""How far from a joint widths are adapted, in widths of the chromosome."""
_CAP: Final = 0.45
"""Length of the rounding of an end, in widths."""
_LEAST_ROWS: Final = 2
_UNKNOWN_SHARE: Final = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of one strip; `segment.chromosome` is that of the strip, or unknown."""

    segment: Segment
    strip: Strip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Derivative:
    """A chromosome put together.

    Attributes
    ----------
    stain, mask
        Shape (R, C), float32 0..1; row 0 is the first end of the segments.
    piece
        Shape (R,), int16: which segment a row comes from.
    fraction
        Shape (R,), float64: place on the idiogram of that segment's chromosome, 0 pter .. 1 qter.
    segments
        What it is made of, in order.
    joints
        Rows (edge coordinates) where one piece meets the next.
    scale
        Rows per per cent of a haploid set, that of the strips.
    """

    stain: NDArray[np.float32]
    mask: NDArray[np.float32]
    piece: NDArray[np.int16]
    fraction: NDArray[np.float64]
    segments: tuple[Segment, ...]
    joints: tuple[float, ...]
    scale: float

    @property
    def rows(self) -> int:
        """Length in rows."""
        return len(self.stain)

    @property
    def width(self) -> NDArray[np.float32]:
        """Width of each row in columns, shape (R,)."""
        return np.asarray(self.mask.sum(axis=1), dtype=np.float32)

    def chromosome_at(self, row: int) -> str:
        """Class that a row comes from, or "unknown"."""
        return self.segments[int(self.piece[row])].chromosome

    def band_at(self, row: int, level: int = 550) -> Band | None:
        """Band that a row comes from; None for material of unknown origin."""
        chromosome = self.chromosome_at(row)
        if chromosome == UNKNOWN:
            return None
        return nearest_band(chromosome, float(self.fraction[row]), level)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Cut:
    """Rows of one piece as places on its strip (edge coordinates), continued beyond both of its ends."""

    strip: Strip
    places: NDArray[np.float64]
    starts_at_tip: bool
    ends_at_tip: bool


def build(sources: Mapping[str, Strip], segments: Sequence[Segment], *, blend: bool = True) -> Derivative:
    """Build a chromosome from strips, one for each class.

    Parameters
    ----------
    sources
        Strip of each chromosome that the segments name. For material of unknown origin the entry
        "unknown" is cut; without one an even stretch of middle stain is drawn.
    segments
        Pieces in reading order, as `core.iscn.rearrange.products_of` gives them.
    blend
        False leaves the joints hard.

    Raises
    ------
    ValueError
        When a strip is missing, or nothing is left.
    """
    pieces = []
    for segment in segments:
        strip = sources.get(segment.chromosome)
        if strip is None and not segment.is_unknown:
            known = ", ".join(sources)
            raise ValueError(f"expected a strip of chromosome {segment.chromosome}, got {known}, add it")
        if segment.is_unknown:
            strip = _of_unknown_origin(sources, segment.length)
        assert strip is not None
        pieces.append(Piece(segment=segment, strip=strip))
    return build_from_pieces(pieces, blend=blend)


def build_change(sources: Mapping[str, Strip], change: str) -> tuple[tuple[str, Derivative], ...]:
    """Build every chromosome that a change written in ISCN leaves, such as ``t(9;22)(q34;q11.2)``.

    Parameters
    ----------
    sources
        Strip of each chromosome that the change names, see `build`.
    change
        One change, without the karyotype around it.

    Returns
    -------
    tuple of (str, Derivative)
        Class whose centromere it keeps, and the chromosome. A ring is shown cut open at its joint, as an
        axis that runs once round it would show it.

    Raises
    ------
    IscnSyntaxError, ConstitutionError
        Where the text is no change, or does not say enough.
    ValueError
        When a strip is missing.
    """
    return tuple(
        (product.carrier, build(sources, product.segments)) for product in products_of(parse_change(change))
    )


def build_from_pieces(pieces: Sequence[Piece], *, blend: bool = True) -> Derivative:
    """Build a chromosome whose pieces may come from different strips of one class.

    Parameters
    ----------
    pieces
        In reading order; all strips have one scale and as many columns.
    blend
        False leaves the joints hard.

    Raises
    ------
    ValueError
        When nothing is left, or scales and columns differ.
    """
    kept = [piece for piece in pieces if _length_of(piece) >= 0.5]
    if not kept or sum(_length_of(piece) for piece in kept) < 2 * _LEAST_ROWS:
        raise ValueError("expected pieces of some length, got next to nothing, choose other breakpoints")
    columns = {piece.strip.stain.shape[1] for piece in kept}
    scales = [piece.strip.scale for piece in kept]
    if len(columns) > 1 or max(scales) > 1.001 * min(scales):
        raise ValueError(
            f"expected strips of one scale and width, got {sorted(columns)} and {scales}, lay again"
        )
    typical = _typical_width([piece.strip for piece in kept])
    cuts = [
        _cut(piece, first=index == 0, last=index == len(kept) - 1, width=typical)
        for index, piece in enumerate(kept)
    ]
    lengths = [len(cut.places) for cut in cuts]
    ends = np.cumsum(lengths)
    stain, mask = _laid(cuts, typical, blend=blend)
    stain, mask = _rounded(stain, mask, cuts, typical)
    return Derivative(
        stain=stain,
        mask=mask,
        piece=np.repeat(np.arange(len(kept)), lengths).astype(np.int16),
        fraction=np.concatenate([_fraction(cut) for cut in cuts]),
        segments=tuple(piece.segment for piece in kept),
        joints=tuple(float(end) for end in ends[:-1]),
        scale=scales[0],
    )


def _of_unknown_origin(sources: Mapping[str, Strip], share: float) -> Strip:
    """Material `share` times as long as chromosome 1: the middle of the strip that is given, else even."""
    known = [strip for name, strip in sources.items() if name in CLASSES]
    given = sources.get(UNKNOWN)
    like = given or known[0]
    of_one = [strip.rows / relative_length(strip.chromosome, scale="iscn") for strip in known]
    length = float(np.median(of_one)) * relative_length("1", scale="iscn") if of_one else 2.0 * like.rows
    rows = max(_LEAST_ROWS, round((share or _UNKNOWN_SHARE) * length))
    if given is not None:
        rows = min(rows, given.rows)
        start = (given.rows - rows) // 2
        stain, mask = given.stain[start : start + rows], given.mask[start : start + rows]
    else:
        inner = like.mask > 0.5
        level = float(np.median(like.stain[inner])) if inner.any() else 0.5
        stain = np.full((rows, like.stain.shape[1]), level, dtype=np.float32)
        body = like.mask[like.rows // 4 : max(like.rows // 4 + 1, 3 * like.rows // 4)].mean(axis=0)
        mask = np.repeat(body[None], rows, axis=0).astype(np.float32)
    return Strip(
        chromosome=UNKNOWN,
        stain=stain,
        mask=mask,
        fraction=(np.arange(rows) + 0.5) / rows,
        scale=like.scale,
    )


def _ends_of(piece: Piece) -> tuple[float, float]:
    """Places of a piece's begin and finish on its strip, edge coordinates."""
    if piece.segment.is_unknown:
        return 0.0, float(piece.strip.rows)
    begin, finish = piece.segment.span(_LEVEL)
    return piece.strip.row_at(begin), piece.strip.row_at(finish)


def _length_of(piece: Piece) -> float:
    begin, finish = _ends_of(piece)
    return abs(finish - begin)


def _cut(piece: Piece, *, first: bool, last: bool, width: float) -> _Cut:
    """Lay out the rows of a piece; a telomere that comes to lie inside loses its rounding."""
    begin, finish = _ends_of(piece)
    rows = piece.strip.rows
    known = not piece.segment.is_unknown
    tips = [known and min(place, rows - place) < 0.5 for place in (begin, finish)]
    away = 1.0 if finish > begin else -1.0
    trim = min(_CAP * width, 0.3 * abs(finish - begin))
    if tips[0] and not first:
        begin += away * trim
    if tips[1] and not last:
        finish -= away * trim
    count = max(1, round(abs(finish - begin)))
    places = begin + (np.arange(count) + 0.5) * (finish - begin) / count
    return _Cut(
        strip=piece.strip,
        places=places,
        starts_at_tip=tips[0] or not first,
        ends_at_tip=tips[1] or not last,
    )


def _fraction(cut: _Cut) -> NDArray[np.float64]:
    rows = np.arange(cut.strip.rows) + 0.5
    return np.asarray(np.interp(cut.places, rows, cut.strip.fraction), dtype=np.float64)


def _typical_width(strips: Sequence[Strip]) -> float:
    return float(np.median([np.median(strip.width[strip.width > 0.5] + 0.0) for strip in strips]))


def _darkness(strip: Strip) -> float:
    inner = strip.stain[strip.mask > 0.5]
    return max(float(np.percentile(inner, 85)), 0.05) if len(inner) else 0.5


def _roughness(strip: Strip) -> float:
    """How much neighbouring rows and columns differ, against the contrast of the strip."""
    inner = (strip.mask[:-2] > 0.9) & (strip.mask[2:] > 0.9)
    if inner.sum() < 12:
        return 0.0
    curve = strip.stain[1:-1] - 0.5 * (strip.stain[:-2] + strip.stain[2:])
    contrast = float(strip.stain[strip.mask > 0.5].std())
    return float(curve[inner].std()) / max(contrast, 0.02)


def _laid(
    cuts: Sequence[_Cut], typical: float, *, blend: bool
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Stain and mask of all pieces, mixed at their joints."""
    lengths = [len(cut.places) for cut in cuts]
    total, columns = sum(lengths), cuts[0].strip.stain.shape[1]
    strips = [cut.strip for cut in cuts]
    weights = np.array(lengths, dtype=np.float64)
    dark = np.array([_darkness(strip) for strip in strips])
    gains = np.exp((weights * np.log(dark)).sum() / weights.sum()) / dark if blend else np.ones(len(cuts))
    own_width = [max(float(np.median(strip.width[strip.width > 0.5])), 1.0) for strip in strips]
    rough = [_roughness(strip) for strip in strips]
    reach = round(3 * _MIX) if blend else 0
    stain = np.zeros((total, columns), dtype=np.float32)
    mask = np.zeros((total, columns), dtype=np.float32)
    share = np.zeros((total, 1), dtype=np.float32)
    targets = _joint_widths(cuts, own_width, typical) if blend else None
    start = 0
    for index, cut in enumerate(cuts):
        before = reach if index > 0 else 0
        after = reach if index < len(cuts) - 1 else 0
        places = _continued(cut.places, before, after)
        rows = np.arange(start - before, start + lengths[index] + after)
        inside = (rows >= 0) & (rows < total)
        rows, places = rows[inside], places[inside]
        weight = _weight(rows, start, start + lengths[index], before > 0, after > 0)
        across = np.full(len(rows), typical / own_width[index]) if blend else np.ones(len(rows))
        if targets is not None:
            across = across * _widening(rows, start, lengths[index], targets[index], typical)
        soft = _softening(rough, index) if blend else 0.0
        seen, covered = _sampled(cut.strip, places, across, soft)
        stain[rows] += weight * np.clip(seen * gains[index], 0.0, 1.0).astype(np.float32)
        mask[rows] += weight * covered
        share[rows] += weight
        start += lengths[index]
    share = np.maximum(share, 1e-6)
    return np.clip(stain / share, 0.0, 1.0), np.clip(mask / share, 0.0, 1.0)


def _softening(rough: Sequence[float], index: int) -> float:
    """Sigma in rows that brings a sharp piece some way to the softest of its neighbours."""
    near = [rough[k] for k in (index - 1, index + 1) if 0 <= k < len(rough) and rough[k] > 0]
    if not near or rough[index] <= 1.15 * min(near):
        return 0.0
    return float(min(0.9, 0.55 * np.sqrt(np.log(rough[index] / min(near)))))


def _weight(rows: NDArray[np.int64], start: int, stop: int, before: bool, after: bool) -> NDArray[np.float32]:
    """Share of one piece in each row, a smooth step at each joint."""
    weight = np.ones(len(rows), dtype=np.float64)
    centre = rows + 0.5
    if before:
        weight *= 1.0 / (1.0 + np.exp(-(centre - start) * 2.2 / _MIX))
    if after:
        weight *= 1.0 / (1.0 + np.exp((centre - stop) * 2.2 / _MIX))
    return weight[:, None].astype(np.float32)


def _continued(places: NDArray[np.float64], before: int, after: int) -> NDArray[np.float64]:
    step = float(places[1] - places[0]) if len(places) > 1 else 1.0
    head = places[0] - step * np.arange(before, 0, -1)
    tail = places[-1] + step * np.arange(1, after + 1)
    return np.concatenate([head, places, tail])


def _joint_widths(
    cuts: Sequence[_Cut], own: Sequence[float], typical: float
) -> list[tuple[float | None, float | None]]:
    """Factors by which each piece is widened at its first and last row, so that neighbours meet."""

    def at(index: int, last: bool) -> float:
        places = cuts[index].places[-3:] if last else cuts[index].places[:3]
        rows = np.arange(cuts[index].strip.rows) + 0.5
        found = float(np.interp(places, rows, cuts[index].strip.width).mean())
        return max(found / own[index] * typical, 0.3 * typical)

    factors: list[tuple[float | None, float | None]] = []
    for index in range(len(cuts)):
        first = last = None
        if index > 0:
            first = float(np.sqrt(at(index - 1, True) / at(index, False)))
        if index < len(cuts) - 1:
            last = float(np.sqrt(at(index + 1, False) / at(index, True)))
        factors.append((first, last))
    return factors


def _widening(
    rows: NDArray[np.int64], start: int, length: int, ends: tuple[float | None, float | None], typical: float
) -> NDArray[np.float64]:
    factor = np.zeros(len(rows))
    reach = max(2.0, _MEET * typical)
    centre = rows + 0.5
    for end, edge in zip(ends, (start, start + length), strict=True):
        if end is not None:
            factor += np.log(end) * np.exp(-(((centre - edge) / reach) ** 2))
    return np.exp(factor)


def _sampled(
    strip: Strip, places: NDArray[np.float64], across: NDArray[np.float64], soft: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Rows of a strip at places, widened by `across`; the body of each row is brought to the axis."""
    rows, columns = strip.stain.shape
    x = np.arange(columns) + 0.5 - columns / 2
    offset = _offset(strip)
    at = np.clip(places - 0.5, 0, rows - 1)
    moved = np.interp(at, np.arange(rows), offset)
    wanted = x[None, :] / across[:, None] + columns / 2 - 0.5 + moved[:, None]
    line = np.repeat(at[:, None], columns, axis=1)
    stain = cv2.GaussianBlur(strip.stain, (0, 0), soft) if soft > 0.15 else strip.stain
    grid = wanted.astype(np.float32), line.astype(np.float32)
    seen, covered = (
        cv2.remap(layer, *grid, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0.0)
        for layer in (stain, strip.mask)
    )
    return np.asarray(seen, dtype=np.float32), np.asarray(covered, dtype=np.float32)


def _offset(strip: Strip) -> NDArray[np.float64]:
    """How far the body of each row lies right of the middle, smooth along the strip."""
    columns = strip.mask.shape[1]
    x = np.arange(columns) + 0.5 - columns / 2
    total = strip.mask.sum(axis=1)
    centre = np.where(total > 0.5, (strip.mask * x).sum(axis=1) / np.maximum(total, 1e-6), 0.0)
    return np.asarray(gaussian_filter1d(centre, 2.5, mode="nearest"), dtype=np.float64)


def _rounded(
    stain: NDArray[np.float32], mask: NDArray[np.float32], cuts: Sequence[_Cut], typical: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Round an end that was no telomere as ends are rounded."""
    for turned, tip in ((False, cuts[0].starts_at_tip), (True, cuts[-1].ends_at_tip)):
        if tip:
            continue
        if turned:
            stain, mask = stain[::-1].copy(), mask[::-1].copy()
        count = min(len(mask), max(2, round(_CAP * typical)))
        rows, columns = np.arange(count) + 0.5, mask.shape[1]
        x = np.abs(np.arange(columns) + 0.5 - columns / 2)
        half = 0.5 * float(mask[: 2 * count].sum(axis=1).max())
        reach = half * np.sqrt(np.clip(1.0 - (1.0 - rows / count) ** 2, 0.0, 1.0))
        allowed = np.clip(reach[:, None] - x[None, :] + 0.5, 0.0, 1.0).astype(np.float32)
        mask[:count] = np.minimum(mask[:count], allowed)
        # Less material lies over the rim of an end, so that it is paler than what it is cut from.
        paler = 1.0 - 0.35 * np.exp(-rows / max(0.12 * typical, 0.7))
        stain[:count] *= paler[:, None].astype(np.float32)
        if turned:
            stain, mask = stain[::-1].copy(), mask[::-1].copy()
    return stain, mask
