"""Labelled archives as they are handed over: zips of pictures with one table."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from core.domain.bands import CLASSES
from core.domain.metaphase import Banding
from core.errors import MediaError

ANNOTATIONS: Final = "annotations.json"
TABLE: Final = "index.csv"
_COPY: Final = 0.05
"""Share of the contrast that two crops may differ by and still be copies; they were stored with losses."""

_BANDINGS: Final = {"qband": Banding.Q, "rband": Banding.R}


class ArchiveKind(Enum):
    """What an archive holds."""

    METAPHASES = "metaphases"
    CROPS = "crops"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledArchive:
    """A zip with labels; `name` is its file name without the suffix."""

    path: Path
    kind: ArchiveKind

    @property
    def name(self) -> str:
        """Name of the set in tables."""
        return self.path.stem


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelledMetaphase:
    """One annotated picture: `boxes` (n, 4) as xmin, ymin, xmax, ymax; `classes` names of the n boxes."""

    file: str
    case: str
    grey: NDArray[np.uint8]
    boxes: NDArray[np.float64]
    classes: tuple[str, ...]
    truth_ids: tuple[str, ...]
    listed: str
    difficult: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelledCrop:
    """One karyotyped chromosome; `p_arm` is the direction of its p arm, None where nobody knows.

    `banding` is what the name of the archive says.
    """

    file: str
    case: str
    cell: str
    grey: NDArray[np.uint8]
    chromosome_class: str
    p_arm: tuple[float, float] | None
    banding: Banding = Banding.G


def find_archives(folder: Path, only: tuple[str, ...] = ()) -> tuple[LabelledArchive, ...]:
    """Find labelled archives in a folder and below it, by name.

    Parameters
    ----------
    folder
        Where to look.
    only
        Starts of names to keep; empty keeps all.

    Raises
    ------
    MediaError
        Where the folder holds none.
    """
    found = []
    for path in sorted(folder.rglob("*.zip")):
        if only and not path.name.startswith(only):
            continue
        kind = _kind_of(path)
        if kind is not None:
            found.append(LabelledArchive(path=path, kind=kind))
    if not found:
        wanted = f" whose name starts with {' or '.join(only)}" if only else ""
        raise MediaError(f"no labelled archive of chromosomes{wanted} in {folder}", "choose another folder")
    return tuple(found)


def archive_at(path: Path) -> LabelledArchive:
    """Take one file as a labelled archive.

    Raises
    ------
    MediaError
        Where it is none.
    """
    kind = _kind_of(path)
    if kind is None:
        raise MediaError(
            "expected a labelled archive of metaphases or crops, got another file", "choose another one"
        )
    return LabelledArchive(path=path, kind=kind)


def _kind_of(path: Path) -> ArchiveKind | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.rsplit("/", 1)[-1]: name for name in archive.namelist()}
            if ANNOTATIONS in names:
                return ArchiveKind.METAPHASES
            if TABLE not in names:
                return None
            with archive.open(names[TABLE]) as table:
                head = table.readline().decode("utf-8-sig").strip().split(",")
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError):
        return None
    return ArchiveKind.CROPS if {"class", "cell", "case"}.issubset(head) else None


def metaphases_of(archive: LabelledArchive) -> Iterator[LabelledMetaphase]:
    """Read the annotated pictures of an archive one after the other, in the order of the table."""
    with zipfile.ZipFile(archive.path) as opened:
        prefix = next(name for name in opened.namelist() if name.endswith(ANNOTATIONS))[: -len(ANNOTATIONS)]
        table = json.loads(opened.read(prefix + ANNOTATIONS))
        names = {category["id"]: str(category["name"]) for category in table["categories"]}
        by_image: dict[int, list[dict[str, object]]] = {}
        for annotation in table["annotations"]:
            by_image.setdefault(annotation["image_id"], []).append(annotation)
        for image in table["images"]:
            entries = by_image.get(image["id"], [])
            boxes = np.array([entry["bbox"] for entry in entries], dtype=np.float64).reshape(-1, 4)
            boxes[:, 2:] += boxes[:, :2]
            yield LabelledMetaphase(
                file=image["file_name"],
                case=str(image["case"]),
                grey=_decode(opened.read(prefix + image["file_name"]), image["file_name"]),
                boxes=boxes,
                classes=tuple(_class_name(names[int(str(e["category_id"]))]) for e in entries),
                truth_ids=tuple(str(entry["id"]) for entry in entries),
                listed=str(image.get("listed")),
                difficult=bool(image.get("difficult")),
            )


def crops_of(archive: LabelledArchive) -> Iterator[tuple[LabelledCrop, ...]]:
    """Read the crops of an archive, one cell after the other.

    Crops without their own ``p_dx,p_dy`` columns are upright, except in archives whose name says Q- or
    R-banding: those come in any orientation or turned over, and nobody knows it. R-banded crops that are
    another one of their cell turned over are left out.
    """
    with zipfile.ZipFile(archive.path) as opened:
        prefix = next(name for name in opened.namelist() if name.endswith(TABLE))[: -len(TABLE)]
        rows = list(csv.DictReader(io.StringIO(opened.read(prefix + TABLE).decode("utf-8-sig"))))
        by_cell: dict[str, list[dict[str, str]]] = {}
        for row in rows:
            by_cell.setdefault(row["cell"], []).append(row)
        banding = next((b for key, b in _BANDINGS.items() if key in archive.name), Banding.G)
        upright = banding is Banding.G
        for cell, members in by_cell.items():
            real = without_flips if banding is Banding.R else tuple
            yield real(
                LabelledCrop(
                    file=row["file"],
                    case=row["case"],
                    cell=cell,
                    grey=_decode(opened.read(prefix + row["file"]), row["file"]),
                    chromosome_class=_class_name(row["class"]),
                    p_arm=_direction_of(row, upright=upright),
                    banding=banding,
                )
                for row in members
            )


def without_flips(crops: Iterable[LabelledCrop]) -> tuple[LabelledCrop, ...]:
    """Leave out crops that are an earlier one of their class turned over: copies are no chromosomes."""
    kept: list[LabelledCrop] = []
    for crop in crops:
        same = (one.grey for one in kept if one.chromosome_class == crop.chromosome_class)
        if not any(_is_flip(crop.grey, grey) for grey in same):
            kept.append(crop)
    return tuple(kept)


def _is_flip(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> bool:
    if first.shape != second.shape:
        return False
    contrast = float(np.abs(second - np.median(second)).mean())
    flips = (first, first[::-1], first[:, ::-1], first[::-1, ::-1])
    return any(
        float(cv2.absdiff(np.ascontiguousarray(flip), second).mean()) < _COPY * contrast for flip in flips
    )


def _direction_of(row: dict[str, str], *, upright: bool) -> tuple[float, float] | None:
    if row.get("p_dx") and row.get("p_dy"):
        return (float(row["p_dx"]), float(row["p_dy"]))
    return (0.0, -1.0) if upright else None


def _class_name(text: str) -> str:
    named = {"23": "X", "24": "Y", "x": "X", "y": "Y"}.get(text, text)
    return named if named in CLASSES else "unknown"


def _decode(content: bytes, name: str) -> NDArray[np.uint8]:
    grey = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        raise MediaError(f"the picture {name} of the archive cannot be read", "copy the archive again")
    return np.asarray(grey, dtype=np.uint8)
