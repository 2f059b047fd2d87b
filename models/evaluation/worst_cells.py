"""Pictures of the cells with the most errors: what was annotated, and what the program said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from models.evaluation.archives import LabelledArchive, metaphases_of
from models.evaluation.details import errors_of
from models.evaluation.rows import CellScore

_RIGHT: Final = (70, 160, 60)
_MISSED: Final = (30, 30, 220)
_EXTRA: Final = (200, 80, 200)
_MISNAMED: Final = (0, 140, 255)


def draw_cell(
    grey: NDArray[np.uint8],
    boxes: NDArray[np.float64],
    truth_ids: Sequence[str],
    predictions: Sequence[Mapping[str, object]],
) -> NDArray[np.uint8]:
    """Draw one cell: right green, missed red, extra violet, misnamed orange with both names.

    Parameters
    ----------
    grey
        Shape (H, W), uint8.
    boxes, truth_ids
        Annotated boxes (n, 4) and their identities.
    predictions
        Rows of this cell by the contract's columns.

    Returns
    -------
    ndarray
        Shape (H, W, 3), uint8, BGR as OpenCV writes it.
    """
    canvas = np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    place = dict(zip(truth_ids, boxes, strict=True))
    for row in predictions:
        truth, said = str(row["truth"]), str(row["predicted_in_cell"])
        if row["pred_id"] == "":
            _draw(canvas, place[str(row["truth_id"])], f"{truth} missed", _MISSED)
            continue
        box = np.asarray(row["box"], dtype=np.float64)
        if row["truth_id"] == "":
            _draw(canvas, box, f"{said} extra", _EXTRA)
        elif truth != said:
            _draw(canvas, box, f"{said}, is {truth}", _MISNAMED)
        else:
            _draw(canvas, box, said, _RIGHT)
    return canvas


def write_worst_cells(
    folder: Path,
    archive: LabelledArchive,
    scores: Sequence[CellScore],
    predictions: Sequence[Mapping[str, object]],
    most: int = 10,
) -> None:
    """Write pictures of the cells with the most errors, the worst first by file name."""
    worst = sorted(scores, key=errors_of, reverse=True)[:most]
    rank = {score.cell: place for place, score in enumerate(worst, start=1)}
    for metaphase in metaphases_of(archive):
        if metaphase.file in rank:
            rows = [row for row in predictions if row["file"] == metaphase.file]
            picture = draw_cell(metaphase.grey, metaphase.boxes, metaphase.truth_ids, rows)
            name = f"{rank[metaphase.file]:02d}_{Path(metaphase.file).stem}.png"
            write_picture(folder / name, picture)


def write_picture(path: Path, picture: NDArray[np.uint8]) -> None:
    """Write a picture as PNG."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(".png", picture)[1].tobytes())


def _draw(
    canvas: NDArray[np.uint8], box: NDArray[np.float64], text: str, colour: tuple[int, int, int]
) -> None:
    xmin, ymin, xmax, ymax = (round(float(value)) for value in box)
    thick = 1 if colour == _RIGHT else 2
    cv2.rectangle(canvas, (xmin, ymin), (xmax, ymax), colour, thick)
    cv2.putText(
        canvas, text, (xmin, max(10, ymin - 3)), cv2.FONT_HERSHEY_SIMPLEX, 0.4, colour, 1, cv2.LINE_AA
    )
