"""The outliner at work: one whole mask for each chromosome, crossings in both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from core.analysis.stages import FoundBox
from models.inference.choice import Candidate, Choice, Drawn, judge, mask_iou, shared_pixels
from models.inference.closer_window import (
    FirstLook,
    closer_channels,
    edge_in_box,
    edge_of_picture,
    near_boxes,
    strip_of,
    uncut_strip,
)
from models.inference.session import OnnxSession, open_session
from models.inference.window import cut, prompt, uncut, window_of

SECOND_LOOK: Final = "second_look"
"""Folder beside the weights of the first look that holds those of the second."""
_BATCH: Final = 12
_NEIGHBOUR_SCORE: Final = 0.5
_NEIGHBOUR_REACH: Final = 4.0
_SAME_BOX_IOU: Final = 0.7
_HALF: Final = 0.5
_LEAST_AREA: Final = 30.0
_LEAST_IN_FLUORESCENCE: Final = 0.3
_LEVELS: Final = (0.5, 0.35, 0.2, 0.1, 0.65)
_CORRECTED_LEVELS: Final = (0.4, 0.3, 0.2, 0.1, 0.6)
"""The second look is careful where two overlap: 0.4 gave the best masks on validation cases."""
_SLACK: Final = 2.0
_TOUCH: Final = 3.0
_SAME_OBJECT_IOU: Final = 0.6
_CLEARLY_BETTER: Final = 0.08


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlinedMask:
    """One whole chromosome.

    Attributes
    ----------
    origin
        Column and row of the picture of the first pixel of the mask.
    mask
        The whole chromosome, shape (h, w), tight in its frame.
    crossing
        Its pixels under or over another chromosome, shape (h, w).
    score
        Probability 0..1 that it is exactly one whole chromosome.
    """

    origin: tuple[int, int]
    mask: NDArray[np.bool_]
    crossing: NDArray[np.bool_]
    score: float


class OnnxOutliner:
    """Outlines found chromosomes with the weights in a folder.

    The first look sees a square round each box. The second, where its weights are there, sees each first mask
    upright and finer, with the first masks of its neighbours, and corrects it.
    """

    def __init__(self, session: OnnxSession, closer: OnnxSession | None = None) -> None:
        card = session.card
        self._session = session
        self._closer = closer
        # What is corrected with neighbours that were corrected before comes out better.
        self._rounds = int(closer.card.number("rounds")) if closer is not None else 0
        self.version = card.label
        self._canonical_length = card.number("canonical_length")
        self.choice = Choice(
            weights=(
                card.number("weight_found"),
                card.number("weight_valid"),
                card.number("weight_novel"),
                card.number("weight_reach"),
            ),
            offset=card.number("offset"),
            least=card.number("least_probability"),
        )

    @classmethod
    def open(cls, weights_dir: Path, threads: int = 2) -> OnnxOutliner:
        """Open the weights in a folder of one version."""
        second = weights_dir / SECOND_LOOK
        closer = open_session(second, threads) if second.is_dir() else None
        return cls(open_session(weights_dir, threads), closer)

    def outline(
        self, stain: NDArray[np.float32], boxes: Sequence[FoundBox], *, dark_on_light: bool = True
    ) -> tuple[OutlinedMask, ...]:
        """Outline the chromosomes that the finder proposes.

        Parameters
        ----------
        stain
            Shape (H, W), float32 in 0..1.
        boxes
            What the finder found, unsure candidates included.
        dark_on_light
            False for fluorescence, in which the finder is less sure of chromosomes: less is asked of them.

        Returns
        -------
        tuple of OutlinedMask
            One for each chromosome, the surest first. Boxes that hold none, a part of one, several, or one
            that a better box has already given are dropped.
        """
        candidates = self.candidates(stain, boxes, corrected=True)
        least = self.choice.least if dark_on_light else min(self.choice.least, _LEAST_IN_FLUORESCENCE)
        shape = (stain.shape[0], stain.shape[1])
        return tuple(
            OutlinedMask(
                origin=candidates[judged.index].origin,
                mask=candidates[judged.index].mask,
                crossing=candidates[judged.index].crossing,
                score=judged.probability,
            )
            for judged in judge(candidates, shape, self.choice)
            if judged.probability >= least
        )

    def candidates(
        self, stain: NDArray[np.float32], boxes: Sequence[FoundBox], *, corrected: bool = False
    ) -> tuple[Candidate, ...]:
        """Outline every box, judging none; boxes without any mask are left out.

        The second look sees neighbours, so it is worth its time when these are known to be right: without
        `corrected` it is left to `correct`.
        """
        if not boxes:
            return ()
        corners = np.array([found.box for found in boxes], dtype=np.float32)
        scores = np.array([found.score for found in boxes])
        sure = scores >= _NEIGHBOUR_SCORE
        unit = self._unit(corners[sure] if sure.any() else corners)
        firsts = self._first_looks(stain, corners, sure, unit, range(len(corners)))
        looks = {k: look for k, (look, _) in firsts.items()}
        for _ in range(self._rounds if corrected else 0):
            looks = self._second_looks(stain, corners, sure, unit, looks)
        outlined: list[Candidate] = []
        for k, look in looks.items():
            levels = _CORRECTED_LEVELS if corrected and self._rounds else _LEVELS
            candidate = _candidate(look, corners[k], scores[k], firsts[k][1], unit, levels)
            if candidate is not None:
                outlined.append(candidate)
        return tuple(outlined)

    def correct(self, stain: NDArray[np.float32], taken: Sequence[Candidate]) -> tuple[Candidate, ...]:
        """Look a second time at chromosomes that touch or cross others.

        Parameters
        ----------
        stain
            Shape (H, W), float32 in 0..1.
        taken
            The chromosomes of the picture, from `candidates`.

        Returns
        -------
        tuple of Candidate
            In the order of `taken`; a correction that would make another object of it is not taken over.
        """
        if self._closer is None or not taken or any(one.drawn is None for one in taken):
            return tuple(taken)
        drawn = [one.drawn for one in taken if one.drawn is not None]
        corners = np.stack([one.box for one in drawn])
        unit = self._unit(corners)
        crowded = [k for k in range(len(taken)) if _touches(taken, k, max(1, round(_TOUCH * unit)))]
        looks = {k: FirstLook(maps=one.maps, origin=one.origin) for k, one in enumerate(drawn)}
        everywhere = np.ones(len(taken), dtype=np.bool_)
        for _ in range(self._rounds):
            looks = {**looks, **self._second_looks(stain, corners, everywhere, unit, looks, crowded)}
        corrected = list(taken)
        for k in crowded:
            again = _candidate(looks[k], corners[k], drawn[k].score, taken[k].valid, unit, _CORRECTED_LEVELS)
            if again is not None and mask_iou(again, taken[k]) > _SAME_OBJECT_IOU:
                corrected[k] = again
        return tuple(corrected)

    def _unit(self, corners: NDArray[np.float32]) -> float:
        """Picture pixels for one pixel of the canonical scale, by the longer sides of boxes (n, 4)."""
        return float(np.median((corners[:, 2:] - corners[:, :2]).max(axis=1))) / self._canonical_length

    def looks(
        self,
        stain: NDArray[np.float32],
        boxes: NDArray[np.float32],
        sure: NDArray[np.bool_],
        wanted: Sequence[int],
        *,
        unit: float = 1.0,
        rounds: int = 0,
    ) -> dict[int, FirstLook]:
        """Masks of some boxes as a next look would be given them.

        Parameters
        ----------
        stain
            Shape (H, W), float32 in 0..1.
        boxes
            Shape (n, 4), pixels of the picture.
        sure
            Shape (n,), which boxes count as neighbours of others.
        wanted
            Indices of the boxes to draw.
        unit
            Picture pixels for one pixel of the canonical scale.
        rounds
            How often the second look has corrected them.
        """
        looks = {k: look for k, (look, _) in self._first_looks(stain, boxes, sure, unit, wanted).items()}
        for _ in range(rounds):
            looks = self._second_looks(stain, boxes, sure, unit, looks)
        return looks

    def _first_looks(
        self,
        stain: NDArray[np.float32],
        corners: NDArray[np.float32],
        sure: NDArray[np.bool_],
        unit: float,
        wanted: Sequence[int],
    ) -> dict[int, tuple[FirstLook, float]]:
        """First masks by index of the box, each with the logit that its box is right."""
        # Asked over a window of the whole chromosome, a large picture would turn into stripes when shrunk.
        picture = cv2.GaussianBlur(stain, (0, 0), 0.4 * unit) if unit > 2.0 else stain
        same = _box_iou(corners) > _SAME_BOX_IOU
        windows = {k: window_of(corners[k], unit=unit) for k in wanted}
        looks: dict[int, tuple[FirstLook, float]] = {}
        for start in range(0, len(wanted), _BATCH):
            part = wanted[start : start + _BATCH]
            seen = np.stack(
                [
                    np.concatenate(
                        [
                            np.asarray(cut(picture, windows[k]), dtype=np.float32)[None],
                            prompt(corners[k], corners[sure & ~same[k]], windows[k]),
                        ]
                    )
                    for k in part
                ]
            )
            answer = self._session.run({"window": seen})
            for k, maps, valid in zip(part, answer["maps"], answer["valid"], strict=True):
                back, origin = uncut(np.ascontiguousarray(maps.transpose(1, 2, 0)), windows[k], stain.shape)
                looks[k] = (FirstLook(maps=back, origin=origin), float(valid))
        return looks

    def _second_looks(
        self,
        stain: NDArray[np.float32],
        corners: NDArray[np.float32],
        sure: NDArray[np.bool_],
        unit: float,
        looks: dict[int, FirstLook],
        only: Sequence[int] | None = None,
    ) -> dict[int, FirstLook]:
        """Masks (`only` some of them) corrected once; as they are without weights for a second look."""
        if self._closer is None:
            return looks
        same = _box_iou(corners) > _SAME_BOX_IOU
        edge = edge_of_picture(stain)
        wanted = list(looks) if only is None else list(only)
        corrected = {}
        for start in range(0, len(wanted), _BATCH):
            part = wanted[start : start + _BATCH]
            strips = [strip_of(looks[k], corners[k], unit) for k in part]
            seen = []
            for k, strip in zip(part, strips, strict=True):
                near = near_boxes(corners, corners[k], _NEIGHBOUR_REACH * unit) & sure & ~same[k]
                others = [looks[int(j)] for j in np.nonzero(near)[0] if j != k and int(j) in looks]
                local = edge_in_box(stain, corners[k], unit, edge)
                seen.append(closer_channels(stain, strip, looks[k], others, corners[k], local))
            windows = np.stack(seen)
            upright = self._closer.run({"window": windows})["maps"]
            # Which end comes first means nothing, so the window turned by half is asked as well.
            turned = self._closer.run({"window": np.ascontiguousarray(windows[:, :, ::-1, ::-1])})["maps"]
            answers = (upright + turned[:, :, ::-1, ::-1]) / np.float32(2.0)
            for k, strip, maps in zip(part, strips, answers, strict=True):
                whole = np.ascontiguousarray(maps.transpose(1, 2, 0))
                corrected[k] = uncut_strip(whole, strip, (stain.shape[0], stain.shape[1]))
        return corrected


def _touches(taken: Sequence[Candidate], which: int, reach: int) -> bool:
    """Whether another mask comes within `reach` pixels of the bounds of one and of its widened mask."""
    one = taken[which]
    wide = Candidate(
        origin=(one.origin[0] - reach, one.origin[1] - reach),
        mask=cv2.dilate(
            np.pad(one.mask, reach).astype(np.uint8), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
        )
        > 0,
        crossing=one.crossing,
        found=one.found,
        valid=one.valid,
        reach=one.reach,
    )
    return any(shared_pixels(wide, other) > 0 for k, other in enumerate(taken) if k != which)


def _candidate(
    look: FirstLook,
    box: NDArray[np.float32],
    score: float,
    valid: float,
    unit: float,
    levels: tuple[float, ...],
) -> Candidate | None:
    """Candidate for a box; None where there is hardly any mask."""
    maps, origin = look.maps, look.origin
    near = np.array([origin[0], origin[1]] * 2, dtype=np.float32)
    inside = _inside(box - near, _SLACK * unit, maps.shape[:2])
    pieces = [_largest_piece((maps[..., 0] > level) & inside, box - near) for level in levels]
    # Where a pale stretch breaks the mask or a neighbour joins it, another level fits the box better.
    best = max(pieces, key=lambda piece: piece.reach)
    piece = pieces[0] if pieces[0].reach >= best.reach - _CLEARLY_BETTER else best
    if piece.mask.sum() < _LEAST_AREA * unit * unit:
        return None
    x, y = piece.left, piece.upper
    height, width = piece.mask.shape
    mask = _without_pinholes(piece.mask.astype(np.uint8), unit).astype(bool)
    return Candidate(
        origin=(origin[0] + x, origin[1] + y),
        mask=mask,
        crossing=mask & (maps[y : y + height, x : x + width, 1] > _HALF),
        found=float(np.log(max(score, 1e-6) / max(1.0 - score, 1e-6))),
        valid=valid,
        reach=piece.reach,
        drawn=Drawn(box=box, score=float(score), maps=maps, origin=origin),
    )


def _inside(box: NDArray[np.float32], margin: float, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Pixels of a map of `shape` inside a box widened by a tenth of its size and a margin."""
    width, height = (box[2] - box[0]) / 10.0 + margin, (box[3] - box[1]) / 10.0 + margin
    x, y = np.arange(shape[1]) + 0.5, np.arange(shape[0]) + 0.5
    along = (x > box[0] - width) & (x < box[2] + width)
    down = (y > box[1] - height) & (y < box[3] + height)
    return np.asarray(down[:, None] & along[None, :])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    left: int
    upper: int
    mask: NDArray[np.bool_]
    reach: float


def _largest_piece(stained: NDArray[np.bool_], box: NDArray[np.float32]) -> _Piece:
    """Largest connected piece, tight in its frame, with the overlap of its bounds and the box."""
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(stained.astype(np.uint8), connectivity=8)
    if count < 2:
        return _Piece(left=0, upper=0, mask=np.zeros((1, 1), dtype=bool), reach=0.0)
    largest = 1 + int(np.argmax(statistics[1:, cv2.CC_STAT_AREA]))
    x, y, width, height, _ = (int(value) for value in statistics[largest])
    bounds = np.array([x, y, x + width, y + height], dtype=np.float32)
    return _Piece(
        left=x,
        upper=y,
        mask=labels[y : y + height, x : x + width] == largest,
        reach=float(_box_iou(np.stack([box, bounds]))[0, 1]),
    )


def _without_pinholes(piece: NDArray[np.uint8], unit: float) -> NDArray[np.uint8]:
    """Fill holes that are too small for the inside of a ring or a loop."""
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(1 - piece, connectivity=4)
    edge = set(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]).tolist())
    filled = piece.copy()
    for label in range(1, count):
        if label not in edge and statistics[label, cv2.CC_STAT_AREA] < _LEAST_AREA * unit * unit:
            filled[labels == label] = 1
    return filled


def _box_iou(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Intersection over union of every box with every other, shape (n, n)."""
    size = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:]) - np.maximum(
        boxes[:, None, :2], boxes[None, :, :2]
    )
    shared = np.prod(np.clip(size, 0.0, None), axis=2)
    area = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    return np.asarray(shared / np.maximum(area[:, None] + area[None, :] - shared, 1e-6), dtype=np.float32)
