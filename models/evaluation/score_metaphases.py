"""Scores of whole metaphases, and of the plain baselines beside them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from core.analysis.doubt import doubt_order
from core.analysis.pipeline import Analyst, NoMetaphase
from core.domain.finding import FindingKind
from core.domain.ids import CellId
from core.domain.metaphase import Metaphase
from core.imaging.intensity import stain_of
from models.evaluation.archives import LabelledMetaphase
from models.evaluation.changes import ChangeScore, confidences_of, is_plain, score_change
from models.evaluation.edited import edited_copy
from models.evaluation.metrics import match_boxes
from models.evaluation.rows import CellScore

Prediction = dict[str, object]
_USUAL: Final = 46
_CROWDED: Final = 0.4


def score_metaphase(
    analyst: Analyst,
    metaphase: LabelledMetaphase,
    *,
    predictions: list[Prediction] | None = None,
    changes: list[ChangeScore] | None = None,
) -> CellScore:
    """Analyse one annotated metaphase as it ships and score it.

    Parameters
    ----------
    predictions
        Where to put one row for each match and each unmatched side, by the contract's columns.
    changes
        Where to put the gains and losses seen in a cell that has none by its labels.
    """
    score = _blank_score(metaphase)
    start = time.perf_counter()
    try:
        analysis = analyst.analyse(metaphase.grey)
    except NoMetaphase:
        score.counted = 0
        return score
    score.seconds = time.perf_counter() - start
    cell = analysis.proposal.apply(_bare_cell(metaphase))
    if changes is not None and is_plain(metaphase.classes):
        changes.append(score_change(metaphase.case, confidences_of(cell), None))
    chromosomes = cell.counting
    boxes = np.array([c.outline.box for c in chromosomes], dtype=np.float64).reshape(-1, 4)
    match = match_boxes(boxes, metaphase.boxes)
    score.right_probability = cell.right_probability
    score.predicted = score.counted = len(chromosomes)
    score.matched = len(match.pairs)
    score.iou_sum = float(sum(iou for _, _, iou in match.pairs))
    truth = {predicted: annotated for predicted, annotated, _ in match.pairs}
    order = {chromosome_id: place for place, chromosome_id in enumerate(doubt_order(cell))}
    for row, chromosome in enumerate(chromosomes):
        right = row in truth and metaphase.classes[truth[row]] == chromosome.chromosome_class
        if row in truth:
            score.named += right
            alone = chromosome.alternatives[0].chromosome_class if chromosome.alternatives else ""
            score.named_alone += metaphase.classes[truth[row]] == alone
            score.confidences.append(chromosome.confidence)
            score.correct.append(right)
        if not right:
            score.stops.append(order.get(chromosome.id))
        if chromosome.id not in order:
            score.never_offered += 1
        if predictions is not None:
            annotated = truth.get(row)
            predictions.append(
                {
                    "truth_id": "" if annotated is None else metaphase.truth_ids[annotated],
                    "pred_id": f"c{row + 1:02d}",
                    "box": chromosome.outline.box,
                    "truth": "" if annotated is None else metaphase.classes[annotated],
                    "predicted_alone": chromosome.alternatives[0].chromosome_class,
                    "predicted_in_cell": chromosome.chromosome_class,
                    "confidence": chromosome.confidence,
                    "angle_error": "",
                }
            )
    if predictions is not None:
        for annotated in sorted(set(range(len(metaphase.boxes))) - set(truth.values())):
            predictions.append(
                {
                    "truth_id": metaphase.truth_ids[annotated],
                    "pred_id": "",
                    "box": tuple(metaphase.boxes[annotated]),
                    "truth": metaphase.classes[annotated],
                    "predicted_alone": "",
                    "predicted_in_cell": "",
                    "confidence": "",
                    "angle_error": "",
                }
            )
    return score


def _blank_score(metaphase: LabelledMetaphase) -> CellScore:
    """Score of a cell of which nothing was found, with what makes it hard."""
    boxes = metaphase.boxes
    sizes = boxes[:, 2:] - boxes[:, :2]
    low, high = (
        np.maximum(boxes[:, None, :2], boxes[None, :, :2]),
        np.minimum(boxes[:, None, 2:], boxes[None, :, 2:]),
    )
    shared = np.prod(np.clip(high - low, 0.0, None), axis=2)
    np.fill_diagonal(shared, 0.0)
    covered = shared.max(axis=1, initial=0.0) / np.maximum(sizes.prod(axis=1), 1.0)
    return CellScore(
        case=metaphase.case,
        cell=metaphase.file,
        annotated=len(boxes),
        difficulty="difficult" if metaphase.difficult else "plain",
        crowding=float((covered > _CROWDED).mean()) if len(boxes) else None,
        median_length=float(np.median(sizes.max(axis=1))) if len(boxes) else None,
    )


def score_edited(analyst: Analyst, metaphase: LabelledMetaphase) -> tuple[CellScore, ChangeScore] | None:
    """Score a copy with one chromosome too few or too many: its count, and whether the change is seen.

    None where no copy can be made.
    """
    edited = edited_copy(metaphase)
    if edited is None:
        return None
    score = CellScore(case=metaphase.case, cell=f"{metaphase.file} edited", annotated=edited.count)
    seen: dict[tuple[str, FindingKind], float] = {}
    try:
        analysis = analyst.analyse(edited.picture)
        cell = analysis.proposal.apply(_bare_cell(metaphase))
        score.counted = cell.count
        seen = confidences_of(cell)
    except NoMetaphase:
        score.counted = 0
    change = score_change(metaphase.case, seen, (edited.chromosome_class, edited.gained))
    return score, change


def _bare_cell(metaphase: LabelledMetaphase) -> Metaphase:
    height, width = metaphase.grey.shape
    return Metaphase(id=CellId(metaphase.file), label=metaphase.file, image="", width=width, height=height)


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
        if place is not None and 60 <= sizes[index] <= 12_000
    ]
    return np.array(boxes, dtype=np.float64).reshape(-1, 4)


def score_baseline(
    find: Callable[[NDArray[np.uint8]], NDArray[np.float64]], metaphase: LabelledMetaphase
) -> CellScore:
    """Score the boxes of a plain baseline."""
    boxes = find(metaphase.grey)
    match = match_boxes(boxes, metaphase.boxes)
    return CellScore(
        case=metaphase.case,
        cell=metaphase.file,
        annotated=len(metaphase.boxes),
        predicted=len(boxes),
        counted=len(boxes),
        matched=len(match.pairs),
        iou_sum=float(sum(iou for _, _, iou in match.pairs)),
    )
