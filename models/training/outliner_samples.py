"""Training windows for the outliner: which chromosome is asked for, which pixels are known to be its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.evaluation.metrics import box_iou
from models.inference.window import WINDOW, Window, cut, prompt, window_of
from models.training.compose import CutOut, PlacedMask, cut_out, foreground, isolated, lay_over, turned
from models.training.finder_samples import vary
from models.training.metaphases import MetaphaseShard
from models.training.prompts import RIGHT, WRONG, Proposals

OWN, OTHER, OPEN = 1, 0, -1
"""A pixel belongs to the asked chromosome, does not, or nobody knows."""
_BOX_SLACK: Final = 4.0
_PROPOSAL_SHARE: Final = 0.5
_SURE_HEIGHT: Final = 0.35
_SAME_BOX_IOU: Final = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlinerSample:
    """One window with what is known about it.

    Attributes
    ----------
    window
        Shape (4, 96, 96), float32, input of the network.
    own, crossing
        Shape (96, 96), int8: OWN, OTHER or OPEN at each pixel, of the mask and of its crossing.
    box
        True box in window pixels, shape (4,); the mask reaches its four sides.
    valid
        Whether the prompt asks for one chromosome at all; if not, the maps are OPEN.
    """

    window: NDArray[np.float32]
    own: NDArray[np.int8]
    crossing: NDArray[np.int8]
    box: NDArray[np.float32]
    valid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """A picture with pasted chromosomes: `ground` was stained before, boxes from `real` on were pasted."""

    stain: NDArray[np.uint8]
    ground: NDArray[np.bool_]
    stained: NDArray[np.bool_]
    real: int
    boxes: NDArray[np.float32]
    masks: dict[int, PlacedMask]


class OutlinerSampler:
    """Draws windows at random from the pictures of a shard."""

    def __init__(
        self,
        shard: MetaphaseShard,
        indices: list[int],
        *,
        seed: int,
        bank: int = 400,
        proposals: Mapping[int, Proposals] | None = None,
    ) -> None:
        self._rng = np.random.default_rng(seed)
        self._shard = shard
        self._indices = indices
        self._proposals = dict(proposals or {})
        self._pieces: list[CutOut] = []
        for index in self._rng.permutation(indices)[:bank]:
            stain = shard.stain(int(index))
            alone = isolated(foreground(stain), shard.boxes(int(index)))
            self._pieces += [cut_out(stain, mask) for mask in alone.values()]
        self._waiting: list[OutlinerSample] = []

    def draw(self) -> OutlinerSample:
        """Draw one window."""
        # One picture gives several windows, since preparing it costs more than cutting them.
        if not self._waiting and self._proposals and self._rng.random() < _PROPOSAL_SHARE:
            self._waiting = self._proposed(int(self._rng.choice(list(self._proposals))))
        if not self._waiting:
            scene = self._scene(int(self._rng.choice(self._indices)))
            self._waiting = [self._window(scene) for _ in range(8)]
        return self._waiting.pop()

    def _proposed(self, index: int) -> list[OutlinerSample]:
        """Windows that a finder asked for on a real picture: each wrong one, as many right ones."""
        rng = self._rng
        proposals, count = self._proposals[index], len(self._shard.boxes(index))
        both = np.concatenate([self._shard.boxes(index), proposals.boxes])
        stain, both = _turned_scene(
            self._shard.stain(index), both, int(rng.integers(4)), bool(rng.integers(2))
        )
        boxes, asking = both[:count], both[count:]
        ground = foreground(stain)
        scene = _Scene(
            stain=stain,
            ground=ground,
            stained=ground,
            real=count,
            boxes=boxes,
            masks=isolated(ground, boxes),
        )
        sure = proposals.heights >= _SURE_HEIGHT
        wrong = rng.permutation(np.nonzero(proposals.verdicts == WRONG)[0])[:8]
        # Right ones that the finder was unsure of are the ones to learn from.
        right = np.nonzero(proposals.verdicts == RIGHT)[0]
        order = np.argsort(proposals.heights[right] + rng.uniform(0.0, 0.6, len(right)))
        right = right[order][: max(4, len(wrong))]
        samples = []
        for which in np.concatenate([wrong, right]).astype(int):
            same = box_iou(asking[which][None], asking)[0] > _SAME_BOX_IOU
            samples.append(
                self._seen(
                    scene,
                    int(proposals.chromosome[which]),
                    asking[which] + rng.normal(0.0, 0.7, 4).astype(np.float32),
                    asking[sure & ~same],
                    valid=bool(proposals.verdicts[which] == RIGHT),
                )
            )
        return [samples[k] for k in rng.permutation(len(samples))]

    def _scene(self, index: int) -> _Scene:
        """Return a real picture with some chromosomes laid over it."""
        rng = self._rng
        stain, boxes = self._shard.stain(index).copy(), self._shard.boxes(index)
        turn, mirror = int(rng.integers(4)), bool(rng.integers(2))
        stain, boxes = _turned_scene(stain, boxes, turn, mirror)
        below = foreground(stain)
        masks = isolated(below, boxes)
        pasted: list[PlacedMask] = []
        density = float(rng.uniform(0.3, 1.0))
        for _ in range(int(rng.integers(3, 9))):
            piece = self._pieces[int(rng.integers(len(self._pieces)))]
            piece = turned(
                piece, float(rng.uniform(0, 360)), float(np.exp(rng.normal(0, 0.12))), bool(rng.integers(2))
            )
            target = boxes[rng.integers(len(boxes))]
            size = target[2:] - target[:2]
            centre = (target[:2] + target[2:]) / 2.0 + rng.uniform(-0.75, 0.75, 2) * size
            placed = lay_over(stain, piece, centre, density)
            if placed.mask.sum() < 0.9 * piece.mask.sum():
                continue
            pasted.append(placed)
        exact = dict(masks)
        everything = list(boxes)
        for placed in pasted:
            exact[len(everything)] = placed
            everything.append(placed.bounds)
        # What is dark only because haze adds up is no foreground: unite instead of thresholding again.
        stained = below.copy()
        for placed in pasted:
            stained[placed.frame] |= placed.mask
        return _Scene(
            stain=stain,
            ground=below,
            stained=stained,
            real=len(boxes),
            boxes=np.array(everything, np.float32),
            masks=exact,
        )

    def _window(self, scene: _Scene) -> OutlinerSample:
        rng = self._rng
        exact = list(scene.masks)
        if exact and rng.random() < 0.6:
            # Those laid over others come last and teach most.
            index = exact[-1 - int(min(rng.exponential(5.0), len(exact) - 1))]
        else:
            index = int(rng.integers(len(scene.boxes)))
        asked = _shaken(scene.boxes[index], rng)
        valid = True
        if rng.random() < 0.2:
            wrong = self._wrong_box(scene, index)
            if wrong is not None:
                asked, valid = wrong, False
        others = np.delete(scene.boxes, index, axis=0)
        others = np.array([_shaken(other, rng) for other in others[_near(others, asked)]], np.float32)
        # The finder misses some and finds others twice.
        others = others.reshape(-1, 4)[rng.random(len(others)) > 0.04]
        return self._seen(scene, index, asked, others, valid=valid)

    def _seen(
        self,
        scene: _Scene,
        index: int,
        asked: NDArray[np.float32],
        others: NDArray[np.float32],
        *,
        valid: bool,
    ) -> OutlinerSample:
        """Return the window for a box that asks for chromosome `index`, or (not valid) for none."""
        rng = self._rng
        box = scene.boxes[index]
        window = window_of(asked, share=float(1.3 * np.exp(rng.uniform(-0.08, 0.12))))
        seen = vary(np.asarray(cut(scene.stain, window), np.float32) / np.float32(255.0), rng)
        channels = np.concatenate([seen[None], prompt(asked, others, window)])
        own = np.full((WINDOW, WINDOW), OPEN, np.int8)
        crossing = own.copy()
        if valid:
            own, crossing = self._known(scene, index, window)
        corner = np.array([window.left, window.upper] * 2)
        return OutlinerSample(
            window=channels.astype(np.float32),
            own=own,
            crossing=crossing,
            box=((box - corner) * window.zoom).astype(np.float32),
            valid=valid,
        )

    def _known(self, scene: _Scene, index: int, window: Window) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
        """Which pixels of the window are known to be the chromosome's own, and which lie in a crossing."""
        others = np.delete(scene.boxes, index, axis=0)
        box = scene.boxes[index]
        stained = _sampled(scene.stained, window)
        if index in scene.masks:
            placed = scene.masks[index]
            whole = np.zeros(scene.stain.shape, np.uint8)
            whole[placed.frame] = placed.mask
            own = _sampled(whole, window).astype(np.int8)
            # A pasted one crosses whatever was stained before; a real one that lies alone, pasted ones.
            covered = (
                np.zeros(scene.stain.shape, np.uint8) if index < scene.real else scene.ground.astype(np.uint8)
            )
            for k, other in scene.masks.items():
                if k != index and k >= scene.real:
                    covered[other.frame] |= other.mask.astype(np.uint8)
            return own, own & _sampled(covered, window).astype(np.int8)
        inside = _inside(box, window, -0.5)
        near = _inside(box, window, _BOX_SLACK)
        shared = np.zeros((WINDOW, WINDOW), bool)
        for other_box in others[_near(others, box)]:
            shared |= _inside(other_box, window, 1.0)
        own = np.zeros((WINDOW, WINDOW), np.int8)
        own[stained & near] = OPEN
        own[stained & inside & ~shared] = OWN
        crossing = np.where(own == OPEN, OPEN, OTHER).astype(np.int8)
        return own, crossing

    def _wrong_box(self, scene: _Scene, index: int) -> NDArray[np.float32] | None:
        """Return a box that a finder might err with (two, a half, nothing); None if right by chance."""
        rng = self._rng
        box = scene.boxes[index]
        size = box[2:] - box[:2]
        kind = rng.random()
        if kind < 0.35:
            near = [k for k in np.nonzero(_near(scene.boxes, box, 0))[0] if k != index]
            if not near:
                return None
            other = scene.boxes[int(rng.choice(near))]
            wrong = np.concatenate([np.minimum(box[:2], other[:2]), np.maximum(box[2:], other[2:])])
        elif kind < 0.65:
            wrong = box.copy()
            side = int(rng.integers(4))
            wrong[side] += (1 if side < 2 else -1) * size[side % 2] * rng.uniform(0.45, 0.65)
        elif kind < 0.9:
            wrong = box + np.tile(rng.uniform(-0.7, 0.7, 2) * size, 2)
        else:
            centre = rng.uniform(0.05, 0.95, 2) * np.array(scene.stain.shape[::-1])
            wrong = np.concatenate([centre - size / 2.0, centre + size / 2.0])
        wrong = wrong.astype(np.float32)
        if (box_iou(wrong[None], scene.boxes) > 0.45).any():
            return None
        return np.asarray(wrong)


def _sampled(mask: NDArray[np.generic], window: Window) -> NDArray[np.bool_]:
    return np.asarray(cut(np.asarray(mask, np.uint8) * np.uint8(255), window)) > 127


def _inside(box: NDArray[np.floating], window: Window, margin: float = 0.0) -> NDArray[np.bool_]:
    """Window pixels inside a box widened by `margin` picture pixels, shape (96, 96)."""
    grid = (np.arange(WINDOW) + 0.5) / window.zoom
    x, y = grid + window.left, grid + window.upper
    along = (x >= box[0] - margin) & (x <= box[2] + margin)
    down = (y >= box[1] - margin) & (y <= box[3] + margin)
    return np.asarray(down[:, None] & along[None, :])


def _near(boxes: NDArray[np.float32], box: NDArray[np.floating], reach: int = 40) -> NDArray[np.bool_]:
    return np.asarray(((boxes[:, :2] < box[2:] + reach) & (boxes[:, 2:] > box[:2] - reach)).all(axis=1))


def _shaken(box: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Move the sides of a box as the finder errs: some pixels, some per cent."""
    size = np.tile(box[2:] - box[:2], 2)
    moved = box + rng.normal(0.0, 1.2, 4) + np.clip(rng.normal(0.0, 0.03, 4), -0.1, 0.1) * size
    return np.asarray(moved, dtype=np.float32)


def _turned_scene(
    stain: NDArray[np.uint8], boxes: NDArray[np.float32], turn: int, mirror: bool
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Turn a picture by quarter turns (counter-clockwise) and maybe mirror it, boxes with it."""
    for _ in range(turn):
        width = stain.shape[1]
        stain = np.rot90(stain)
        boxes = np.stack([boxes[:, 1], width - boxes[:, 2], boxes[:, 3], width - boxes[:, 0]], axis=1)
    if mirror:
        width = stain.shape[1]
        stain = stain[:, ::-1]
        boxes = np.stack([width - boxes[:, 2], boxes[:, 1], width - boxes[:, 0], boxes[:, 3]], axis=1)
    return np.ascontiguousarray(stain), boxes.astype(np.float32)
