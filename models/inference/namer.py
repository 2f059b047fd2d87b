"""Names, polarity and likeness of all chromosomes of a cell, by onnxruntime."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from core.domain.bands import CLASSES
from core.domain.metaphase import Banding
from core.imaging.straighten import end_direction
from models.inference.banding import BANDINGS, NAMED, RecognisedBanding, recognise
from models.inference.session import OnnxSession, open_session
from models.inference.strips import (
    CellStrips,
    PreparedChromosome,
    network_input,
    prepare,
    prepare_crop,
    strips_of,
)

__all__ = [
    "NamedChromosome",
    "OnnxNamer",
    "PreparedChromosome",
    "p_arm_direction",
    "prepare",
    "prepare_crop",
]

_NAMES: Final = len(CLASSES)
_EMBEDDING: Final = 64
_ENOUGH: Final = 20
"""Chromosomes of a cell that are looked at to recognise its banding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedChromosome:
    """What the namer says of one chromosome.

    Attributes
    ----------
    probabilities
        Shape (25,), float32, sum 1: the 24 classes, then "unknown" (a marker, a derivative or no
        chromosome), in the context of the cell.
    alone
        Shape (24,), float32, sum 1: without the cell.
    p_at_start
        Whether the first end of the axis is the p end.
    p_confidence
        Probability 0.5..1 of that.
    embedding
        Shape (D,), float32, unit length; homologs of a cell lie close.
    """

    probabilities: NDArray[np.float32]
    alone: NDArray[np.float32]
    p_at_start: bool
    p_confidence: float
    embedding: NDArray[np.float32]


def _unnamed() -> NamedChromosome:
    unknown = np.zeros(_NAMES + 1, dtype=np.float32)
    unknown[_NAMES] = 1.0
    alike = np.zeros(_EMBEDDING, dtype=np.float32)
    alike[0] = 1.0
    return NamedChromosome(
        probabilities=unknown,
        alone=np.full(_NAMES, 1.0 / _NAMES, dtype=np.float32),
        p_at_start=True,
        p_confidence=0.5,
        embedding=alike,
    )


_UNNAMED: Final = _unnamed()
"""What is said of a chromosome in a banding that no model was measured on: nothing."""


class OutlinedMask(Protocol):
    """A mask and its place in the picture, as the outliner gives it."""

    @property
    def mask(self) -> NDArray[np.bool_]:
        """Shape (h, w)."""

    @property
    def origin(self) -> tuple[int, int]:
        """(x, y) of the mask's upper left pixel."""


class OnnxNamer:
    """Names chromosomes with the weights in a folder.

    Attributes
    ----------
    version
        Name and version of the weights.
    """

    def __init__(self, session: OnnxSession) -> None:
        self._session = session
        self.version = session.card.label

    @classmethod
    def open(cls, weights_dir: Path, threads: int = 2) -> OnnxNamer:
        """Open the weights of one version.

        Raises
        ------
        StorageError
            Where weights or card are missing or do not belong together.
        """
        return cls(open_session(weights_dir, threads))

    def name(
        self, cell: Sequence[PreparedChromosome], banding: Banding = Banding.G
    ) -> tuple[NamedChromosome, ...]:
        """Name the chromosomes of one cell together.

        Parameters
        ----------
        cell
            All chromosomes of the cell, from `prepare` or `prepare_crop`, in any order.
        banding
            How the slide was stained; nothing is named in a banding that no model was measured on.

        Returns
        -------
        tuple of NamedChromosome
            In the order of `cell`.
        """
        if not cell:
            return ()
        if banding not in NAMED:
            return (_UNNAMED,) * len(cell)
        answer = run_namer(self._session, strips_of(cell), banding)
        named = []
        for probabilities, alone, first, embedding in zip(
            answer["probabilities"], answer["alone"], answer["p_first"], answer["embedding"], strict=True
        ):
            # Which end is up depends on what it is: the ends are asked of the classes that are likely.
            share = probabilities[:_NAMES] / max(float(probabilities[:_NAMES].sum()), 1e-6)
            p_first = float((share * first).sum())
            named.append(
                NamedChromosome(
                    probabilities=probabilities,
                    alone=alone,
                    p_at_start=p_first >= 0.5,
                    p_confidence=max(p_first, 1.0 - p_first),
                    embedding=embedding,
                )
            )
        return tuple(named)

    def glance(
        self, cell: Sequence[PreparedChromosome], banding: Banding = Banding.G
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Read candidates that may not all be chromosomes, each by itself.

        Parameters
        ----------
        cell
            Candidates of one picture, from `prepare`.
        banding
            How the slide was stained.

        Returns
        -------
        alone : ndarray
            Shape (n, 24), float32, probability of each class.
        measures : ndarray
            Shape (n, 6), float32, sizes against those of the others, see `CellStrips.measures`.
        """
        strips = strips_of(cell)
        if not cell:
            return np.zeros((0, _NAMES), np.float32), strips.measures
        return run_namer(self._session, strips, banding)["alone"], strips.measures

    def read(
        self,
        stain: NDArray[np.float32],
        masks: Sequence[OutlinedMask],
        axes: Sequence[NDArray[np.float64]],
        banding: Banding = Banding.G,
    ) -> tuple[NamedChromosome, ...]:
        """Name the chromosomes outlined in a metaphase.

        Parameters
        ----------
        stain
            Shape (H, W), float32 0..1.
        masks
            All chromosomes of the cell.
        axes
            Medial axis (K, 2) of each, (x, y) in pixels of the picture.
        banding
            How the slide was stained.

        Returns
        -------
        tuple of NamedChromosome
            In the order of `masks`.
        """
        return self.name(
            [prepare(stain, one.mask, one.origin, axis) for one, axis in zip(masks, axes, strict=True)],
            banding,
        )

    def recognise(
        self,
        stain: NDArray[np.float32],
        masks: Sequence[OutlinedMask],
        axes: Sequence[NDArray[np.float64]],
        *,
        dark_on_light: bool,
    ) -> RecognisedBanding:
        """Recognise the banding of a metaphase, from some of its chromosomes.

        Parameters
        ----------
        stain, masks, axes
            As for `read`.
        dark_on_light
            Of the picture before it became `stain`.
        """
        step = max(1, len(masks) // _ENOUGH)
        some = list(zip(masks, axes, strict=True))[::step]
        prepared = [prepare(stain, one.mask, one.origin, axis) for one, axis in some]
        return self.recognise_prepared(prepared, dark_on_light=dark_on_light)

    def recognise_prepared(
        self, cell: Sequence[PreparedChromosome], *, dark_on_light: bool
    ) -> RecognisedBanding:
        """Recognise the banding of prepared chromosomes, see `recognise`."""
        if not cell:
            return recognise(np.zeros((0, len(BANDINGS)), np.float32), dark_on_light=dark_on_light)
        told = Banding.G if dark_on_light else Banding.Q
        answer = run_namer(self._session, strips_of(cell), told)
        if "bandings" not in answer:
            banding = Banding.G if dark_on_light else Banding.UNKNOWN
            return RecognisedBanding(banding=banding, confidence=0.5, reason="assumed from the ground")
        sureness = float(answer["alone"].max(axis=1).mean())
        return recognise(answer["bandings"], dark_on_light=dark_on_light, sureness=sureness)


def run_namer(session: OnnxSession, strips: CellStrips, banding: Banding) -> dict[str, NDArray[np.float32]]:
    """Let the network answer about one cell, told its banding (one of `BANDINGS`)."""
    told = np.zeros((len(strips.measures), len(BANDINGS)), dtype=np.float32)
    told[:, BANDINGS.index(banding)] = 1.0
    given = {
        "strips": network_input(strips),
        "pictures": strips.pictures,
        "measures": strips.measures,
        "banding": told,
    }
    return session.run({name: given[name] for name in session.inputs})


def p_arm_direction(axis: NDArray[np.float64], named: NamedChromosome) -> tuple[float, float]:
    """Direction from the middle of a chromosome to the end of its p arm.

    Parameters
    ----------
    axis
        Shape (K, 2), (x, y), the axis the chromosome was prepared with.
    named
        What the namer said of it.

    Returns
    -------
    tuple of float
        Unit vector (dx, dy) in picture coordinates, y down.
    """
    return end_direction(axis, at_start=named.p_at_start)
