"""Compares each chromosome with its homolog and its class: what has changed, where, and how surely."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from core.derivative.build import Derivative, Piece, build_from_pieces
from core.derivative.strip import Strip, strip_of_rows
from core.domain.bands import CLASSES, nearest_band, relative_length
from core.domain.suspicion import ChangeKind, SuspectedBreak, Suspicion
from core.iscn.segments import Segment
from models.inference.namer import OutlinedMask
from models.inference.session import OnnxSession, open_session
from models.inference.strips import prepare, strips_of

ROWS: Final = 112
COLUMNS: Final = 16
"""Size of a chromosome as the network sees it, end to end."""
BINS: Final = 40
"""Places on the idiogram, from pter to qter, between which a break is told."""
UNIT: Final = 48
"""Rows of a chromosome of the typical length of its cell, before it is laid on the rows of the network."""
KINDS: Final = (
    ChangeKind.DELETION, ChangeKind.DUPLICATION, ChangeKind.INVERSION, ChangeKind.FOREIGN,
    ChangeKind.ISOCHROMOSOME, ChangeKind.RING,
)  # fmt: skip
"""In the order of the network's answers, after "normal"."""
_STRIP_MARGIN: Final = 6
_SHORTEST, _LONGEST = 8, 200
_ONE_IN: Final = 100.0
_TOLD: Final = 1.0
"""Deviation below which nothing but the deviation itself is kept."""
_FOREIGN_SURE: Final = 0.5
_WIDTHS_ACROSS: Final = 1.5
_MEDIAN_SHARE: Final = 0.0455
"""Share of the haploid set that the median chromosome has."""


def laid(
    stain: NDArray[np.float32], mask: NDArray[np.float32], name: str, typical: float
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Lay a straight chromosome on the rows of the network.

    Parameters
    ----------
    stain, mask
        Shape (R, C), 0..1, the p end first, the axis in the middle column.
    name
        Its class.
    typical
        Rows of a chromosome of the typical length of its cell.

    Returns
    -------
    picture : ndarray
        Shape (2, 112, 16), uint8: stain against its own darkest, and mask.
    sizes : ndarray
        Shape (3,), float32: logarithm of its length against what its class has, of its width against its
        length, and its mean stain.
    """
    width = np.asarray(mask.sum(axis=1))
    body = float(np.median(width[width > 0.5])) if (width > 0.5).any() else 1.0
    half = 0.5 * _WIDTHS_ACROSS * body
    columns = mask.shape[1]
    across = columns / 2 - 0.5 + np.linspace(-half, half, COLUMNS)
    along = (np.arange(ROWS) + 0.5) * len(stain) / ROWS - 0.5
    soft = max(0.0, 0.5 * (len(stain) / ROWS - 1.0))
    if soft > 0.2:
        stain = np.asarray(cv2.GaussianBlur(stain, (0, 0), sigmaX=0.1, sigmaY=soft), dtype=np.float32)
    grid = (
        np.repeat(across[None], ROWS, axis=0).astype(np.float32),
        np.repeat(along[:, None], COLUMNS, axis=1).astype(np.float32),
    )
    inner = stain[mask > 0.5]
    low, dark = np.percentile(inner, [2, 95]) if len(inner) else (0.0, 1.0)
    seen = np.clip((stain - 0.7 * low) / max(dark - 0.7 * low, 0.05), 0.0, 1.2) / 1.2
    seen = np.where(mask > 0.05, seen, 0.0).astype(np.float32)
    picture = np.stack(
        [
            cv2.remap(layer, *grid, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0.0)
            for layer in (seen, mask.astype(np.float32))
        ]
    )
    expected = typical * relative_length(name) / _MEDIAN_SHARE
    sizes = np.array(
        [
            np.log(max(len(stain), 1) / max(expected, 1.0)),
            np.log(max(body, 1.0) / max(len(stain), 1)),
            float(inner.mean()) if len(inner) else 0.0,
        ],
        dtype=np.float32,
    )
    return np.asarray(np.clip(picture * 255.0 + 0.5, 0, 255), dtype=np.uint8), sizes


def own_rows(
    stain: NDArray[np.floating], mask: NDArray[np.floating], length: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
    """Lay a strip of the namer (with its margins, 0..1) on as many rows as it is long in its cell.

    Parameters
    ----------
    length
        Logarithm of its length against the typical one of the cell (first of `CellStrips.measures`).

    Returns
    -------
    tuple of ndarray or None
        Stain and mask, shape (R, 24); None where it is no chromosome by its size.
    """
    rows = round(UNIT * float(np.exp(length)))
    if not _SHORTEST <= rows <= _LONGEST or mask.max() < 0.5:
        return None
    seen, inside = (
        np.ascontiguousarray(layer[_STRIP_MARGIN:-_STRIP_MARGIN], dtype=np.float32) for layer in (stain, mask)
    )
    how = cv2.INTER_AREA if rows < len(seen) else cv2.INTER_LINEAR
    size = (seen.shape[1], rows)
    return (
        np.asarray(cv2.resize(seen, size, interpolation=how), dtype=np.float32),
        np.asarray(cv2.resize(inside, size, interpolation=how), dtype=np.float32),
    )


def settled(stain: NDArray[np.float32], mask: NDArray[np.float32], name: str) -> Strip | Derivative:
    """Lay a chromosome as every chromosome that the model learned from was laid.

    The changes that it learned from went through `core.derivative`, which brings the body to the axis; one
    that did not would be told apart by that alone. A chromosome in one piece comes out as it is but for that.
    """
    strip = strip_of_rows(name, stain, mask, scale=1.0)
    return settled_strip(strip)


def settled_strip(strip: Strip) -> Strip | Derivative:
    """See `settled`."""
    try:
        return build_from_pieces([Piece(segment=Segment(chromosome=strip.chromosome), strip=strip)])
    except ValueError:  # too short for two rows
        return strip


class OnnxComparer:
    """Compares chromosomes with the weights in a folder.

    Attributes
    ----------
    version
        Name and version of the weights.
    thresholds
        Deviation that normal cases of so many cells seldom reach, from the card.
    """

    def __init__(self, session: OnnxSession) -> None:
        self._session = session
        card = session.card
        self.version = card.label
        self._middle = np.array(card.parameters["normal_mean"], dtype=np.float64)
        self._spread = np.array(card.parameters["normal_spread"], dtype=np.float64)
        self._slope, self._offset = card.number("slope"), card.number("offset")
        numbers = np.array(card.parameters["cells"], dtype=np.float64)
        values = np.array(card.parameters["thresholds"], dtype=np.float64)
        self.thresholds = {int(number): float(value) for number, value in zip(numbers, values, strict=True)}

    @classmethod
    def open(cls, weights_dir: Path, threads: int = 2) -> OnnxComparer:
        """Open the weights of one version; StorageError where they are missing or damaged."""
        return cls(open_session(weights_dir, threads))

    def compare(
        self,
        stain: NDArray[np.float32],
        masks: Sequence[OutlinedMask],
        axes: Sequence[NDArray[np.float64]],
        names: Sequence[str],
    ) -> tuple[Suspicion | None, ...]:
        """Compare the chromosomes of a cell, see `core.analysis.stages.Comparer`.

        A class with one chromosome is compared with its memory of the class alone; with three, each with
        the one it is most like.
        """
        prepared = [prepare(stain, one.mask, one.origin, axis) for one, axis in zip(masks, axes, strict=True)]
        if not prepared:
            return ()
        strips = strips_of(prepared)
        pictures: dict[int, tuple[NDArray[np.uint8], NDArray[np.float32]]] = {}
        for row, name in enumerate(names):
            if name not in CLASSES:
                continue
            own = own_rows(strips.stain[row], strips.mask[row], float(strips.measures[row, 0]))
            if own is not None:
                whole = settled(*own, name)
                pictures[row] = laid(whole.stain, whole.mask, name, UNIT)
        rows = sorted(pictures)
        found: list[Suspicion | None] = [None] * len(masks)
        if not rows:
            return tuple(found)
        partners = [_partner(row, names, pictures) for row in rows]
        odds, heat, breaks, foreign, kinds = self.read_pictures(
            [pictures[row] for row in rows],
            [pictures[one] if one is not None else None for one in partners],
            [names[row] for row in rows],
        )
        for at, row in enumerate(rows):
            found[row] = self.suspicion(
                names[row], float(odds[at]), heat[at], breaks[at], foreign[at], kinds[at]
            )
        return tuple(found)

    def read_pictures(
        self,
        own: Sequence[tuple[NDArray[np.uint8], NDArray[np.float32]]],
        beside: Sequence[tuple[NDArray[np.uint8], NDArray[np.float32]] | None],
        names: Sequence[str],
    ) -> tuple[NDArray[np.float64], ...]:
        """Ask the network of chromosomes from `laid`, each beside its homolog or None.

        Returns
        -------
        tuple of ndarray
            Log odds of a change (n,); probabilities of heat (n, 28), of each break (n, 2, 40), of foreign
            classes (n, 24) and of the kinds of a change (n, 6).
        """
        nothing = (np.zeros((2, ROWS, COLUMNS), np.uint8), np.zeros(3, np.float32))
        other = [one if one is not None else nothing for one in beside]
        sizes = np.array(
            [
                [*mine[1], *its[1], 0.0 if one is None else 1.0]
                for mine, its, one in zip(own, other, beside, strict=True)
            ],
            dtype=np.float32,
        )
        said = self._session.run(
            {
                "query": np.stack([one[0] for one in own]).astype(np.float32) / 255.0,
                "homolog": np.stack([one[0] for one in other]).astype(np.float32) / 255.0,
                "name": np.array([CLASSES.index(name) for name in names], dtype=np.int64),
                "sizes": sizes,
            }
        )
        kind = said["kind"].astype(np.float64)
        odds = np.logaddexp.reduce(kind[:, 1:], axis=1) - kind[:, 0]
        return (
            odds,
            1.0 / (1.0 + np.exp(-said["heat"].astype(np.float64))),
            _softmax(said["breaks"].astype(np.float64)),
            _softmax(said["foreign"].astype(np.float64)),
            _softmax(kind[:, 1:]),
        )

    def suspicion(
        self,
        name: str,
        odds: float,
        heat: NDArray[np.float64],
        breaks: NDArray[np.float64],
        foreign: NDArray[np.float64],
        kinds: NDArray[np.float64],
    ) -> Suspicion:
        """Put the answers about one chromosome into words and bands."""
        index = CLASSES.index(name)
        deviation = float((odds - self._middle[index]) / self._spread[index])
        calibrated = self._slope * odds + self._offset - np.log(_ONE_IN - 1.0)
        probability = float(1.0 / (1.0 + np.exp(-np.clip(calibrated, -30, 30))))
        kind = KINDS[int(kinds.argmax())]
        if deviation < _TOLD:
            return Suspicion(deviation=round(deviation, 3), probability=round(probability, 5), kind=kind)
        wanted = 1 if kind in (ChangeKind.FOREIGN, ChangeKind.ISOCHROMOSOME) else 2
        places = [_break(name, breaks[at]) for at in range(wanted)]
        if wanted == 2 and places[0].band == places[1].band:
            places = places[:1]
        return Suspicion(
            deviation=round(deviation, 3),
            probability=round(probability, 5),
            kind=kind,
            heat=tuple(round(float(value), 3) for value in heat),
            breaks=tuple(sorted(places, key=lambda place: place.fraction)),
            foreign=CLASSES[int(foreign.argmax())]
            if kind is ChangeKind.FOREIGN and foreign.max() > _FOREIGN_SURE
            else None,
        )


def _partner(
    row: int, names: Sequence[str], pictures: dict[int, tuple[NDArray[np.uint8], NDArray[np.float32]]]
) -> int | None:
    """The other chromosome of a class that is most like this one; None where there is none."""
    others = [one for one in pictures if one != row and names[one] == names[row]]
    if not others:
        return None
    own = pictures[row][0][0].astype(np.float64).mean(axis=1)

    def likeness(one: int) -> float:
        its = pictures[one][0][0].astype(np.float64).mean(axis=1)
        return float(np.corrcoef(own, its)[0, 1])

    return max(others, key=likeness)


def _break(name: str, chances: NDArray[np.float64]) -> SuspectedBreak:
    """The likeliest place of a break, and between which bands it lies with 80 %."""
    best = int(chances.argmax())
    summed = np.cumsum(chances)
    low = int(np.searchsorted(summed, 0.1))
    high = min(int(np.searchsorted(summed, 0.9)), BINS - 1)

    def band(place: int) -> str:
        return nearest_band(name, (place + 0.5) / BINS, 400).name

    return SuspectedBreak(band=band(best), low=band(low), high=band(high), fraction=(best + 0.5) / BINS)


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))
