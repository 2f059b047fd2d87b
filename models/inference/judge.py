"""The judge at work: of everything that was outlined, what together makes up the cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.analysis.stages import FoundBox
from core.domain.bands import CLASSES
from core.domain.chromosome import Alternative
from core.domain.metaphase import PassedOver
from core.imaging.straighten import medial_axis
from core.imaging.tidy import without_crumbs
from models.inference.choice import Candidate, frame_of, mask_iou
from models.inference.namer import OnnxNamer, prepare
from models.inference.outliner import OnnxOutliner, OutlinedMask
from models.inference.scene import Scene, readings_of, scene_of, without_copies
from models.inference.session import OnnxSession, open_session

TWICE_IOU: Final = 0.7
"""Two masks more alike than this are one chromosome, whatever the judge says."""
LEAST_PASSED_OVER: Final = 0.01
MOST_PASSED_OVER: Final = 24
READ_AS: Final = 3
"""What is kept of candidates that were not taken: above that probability, so many, with so many readings."""


class JudgedOutliner:
    """Outlines chromosomes and leaves the choice among the candidates to the judge.

    Parameters
    ----------
    outliner
        Draws a mask for every box.
    namer
        Tells what each mask would be; a wrong mask reads like nothing.
    session
        Weights of the judge.
    """

    def __init__(self, outliner: OnnxOutliner, namer: OnnxNamer, session: OnnxSession) -> None:
        self._outliner = outliner
        self._namer = namer
        self._session = session
        self._least = session.card.number("least_probability")
        self.version = f"{outliner.version}+{session.card.label}"

    @classmethod
    def open(
        cls, outliner: OnnxOutliner, namer: OnnxNamer, weights_dir: Path, threads: int = 2
    ) -> JudgedOutliner:
        """Open the judge's weights in a folder of one version."""
        return cls(outliner, namer, open_session(weights_dir, threads))

    def outline(
        self, stain: NDArray[np.float32], boxes: Sequence[FoundBox], *, dark_on_light: bool = True
    ) -> tuple[OutlinedMask, ...]:
        """Outline the chromosomes that the finder proposes.

        Parameters
        ----------
        stain
            Shape (H, W), float32 in 0..1.
        boxes
            What the finder found, unsure candidates included.
        dark_on_light
            False for fluorescence: the judge knows brightfield only, so the outliner chooses by itself.

        Returns
        -------
        tuple of OutlinedMask
            One for each chromosome, the surest first.
        """
        return self.choose(stain, boxes, dark_on_light=dark_on_light)[0]

    def choose(
        self, stain: NDArray[np.float32], boxes: Sequence[FoundBox], *, dark_on_light: bool = True
    ) -> tuple[tuple[OutlinedMask, ...], tuple[PassedOver, ...]]:
        """Outline as `outline` does, and tell what was drawn and not taken."""
        if not dark_on_light:
            return self._outliner.outline(stain, boxes, dark_on_light=False), ()
        candidates = tidied(self._outliner.candidates(stain, boxes))
        if not candidates:
            return (), ()
        scene = read_scene(stain, candidates, self._namer)
        probabilities = self.probabilities(scene)
        taken = chosen(candidates, probabilities, self._least)
        outlined = self._outliner.correct(stain, [candidates[index] for index in taken])
        passed_over = passed_over_of(candidates, probabilities, readings_of(scene), taken, stain.shape)
        masks = tuple(
            OutlinedMask(
                origin=one.origin, mask=one.mask, crossing=one.crossing, score=float(probabilities[index])
            )
            for index, one in zip(taken, outlined, strict=True)
        )
        return masks, passed_over

    def probabilities(self, scene: Scene) -> NDArray[np.float32]:
        """Probability of each candidate of a scene that it is one whole chromosome, shape (n,)."""
        answer = self._session.run({"own": scene.own[None], "between": scene.between[None]})
        return np.asarray(answer["probability"][0], dtype=np.float32)


def chosen(
    candidates: Sequence[Candidate], probabilities: NDArray[np.floating], least: float
) -> tuple[int, ...]:
    """Indices of the candidates that are taken, the surest first, no chromosome twice."""
    taken: list[int] = []
    for index in np.argsort(-probabilities, kind="stable"):
        if probabilities[index] < least:
            break
        if all(mask_iou(candidates[index], candidates[other]) <= TWICE_IOU for other in taken):
            taken.append(int(index))
    return tuple(taken)


def passed_over_of(
    candidates: Sequence[Candidate],
    probabilities: NDArray[np.floating],
    readings: NDArray[np.floating],
    taken: Sequence[int],
    shape: tuple[int, ...],
) -> tuple[PassedOver, ...]:
    """Candidates that were not taken and are no copy of one that was, the likeliest first.

    Parameters
    ----------
    candidates, probabilities
        All candidates of a picture, and what the judge says of each.
    readings
        Shape (n, 24), what each would be by itself.
    taken
        Indices of those that were taken.
    shape
        Height and width of the picture.
    """
    cover = np.zeros(shape[:2], dtype=np.bool_)
    for index in taken:
        cover[frame_of(candidates[index])] |= candidates[index].mask
    found = []
    for index in np.argsort(-probabilities, kind="stable")[: len(taken) + MOST_PASSED_OVER]:
        one = candidates[index]
        if index in taken or probabilities[index] < LEAST_PASSED_OVER:
            continue
        if any(mask_iou(one, candidates[other]) > TWICE_IOU for other in taken):
            continue
        free = int((one.mask & ~cover[frame_of(one)]).sum())
        (x, y), (height, width) = one.origin, one.mask.shape
        likely = np.argsort(-readings[index])[:READ_AS]
        found.append(
            PassedOver(
                box=(float(x), float(y), float(x + width), float(y + height)),
                probability=round(float(probabilities[index]), 5),
                uncovered=round(free / max(int(one.mask.sum()), 1), 4),
                alternatives=tuple(
                    Alternative(
                        chromosome_class=CLASSES[at], probability=round(float(readings[index, at]), 5)
                    )
                    for at in likely
                ),
            )
        )
    return tuple(found)


def tidied(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Masks without crumbs and tight in their frames, copies left out, the surest first."""
    return without_copies([_tidy(candidate) for candidate in candidates])


def _tidy(candidate: Candidate) -> Candidate:
    mask = without_crumbs(candidate.mask)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    inner = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    return replace(
        candidate,
        origin=(candidate.origin[0] + int(columns[0]), candidate.origin[1] + int(rows[0])),
        mask=mask[inner],
        crossing=(candidate.crossing & mask)[inner],
    )


def read_scene(stain: NDArray[np.float32], candidates: Sequence[Candidate], namer: OnnxNamer) -> Scene:
    """Describe candidates, with what the namer reads of each."""
    prepared = [
        prepare(stain, c.mask, c.origin, medial_axis(c.mask) + np.asarray(c.origin, dtype=np.float64))
        for c in candidates
    ]
    alone, measures = namer.glance(prepared)
    return scene_of(candidates, alone, measures)
