"""M-FISH metaphases: DAPI pictures; class maps give instances where their number fits the karyotype."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from core.domain.bands import CLASSES
from core.errors import MediaError

VALIDATION_SLIDES: Final = ("06", "13", "24")
OVERLAP: Final = 255
"""Value of a class map where two chromosomes cross."""
_LEAST_PIECE: Final = 30
_REARRANGED: Final = re.compile(r"\b(?:t|ins|der|dic|inv|del|add|dup|r|i|ish)\s*\(([^)]*)\)", re.IGNORECASE)
_CHANGED: Final = re.compile(r"([+-])\s*(\d{1,2}|[XY])(?![\dq])", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MfishCell:
    """One metaphase with its pixel classes.

    Attributes
    ----------
    cell, slide
        Name of the cell; the slide it lies on, which cells of one case share.
    grey
        DAPI plane, shape (H, W), uint8, bright on dark.
    class_map
        Shape (H, W), uint8: 0 background, 1..22, 23 X, 24 Y, 255 two chromosomes.
    expected
        Chromosomes of each class by the karyotype; classes that a rearrangement touches are left out, and
        so are all classes where the sum contradicts the number that the karyotype states.
    """

    cell: str
    slide: str
    grey: NDArray[np.uint8]
    class_map: NDArray[np.uint8]
    expected: dict[int, int]


def expected_counts(iscn: str) -> dict[int, int]:
    """Read how many chromosomes of each class value (1..24) a free-hand karyotype speaks of.

    Notes
    -----
    Classes in a rearrangement are left out, because a derivative carries one class of the map only. Where
    the counts do not add up to the stated number, nothing is certain and the answer is empty.
    """
    text = iscn.replace(" ", "").upper()
    stated = re.match(r"(\d+)", text)
    sex = re.search(r"(?:^|,)([XY]+)(?=,|$|[+-])", text)
    if stated is None or sex is None:
        return {}
    counts = dict.fromkeys(range(1, 23), 2)
    counts[23], counts[24] = sex.group(1).count("X"), sex.group(1).count("Y")
    plain = _REARRANGED.sub("", text)
    for sign, name in _CHANGED.findall(plain):
        value = CLASSES.index(name) + 1 if name in CLASSES else 0
        if value == 0:
            return {}
        counts[value] += 1 if sign == "+" else -1
    if sum(counts.values()) != int(stated.group(1)):
        return {}
    for inside in _REARRANGED.findall(text):
        for name in re.split(r"[;,/]", inside):
            if name in CLASSES:
                counts.pop(CLASSES.index(name) + 1, None)
    return counts


def mfish_cells(archive: Path, slides: tuple[str, ...] = VALIDATION_SLIDES) -> Iterator[MfishCell]:
    """Read the cells of some slides that have a class map; an empty tuple of slides reads all."""
    with zipfile.ZipFile(archive) as opened:
        table = csv.DictReader(io.StringIO(opened.read("index.csv").decode("utf-8-sig")))
        for row in table:
            if not row["class_map"] or (slides and row["slide"] not in slides):
                continue
            yield MfishCell(
                cell=row["cell"],
                slide=row["slide"],
                grey=_decoded(opened.read(row["dapi"]), row["dapi"]),
                class_map=_decoded(opened.read(row["class_map"]), row["class_map"]),
                expected=expected_counts(row["iscn"]),
            )


def pieces_of(class_map: NDArray[np.uint8], value: int) -> list[NDArray[np.bool_]]:
    """Components of a class, specks left out, each of the shape of the map."""
    count, labels, statistics, _ = cv2.connectedComponentsWithStats(
        (class_map == value).astype(np.uint8), connectivity=8
    )
    return [
        np.asarray(labels == k) for k in range(1, count) if statistics[k, cv2.CC_STAT_AREA] >= _LEAST_PIECE
    ]


def instances_of(cell: MfishCell) -> dict[int, list[NDArray[np.bool_]]]:
    """True instances by class value: classes with as many components as the karyotype has chromosomes."""
    found = {}
    for value, count in cell.expected.items():
        pieces = pieces_of(cell.class_map, value)
        if count and len(pieces) == count:
            found[value] = pieces
    return found


def _decoded(content: bytes, name: str) -> NDArray[np.uint8]:
    grey = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise MediaError(f"the picture {name} of the archive cannot be read", "copy the archive again")
    return np.asarray(grey, dtype=np.uint8)
