"""Annotated metaphases: reading the archive, the parts by case, and one shard of stain pictures."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from core.imaging.intensity import stain_of

CANONICAL_LENGTH: Final = 75.0
"""Median longer side of the tight boxes of a metaphase at the canonical scale, in pixels."""
BOX_AIR: Final = 4.0
"""Annotated boxes are drawn about this much wider than the chromosome, on each side, in pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatedMetaphase:
    """One picture of the archive with its boxes.

    Attributes
    ----------
    file_name, case
        Name inside the archive; the case (patient) it belongs to.
    width, height
        Size of the picture in pixels.
    boxes
        Annotated boxes, shape (n, 4), xmin, ymin, xmax, ymax in pixels, float32, drawn with air.
    classes
        Index of the class of each box, 0..23 = 1..22, X, Y, shape (n,).
    """

    file_name: str
    case: str
    width: int
    height: int
    boxes: NDArray[np.float32]
    classes: NDArray[np.int64]

    @property
    def tight_boxes(self) -> NDArray[np.float32]:
        """Boxes without the air they are drawn with, shape (n, 4)."""
        air = np.array([BOX_AIR, BOX_AIR, -BOX_AIR, -BOX_AIR], dtype=np.float32)
        return np.asarray(self.boxes + air, dtype=np.float32)

    @property
    def canonical_factor(self) -> float:
        """Factor by which this picture is enlarged to come to the canonical scale."""
        return CANONICAL_LENGTH / median_length(self.tight_boxes)


def median_length(tight_boxes: NDArray[np.floating]) -> float:
    """Median of the longer sides of boxes, shape (n, 4), n > 0."""
    sizes = tight_boxes[:, 2:] - tight_boxes[:, :2]
    return float(np.median(sizes.max(axis=1)))


def case_hash(case: str) -> int:
    """Return a number that depends on the name of the case only."""
    return int(hashlib.sha256(case.encode()).hexdigest(), 16)


def is_laboratory_part(case: str) -> bool:
    """Tell whether a case is kept for the learning loop and must not touch a base model."""
    return case_hash(case) % 10 == 0


def is_validation_part(case: str) -> bool:
    """Tell whether a case of the training archive is kept for choosing, about one in twenty."""
    return case_hash(case) // 10 % 20 == 0


def read_annotations(archive: Path) -> tuple[AnnotatedMetaphase, ...]:
    """Read the table of an archive of metaphases.

    Parameters
    ----------
    archive
        A zip with `annotations.json` (COCO) and the pictures.

    Returns
    -------
    tuple of AnnotatedMetaphase
        In the order of the table, pictures without any box left out.
    """
    with zipfile.ZipFile(archive) as opened:
        table = json.loads(opened.read("annotations.json"))
    boxes: dict[int, list[list[float]]] = defaultdict(list)
    classes: dict[int, list[int]] = defaultdict(list)
    for annotation in table["annotations"]:
        x, y, width, height = annotation["bbox"]
        boxes[annotation["image_id"]].append([x, y, x + width, y + height])
        classes[annotation["image_id"]].append(annotation["category_id"] - 1)
    return tuple(
        AnnotatedMetaphase(
            file_name=image["file_name"],
            case=image["case"],
            width=image["width"],
            height=image["height"],
            boxes=np.array(boxes[image["id"]], dtype=np.float32),
            classes=np.array(classes[image["id"]], dtype=np.int64),
        )
        for image in table["images"]
        if boxes[image["id"]]
    )


def read_greys(
    archive: Path, metaphases: tuple[AnnotatedMetaphase, ...]
) -> Iterator[tuple[AnnotatedMetaphase, NDArray[np.uint8]]]:
    """Read the pictures of an archive one after the other, as grey uint8 of shape (height, width)."""
    with zipfile.ZipFile(archive) as opened:
        for metaphase in metaphases:
            encoded = np.frombuffer(opened.read(metaphase.file_name), dtype=np.uint8)
            grey = cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE)
            if grey is None:
                raise ValueError(
                    f"expected a picture in {archive.name}:{metaphase.file_name}, got unreadable bytes, "
                    "fetch the archive again"
                )
            yield metaphase, np.asarray(grey, dtype=np.uint8)


class MetaphaseShard:
    """Stain pictures at the canonical scale, one file mapped into memory.

    Decoding 3,500 pictures takes a minute; a shard makes every later start, and every epoch, free of it.
    """

    def __init__(self, metaphases: tuple[AnnotatedMetaphase, ...], folder: Path) -> None:
        self.metaphases = metaphases
        table = json.loads((folder / "shapes.json").read_text())
        self._shapes: list[tuple[int, int]] = [tuple(shape) for shape in table["shapes"]]
        self._offsets = np.concatenate([[0], np.cumsum([h * w for h, w in self._shapes])])
        self._pixels = np.memmap(folder / "stain.u8", dtype=np.uint8, mode="r")

    def __len__(self) -> int:
        return len(self.metaphases)

    def stain(self, index: int) -> NDArray[np.uint8]:
        """Stain of one metaphase at the canonical scale, 0..255, shape (h, w)."""
        start = int(self._offsets[index])
        height, width = self._shapes[index]
        return np.asarray(self._pixels[start : start + height * width].reshape(height, width))

    def boxes(self, index: int) -> NDArray[np.float32]:
        """Tight boxes in pixels of `stain(index)`, shape (n, 4)."""
        metaphase = self.metaphases[index]
        return np.asarray(metaphase.tight_boxes * metaphase.canonical_factor, dtype=np.float32)


def open_shard(archive: Path, scratch: Path) -> MetaphaseShard:
    """Open the shard of an archive, making it in `scratch` when it is not there.

    Pictures of the laboratory part never enter a shard.
    """
    metaphases = tuple(m for m in read_annotations(archive) if not is_laboratory_part(m.case))
    folder = scratch / archive.stem
    if not (folder / "shapes.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        shapes = []
        with (folder / "stain.u8").open("wb") as file:
            for metaphase, grey in read_greys(archive, metaphases):
                factor = metaphase.canonical_factor
                size = (round(metaphase.width * factor), round(metaphase.height * factor))
                stain = (stain_of(grey, dark_on_light=True) * 255.0 + 0.5).astype(np.uint8)
                how = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
                stain = np.asarray(cv2.resize(stain, size, interpolation=how), dtype=np.uint8)
                file.write(stain.tobytes())
                shapes.append(stain.shape)
        (folder / "shapes.json").write_text(json.dumps({"shapes": shapes}))
    return MetaphaseShard(metaphases, folder)
