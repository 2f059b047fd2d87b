"""Windows for the outliner's second look, written once and learned from several times.

``python -m models.training.closer_samples --data DIR --scratch DIR --outliner FOLDER --out DIR`` composes
scenes, lets the first look draw every chromosome in them and keeps the windows of known masks.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from core.imaging.intensity import stain_of
from models.evaluation.mfish import VALIDATION_SLIDES, instances_of, mfish_cells, pieces_of
from models.inference.closer_window import (
    Strip,
    closer_channels,
    cut_strip,
    edge_in_box,
    edge_of_picture,
    near_boxes,
    strip_of,
)
from models.inference.outliner import OnnxOutliner
from models.training.clusters import bar_of, lay_cluster, lay_debris, stained_like
from models.training.compose import CutOut, PlacedMask, cut_out, foreground, isolated, upright
from models.training.finder_samples import vary
from models.training.metaphases import (
    CANONICAL_LENGTH,
    MetaphaseShard,
    is_validation_part,
    median_length,
    open_shard,
)

_OPEN: Final = -1
_BANK_PICTURES: Final = 250
_FEWEST_ALONE: Final = 6
_TOUCH_REACH: Final = 4.0
_FEWEST_KNOWN: Final = 12
_BRIGHT: Final = 0.15
_DEBRIS: Final = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """An isolated chromosome and the stain level (0..255) at the edges of its picture."""

    cut: CutOut
    edge: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A picture to lay chromosomes into, canonical scale.

    Attributes
    ----------
    stain
        Shape (h, w), uint8.
    boxes
        Tight boxes of its chromosomes, shape (n, 4).
    alone
        Exact masks by index of the box.
    """

    stain: NDArray[np.uint8]
    boxes: NDArray[np.float32]
    alone: dict[int, PlacedMask]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposedScene:
    """A picture with laid chromosomes.

    Attributes
    ----------
    stain
        Shape (h, w), uint8, canonical scale.
    boxes
        Tight boxes, those laid last, shape (n, 4).
    masks
        Exact masks by index of the box, of those laid and of those that lay alone before.
    real
        How many boxes were there before.
    """

    stain: NDArray[np.uint8]
    boxes: NDArray[np.float32]
    masks: dict[int, PlacedMask]
    real: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CloserSamples:
    """Windows; shapes (n, 6, 144, 64) uint8 and (n, 144, 64) int8 with 1 yes, 0 no, -1 not known."""

    windows: NDArray[np.uint8]
    own: NDArray[np.int8]
    crossing: NDArray[np.int8]


class CloserSampler:
    """Composes scenes and cuts the windows of the second look out of them."""

    def __init__(
        self,
        shard: MetaphaseShard,
        indices: list[int],
        mfish: list[Ground],
        outliner: OnnxOutliner,
        seed: int,
        *,
        again: float = 0.0,
    ) -> None:
        """Prepare; `again` is the share of scenes whose masks a second look has corrected before."""
        self._again = again
        self._rng = np.random.default_rng(seed)
        self._shard = shard
        self._indices = indices
        self._mfish = mfish
        self._outliner = outliner
        self._pieces: list[Piece] = []
        for index in self._rng.permutation(indices)[:_BANK_PICTURES]:
            ground = self._ground(int(index))
            self._pieces += _pieces_of(ground)
        self._bright = [piece for ground in mfish for piece in _pieces_of(ground)]

    def scenes(self) -> Iterator[CloserSamples]:
        """Windows of one scene after the other, without end."""
        while True:
            ground, pieces = self.draw_ground()
            yield self._windows(ground, pieces)

    def draw_ground(self) -> tuple[Ground, list[Piece]]:
        """Draw a picture and the chromosomes to lay into it, those of DAPI pictures into one of them."""
        while True:
            if self._mfish and self._rng.random() < _BRIGHT:
                return self._mfish[int(self._rng.integers(len(self._mfish)))], self._bright
            ground = self._ground(int(self._rng.choice(self._indices)))
            if len(ground.alone) >= _FEWEST_ALONE:
                return ground, self._pieces

    def _ground(self, index: int) -> Ground:
        stain, boxes = self._shard.stain(index), self._shard.boxes(index)
        return Ground(stain=stain, boxes=boxes, alone=isolated(foreground(stain), boxes))

    def compose(self, ground: Ground, pieces: list[Piece]) -> ComposedScene:
        """Lay chromosomes by some of those that lie alone in a picture."""
        rng = self._rng
        stain = ground.stain.copy()
        edge = 255.0 * edge_of_picture(stain.astype(np.float32) / np.float32(255.0))
        density = float(rng.uniform(0.3, 1.0))
        chosen = [pieces[int(k)] for k in rng.integers(0, len(pieces), 24)]
        usable = [stained_like(piece.cut, edge, piece.edge) for piece in chosen]
        masks = dict(ground.alone)
        boxes = list(ground.boxes)
        for index in rng.permutation(list(ground.alone))[: int(rng.integers(4, 8))]:
            bar = bar_of(ground.alone[int(index)])
            if rng.random() < _DEBRIS:
                lay_debris(stain, bar.centre, rng)
            for placed in lay_cluster(stain, bar, usable, rng, density=density):
                masks[len(boxes)] = placed
                boxes.append(placed.bounds)
        return ComposedScene(
            stain=stain, boxes=np.array(boxes, np.float32), masks=masks, real=len(ground.boxes)
        )

    def _windows(self, ground: Ground, pieces: list[Piece]) -> CloserSamples:
        rng = self._rng
        scene = self.compose(ground, pieces)
        stain, every, masks, real = scene.stain, scene.boxes, scene.masks, scene.real
        seen = vary(stain.astype(np.float32) / np.float32(255.0), rng)
        laid = list(range(real, len(every)))
        crossed = [k for k in ground.alone if any(_meet(every[k], every[j]) for j in laid)]
        free = [k for k in ground.alone if k not in set(crossed)]
        targets = [*laid, *crossed, *rng.permutation(free)[:2].tolist()]
        needed = sorted(
            {*targets, *(int(k) for t in targets for k in np.nonzero(near_boxes(every, every[t], 4.0))[0])}
        )
        shaken = every + rng.normal(0.0, 1.2, every.shape).astype(np.float32)
        slack = np.clip(rng.normal(0.0, 0.025, every.shape), -0.08, 0.08)
        shaken = (shaken + slack * np.tile(every[:, 2:] - every[:, :2], 2)).astype(np.float32)
        # The finder misses some.
        sure = rng.random(len(every)) > 0.04
        rounds = int(rng.random() < self._again)
        looks = self._outliner.looks(seen, shaken, sure, needed, rounds=rounds)
        picture_edge = edge_of_picture(seen)
        windows, owns, crossings = [], [], []
        for t in targets:
            others = [
                looks[k]
                for k in needed
                if k != t and sure[k] and near_boxes(every[k : k + 1], every[t], 4.0)[0]
            ]
            strip = strip_of(looks[t], shaken[t], 1.0)
            local = edge_in_box(seen, shaken[t], 1.0, picture_edge)
            channels = closer_channels(seen, strip, looks[t], others, shaken[t], local)
            own = _cut(masks[t], strip)
            over = np.zeros_like(own)
            unknown = np.zeros_like(own)
            for k in np.nonzero(near_boxes(every, every[t], 2.0))[0]:
                if k == t:
                    continue
                if int(k) in masks:
                    over |= _cut(masks[int(k)], strip)
                elif t >= real:
                    unknown |= cut_strip(_filled(every[k], stain.shape), strip) > 127
            crossing = (own & over).astype(np.int8)
            crossing[unknown & own & ~over & (channels[1] > 0.5)] = _OPEN
            windows.append((channels * 255.0 + 0.5).astype(np.uint8))
            owns.append(own.astype(np.int8))
            crossings.append(crossing)
        return CloserSamples(windows=np.stack(windows), own=np.stack(owns), crossing=np.stack(crossings))


def mfish_grounds(archive: Path) -> list[Ground]:
    """DAPI metaphases that are not kept for validation, with the instances that class maps tell apart."""
    slides = {f"{k:02d}" for k in range(1, 40)} - set(VALIDATION_SLIDES)
    grounds = []
    for cell in mfish_cells(archive, tuple(sorted(slides))):
        truth = instances_of(cell)
        known = [piece for pieces in truth.values() for piece in pieces]
        others = [
            piece
            for value in range(1, 25)
            if value not in truth
            for piece in pieces_of(cell.class_map, value)
        ]
        if len(known) < _FEWEST_KNOWN:
            continue
        near_crossing = cv2.dilate((cell.class_map == 255).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        factor = CANONICAL_LENGTH / median_length(np.array([_bounds(piece) for piece in known]))
        height, width = cell.grey.shape
        size = (round(width * factor), round(height * factor))
        stain = (stain_of(cell.grey, dark_on_light=False) * 255.0 + 0.5).astype(np.uint8)
        alone = {}
        for index, piece in enumerate(known):
            if not (piece & near_crossing).any():
                alone[index] = _placed(cv2.resize(piece.astype(np.uint8) * 255, size) > 127)
        boxes = np.array([_bounds(piece) for piece in [*known, *others]], np.float32) * np.float32(factor)
        grounds.append(Ground(stain=np.asarray(cv2.resize(stain, size), np.uint8), boxes=boxes, alone=alone))
    return grounds


def _pieces_of(ground: Ground) -> list[Piece]:
    edge = 255.0 * edge_of_picture(ground.stain.astype(np.float32) / np.float32(255.0))
    return [Piece(cut=upright(cut_out(ground.stain, placed)), edge=edge) for placed in ground.alone.values()]


def _bounds(mask: NDArray[np.bool_]) -> tuple[float, float, float, float]:
    rows, columns = np.nonzero(mask.any(axis=1))[0], np.nonzero(mask.any(axis=0))[0]
    return (float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1))


def _placed(mask: NDArray[np.bool_]) -> PlacedMask:
    x0, y0, x1, y1 = (int(v) for v in _bounds(mask))
    return PlacedMask(left=x0, upper=y0, mask=mask[y0:y1, x0:x1])


def _meet(first: NDArray[np.float32], second: NDArray[np.float32]) -> bool:
    return bool(((first[:2] < second[2:] + _TOUCH_REACH) & (first[2:] > second[:2] - _TOUCH_REACH)).all())


def _cut(placed: PlacedMask, strip: Strip) -> NDArray[np.bool_]:
    mask = placed.mask.astype(np.uint8) * np.uint8(255)
    return np.asarray(cut_strip(mask, strip, (placed.left, placed.upper)) > 127)


def _filled(box: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    picture = np.zeros(shape, np.uint8)
    x0, y0, x1, y1 = (max(0, int(v)) for v in box)
    picture[y0:y1, x0:x1] = 255
    return picture


def write_windows(sampler: CloserSampler, folder: Path, *, count: int, each: int, first: int = 0) -> None:
    """Write `count` windows as files of about `each`; files that are there already count."""
    folder.mkdir(parents=True, exist_ok=True)
    scenes = sampler.scenes()
    for number in range(first, first + max(1, count // each)):
        path = folder / f"{number:03d}.npz"
        if path.exists():
            continue
        start = time.monotonic()
        parts: list[CloserSamples] = []
        while sum(len(part.windows) for part in parts) < each:
            parts.append(next(scenes))
        partial = folder / f"{number:03d}.partial"
        with partial.open("wb") as file:
            np.savez(
                file,
                windows=np.concatenate([part.windows for part in parts]),
                own=np.concatenate([part.own for part in parts]),
                crossing=np.concatenate([part.crossing for part in parts]),
            )
        partial.rename(path)
        print(f"{path.name}: {each} windows in {time.monotonic() - start:.0f} s", flush=True)


def read_windows(path: Path) -> CloserSamples:
    """Read one file of windows."""
    with np.load(path) as kept:
        return CloserSamples(windows=kept["windows"], own=kept["own"], crossing=kept["crossing"])


def main() -> None:
    """Read the command line and write windows."""
    parser = argparse.ArgumentParser(description="Compose windows for the outliner's second look.")
    parser.add_argument("--data", type=Path, required=True, help="folder with metaphases_train, mfish_train")
    parser.add_argument("--scratch", type=Path, required=True, help="folder for the shard of pictures")
    parser.add_argument("--outliner", type=Path, required=True, help="folder of weights of the first look")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=14000)
    parser.add_argument("--validation", action="store_true", help="of the cases kept for choosing")
    parser.add_argument("--first", type=int, default=0, help="number of the first file")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--again", type=float, default=0.0, help="share of masks corrected once before")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    cv2.setNumThreads(arguments.threads)
    shard = open_shard(arguments.data / "metaphases_train.zip", arguments.scratch)
    kept = [i for i, m in enumerate(shard.metaphases) if is_validation_part(m.case)]
    indices = kept if arguments.validation else sorted(set(range(len(shard))) - set(kept))
    mfish = [] if arguments.validation else mfish_grounds(arguments.data / "mfish_train.zip")
    outliner = OnnxOutliner.open(arguments.outliner, arguments.threads)
    sampler = CloserSampler(shard, indices, mfish, outliner, arguments.seed, again=arguments.again)
    each = 300 if arguments.validation else 500
    write_windows(sampler, arguments.out, count=arguments.count, each=each, first=arguments.first)


if __name__ == "__main__":
    main()
