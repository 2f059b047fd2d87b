"""Examples to learn from, made of labelled archives, of confirmed cells, and of simulated ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.analysis.assignment import assign
from core.analysis.pipeline import Analyst, p_arm_direction
from core.analysis.standing import placed_mask_of, standing_axis_of
from core.domain.bands import CLASSES
from core.domain.chromosome import Chromosome, ObjectType
from core.domain.ids import CellId
from core.domain.metaphase import Banding, MarkKind, Metaphase
from core.domain.proposal import Proposal
from core.imaging.intensity import stain_of
from core.imaging.straighten import axis_length, medial_axis
from core.learning.examples import NOBODY_SAID, NONE, Answers, CutChromosome, Example
from core.simulation.truth import SimulatedMetaphase
from core.store.learning import ConfirmedCell
from models.evaluation.archives import LabelledCrop, LabelledMetaphase
from models.evaluation.metrics import match_boxes
from models.evaluation.score_crops import angle_of, turned, turned_direction
from models.inference.banding import NAMED
from models.inference.namer import OnnxNamer
from models.inference.strips import PreparedChromosome, dark_on_white, prepare, prepare_crop

_LONGEST_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Time of an example that nobody confirmed at any time: a simulated one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """Who confirmed the cells of an archive, who checked them, and when (UTC)."""

    by: str
    checked_by: str
    time: datetime


def index_of(name: str) -> int:
    """Index of a class; that of unknown for every other name."""
    return CLASSES.index(name) if name in CLASSES else NONE


def prepared_of(example: Example) -> list[PreparedChromosome]:
    """Chromosomes of an example as the namer takes them."""
    return [
        PreparedChromosome(
            stain=one.stain,
            mask=one.mask,
            axis=one.axis,
            length=max(axis_length(one.axis), 1.0),
            area=float(np.count_nonzero(one.mask)),
        )
        for one in example.chromosomes
    ]


def cut_of(prepared: Sequence[PreparedChromosome]) -> tuple[CutChromosome, ...]:
    """Opposite of `prepared_of`."""
    return tuple(CutChromosome(stain=one.stain, mask=one.mask, axis=one.axis) for one in prepared)


def example_of_crops(
    crops: Sequence[LabelledCrop], archive: str, namer: OnnxNamer, release: str, said: Confirmation
) -> Example:
    """Take the crops of one labelled cell; each is turned by its own angle, as when it is measured.

    The banding is the recognised one where it can be named, else what the archive says.
    """
    prepared = [prepare_crop(turned(dark_on_white(crop.grey), angle_of(crop.file))) for crop in crops]
    dark_on_light = dark_on_white(crops[0].grey) is crops[0].grey
    shown = namer.recognise_prepared(prepared, dark_on_light=dark_on_light).banding
    banding = shown if shown in NAMED else crops[0].banding
    first = []
    for one, crop in zip(prepared, crops, strict=True):
        wanted = None if crop.p_arm is None else turned_direction(crop.p_arm, angle_of(crop.file))
        first.append(_end_of(one.axis, wanted if crop.chromosome_class in CLASSES else None))
    readings = namer.name(prepared, banding)
    assignment = assign(np.stack([reading.probabilities for reading in readings]))
    return Example(
        case=f"{archive}/{crops[0].case}",
        cell=f"{archive}/{crops[0].cell}",
        source=archive,
        by=said.by,
        checked_by=said.checked_by,
        time=said.time,
        release=release,
        banding=banding,
        chromosomes=cut_of(prepared),
        truth=Answers(
            classes=np.array([index_of(crop.chromosome_class) for crop in crops], dtype=np.int64),
            first=np.array(first, dtype=np.int64),
        ),
        proposed=Answers(
            classes=assignment.classes,
            first=np.array([int(reading.p_at_start) for reading in readings], dtype=np.int64),
        ),
        class_sure=assignment.confidence.astype(np.float32),
        end_sure=np.array([reading.p_confidence for reading in readings], dtype=np.float32),
    )


def example_of_metaphase(
    metaphase: LabelledMetaphase, archive: str, analyst: Analyst, release: str, said: Confirmation
) -> Example:
    """Analyse an annotated metaphase and take the annotated classes of the outlines that match.

    Outlines without a match stay in the cell, because they are seen; nobody says what they are. Nobody says
    where the p arms are either.

    Raises
    ------
    NoMetaphase
        Where the program finds none.
    """
    analysis = analyst.analyse(metaphase.grey)
    height, width = metaphase.grey.shape
    bare = Metaphase(id=CellId(metaphase.file), label=metaphase.file, image="", width=width, height=height)
    cell = analysis.proposal.apply(bare)
    found = cell.counting
    boxes = np.array([one.outline.box for one in found], dtype=np.float64).reshape(-1, 4)
    classes = np.full(len(found), NOBODY_SAID, dtype=np.int64)
    for predicted, annotated, _ in match_boxes(boxes, metaphase.boxes).pairs:
        classes[predicted] = index_of(metaphase.classes[annotated])
    stain = stain_of(metaphase.grey, dark_on_light=cell.dark_on_light)
    return Example(
        case=f"{archive}/{metaphase.case}",
        cell=f"{archive}/{metaphase.file}",
        source=archive,
        by=said.by,
        checked_by=said.checked_by,
        time=said.time,
        release=release,
        banding=cell.banding,
        chromosomes=cut_of([_standing(stain, one) for one in found]),
        truth=Answers(classes=classes, first=np.full(len(found), NOBODY_SAID, dtype=np.int64)),
        proposed=Answers(
            classes=np.array([index_of(one.chromosome_class) for one in found], dtype=np.int64),
            # Every axis of a proposal begins at the p arm.
            first=np.ones(len(found), dtype=np.int64),
        ),
        class_sure=np.array([one.confidence for one in found], dtype=np.float32),
        end_sure=np.array([one.p_arm_confidence for one in found], dtype=np.float32),
    )


def example_of_confirmed(confirmed: ConfirmedCell, grey: NDArray[np.generic]) -> Example:
    """Take a cell that a person confirmed in the window.

    Parameters
    ----------
    confirmed
        The cell, its proposal, who confirmed it and when.
    grey
        Its picture, shape (H, W).

    Returns
    -------
    Example
        Released for learning once the cell is marked checked. What is no whole normal chromosome is unknown.
    """
    cell = confirmed.cell
    stain = stain_of(grey, dark_on_light=cell.dark_on_light)
    prepared = [_standing(stain, one) for one in cell.counting]
    before = _proposed_by_outline(confirmed.proposal)
    classes, first, was, was_first, sure, end_sure = [], [], [], [], [], []
    for one, cut in zip(cell.counting, prepared, strict=True):
        classes.append(_class_of(one))
        first.append(NOBODY_SAID if classes[-1] == NONE else _end_of(cut.axis, one.p_arm))
        proposed = before.get(one.outline.points)
        was.append(NOBODY_SAID if proposed is None else _class_of(proposed))
        was_first.append(NOBODY_SAID if proposed is None else _end_of(cut.axis, proposed.p_arm))
        sure.append(0.0 if proposed is None else proposed.confidence)
        end_sure.append(0.0 if proposed is None else proposed.p_arm_confidence)
    marks = {kind: cell.marked(kind) for kind in (MarkKind.KARYOTYPED, MarkKind.CHECKED)}
    karyotyped, checked = marks[MarkKind.KARYOTYPED], marks[MarkKind.CHECKED]
    by = str(karyotyped.person if karyotyped is not None else confirmed.person)
    return Example(
        case=str(confirmed.case),
        cell=str(cell.id),
        source="window",
        by=by,
        checked_by=str(checked.person) if checked is not None and checked.person != by else "",
        time=confirmed.time if confirmed.time.tzinfo else confirmed.time.replace(tzinfo=UTC),
        release=confirmed.proposal.models.get("release", ""),
        banding=cell.banding,
        chromosomes=cut_of(prepared),
        truth=Answers(classes=np.array(classes, dtype=np.int64), first=np.array(first, dtype=np.int64)),
        proposed=Answers(classes=np.array(was, dtype=np.int64), first=np.array(was_first, dtype=np.int64)),
        class_sure=np.array(sure, dtype=np.float32),
        end_sure=np.array(end_sure, dtype=np.float32),
        released=checked is not None,
    )


def example_of_simulated(metaphase: SimulatedMetaphase) -> Example:
    """Take a drawn metaphase, outlined as it was drawn; what is no normal chromosome is unknown."""
    stain = stain_of(metaphase.picture, dark_on_light=True)
    prepared, classes, first = [], [], []
    for one in metaphase.chromosomes:
        if not one.mask.any():
            continue
        origin = (int(one.box[0]), int(one.box[1]))
        axis = medial_axis(one.mask) + np.asarray(origin, dtype=np.float64)
        prepared.append(prepare(stain, one.mask, origin, axis))
        normal = one.object_type is ObjectType.NORMAL
        classes.append(index_of(one.chromosome_class) if normal else NONE)
        first.append(_end_of(axis, one.p_arm) if normal else NOBODY_SAID)
    count = len(prepared)
    nothing = Answers(classes=np.full(count, NOBODY_SAID), first=np.full(count, NOBODY_SAID))
    return Example(
        case=f"simulated {metaphase.seed}",
        cell=f"{metaphase.karyotype} {metaphase.seed}",
        source="simulated",
        by="",
        checked_by="",
        time=_LONGEST_AGO,
        release="",
        banding=Banding.G,
        chromosomes=cut_of(prepared),
        truth=Answers(classes=np.array(classes, dtype=np.int64), first=np.array(first, dtype=np.int64)),
        proposed=nothing,
        class_sure=np.zeros(count, dtype=np.float32),
        end_sure=np.zeros(count, dtype=np.float32),
    )


def _standing(stain: NDArray[np.float32], one: Chromosome) -> PreparedChromosome:
    placed = placed_mask_of(one)
    return prepare(stain, placed.mask, placed.origin, standing_axis_of(one, placed))


def _class_of(one: Chromosome) -> int:
    return index_of(one.chromosome_class) if one.object_type is ObjectType.NORMAL else NONE


def _end_of(axis: NDArray[np.float64], p_arm: tuple[float, float] | None) -> int:
    """1 where the first end of the axis is the p end, 0 where the last, -1 where nobody says."""
    if p_arm is None:
        return NOBODY_SAID
    direction = p_arm_direction(axis)
    return int(direction[0] * p_arm[0] + direction[1] * p_arm[1] > 0.0)


def _proposed_by_outline(proposal: Proposal) -> dict[tuple[tuple[float, float], ...], Chromosome]:
    return {one.outline.points: one for one in proposal.chromosomes}
