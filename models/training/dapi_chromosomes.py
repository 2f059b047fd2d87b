"""Chromosomes of M-FISH cells: the DAPI picture shows the bands, the class map says which is which."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from core.domain.bands import CLASSES
from core.imaging.intensity import stain_of
from models.inference.strips import prepare
from models.training.chromosomes import FEWEST_IN_CELL, SLIDE, LabelledCell

_CROSSING: Final = 255
_SMALLEST: Final = 60
_PLAIN: Final = re.compile(r"^\d\d,[XY]+(,[+-](\d\d?|X|Y))*$")


def expected_numbers(iscn: str) -> dict[str, int] | None:
    """Number of each class in a plain karyotype of the archive, None for one with rearrangements.

    Parameters
    ----------
    iscn
        Free-hand text such as ``44, XX, -7, -22``.
    """
    plain = iscn.replace(" ", "")
    if not _PLAIN.match(plain):
        return None
    _, sexes, *changes = plain.split(",")
    numbers = {name: 2 for name in CLASSES if name not in "XY"}
    numbers |= {name: sexes.count(name) for name in "XY"}
    for change in changes:
        numbers[change[1:]] += 1 if change[0] == "+" else -1
    return numbers


def dapi_cell(
    grey: NDArray[np.uint8], class_map: NDArray[np.uint8], numbers: dict[str, int], name: str, slide: str
) -> LabelledCell:
    """Take the chromosomes whose class has as many pieces as the karyotype says, none of them crossed.

    Parameters
    ----------
    grey
        DAPI plane, shape (H, W), uint8, bright on black.
    class_map
        Shape (H, W): 0 ground, 1 to 24 classes, 255 two chromosomes.
    numbers
        From `expected_numbers`.
    """
    stain = stain_of(grey, dark_on_light=False)
    crossing = ndimage.binary_dilation(class_map == _CROSSING, iterations=2)
    chromosomes, labels = [], []
    for index, class_name in enumerate(CLASSES):
        pieces, _ = ndimage.label(class_map == index + 1, structure=np.ones((3, 3)))
        found = []
        for number, (rows, columns) in enumerate(ndimage.find_objects(pieces), start=1):
            mask = pieces[rows, columns] == number
            if np.count_nonzero(mask) >= _SMALLEST:
                found.append((mask, rows, columns))
        if len(found) != numbers[class_name]:
            continue
        for mask, rows, columns in found:
            if not (crossing[rows, columns] & mask).any():
                chromosomes.append(prepare(stain, mask, (columns.start, rows.start)))
                labels.append(index)
    return LabelledCell(
        name=name,
        case=f"{SLIDE}{slide}",
        chromosomes=tuple(chromosomes),
        labels=tuple(labels),
        polarities=(0,) * len(labels),
    )


def cells_of_dapi(archive: Path) -> Iterator[LabelledCell]:
    """Read the DAPI cells of plain karyotype that have a class map."""
    with zipfile.ZipFile(archive) as opened:
        for row in csv.DictReader(io.StringIO(opened.read("index.csv").decode())):
            numbers = expected_numbers(row["iscn"])
            if numbers is None or not row["class_map"]:
                continue
            grey, classes = (
                cv2.imdecode(np.frombuffer(opened.read(row[key]), dtype=np.uint8), cv2.IMREAD_GRAYSCALE)
                for key in ("dapi", "class_map")
            )
            cell = dapi_cell(
                np.asarray(grey, np.uint8), np.asarray(classes, np.uint8), numbers, row["cell"], row["slide"]
            )
            if len(cell.labels) >= FEWEST_IN_CELL:
                yield cell
