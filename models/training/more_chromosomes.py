"""Further cells for the last stage of the namer: as the outliner delivers them, and simulated ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from core.domain.bands import CLASSES
from core.imaging.intensity import stain_of
from core.simulation.metaphase import simulate_metaphase
from core.simulation.truth import SimulatedMetaphase
from models.inference.finder import FoundBox
from models.inference.outliner import OnnxOutliner
from models.inference.strips import prepare
from models.training.chromosomes import FEWEST_IN_CELL, STRANGER, LabelledCell, isolated_chromosomes
from models.training.metaphases import (
    AnnotatedMetaphase,
    case_hash,
    is_laboratory_part,
    read_annotations,
    read_greys,
)

_JITTER: Final = 1.5
_LEAST_IOU: Final = 0.5
_DEBRIS_STAIN: Final = 0.3
_KARYOTYPES: Final = (
    *("46,XX", "46,XY") * 5,
    "47,XY,+21",
    "47,XX,+18",
    "45,X",
    "47,XXY",
    "46,XX,t(9;22)(q34;q11.2)",
)


def outlined_chromosomes(
    grey: NDArray[np.uint8], metaphase: AnnotatedMetaphase, outliner: OnnxOutliner
) -> LabelledCell:
    """Outline every annotated chromosome of a metaphase, touching and crossing ones included.

    Parameters
    ----------
    grey
        Shape (H, W), uint8.
    metaphase
        Its boxes and classes; the boxes are moved a little, as the finder is never exact.
    outliner
        Draws the masks.

    Returns
    -------
    LabelledCell
        Chromosomes whose mask fits their box; polarity unknown.
    """
    stain = stain_of(grey, dark_on_light=True)
    chance = np.random.default_rng(case_hash(metaphase.file_name) % 2**32)
    tight = metaphase.tight_boxes + chance.normal(0.0, _JITTER, metaphase.tight_boxes.shape)
    asked = [FoundBox(box=(float(a), float(b), float(c), float(d)), score=0.95) for a, b, c, d in tight]
    drawn = outliner.candidates(stain, asked)
    bounds = np.array(
        [(x, y, x + c.mask.shape[1], y + c.mask.shape[0]) for c in drawn for x, y in (c.origin,)],
        dtype=np.float64,
    ).reshape(-1, 4)
    overlap = _iou(tight, bounds)
    chromosomes, labels = [], []
    for row, label in enumerate(metaphase.classes):
        best = int(overlap[row].argmax()) if len(drawn) else -1
        # A mask belongs to the box it fits best, so that neighbours never swap their labels.
        if best < 0 or overlap[row, best] < _LEAST_IOU or int(overlap[:, best].argmax()) != row:
            continue
        chromosomes.append(prepare(stain, drawn[best].mask, drawn[best].origin))
        labels.append(int(label))
    return LabelledCell(
        name=metaphase.file_name,
        case=metaphase.case,
        chromosomes=tuple(chromosomes),
        labels=tuple(labels),
        polarities=(0,) * len(labels),
    )


def cells_of_outlines(archive: Path, outliner: OnnxOutliner, *, every: int = 1) -> Iterator[LabelledCell]:
    """Outline each n-th metaphase of an archive, the laboratory part left out."""
    wanted = [m for m in read_annotations(archive) if not is_laboratory_part(m.case)]
    # In the order of a hash: the first few hundred are a fair sample of all cases.
    wanted.sort(key=lambda m: case_hash(m.file_name))
    for metaphase, grey in read_greys(archive, tuple(wanted[::every])):
        cell = outlined_chromosomes(grey, metaphase, outliner)
        if len(cell.labels) >= FEWEST_IN_CELL:
            yield cell


def with_foreign_matter(grey: NDArray[np.uint8], metaphase: AnnotatedMetaphase) -> LabelledCell:
    """Take the isolated chromosomes of a metaphase, and as strangers the stained things in no box.

    Parameters
    ----------
    grey
        Shape (H, W), uint8.
    metaphase
        Its boxes and classes.

    Returns
    -------
    LabelledCell
        Debris and pieces of nuclei of the size of chromosomes carry the label of strangers.
    """
    cell = isolated_chromosomes(grey, metaphase)
    stain = stain_of(grey, dark_on_light=True)
    labels, _ = ndimage.label(stain > _DEBRIS_STAIN)
    boxed = np.zeros(stain.shape, dtype=np.bool_)
    for x0, y0, x1, y1 in metaphase.boxes.astype(int):
        boxed[max(y0, 0) : y1, max(x0, 0) : x1] = True
    touched = set(np.unique(labels[boxed]).tolist())
    typical = float(np.median([one.area for one in cell.chromosomes])) if cell.chromosomes else np.inf
    found = []
    for index, (rows, columns) in enumerate(ndimage.find_objects(labels), start=1):
        if index in touched:
            continue
        mask = labels[rows, columns] == index
        if 0.12 * typical < np.count_nonzero(mask) < 3.0 * typical:
            found.append(prepare(stain, mask, (columns.start, rows.start)))
    more = len(found)
    return LabelledCell(
        name=cell.name,
        case=cell.case,
        chromosomes=(*cell.chromosomes, *found),
        labels=(*cell.labels, *[STRANGER] * more),
        polarities=(*cell.polarities, *[0] * more),
    )


def cells_with_foreign_matter(archive: Path, *, every: int = 1) -> Iterator[LabelledCell]:
    """Look for foreign matter in each n-th metaphase, the laboratory part left out."""
    wanted = tuple(m for m in read_annotations(archive) if not is_laboratory_part(m.case))
    for metaphase, grey in read_greys(archive, wanted[::every]):
        cell = with_foreign_matter(grey, metaphase)
        if len(cell.labels) >= FEWEST_IN_CELL and STRANGER in cell.labels:
            yield cell


def simulated_cell(simulated: SimulatedMetaphase, name: str) -> LabelledCell:
    """Take the chromosomes of a drawn metaphase by their true masks."""
    stain = stain_of(simulated.picture, dark_on_light=True)
    chromosomes, labels, polarities = [], [], []
    for one in simulated.chromosomes:
        if one.mask.sum() < 30:
            continue
        prepared = prepare(stain, one.mask, (int(one.box[0]), int(one.box[1])))
        way = prepared.axis[0] - prepared.axis[-1]
        chromosomes.append(prepared)
        labels.append(CLASSES.index(one.chromosome_class) if one.chromosome_class in CLASSES else STRANGER)
        # A ring has no p end.
        up = 0.0 if one.p_arm is None else way[0] * one.p_arm[0] + way[1] * one.p_arm[1]
        polarities.append(int(np.sign(up)))
    return LabelledCell(
        name=name,
        case=name,
        chromosomes=tuple(chromosomes),
        labels=tuple(labels),
        polarities=tuple(polarities),
    )


def cells_of_simulation(count: int, *, seed: int = 0) -> Iterator[LabelledCell]:
    """Draw metaphases of some karyotypes."""
    for number in range(count):
        karyotype = _KARYOTYPES[number % len(_KARYOTYPES)]
        yield simulated_cell(
            simulate_metaphase(karyotype, seed=seed + number), f"simulated {seed + number} {karyotype}"
        )


def _iou(first: NDArray[np.floating], second: NDArray[np.floating]) -> NDArray[np.float64]:
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    shared = np.prod(np.clip(high - low, 0.0, None), axis=2)
    areas = [np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) for boxes in (first, second)]
    return np.asarray(shared / np.maximum(areas[0][:, None] + areas[1][None] - shared, 1e-9))
