"""One example to learn from: a cell as the namer sees it, what was proposed, and what a person confirmed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.domain.bands import CLASSES
from core.domain.metaphase import Banding

NONE: Final = len(CLASSES)
"""Index of "unknown": a marker, a derivative or no chromosome."""
NOBODY_SAID: Final = -1
SURE: Final = 0.98
"""From here an answer of the program is called sure."""
MOST_CONTRADICTED: Final = 0.12
"""Share of a cell's answers, sure ones that the truth contradicts, from which the truth is doubted."""
_LEVELS: Final = 65535


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CutChromosome:
    """A chromosome cut out of its picture.

    Attributes
    ----------
    stain
        Shape (h, w), float32 0..1; kept in steps of 1/65535.
    mask
        Shape (h, w), bool.
    axis
        Shape (K, 2), (x, y) in pixels of `stain`, from either end.
    """

    stain: NDArray[np.float32]
    mask: NDArray[np.bool_]
    axis: NDArray[np.float64]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the pixels."""
        digest = hashlib.sha256(repr(self.mask.shape).encode())
        digest.update(levels_of(self.stain).tobytes())
        digest.update(np.packbits(self.mask).tobytes())
        return digest.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answers:
    """Answers about the n chromosomes of a cell, by a person or by the program.

    Attributes
    ----------
    classes
        Shape (n,), int64: index of the class, `NONE` for unknown, `NOBODY_SAID` where nobody said.
    first
        Shape (n,), int64: 1 where the p arm is at the first end of the axis, 0 where at the last,
        `NOBODY_SAID` where nobody said.
    """

    classes: NDArray[np.int64]
    first: NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Example:
    """One confirmed cell.

    Attributes
    ----------
    case, cell
        Whose cell it is and which; cells of a case are never parted between tuning and examination.
    source
        `window`, or the name of the archive it was taken from.
    by, checked_by
        Who confirmed it, and the second person who checked it; empty where nobody did.
    time
        Of the confirmation, UTC.
    release
        Release that had proposed.
    banding
        How the slide was stained.
    chromosomes
        The cell as the namer sees it.
    truth, proposed
        What the person confirmed and what the program had said.
    class_sure, end_sure
        Shape (n,), float32 0..1: how sure the program was of its class and of its end.
    released
        Whether it may be learned from already.
    """

    case: str
    cell: str
    source: str
    by: str
    checked_by: str
    time: datetime
    release: str
    banding: Banding
    chromosomes: tuple[CutChromosome, ...]
    truth: Answers
    proposed: Answers
    class_sure: NDArray[np.float32]
    end_sure: NDArray[np.float32]
    released: bool = True

    @cached_property
    def _fingerprints(self) -> tuple[str, ...]:
        return tuple(one.fingerprint for one in self.chromosomes)

    @cached_property
    def picture(self) -> str:
        """Hash of what is seen, whatever the order of the chromosomes and whatever they are called."""
        return hashlib.sha256("".join(sorted(self._fingerprints)).encode()).hexdigest()[:32]

    @cached_property
    def identity(self) -> str:
        """Hash of what is seen and of what was confirmed: the same lesson twice is one."""
        rows = zip(self._fingerprints, self.truth.classes.tolist(), self.truth.first.tolist(), strict=True)
        return hashlib.sha256(repr(sorted(rows)).encode()).hexdigest()[:32]

    @property
    def changed(self) -> int:
        """Answers of the program that the person corrected."""
        return int(_differ(self).sum())

    @property
    def contradicted(self) -> float:
        """Share of the confirmed chromosomes that contradict an answer the program was sure of, 0 to 1."""
        known = (self.truth.classes >= 0) | (self.truth.first >= 0)
        sure = _differ(self, least=SURE)
        return float(sure.any(axis=0).sum() / max(int(known.sum()), 1))


def _differ(example: Example, least: float = 0.0) -> NDArray[np.bool_]:
    """Shape (2, n): where class and end were proposed, with at least that sureness, and are another."""
    rows = []
    for said, was, sure in (
        (example.truth.classes, example.proposed.classes, example.class_sure),
        (example.truth.first, example.proposed.first, example.end_sure),
    ):
        rows.append((said >= 0) & (was >= 0) & (said != was) & (sure >= least))
    return np.stack(rows)


def levels_of(stain: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Stain (float32 0..1) in the steps in which it is kept."""
    return np.asarray(np.round(np.clip(stain, 0.0, 1.0) * _LEVELS), dtype=np.uint16)


def stain_of_levels(levels: NDArray[np.uint16]) -> NDArray[np.float32]:
    """Opposite of `levels_of`."""
    return np.asarray(levels, dtype=np.float32) / np.float32(_LEVELS)
