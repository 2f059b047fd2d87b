"""Training crops for the finder: where to look, how a picture may vary, and what the network should say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from models.networks.finder import GRID_STRIDE, INPUT_STRIDE, SHAPES
from models.training.compose import CutOut, cut_out, foreground, halved, isolated, lay_over, turned, upright
from models.training.metaphases import MetaphaseShard
from models.training.simulate import SimulatedPicture

CROP: Final = 256
"""Side of a training crop in input pixels."""
CELLS: Final = CROP // GRID_STRIDE
_SHAPE_BORDER: Final = 0.3
"""A box is upright (lying) where the logarithm of height to width is above (below minus) this."""
_SHAPE_DOUBT: Final = 0.12
_BANK: Final = 200
"""Pictures from which isolated chromosomes are taken to be laid over others."""
_DRAWN_WEIGHT: Final = 4
"""How much oftener a simulated picture is looked at than a real one, there being few of them."""
_BLOB_SHARE: Final = 0.06


@dataclass(frozen=True, slots=True, kw_only=True)
class FinderSample:
    """One crop with its targets.

    Attributes
    ----------
    stain
        Shape (CROP, CROP), float32 in 0..1.
    heat
        Shape (3, CELLS, CELLS), float32: 1 at a centre, less round it.
    cells
        Cells that learn a box, shape (n, 3): shape index, row, column.
    sides
        Distances to the sides in cells, shape (n, 4).
    weights
        Weight of each of them, shape (n,); 1 at a centre.
    classes
        Class of the chromosome of each of them, shape (n,).
    """

    stain: NDArray[np.float32]
    heat: NDArray[np.float32]
    cells: NDArray[np.int64]
    sides: NDArray[np.float32]
    weights: NDArray[np.float32]
    classes: NDArray[np.int64]


class FinderSampler:
    """Draws crops at random from the pictures of a shard held in memory at the input's scale."""

    def __init__(
        self,
        shard: MetaphaseShard,
        indices: list[int],
        drawn: list[SimulatedPicture],
        negatives: list[NDArray[np.uint8]],
        *,
        seed: int,
    ) -> None:
        self._rng = np.random.default_rng(seed)
        self._pictures = [at_input_scale(shard.stain(index)) for index in indices]
        self._boxes = [shard.boxes(index) / INPUT_STRIDE for index in indices]
        self._classes = [shard.metaphases[index].classes for index in indices]
        for one in drawn * _DRAWN_WEIGHT:
            self._pictures.append(at_input_scale(one.stain))
            self._boxes.append(one.boxes / INPUT_STRIDE)
            self._classes.append(one.classes)
        self._negatives = negatives
        self._pieces = _pieces_of(shard, [int(index) for index in self._rng.permutation(indices)[:_BANK]])

    def draw(self) -> FinderSample:
        """Draw one crop."""
        rng = self._rng
        scale = np.exp(rng.uniform(-0.27, 0.27, 1) + rng.normal(0.0, 0.03, 2))
        where = rng.random()
        centre: NDArray[np.float64]
        boxes: NDArray[Any]
        if self._negatives and where < 0.04:
            picture = self._negatives[rng.integers(len(self._negatives))]
            boxes, classes = np.zeros((0, 4), np.float32), np.zeros(0, np.int64)
            centre = rng.uniform(0.2, 0.8, 2) * np.array(picture.shape[::-1])
        else:
            index = int(rng.integers(len(self._pictures)))
            picture, boxes, classes = self._pictures[index], self._boxes[index], self._classes[index]
            if where < 0.12:
                centre = rng.uniform(0.0, 1.0, 2) * np.array(picture.shape[::-1])
            else:
                box = boxes[rng.integers(len(boxes))]
                middle = (box[:2].astype(np.float64) + box[2:]) / 2.0
                centre = middle + rng.uniform(-0.35 * CROP, 0.35 * CROP, 2)
        matrix = _dihedral(int(rng.integers(8))) * scale[:, None]
        shift = CROP / 2.0 - matrix @ centre
        # Continuous coordinates have pixel centres at +0.5, those of cv2 at 0.
        shift_cv = matrix @ np.array([0.5, 0.5]) + shift - 0.5
        cropped = cv2.warpAffine(
            picture, np.column_stack([matrix, shift_cv]), (CROP, CROP), flags=cv2.INTER_LINEAR, borderValue=0
        )
        corners = np.stack([boxes[:, :2] @ matrix.T + shift, boxes[:, 2:] @ matrix.T + shift])
        placed = np.concatenate([corners.min(axis=0), corners.max(axis=0)], axis=1)
        crop = np.asarray(cropped, dtype=np.uint8)
        if len(boxes) and rng.random() < 0.4:
            added, their_classes = self._lay_over(crop, placed, float(scale.mean()))
            placed, classes = np.concatenate([placed, added]), np.concatenate([classes, their_classes])
        return with_targets(vary(crop.astype(np.float32) / np.float32(255.0), rng), placed, classes)

    def _lay_over(
        self, crop: NDArray[np.uint8], boxes: NDArray[np.floating], zoom: float
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Lay chromosomes over a crop, alone or two side by side; their boxes and classes."""
        rng = self._rng
        density = float(rng.uniform(0.3, 1.0))
        added, classes = [], []
        for _ in range(int(rng.integers(1, 4))):
            near = boxes[rng.integers(len(boxes))]
            spot = (near[:2] + near[2:]) / 2.0 + rng.uniform(-0.8, 0.8, 2) * (near[2:] - near[:2])
            angle = float(rng.uniform(0.0, 360.0))
            beside = 0.0
            for _ in range(2 if rng.random() < 0.5 else 1):
                piece, name = self._pieces[int(rng.integers(len(self._pieces)))]
                height, width = zoom * np.array(piece.mask.shape)
                step = beside + float(width) * rng.uniform(0.25, 0.5) if beside else 0.0
                spot = spot + _along(angle, step, float(rng.uniform(-0.2, 0.2) * height))
                lean = angle + float(rng.normal(0.0, 8.0))
                placed = lay_over(crop, turned(piece, lean, zoom, False), spot, density)
                beside = float(width) * rng.uniform(0.25, 0.5)
                if placed.mask.sum() > 0.6 * zoom**2 * piece.mask.sum():
                    added.append(placed.bounds)
                    classes.append(name)
        return np.array(added, np.float32).reshape(-1, 4), np.array(classes, np.int64)


def at_input_scale(stain: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Halve a picture of the canonical scale, shape (h, w) to (h / 2, w / 2)."""
    height, width = stain.shape
    size = (max(1, width // INPUT_STRIDE), max(1, height // INPUT_STRIDE))
    return np.asarray(cv2.resize(stain, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def vary(picture: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Change stain as exposure, focus, camera and staining do; shape kept, float32 in 0..1."""
    stain: NDArray[Any] = picture
    if rng.random() < 0.6:
        power = np.float32(np.exp(rng.normal(0.0, 0.25)))
        stain = np.asarray(stain**power * np.float32(rng.uniform(0.7, 1.15)), dtype=np.float32)
    if rng.random() < 0.3:
        stain = cv2.GaussianBlur(stain, (0, 0), float(rng.uniform(0.4, 1.3)))
    elif rng.random() < 0.2:
        blurred = cv2.GaussianBlur(stain, (0, 0), 1.5)
        stain = stain + np.float32(rng.uniform(0.2, 0.8)) * (stain - blurred)
    if rng.random() < 0.25:
        coarse = rng.normal(0.0, 0.05, (4, 4)).astype(np.float32)
        stain = stain + cv2.resize(coarse, stain.shape[::-1], interpolation=cv2.INTER_CUBIC)
    if rng.random() < 0.4:
        noise = rng.standard_normal(stain.shape, dtype=np.float32)
        stain = stain + noise * np.float32(rng.uniform(0.0, 0.04))
    return np.asarray(np.clip(stain, 0.0, 1.0), dtype=np.float32)


def with_targets(
    stain: NDArray[np.float32], boxes: NDArray[np.floating], classes: NDArray[np.int64]
) -> FinderSample:
    """Draw what the finder should say about boxes (n, 4) in pixels of a crop.

    Chromosomes whose centre lies outside the crop are not asked for. The blob round a centre follows the
    box, so that of chromosomes side by side each keeps a peak of its own.
    """
    heat = np.zeros((len(SHAPES), CELLS, CELLS), dtype=np.float32)
    owner = np.full(heat.shape, -1, dtype=np.int64)
    in_cells = np.asarray(boxes, dtype=np.float64) / GRID_STRIDE
    centres = (in_cells[:, :2] + in_cells[:, 2:]) / 2.0
    for index in np.nonzero(((centres >= 0.0) & (centres < CELLS)).all(axis=1))[0]:
        (x, y), (width, height) = centres[index], in_cells[index, 2:] - in_cells[index, :2]
        blob, rows, columns = _blob(x, y, width, height)
        for shape, certain in _shapes_of(float(np.log(height / width))):
            window = heat[shape, rows, columns]
            higher = blob > window
            if certain:
                owner[shape, rows, columns][higher & (blob > 0.3)] = index
                window[higher] = blob[higher]
                window[int(y) - rows.start, int(x) - columns.start] = 1.0
                owner[shape, int(y), int(x)] = index
            else:
                # Either shape is right here: neither asked for nor forbidden.
                window[higher] = 0.98 * blob[higher]
    cells = np.argwhere(owner >= 0)
    who = owner[tuple(cells.T)]
    middle = cells[:, [2, 1]] + 0.5
    sides = np.concatenate([middle - in_cells[who, :2], in_cells[who, 2:] - middle], axis=1)
    inside = (sides > 0.2).all(axis=1)
    cells, sides, who = cells[inside], sides[inside], who[inside]
    return FinderSample(
        stain=stain,
        heat=heat,
        cells=cells,
        sides=sides.astype(np.float32),
        weights=heat[tuple(cells.T)],
        classes=classes[who],
    )


def _shapes_of(elongation: float) -> list[tuple[int, bool]]:
    """Heat maps a box belongs to: (index, True) for its own, (index, False) for one that is as good."""
    own = 0 if elongation > _SHAPE_BORDER else 2 if elongation < -_SHAPE_BORDER else 1
    shapes = [(own, True)]
    for border, above, below in ((_SHAPE_BORDER, 0, 1), (-_SHAPE_BORDER, 1, 2)):
        if abs(elongation - border) < _SHAPE_DOUBT:
            shapes.append((below if own == above else above, False))
    return shapes


def _blob(x: float, y: float, width: float, height: float) -> tuple[NDArray[np.float32], slice, slice]:
    """Gauss blob round a centre, with the rows and columns of the grid that it covers."""
    wide, high = max(0.75, _BLOB_SHARE * width), max(0.75, _BLOB_SHARE * height)
    columns = slice(max(0, int(x - 3 * wide)), min(CELLS, int(x + 3 * wide) + 1))
    rows = slice(max(0, int(y - 3 * high)), min(CELLS, int(y + 3 * high) + 1))
    along_x = np.exp(-(((np.arange(columns.start, columns.stop) - int(x)) / wide) ** 2) / 2.0)
    along_y = np.exp(-(((np.arange(rows.start, rows.stop) - int(y)) / high) ** 2) / 2.0)
    return np.outer(along_y, along_x).astype(np.float32), rows, columns


def _along(angle: float, across: float, lengthwise: float) -> NDArray[np.float64]:
    """Step beside and along a chromosome that stands upright before it is turned by `angle` degrees."""
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return np.array([cosine * across + sine * lengthwise, -sine * across + cosine * lengthwise])


def _pieces_of(shard: MetaphaseShard, indices: list[int]) -> list[tuple[CutOut, int]]:
    """Isolated chromosomes of some pictures at the input's scale, upright, with their classes."""
    pieces = []
    for index in indices:
        stain, classes = shard.stain(index), shard.metaphases[index].classes
        for which, mask in isolated(foreground(stain), shard.boxes(index)).items():
            pieces.append((halved(upright(cut_out(stain, mask))), int(classes[which])))
    return pieces


def _dihedral(which: int) -> NDArray[np.float64]:
    """One of the eight turns and flips of the square, shape (2, 2)."""
    turns = (np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[0.0, -1.0], [1.0, 0.0]]))
    flips = (np.diag([1.0, 1.0]), np.diag([-1.0, 1.0]), np.diag([1.0, -1.0]), np.diag([-1.0, -1.0]))
    return np.asarray(turns[which // 4] @ flips[which % 4])
