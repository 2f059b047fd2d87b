"""The finder at work: boxes of the chromosomes of one picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from models.inference.centres import boxes_at_peaks
from models.inference.session import OnnxSession, open_session

_LONGEST: Final = 1700
"""A picture is first looked at with its longer side no longer than this, in pixels."""
_LONGEST_ENLARGED: Final = 2000
_GUESSES: Final = (1.0, 0.5, 2.0, 1.5, 3.0)
_ENOUGH: Final = 12
_STEADY: Final = 0.06
_PASSES: Final = 3
_AROUND: Final = 2.0
_LARGEST_REGION: Final = 3000.0
_MANY: Final = 42
_FAR_FEWER: Final = 0.6
_SHORT: Final = 0.72
_CLEARLY_MORE: Final = 1.12
_WEAK: Final = 0.56
_MIRRORS: Final = ((1, 1), (1, -1), (-1, 1), (-1, -1))

Region = tuple[int, int, int, int]
"""Part of a picture in whole pixels: xmin, ymin, xmax, ymax."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundBox:
    """One chromosome found.

    Attributes
    ----------
    box
        Bounds without air (xmin, ymin, xmax, ymax) in pixels of the picture.
    score
        Probability 0..1 that this is one chromosome and the box its own.
    """

    box: tuple[float, float, float, float]
    score: float


class OnnxFinder:
    """Finds chromosomes with the weights in a folder.

    The picture is looked at twice: the first look tells how large chromosomes are in it, the second
    sees it at the scale at which the network learned (the median longer side of the boxes is
    `canonical_length`).
    """

    def __init__(self, session: OnnxSession) -> None:
        card = session.card
        self._session = session
        self.version = card.label
        self._input_stride = card.number("input_stride")
        self._cell = card.number("input_stride") * card.number("grid_stride")
        self._multiple = int(card.number("size_multiple"))
        self._canonical_length = card.number("canonical_length")
        self._least_heat = card.number("least_heat")
        self._same_iou = card.number("same_iou")
        self._candidate_heat = card.number("candidate_heat")
        self._least_count = int(card.number("least_count"))
        self._slope = card.number("score_slope")
        self._offset = card.number("score_offset")

    @classmethod
    def open(cls, weights_dir: Path, threads: int = 2) -> OnnxFinder:
        """Open the weights in a folder of one version."""
        return cls(open_session(weights_dir, threads))

    def find(self, stain: NDArray[np.float32]) -> tuple[FoundBox, ...]:
        """Find the chromosomes of a picture.

        Parameters
        ----------
        stain
            Shape (H, W), float32 in 0..1, 0 where there is background.

        Returns
        -------
        tuple of FoundBox
            The surest first; empty where the picture holds no metaphase. Those below `operating_score` are
            doubtful candidates for the outliner, which may find stain that nothing else explains.
        """
        boxes, heights = self.candidates(stain, self._candidate_heat)
        if np.count_nonzero(heights >= self._least_heat) < self._least_count:
            return ()
        return self._found(boxes, heights)

    def _found(self, boxes: NDArray[np.float32], heights: NDArray[np.float32]) -> tuple[FoundBox, ...]:
        scores = self._probability(heights)
        return tuple(
            FoundBox(box=(float(box[0]), float(box[1]), float(box[2]), float(box[3])), score=float(score))
            for box, score in zip(boxes, scores, strict=True)
        )

    def look(
        self, stain: NDArray[np.float32], around: NDArray[np.floating], factor: float, *, turned: bool
    ) -> tuple[FoundBox, ...]:
        """Look once, at a given scale, at the part of a picture round some boxes.

        Parameters
        ----------
        stain
            Shape (H, W), float32 in 0..1.
        around
            Shape (n, 4), n > 0, boxes in pixels; a chromosome's length of margin is added.
        factor
            Enlargement that brings the picture to the scale at which it is seen.
        turned
            Whether the answers for four mirror images are averaged.
        """
        length = float(np.median((around[:, 2:] - around[:, :2]).max(axis=1)))
        region = _round_about(
            np.asarray(around, np.float32), _AROUND * length, (stain.shape[0], stain.shape[1])
        )
        boxes, heights = self._look(stain, region, factor, self._candidate_heat, turned=turned)
        sides = np.array([stain.shape[1], stain.shape[0]] * 2, dtype=np.float32)
        return self._found(np.clip(boxes, 0.0, sides), heights)

    @property
    def operating_score(self) -> float:
        """Score from which on a box counts as found where no outliner follows."""
        return float(self._probability(np.array([self._least_heat], dtype=np.float32))[0])

    def _probability(self, heights: NDArray[np.float32]) -> NDArray[np.float64]:
        clipped = np.clip(heights.astype(np.float64), 1e-6, 1.0 - 1e-6)
        logits = self._slope * np.log(clipped / (1.0 - clipped)) + self._offset
        return np.asarray(1.0 / (1.0 + np.exp(-logits)))

    def candidates(
        self, stain: NDArray[np.float32], least_heat: float
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Give every box whose peak is at least `least_heat`.

        Parameters
        ----------
        stain
            Shape (H, W), float32 in 0..1.
        least_heat
            Lowest peak of the heat map, 0..1.

        Returns
        -------
        boxes : ndarray
            Shape (n, 4) in pixels of the picture, the highest peak first.
        heights : ndarray
            Shape (n,), heights of the peaks, 0..1.
        """
        factor, region = self.survey(stain)
        boxes, heights = self._look(stain, region, factor, least_heat, turned=True)
        sides = np.array([stain.shape[1], stain.shape[0]] * 2, dtype=np.float32)
        return np.clip(boxes, 0.0, sides), heights

    def survey(self, stain: NDArray[np.float32]) -> tuple[float, Region]:
        """Look at a picture for the first time.

        Parameters
        ----------
        stain
            Shape (H, W), float32 in 0..1.

        Returns
        -------
        factor : float
            Brings the picture to the canonical scale.
        region : tuple of int
            Part of the picture (xmin, ymin, xmax, ymax) round all that was found.
        """
        height, width = stain.shape
        whole = (0, 0, width, height)
        first = float(min(1.0, _LONGEST / max(stain.shape)))
        for guess in _GUESSES:
            factor, region = float(first * guess), whole
            # A twofold enlargement of a large picture would cost more than it can find.
            if guess > 1.0 and factor * max(stain.shape) > _LONGEST_ENLARGED:
                continue
            most = 0
            seen_best = (factor, region)
            for _ in range(_PASSES):
                sure, heights = self._look(stain, region, factor, self._least_heat, turned=False)
                if len(sure) < max(_ENOUGH, _FAR_FEWER * most):
                    # Chunky ones of fluorescence are lost when they are enlarged to the usual length.
                    if most:
                        return seen_best
                    break
                if len(sure) > most:
                    most, seen_best = len(sure), (factor, region)
                length = float(np.median((sure[:, 2:] - sure[:, :2]).max(axis=1)))
                region = _round_about(sure, _AROUND * length, (height, width))
                better = float(self._canonical_length / length)
                longest = max(region[2] - region[0], region[3] - region[1])
                better = min(better, _LARGEST_REGION / longest)
                if abs(np.log(better / factor)) < _STEADY:
                    return self._for_short_ones(stain, region, better, heights), region
                factor = better
            else:
                return self._for_short_ones(stain, region, factor, heights), region
        return first, whole

    def _for_short_ones(
        self, stain: NDArray[np.float32], region: Region, factor: float, heights: NDArray[np.float32]
    ) -> float:
        """Smaller factor where that finds clearly more: contracted chromosomes are short, but not thin.

        Where the peaks are low (fluorescence), many of them may be there and the scale wrong all the same.
        """
        count = len(heights)
        weak = count > 0 and float(heights.mean()) < _WEAK
        if count >= _MANY and not weak:
            return factor
        smaller = factor * _SHORT
        boxes, others = self._look(stain, region, smaller, self._least_heat, turned=False)
        more = len(boxes) > _CLEARLY_MORE * count
        surer = weak and float(others.sum()) > _CLEARLY_MORE * float(heights.sum())
        return smaller if more or surer else factor

    def _look(
        self, stain: NDArray[np.float32], region: Region, factor: float, least_heat: float, *, turned: bool
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Boxes in pixels of the picture; the region is seen enlarged by `factor`, maybe in four mirrors."""
        left, upper, right, lower = region
        part = stain[upper:lower, left:right]
        height, width = part.shape
        zoom = factor / self._input_stride
        size = (max(8, round(width * zoom)), max(8, round(height * zoom)))
        # Averaging over areas first keeps thin debris from turning into stripes.
        small = cv2.resize(part, size, interpolation=cv2.INTER_AREA if zoom < 1.0 else cv2.INTER_LINEAR)
        more = ((0, (-size[1]) % self._multiple), (0, (-size[0]) % self._multiple))
        padded = np.pad(small, more).astype(np.float32)
        mirrors = _MIRRORS if turned else _MIRRORS[:1]
        heat, sides = _mean(self._answers(padded, mirrors))
        grid = self._cell / self._input_stride
        boxes, heights = boxes_at_peaks(
            heat, sides, least_score=least_heat, cell=grid, same_iou=self._same_iou
        )
        boxes = boxes * np.array([width / size[0], height / size[1]] * 2, dtype=np.float32)
        return boxes + np.array([left, upper] * 2, dtype=np.float32), heights

    def _answers(
        self, padded: NDArray[np.float32], mirrors: Iterable[tuple[int, int]]
    ) -> Iterable[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """Heat and sides of each mirror image, turned back."""
        for down, along in mirrors:
            seen = np.ascontiguousarray(padded[None, None, ::down, ::along])
            answer = self._session.run({"stain": seen})
            heat = answer["heat"][0][:, ::down, ::along]
            sides = answer["sides"][0].reshape(heat.shape[0], 4, *heat.shape[1:])[:, :, ::down, ::along]
            if along < 0:
                sides = sides[:, [2, 1, 0, 3]]
            if down < 0:
                sides = sides[:, [0, 3, 2, 1]]
            yield heat, sides.reshape(-1, *heat.shape[1:])


def _round_about(boxes: NDArray[np.float32], margin: float, shape: tuple[int, int]) -> Region:
    """Region of a picture of `shape` that holds all boxes with a margin."""
    low, high = boxes[:, :2].min(axis=0) - margin, boxes[:, 2:].max(axis=0) + margin
    return (
        max(0, int(low[0])),
        max(0, int(low[1])),
        min(shape[1], int(np.ceil(high[0]))),
        min(shape[0], int(np.ceil(high[1]))),
    )


def _mean(
    answers: Iterable[tuple[NDArray[np.float32], NDArray[np.float32]]],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    heats, sides = zip(*answers, strict=True)
    return np.mean(heats, axis=0, dtype=np.float32), np.mean(sides, axis=0, dtype=np.float32)
