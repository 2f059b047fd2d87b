"""Scores of single chromosomes cut from karyograms: turned by an unknown angle, shuffled, named together."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from core.analysis.assignment import CountPrior, assign
from core.analysis.doubt import WORTH_A_LOOK
from core.analysis.pipeline import p_arm_direction
from core.domain.bands import CLASSES, UNKNOWN
from models.evaluation.archives import LabelledCrop
from models.evaluation.rows import CellScore
from models.evaluation.score_metaphases import Prediction
from models.inference.namer import OnnxNamer
from models.inference.strips import dark_on_white, prepare_crop


def angle_of(name: str) -> float:
    """Angle in degrees (0..360) by which a crop is turned, hashed from its file name."""
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) % 3600 / 10.0


def turned(grey: NDArray[np.uint8], degrees: float) -> NDArray[np.uint8]:
    """Turn a crop counter-clockwise on white ground; nothing is cut off."""
    height, width = grey.shape
    side = math.ceil(math.hypot(height, width)) + 4
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    turn[:, 2] += (side - width) / 2, (side - height) / 2
    result = cv2.warpAffine(grey, turn, (side, side), flags=cv2.INTER_LINEAR, borderValue=255)
    return np.asarray(result, dtype=np.uint8)


def turned_direction(direction: tuple[float, float], degrees: float) -> tuple[float, float]:
    """Turn a direction (x right, y down) counter-clockwise as the picture shows it."""
    angle = math.radians(degrees)
    x, y = direction
    return (x * math.cos(angle) + y * math.sin(angle), -x * math.sin(angle) + y * math.cos(angle))


def score_cell_of_crops(
    namer: OnnxNamer,
    crops: Sequence[LabelledCrop],
    *,
    prior: CountPrior | None = None,
    predictions: list[Prediction] | None = None,
) -> CellScore:
    """Name and orient all crops of one cell together.

    Crops that are bright on black are inverted first. The banding is recognised, as in a metaphase; a cell
    whose banding is not known is not named. Chromosomes labelled with no class (markers) are right when
    they are named unknown.
    """
    seed = int(hashlib.sha256(crops[0].cell.encode()).hexdigest()[:8], 16)
    order = np.random.default_rng(seed).permutation(len(crops))
    shuffled = [crops[i] for i in order]
    prepared = [prepare_crop(turned(dark_on_white(crop.grey), angle_of(crop.file))) for crop in shuffled]
    dark_on_light = dark_on_white(crops[0].grey) is crops[0].grey
    shown = namer.recognise_prepared(prepared, dark_on_light=dark_on_light)
    readings = namer.name(prepared, shown.banding)
    assignment = assign(np.stack([reading.probabilities for reading in readings]), prior=prior)
    names = (*CLASSES, UNKNOWN)
    score = CellScore(
        case=crops[0].case,
        cell=crops[0].cell,
        annotated=len(crops),
        predicted=len(crops),
        matched=len(crops),
        banding_right=shown.banding is crops[0].banding,
    )
    doubts = [
        1.0 - float(assignment.confidence[row]) * reading.p_confidence for row, reading in enumerate(readings)
    ]
    place = {
        row: stop for stop, row in enumerate(np.argsort(-np.array(doubts))) if doubts[row] >= WORTH_A_LOOK
    }
    for row, (crop, reading) in enumerate(zip(shuffled, readings, strict=True)):
        in_cell = names[int(assignment.classes[row])]
        alone = names[int(np.argmax(reading.alone))]
        right = in_cell == crop.chromosome_class
        score.named += right
        score.named_alone += alone == crop.chromosome_class
        score.confidences.append(float(assignment.confidence[row]))
        score.correct.append(right)
        if not right:
            score.stops.append(place.get(row))
        score.never_offered += row not in place
        error: float | None = None
        if crop.p_arm is not None and crop.chromosome_class != UNKNOWN:
            axis = prepared[row].axis
            predicted = p_arm_direction(axis if reading.p_at_start else axis[::-1])
            error = _angle_between(predicted, turned_direction(crop.p_arm, angle_of(crop.file)))
            score.oriented += error <= 90.0
            score.oriented_of += 1
            score.angle_errors.append(error)
        if predictions is not None:
            predictions.append(
                {
                    "truth_id": crop.file,
                    "pred_id": crop.file,
                    "box": ("", "", "", ""),
                    "truth": crop.chromosome_class,
                    "predicted_alone": alone,
                    "predicted_in_cell": in_cell,
                    "confidence": float(assignment.confidence[row]),
                    "angle_error": "" if error is None else round(error, 2),
                }
            )
    return score


def _angle_between(first: tuple[float, float], second: tuple[float, float]) -> float:
    cosine = (first[0] * second[0] + first[1] * second[1]) / max(
        math.hypot(*first) * math.hypot(*second), 1e-9
    )
    return math.degrees(math.acos(max(-1.0, min(1.0, cosine))))
