"""Scenes for the judge: the candidates of annotated metaphases, with the boxes that people drew.

The finder learned from the same pictures, so candidates of training pictures would be too good: each
picture is looked at slightly too large or too small, mostly without mirrors, and with another exposure.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.imaging.intensity import stain_of
from models.evaluation.metrics import MATCH_IOU, box_iou, match_boxes, widened
from models.inference.finder import FoundBox, OnnxFinder
from models.inference.judge import read_scene, tidied
from models.inference.namer import OnnxNamer
from models.inference.outliner import OnnxOutliner
from models.inference.scene import Scene
from models.registry import WEIGHTS, newest
from models.training.finder_samples import vary
from models.training.metaphases import (
    AnnotatedMetaphase,
    case_hash,
    is_laboratory_part,
    is_validation_part,
    read_annotations,
    read_greys,
)
from models.training.operating_point import mask_bounds

_SCALE: Final = 0.07
_MIRRORED: Final = 0.5
_VARIED: Final = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedScene:
    """A scene with its truth.

    Attributes
    ----------
    scene
        What the judge sees.
    bounds
        Shape (n, 4), bounds of the masks in pixels.
    owner
        Shape (n,), the annotated box that a candidate is matched with, -1 for none.
    near
        Shape (n,), the annotated box it covers best, -1 where it covers none by half.
    boxes
        Shape (m, 4), the annotated boxes.
    """

    scene: Scene
    bounds: NDArray[np.float64]
    owner: NDArray[np.int64]
    near: NDArray[np.int64]
    boxes: NDArray[np.float32]


def scene_at(
    stain: NDArray[np.float32],
    found: Sequence[FoundBox],
    outliner: OnnxOutliner,
    namer: OnnxNamer,
    boxes: NDArray[np.float32],
) -> JudgedScene:
    """Outline and read what was found, and say which candidate is which annotated box (m, 4)."""
    candidates = tidied(outliner.candidates(stain, found))
    bounds = mask_bounds(candidates)
    match = match_boxes(bounds, boxes)
    owner = np.full(len(candidates), -1, dtype=np.int64)
    for row, column, _ in match.pairs:
        owner[row] = column
    iou = box_iou(widened(bounds), boxes)
    near = np.full(len(candidates), -1, dtype=np.int64)
    if iou.size:
        near = np.where(iou.max(axis=1) >= MATCH_IOU, iou.argmax(axis=1), -1)
    return JudgedScene(
        scene=read_scene(stain, candidates, namer), bounds=bounds, owner=owner, near=near, boxes=boxes
    )


def training_boxes(
    finder: OnnxFinder,
    stain: NDArray[np.float32],
    metaphase: AnnotatedMetaphase,
    rng: np.random.Generator,
) -> tuple[FoundBox, ...]:
    """Boxes of a picture that the finder learned from, seen less well than it will see others."""
    factor = metaphase.canonical_factor * float(np.exp(rng.normal(0.0, _SCALE)))
    return finder.look(stain, metaphase.tight_boxes, factor, turned=bool(rng.random() < _MIRRORED))


def make_scenes(
    archive: Path,
    folder: Path,
    stages: tuple[OnnxFinder, OnnxOutliner, OnnxNamer],
    *,
    validation: bool,
    most: int,
    first: int = 0,
    rounds: int = 1,
) -> None:
    """Write the scenes of an archive, one file a picture; those that are there are kept."""
    finder, outliner, namer = stages
    chosen = [
        m
        for m in read_annotations(archive)
        if not is_laboratory_part(m.case) and is_validation_part(m.case) == validation
    ]
    # A fixed mixed order: the first n are a fair sample of the cases.
    chosen.sort(key=lambda m: case_hash(m.file_name))
    folder.mkdir(parents=True, exist_ok=True)
    for turn in range(rounds):
        for metaphase, grey in read_greys(archive, tuple(chosen[first:most])):
            path = folder / f"{Path(metaphase.file_name).stem}_{turn}.npz"
            if path.exists():
                continue
            stain = stain_of(grey, dark_on_light=True)
            if validation:
                found = finder.find(stain)
            else:
                rng = np.random.default_rng(case_hash(metaphase.file_name) % 2**32 + turn)
                if rng.random() < _VARIED:
                    stain = vary(stain, rng)
                found = training_boxes(finder, stain, metaphase, rng)
            write_scene(path, scene_at(stain, found, outliner, namer, metaphase.boxes), metaphase.case)


def write_scene(path: Path, judged: JudgedScene, case: str) -> None:
    """Write one scene; a stop in the middle leaves none."""
    partial = path.with_suffix(".partial.npz")
    np.savez(
        partial,
        own=judged.scene.own,
        between=judged.scene.between.astype(np.float16),
        bounds=judged.bounds,
        owner=judged.owner,
        near=judged.near,
        boxes=judged.boxes,
        case=np.array(case),
    )
    partial.replace(path)


def read_scenes(folder: Path) -> list[JudgedScene]:
    """Read all scenes of a folder, by name."""
    scenes = []
    for path in sorted(folder.glob("*_*.npz")):
        if path.name.endswith(".partial.npz"):
            continue
        with np.load(path) as held:
            scenes.append(
                JudgedScene(
                    scene=Scene(own=held["own"], between=held["between"].astype(np.float32)),
                    bounds=held["bounds"],
                    owner=held["owner"],
                    near=held["near"],
                    boxes=held["boxes"],
                )
            )
    return scenes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("--data", type=Path, required=True, help="folder with metaphases_train.zip")
    parser.add_argument("--out", type=Path, required=True, help="folder for the scenes")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="weights of finder, outliner, namer")
    parser.add_argument("--train", type=int, default=700, help="pictures to learn from")
    parser.add_argument("--first", type=int, default=0, help="leave so many of them out")
    parser.add_argument("--rounds", type=int, default=1, help="how often each of them is looked at")
    parser.add_argument("--threads", type=int, default=1)


def run(arguments: argparse.Namespace) -> int:
    """Make the scenes that are missing."""
    threads = arguments.threads
    stages = (
        OnnxFinder.open(newest("finder", arguments.weights), threads),
        OnnxOutliner.open(newest("outliner", arguments.weights), threads),
        OnnxNamer.open(newest("namer", arguments.weights), threads),
    )
    archive = arguments.data / "metaphases_train.zip"
    make_scenes(archive, arguments.out / "validation", stages, validation=True, most=10_000)
    make_scenes(
        archive, arguments.out / "train", stages, validation=False, most=arguments.train,
        first=arguments.first, rounds=arguments.rounds,
    )  # fmt: skip
    return 0


def main() -> int:
    """Read the command line and make scenes."""
    parser = argparse.ArgumentParser(description="Make scenes for the judge.")
    add_arguments(parser)
    return run(parser.parse_args())


if __name__ == "__main__":
    raise SystemExit(main())
