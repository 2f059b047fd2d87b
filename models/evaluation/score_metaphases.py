"""Scores of whole metaphases."""

from __future__ import annotations

import time
from typing import Final

import numpy as np

from core.analysis.doubt import doubt_order
from core.analysis.pipeline import Analyst, NoMetaphase
from core.domain.finding import FindingKind
from core.domain.ids import CellId
from core.domain.metaphase import Metaphase
from models.evaluation.archives import LabelledMetaphase
from models.evaluation.changes import ChangeScore, confidences_of, is_plain, score_change
from models.evaluation.edited import edited_copy
from models.evaluation.metrics import match_boxes
from models.evaluation.rows import CellScore

Prediction = dict[str, object]
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
