"""Simulated metaphases as files: picture and truth side by side."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from core.simulation.truth import SimulatedChromosome, SimulatedMetaphase

_LONGEST_NAME: Final = 80
_NOTICE: Final = "simulated"


def case_name_of(karyotype: str) -> str:
    """Name of the case for file names: safe on every platform, begins with `simulated-`.

    Dots are left out because the laboratory naming `<case>.<cell>.A.png` separates by dots.
    """
    safe = re.sub(r"[^A-Za-z0-9+-]+", "_", karyotype).strip("_")
    return f"{_NOTICE}-{safe}"[:_LONGEST_NAME]


def write_metaphase(metaphase: SimulatedMetaphase, folder: Path, *, cell: int) -> tuple[Path, Path]:
    """Write `<case>.<cell>.A.png` and `<case>.<cell>.A.truth.json`.

    Parameters
    ----------
    metaphase
        What to write.
    folder
        Existing folder.
    cell
        Number of the cell within its case, from 1.

    Returns
    -------
    tuple of Path
        Picture and truth. Both appear whole or not at all.

    Raises
    ------
    OSError
        When the folder cannot be written.
    """
    name = f"{case_name_of(metaphase.karyotype)}.{cell:03d}.A"
    picture, truth = folder / f"{name}.png", folder / f"{name}.truth.json"
    described = json.dumps(truth_as_json(metaphase, image=picture.name), separators=(",", ":"))
    notes = PngInfo()
    notes.add_text("simulated", "true")
    notes.add_text("Description", f"simulated metaphase of {metaphase.karyotype}, no patient")
    notes.add_text("seed", str(metaphase.seed))
    unfinished = [path.with_name(f".{path.name}.part") for path in (picture, truth)]
    try:
        Image.fromarray(metaphase.picture).save(unfinished[0], format="PNG", pnginfo=notes, optimize=True)
        unfinished[1].write_text(described, encoding="utf-8")
        os.replace(unfinished[0], picture)
        os.replace(unfinished[1], truth)
    finally:
        for path in unfinished:
            path.unlink(missing_ok=True)
    return picture, truth


def truth_as_json(metaphase: SimulatedMetaphase, *, image: str) -> dict[str, Any]:
    """Truth of a metaphase in plain values; `image` is the name of its picture.

    `mask` holds the runs of the mask inside its box: rows from the top, pixels off and on in turn,
    beginning with off. `polygons` are the same outline for drawing.
    """
    height, width = metaphase.picture.shape
    return {
        "simulated": True,
        "karyotype": metaphase.karyotype,
        "cell_line": metaphase.cell_line,
        "seed": metaphase.seed,
        "image": image,
        "width": width,
        "height": height,
        "settings": asdict(metaphase.settings),
        "chromosomes": [
            _chromosome_as_json(index, chromosome) for index, chromosome in enumerate(metaphase.chromosomes)
        ],
        "excluded": [{"reason": one.reason.value, "box": list(one.box)} for one in metaphase.excluded],
    }


def runs_of(mask: NDArray[np.bool_]) -> list[int]:
    """Lengths of the runs of a mask, row by row, off and on in turn, beginning with off."""
    flat = mask.ravel()
    changes = np.flatnonzero(np.diff(flat)) + 1
    runs = np.diff(np.concatenate([[0], changes, [flat.size]])).tolist()
    return [0, *runs] if flat.size and flat[0] else runs


def mask_of(runs: Sequence[int], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Mask of shape (h, w) from the runs that `runs_of` gives.

    Raises
    ------
    ValueError
        When the runs do not fill the shape.
    """
    flat = np.repeat(np.arange(len(runs)) % 2 == 1, runs)
    if flat.size != shape[0] * shape[1]:
        raise ValueError(
            f"expected runs of {shape[0] * shape[1]} pixels in all, got {flat.size}; the file is damaged"
        )
    return flat.reshape(shape)


def _chromosome_as_json(index: int, chromosome: SimulatedChromosome) -> dict[str, Any]:
    return {
        "index": index,
        "class": chromosome.chromosome_class,
        "object_type": chromosome.object_type.value,
        "designation": chromosome.designation,
        "box": list(chromosome.box),
        "centromere": _rounded(chromosome.centromere),
        "p_arm": None if chromosome.p_arm is None else [round(value, 4) for value in chromosome.p_arm],
        "overlaps": list(chromosome.overlaps),
        "axis": [_rounded((float(x), float(y))) for x, y in chromosome.axis[::4]],
        "polygons": [[_rounded(point) for point in polygon] for polygon in chromosome.polygons],
        "mask": runs_of(chromosome.mask),
    }


def _rounded(point: tuple[float, float] | None) -> list[float] | None:
    return None if point is None else [round(point[0], 2), round(point[1], 2)]
