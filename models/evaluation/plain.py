"""Plain baselines beside the models: thresholds, a watershed, a small network, and "always 46"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from core.imaging.intensity import stain_of
from models.evaluation.archives import LabelledCrop, LabelledMetaphase
from models.evaluation.metrics import BoxMatch, match_boxes
from models.evaluation.rows import CellScore
from models.evaluation.score_crops import angle_of, turned
from models.inference.plain import PlainNamer, piece_length, upright_piece
from models.inference.strips import dark_on_white

_USUAL: Final = 46
_LEAST: Final = 60
_MOST: Final = 12_000
"""Pixels that a piece may have to be taken for a chromosome."""


def always_46(cells: Sequence[CellScore]) -> list[CellScore]:
    """Count 46 whatever the picture shows."""
    return [
        CellScore(case=cell.case, cell=cell.cell, annotated=cell.annotated, counted=_USUAL) for cell in cells
    ]


def otsu_components(grey: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Plain baseline: Otsu threshold and connected components of a believable size, boxes (n, 4)."""
    return _boxes_of(_foreground(grey))


def otsu_watershed(grey: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Plain baseline: the same, cut by a watershed of the distance to the background."""
    return _boxes_of_labels(watershed_labels(grey))


def watershed_labels(grey: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Pieces of the stained foreground, cut by a watershed, shape of `grey`; 0 is background."""
    body = _foreground(grey)
    depth = cv2.distanceTransform(body.astype(np.uint8), cv2.DIST_L2, 5)
    seeds, _ = ndimage.label(depth > 0.6 * cv2.dilate(depth, np.ones((21, 21), np.uint8)))
    markers = seeds.astype(np.int32) + 1
    markers[body & (seeds == 0)] = 0
    cv2.watershed(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), markers)
    return np.asarray(np.where(body & (markers > 1), markers, 0), dtype=np.int32)


def _foreground(grey: NDArray[np.uint8]) -> NDArray[np.bool_]:
    stain = (stain_of(grey) * 255).astype(np.uint8)
    level, _ = cv2.threshold(stain, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return np.asarray(stain > level, dtype=np.bool_)


def _boxes_of(body: NDArray[np.bool_]) -> NDArray[np.float64]:
    labels, _ = ndimage.label(body)
    return _boxes_of_labels(labels)


def _boxes_of_labels(labels: NDArray[np.integer]) -> NDArray[np.float64]:
    sizes = np.bincount(labels.ravel())
    boxes = [
        (place[1].start, place[0].start, place[1].stop, place[0].stop)
        for index, place in enumerate(ndimage.find_objects(labels), start=1)
        if place is not None and _LEAST <= sizes[index] <= _MOST
    ]
    return np.array(boxes, dtype=np.float64).reshape(-1, 4)


def _believable(piece: NDArray[np.bool_]) -> bool:
    return _LEAST <= int(piece.sum()) <= _MOST


def score_baseline(
    find: Callable[[NDArray[np.uint8]], NDArray[np.float64]], metaphase: LabelledMetaphase
) -> CellScore:
    """Score the boxes of a plain baseline."""
    boxes = find(metaphase.grey)
    match = match_boxes(boxes, metaphase.boxes)
    return _score_of(metaphase, boxes, match)


def score_plain(namer: PlainNamer, metaphase: LabelledMetaphase) -> CellScore:
    """Score the whole baseline: threshold, watershed, and a small network that names each piece."""
    stain = stain_of(metaphase.grey, dark_on_light=True)
    labels = watershed_labels(metaphase.grey)
    places, pieces = [], []
    for index, place in enumerate(ndimage.find_objects(labels), start=1):
        if place is not None and _believable(labels[place] == index):
            places.append(place)
            pieces.append((stain[place], labels[place] == index))
    boxes = np.array(
        [(p[1].start, p[0].start, p[1].stop, p[0].stop) for p in places], dtype=np.float64
    ).reshape(-1, 4)
    match = match_boxes(boxes, metaphase.boxes)
    score = _score_of(metaphase, boxes, match)
    names = _named(namer, pieces)
    score.named = sum(names[piece] == metaphase.classes[true] for piece, true, _ in match.pairs)
    score.named_alone = score.named
    return score


def score_plain_crops(namer: PlainNamer, crops: Sequence[LabelledCrop]) -> CellScore:
    """Score the small network on single crops, turned as those of the active models are."""
    pieces = []
    for crop in crops:
        grey = turned(dark_on_white(crop.grey), angle_of(crop.file))
        stain = np.asarray((255.0 - grey) / 255.0, dtype=np.float32)
        level, _ = cv2.threshold((stain * 255).astype(np.uint8), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        body = stain * 255 > 0.5 * level
        found, _ = ndimage.label(body)
        sizes = np.bincount(found.ravel())[1:]
        mask = found == 1 + int(sizes.argmax()) if len(sizes) else np.ones(stain.shape, dtype=np.bool_)
        pieces.append((stain, np.asarray(mask, dtype=np.bool_)))
    names = _named(namer, pieces)
    right = sum(name == crop.chromosome_class for name, crop in zip(names, crops, strict=True))
    return CellScore(
        case=crops[0].case,
        cell=crops[0].cell,
        annotated=len(crops),
        predicted=len(crops),
        matched=len(crops),
        named=right,
        named_alone=right,
    )


def _named(
    namer: PlainNamer, pieces: Sequence[tuple[NDArray[np.float32], NDArray[np.bool_]]]
) -> tuple[str, ...]:
    if not pieces:
        return ()
    middle = float(np.median([piece_length(mask) for _, mask in pieces]))
    return namer.name(np.stack([upright_piece(stain, mask, middle) for stain, mask in pieces]))


def _score_of(metaphase: LabelledMetaphase, boxes: NDArray[np.float64], match: BoxMatch) -> CellScore:
    return CellScore(
        case=metaphase.case,
        cell=metaphase.file,
        annotated=len(metaphase.boxes),
        predicted=len(boxes),
        counted=len(boxes),
        matched=len(match.pairs),
        iou_sum=float(sum(iou for _, _, iou in match.pairs)),
    )
