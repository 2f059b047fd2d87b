"""Masks of composed crossings: both chromosomes whole, the part they share, and the length along the axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from core.analysis.pipeline import Analyst, NoMetaphase
from core.domain.ids import CellId
from core.domain.metaphase import Metaphase
from core.imaging.intensity import stain_of
from core.imaging.outline import mask_of
from core.imaging.straighten import axis_length, medial_axis
from core.progress import NoProgress, Progress
from models.evaluation.archives import LabelledArchive, LabelledMetaphase, metaphases_of
from models.evaluation.crossings import CrossedPicture, crossed_picture
from models.evaluation.metrics import bootstrap_over_cases
from models.evaluation.plain import watershed_labels
from models.evaluation.rows import Row
from models.inference.finder import FoundBox
from models.inference.outliner import OnnxOutliner
from models.training.compose import PlacedMask

PICTURES: Final = 60
"""Pictures of an archive that crossings are laid into, evenly taken."""
_BOX_ERROR: Final = 1.5
_FOUND: Final = 0.5


@dataclass(slots=True, kw_only=True)
class CrossingScore:
    """What one picture contributes.

    Attributes
    ----------
    case
        Case of the picture.
    ious
        Intersection over union of the two masks of each crossing, two values each, 0 where none was outlined.
    crossing_ious
        The same of the part that both share: intersection of the two outlines against that of the truth.
    length_errors
        Relative error of the length along the axis of the masks that were found (IoU of 0.5).
    """

    case: str
    ious: list[float] = field(default_factory=list)
    crossing_ious: list[float] = field(default_factory=list)
    length_errors: list[float] = field(default_factory=list)


Scores = Sequence[CrossingScore]


def mask_iou(scores: Scores) -> float:
    """Mean intersection over union of both chromosomes of the crossings."""
    return _mean([value for score in scores for value in score.ious])


def crossing_iou(scores: Scores) -> float:
    """Mean intersection over union of the crossings."""
    return _mean([value for score in scores for value in score.crossing_ious])


def length_error(scores: Scores) -> float:
    """Mean relative error of the length along the axis."""
    return _mean([value for score in scores for value in score.length_errors])


def both_found(scores: Scores) -> float:
    """Share of chromosomes in crossings whose outline fits with an IoU of 0.5."""
    return _mean([float(value >= _FOUND) for score in scores for value in score.ious])


MEASURES: Final[dict[str, Callable[[Scores], float]]] = {
    "mask_iou": mask_iou,
    "crossing_iou": crossing_iou,
    "length_error": length_error,
    "found50": both_found,
}


def score_outliner(outliner: OnnxOutliner, picture: CrossedPicture, case: str) -> CrossingScore:
    """Let the outliner draw the crossed chromosomes, asked by their boxes with the errors of a finder."""
    chance = np.random.default_rng(len(picture.boxes))
    shaken = picture.boxes + chance.normal(0.0, _BOX_ERROR, picture.boxes.shape)
    asked = [FoundBox(box=(float(a), float(b), float(c), float(d)), score=0.95) for a, b, c, d in shaken]
    drawn = outliner.candidates(stain_of(picture.grey, dark_on_light=True), asked, corrected=True)
    masks = [PlacedMask(left=one.origin[0], upper=one.origin[1], mask=one.mask) for one in drawn]
    return _scored(picture, masks, case)


def score_analyst(analyst: Analyst, picture: CrossedPicture, case: str) -> CrossingScore:
    """Analyse the picture as it ships."""
    height, width = picture.grey.shape
    try:
        analysis = analyst.analyse(picture.grey)
    except NoMetaphase:
        return _scored(picture, [], case)
    metaphase = analysis.proposal.apply(
        Metaphase(id=CellId(case), label=case, image="", width=width, height=height)
    )
    masks = []
    for chromosome in metaphase.counting:
        mask, (left, upper) = mask_of(chromosome.outline.points, chromosome.outline.holes)
        masks.append(PlacedMask(left=left, upper=upper, mask=mask))
    return _scored(picture, masks, case)


def score_watershed(picture: CrossedPicture, case: str) -> CrossingScore:
    """Plain baseline: threshold and watershed; a pixel belongs to one piece, so crossings stay cut."""
    labels = watershed_labels(picture.grey)
    masks = [
        PlacedMask(left=place[1].start, upper=place[0].start, mask=labels[place] == index)
        for index, place in enumerate(ndimage.find_objects(labels), start=1)
        if place is not None
    ]
    return _scored(picture, masks, case)


def crossing_rows(
    archive: LabelledArchive,
    analyst: Analyst,
    outliner: OnnxOutliner,
    *,
    release: str,
    sample: int | None = None,
    progress: Progress | None = None,
) -> list[Row]:
    """Rows of the benchmark: the outliner asked by boxes, and the whole way from the picture."""
    progress = progress or NoProgress()
    metaphases = [m for m in metaphases_of(archive) if m.listed == "normal"] or list(metaphases_of(archive))
    count = min(sample or PICTURES, len(metaphases))
    chosen: list[LabelledMetaphase] = [metaphases[int(k)] for k in np.linspace(0, len(metaphases) - 1, count)]
    asked, whole, plain = [], [], []
    for number, metaphase in enumerate(chosen):
        progress.step(number, len(chosen), metaphase.file)
        picture = crossed_picture(metaphase.file, metaphase.grey, metaphase.boxes)
        if picture.crossings:
            asked.append(score_outliner(outliner, picture, metaphase.case))
            whole.append(score_analyst(analyst, picture, metaphase.case))
            plain.append(score_watershed(picture, metaphase.case))
    name = f"{archive.name}_crossings"
    return [*score_rows(asked, name, "outliner asked by boxes", outliner.version),
            *score_rows(whole, name, "active", release)]  # fmt: skip


def score_rows(scores: Scores, name: str, model: str, release: str) -> list[Row]:
    """Sum scores of pictures to rows; n counts the crossings."""
    rows = []
    for measure, function in MEASURES.items():
        interval = bootstrap_over_cases(list(scores), [s.case for s in scores], function, rounds=300)
        rows.append(
            Row(
                set=name,
                model=model,
                release=release,
                measure=measure,
                value=interval.value,
                low=interval.low,
                high=interval.high,
                n=sum(len(score.crossing_ious) for score in scores),
            )
        )
    return rows


def _scored(picture: CrossedPicture, masks: Sequence[PlacedMask], case: str) -> CrossingScore:
    score = CrossingScore(case=case)
    shape = (picture.grey.shape[0], picture.grey.shape[1])
    for crossing in picture.crossings:
        best: list[PlacedMask | None] = []
        for true in (crossing.under, crossing.over):
            overlaps = [_iou(mask, true) for mask in masks]
            k = int(np.argmax(overlaps)) if overlaps else -1
            iou = overlaps[k] if k >= 0 else 0.0
            best.append(masks[k] if k >= 0 else None)
            score.ious.append(iou)
            if iou >= _FOUND:
                length = axis_length(medial_axis(true.mask))
                score.length_errors.append(abs(axis_length(medial_axis(masks[k].mask)) - length) / length)
        both = _whole(crossing.under, shape) & _whole(crossing.over, shape)
        if best[0] is None or best[1] is None or best[0] is best[1]:
            score.crossing_ious.append(0.0)
            continue
        said = _whole(best[0], shape) & _whole(best[1], shape)
        score.crossing_ious.append(float((said & both).sum() / max(1, int((said | both).sum()))))
    return score


def _whole(placed: PlacedMask, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Mask on the whole picture; what an outline's frame holds beyond the edge is empty."""
    picture = np.zeros((shape[0] + 4, shape[1] + 4), dtype=np.bool_)
    height, width = placed.mask.shape
    rows, columns = (
        slice(placed.upper + 2, placed.upper + 2 + height),
        slice(placed.left + 2, placed.left + 2 + width),
    )
    part = picture[rows, columns]
    part |= placed.mask[: part.shape[0], : part.shape[1]]
    return picture[2:-2, 2:-2]


def _iou(first: PlacedMask, second: PlacedMask) -> float:
    x0, y0 = max(first.left, second.left), max(first.upper, second.upper)
    x1 = min(first.left + first.mask.shape[1], second.left + second.mask.shape[1])
    y1 = min(first.upper + first.mask.shape[0], second.upper + second.mask.shape[0])
    if x1 <= x0 or y1 <= y0:
        return 0.0
    a = first.mask[y0 - first.upper : y1 - first.upper, x0 - first.left : x1 - first.left]
    b = second.mask[y0 - second.upper : y1 - second.upper, x0 - second.left : x1 - second.left]
    shared = int((a & b).sum())
    return shared / max(1, int(first.mask.sum()) + int(second.mask.sum()) - shared)


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")
