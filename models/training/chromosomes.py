"""Straightened chromosomes to train the namer on: metaphases and karyotyped crops, straightened once."""

from __future__ import annotations

import csv
import io
import json
import math
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from core.domain.bands import CLASSES
from core.imaging.intensity import stain_of
from models.inference.strips import (
    SIDE,
    CellStrips,
    PreparedChromosome,
    dark_on_white,
    prepare,
    prepare_crop,
    strips_of,
)
from models.training.metaphases import (
    BOX_AIR,
    AnnotatedMetaphase,
    case_hash,
    is_laboratory_part,
    read_annotations,
    read_greys,
)

SLIDE: Final = "slide "
"""How the cases of M-FISH cells begin."""

_VALIDATION_SLIDES: Final = (f"{SLIDE}06", f"{SLIDE}13", f"{SLIDE}24")

_PICTURES: Final = "pictures.u8"

FEWEST_IN_CELL: Final = 12
"""A cell with fewer straightened chromosomes gives no measure of length."""

_THRESHOLDS: Final = (0.8, 1.0, 1.2)
"""Shares of Otsu's threshold, the loosest that isolates a chromosome counts."""

STRANGER: Final = 24
"""Label of a marker or of something that is no chromosome."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chromosomes:
    """A cache of straightened chromosomes; row i of every array is one chromosome.

    Attributes
    ----------
    stain, mask
        Shape (N, rows, columns), uint8.
    measures
        Shape (N, 6), float32.
    label
        Shape (N,), int16, 0..23, 24 a stranger.
    polarity
        Shape (N,), int8: 1 the p arm at row 0, -1 at the last row, 0 not known.
    cell
        Shape (N,), int32, index into `cells`.
    cells, cases
        Name of each cell, and of the case it belongs to.
    pictures
        Shape (N, 2, SIDE, SIDE), uint8, upright pictures; None in a cache that holds none.
    """

    stain: NDArray[np.uint8]
    mask: NDArray[np.uint8]
    measures: NDArray[np.float32]
    label: NDArray[np.int16]
    polarity: NDArray[np.int8]
    cell: NDArray[np.int32]
    cells: tuple[str, ...]
    cases: tuple[str, ...]
    pictures: NDArray[np.uint8] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledCell:
    """Chromosomes of one cell with what is known of them."""

    name: str
    case: str
    chromosomes: tuple[PreparedChromosome, ...]
    labels: tuple[int, ...]
    polarities: tuple[int, ...]


def is_validation_case(case: str) -> bool:
    """Tell whether a case is kept for choosing and calibrating, about one in twenty.

    Of the slides of M-FISH cells three are kept, those that their publishers' users keep for validation.
    """
    if case.startswith(SLIDE):
        return case in _VALIDATION_SLIDES
    return case_hash("namer " + case) % 20 == 0


def isolated_chromosomes(grey: NDArray[np.uint8], metaphase: AnnotatedMetaphase) -> LabelledCell:
    """Threshold a metaphase and keep the components that are one annotated chromosome each.

    Parameters
    ----------
    grey
        Shape (H, W), uint8.
    metaphase
        Its boxes and classes.

    Returns
    -------
    LabelledCell
        Only chromosomes that touch no other; polarity unknown.
    """
    stain = stain_of(grey, dark_on_light=True)
    inside = np.zeros(stain.shape, dtype=np.bool_)
    tight = metaphase.tight_boxes
    for box in tight:
        x0, y0, x1, y1 = (int(v) for v in box)
        inside[max(y0, 0) : y1, max(x0, 0) : x1] = True
    eight_bit = (stain * 255).astype(np.uint8)
    threshold, _ = cv2.threshold(eight_bit[inside][None], 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    levels = []
    for share in _THRESHOLDS:
        labels, _ = ndimage.label(eight_bit > share * threshold)
        levels.append((labels, ndimage.find_objects(labels)))
    chromosomes, names = [], []
    for box, name in zip(metaphase.boxes, metaphase.classes, strict=True):
        fitting = (_component_of(labels, found, box) for labels, found in levels)
        one = next((found for found in fitting if found is not None), None)
        if one is None:
            continue
        mask, origin = one
        chromosomes.append(prepare(stain, mask, origin))
        names.append(int(name))
    return LabelledCell(
        name=metaphase.file_name,
        case=metaphase.case,
        chromosomes=tuple(chromosomes),
        labels=tuple(names),
        polarities=(0,) * len(names),
    )


def cells_of_metaphases(archive: Path) -> Iterator[LabelledCell]:
    """Read an archive of metaphases, the laboratory part left out; see `isolated_chromosomes`."""
    wanted = tuple(m for m in read_annotations(archive) if not is_laboratory_part(m.case))
    for metaphase, grey in read_greys(archive, wanted):
        cell = isolated_chromosomes(grey, metaphase)
        if len(cell.labels) >= FEWEST_IN_CELL:
            yield cell


def cells_of_crops(
    archive: Path, *, turned: bool = True, upright: bool = True, flips: bool = True
) -> Iterator[LabelledCell]:
    """Read an archive of karyotyped crops, each turned by an angle that follows from its name.

    Parameters
    ----------
    archive
        Zip with `index.csv` and the crops, dark on white or bright on black.
    turned
        False leaves them as they lie.
    upright
        Whether the p arm is up in the archive; polarity is not known where it is not.
    flips
        False leaves out all but the first of every four rows of a cell that has more than 92: copies of it
        turned over.

    Yields
    ------
    LabelledCell
        Whole cells.
    """
    with zipfile.ZipFile(archive) as opened:
        rows = list(csv.DictReader(io.StringIO(opened.read("index.csv").decode())))
        by_cell: dict[str, list[dict[str, str]]] = defaultdict(list)
        for row in rows:
            by_cell[row["cell"]].append(row)
        for name, members in by_cell.items():
            chromosomes, labels, polarities = [], [], []
            if not flips and len(members) > 2 * 46:
                members = members[::4]
            for row in members:
                encoded = np.frombuffer(opened.read(row["file"]), dtype=np.uint8)
                grey = cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE)
                angle = case_hash(row["file"] + name) % 3600 / 10 if turned else 0.0
                one = prepare_crop(turn_crop(dark_on_white(np.asarray(grey, dtype=np.uint8)), angle))
                chromosomes.append(one)
                label = row["class"]
                labels.append(CLASSES.index(label) if label in CLASSES else STRANGER)
                up = (math.sin(math.radians(-angle)), -math.cos(math.radians(angle)))
                way = one.axis[0] - one.axis[-1]
                way_up = 1 if way[0] * up[0] + way[1] * up[1] > 0 else -1
                polarities.append(way_up if upright else 0)
            yield LabelledCell(
                name=name,
                case=members[0]["case"],
                chromosomes=tuple(chromosomes),
                labels=tuple(labels),
                polarities=tuple(polarities),
            )


def turn_crop(grey: NDArray[np.uint8], angle: float) -> NDArray[np.uint8]:
    """Turn a crop counter-clockwise by `angle` degrees on a white background that holds all of it."""
    if angle == 0.0:
        return grey
    height, width = grey.shape
    size = math.ceil(math.hypot(height, width)) + 2
    turn = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), angle, 1.0)
    turn[:, 2] += [(size - width) / 2, (size - height) / 2]
    return np.asarray(
        cv2.warpAffine(grey, turn, (size, size), flags=cv2.INTER_LINEAR, borderValue=255), dtype=np.uint8
    )


def write_cache(cells: Iterator[LabelledCell], folder: Path) -> None:
    """Straighten cells and write them as plain arrays, resumed by doing it again from the start."""
    folder.mkdir(parents=True, exist_ok=True)
    measures: list[NDArray[np.float32]] = []
    labels: list[int] = []
    polarities: list[int] = []
    owners: list[int] = []
    names: list[str] = []
    cases: list[str] = []
    with (
        (folder / "stain.u8").open("wb") as stain,
        (folder / "mask.u8").open("wb") as mask,
        (folder / _PICTURES).open("wb") as pictures,
    ):
        for cell in cells:
            strips = strips_of(cell.chromosomes)
            pictures.write(_bytes(strips.pictures))
            stain.write(_bytes(strips.stain))
            mask.write(_bytes(strips.mask))
            measures.append(strips.measures)
            labels.extend(cell.labels)
            polarities.extend(cell.polarities)
            owners.extend([len(names)] * len(cell.labels))
            names.append(cell.name)
            cases.append(cell.case)
    np.savez(
        folder / "rows.npz",
        measures=np.concatenate(measures),
        label=np.array(labels, dtype=np.int16),
        polarity=np.array(polarities, dtype=np.int8),
        cell=np.array(owners, dtype=np.int32),
    )
    (folder / "cells.json").write_text(json.dumps({"cells": names, "cases": cases}))


def read_cache(folder: Path) -> Chromosomes:
    """Open what `write_cache` wrote; pixels stay on disk until they are used."""
    rows = np.load(folder / "rows.npz")
    named = json.loads((folder / "cells.json").read_text())
    nothing, count = strips_of([]), len(rows["label"])
    shape = (count, *nothing.stain.shape[1:])
    pictures = None
    if (folder / _PICTURES).exists():
        upright = (count, *nothing.pictures.shape[1:])
        pictures = np.memmap(folder / _PICTURES, dtype=np.uint8, mode="r", shape=upright)
    return Chromosomes(
        stain=np.memmap(folder / "stain.u8", dtype=np.uint8, mode="r", shape=shape),
        mask=np.memmap(folder / "mask.u8", dtype=np.uint8, mode="r", shape=shape),
        measures=rows["measures"],
        label=rows["label"],
        polarity=rows["polarity"],
        cell=rows["cell"],
        cells=tuple(named["cells"]),
        cases=tuple(named["cases"]),
        pictures=pictures,
    )


def strips_from(chromosomes: Chromosomes, rows: NDArray[np.integer]) -> CellStrips:
    """Take some rows of a cache as strips, as `strips_of` would give them."""
    if chromosomes.pictures is None:
        pictures = np.zeros((len(rows), 2, SIDE, SIDE), dtype=np.float32)
    else:
        pictures = chromosomes.pictures[rows].astype(np.float32) / 255.0
    return CellStrips(
        stain=chromosomes.stain[rows].astype(np.float32) / 255.0,
        mask=chromosomes.mask[rows].astype(np.float32) / 255.0,
        measures=chromosomes.measures[rows],
        pictures=pictures,
    )


def _bytes(values: NDArray[np.float32]) -> bytes:
    return (np.clip(values, 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8).tobytes()


def _component_of(
    labels: NDArray[np.int32], found: list[tuple[slice, slice]], box: NDArray[np.float32]
) -> tuple[NDArray[np.bool_], tuple[int, int]] | None:
    """The component that fills a box and stays within it, None where there is no such one."""
    x0, y0, x1, y1 = (round(float(v)) for v in box)
    part = labels[max(y0, 0) : y1, max(x0, 0) : x1]
    counts = np.bincount(part.ravel())
    counts[0] = 0
    if len(counts) < 2:
        return None
    index = int(counts.argmax())
    rows, columns = found[index - 1]
    air = BOX_AIR
    # The drawn boxes keep some air on every side; a component without it belongs to another box too.
    within = (
        columns.start >= x0 + 1 and rows.start >= y0 + 1 and columns.stop <= x1 - 1 and rows.stop <= y1 - 1
    )
    fills = (
        columns.stop - columns.start >= (x1 - x0) - 4.5 * air
        and rows.stop - rows.start >= (y1 - y0) - 4.5 * air
    )
    if not within or not fills or counts[index] < 40:
        return None
    mask = ndimage.binary_fill_holes(labels[rows, columns] == index)
    return np.asarray(mask, dtype=np.bool_), (columns.start, rows.start)
