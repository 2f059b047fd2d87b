"""How often the true change fits best when everything is made of real chromosomes.

`python -m tests.benchmarks.what_if_real CROPS.zip --cells 40` takes upright crops of whole cells. In each
cell one homolog of each class is made into a suspect that carries a change; the change is then built from the
*other* homologs, at the true breaks and at breaks moved by one to three bands of the 400 level.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from core.derivative.build import build
from core.derivative.strip import Strip, strip_of_picture
from core.domain.bands import AUTOSOMES, relative_length
from core.imaging.straighten import axis_length, medial_axis
from core.iscn.parser import parse_change
from core.iscn.rearrange import products_of
from core.whatif.likeness import likeness_of, profile_of
from core.whatif.plan import plan_of
from core.whatif.sources import at_scale
from tests.benchmarks.what_if import CHANGES, Trial, moved, table_line

_HALF = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class RealCell:
    """Two strips of each autosome, on the scale of their cell."""

    name: str
    strips: dict[str, tuple[Strip, Strip]]


def mask_of_crop(grey: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """The largest dark thing of a crop, without holes."""
    padded = np.pad(grey, 4, constant_values=255)
    _, dark = cv2.threshold(
        cv2.GaussianBlur(padded, (0, 0), 1.0), 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU
    )
    found, labels, stats, _ = cv2.connectedComponentsWithStats(dark)
    if found < 2:
        return np.zeros(grey.shape, dtype=np.bool_)
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    whole = np.asarray(labels == largest, dtype=np.uint8)
    outlines, _ = cv2.findContours(whole, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(whole, outlines, -1, 1, cv2.FILLED)
    return np.asarray(whole[4:-4, 4:-4] > 0)


def cells_of(archive: Path, most: int) -> Iterator[RealCell]:
    """Cells with two crops of every autosome, p arms up."""
    with zipfile.ZipFile(archive) as files:
        name = next(one for one in files.namelist() if one.endswith("index.csv"))
        rows = list(csv.DictReader(io.TextIOWrapper(files.open(name), encoding="utf-8")))
        folder = name.removesuffix("index.csv")
        by_cell: dict[str, list[dict[str, str]]] = {}
        for row in rows:
            by_cell.setdefault(row["cell"], []).append(row)
        given = 0
        for cell, those in sorted(by_cell.items()):
            classes = [row["class"] for row in those]
            if given >= most or any(classes.count(one) != 2 for one in AUTOSOMES):
                continue
            read = {
                one: [
                    cv2.imdecode(
                        np.frombuffer(files.read(folder + row["file"]), np.uint8), cv2.IMREAD_GRAYSCALE
                    )
                    for row in those
                    if row["class"] == one
                ]
                for one in AUTOSOMES
            }
            strips = _strips(read)
            if strips is not None:
                given += 1
                yield RealCell(name=cell, strips=strips)


def _strips(read: dict[str, list[NDArray[np.uint8]]]) -> dict[str, tuple[Strip, Strip]] | None:
    axes = {}
    for name, pair in read.items():
        for number, grey in enumerate(pair):
            mask = mask_of_crop(grey)
            if mask.sum() < 30:
                return None
            axis = medial_axis(mask)
            axes[name, number] = mask, axis if axis[0][1] <= axis[-1][1] else axis[::-1]
    scale = float(
        np.median([axis_length(axis) / (100.0 * relative_length(n)) for (n, _), (_, axis) in axes.items()])
    )

    def strip(name: str, number: int) -> Strip:
        mask, axis = axes[name, number]
        stain = 1.0 - read[name][number].astype(np.float32) / 255.0
        found = strip_of_picture(stain, mask, (0, 0), axis, name, half_width=_HALF * scale, scale=scale)
        return at_scale(found, scale, 2 * round(_HALF * scale) + 1)

    return {name: (strip(name, 0), strip(name, 1)) for name in read}


def trials(cell: RealCell, change: str) -> Iterator[Trial]:
    """The chromosomes that one change leaves of the first homologs, against what the second ones give."""
    first = {name: pair[0] for name, pair in cell.strips.items()}
    second = {name: pair[1] for name, pair in cell.strips.items()}
    for product in products_of(parse_change(change)):
        plan = plan_of(change, product.carrier)
        if plan is None:
            continue
        suspect = build(first, product.segments)
        own = profile_of(suspect.stain, suspect.mask)

        def score(text: str, carrier: str = product.carrier, own: NDArray[np.float64] = own) -> float | None:
            try:
                one = next(one for one in products_of(parse_change(text)) if one.carrier == carrier)
                built = build(second, one.segments)
            except (ValueError, StopIteration):
                return None
            return likeness_of(own, profile_of(built.stain, built.mask)).score

        true = score(change)
        unchanged = second[product.carrier]
        wrong = [(steps, score(str(tried.text))) for steps, tried in moved(plan)]
        if true is not None:
            yield Trial(
                change=change,
                true=true,
                unchanged=likeness_of(own, profile_of(unchanged.stain, unchanged.mask)).score,
                wrong=tuple((steps, value) for steps, value in wrong if value is not None),
                source_is_normal=True,
            )


def main(arguments: list[str]) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--cells", type=int, default=40)
    wish = parser.parse_args(arguments)
    cells = list(cells_of(wish.archive, wish.cells))
    found = [trial for cell in cells for change in CHANGES for trial in trials(cell, change)]
    for change in (*CHANGES, "all"):
        print(f"{change:22s} {table_line([one for one in found if change in (one.change, 'all')])}")
    pairs = [
        likeness_of(*(profile_of(strip.stain, strip.mask) for strip in pair)).score
        for cell in cells
        for pair in cell.strips.values()
    ]
    low, middle, high = np.percentile(pairs, [10, 50, 90])
    print(f"{len(cells)} cells; normal homologs agree {low:.2f} to {high:.2f}, middle {middle:.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
