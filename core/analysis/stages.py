"""What the pipeline asks of its learned stages. It knows these protocols, not the models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from core.domain.metaphase import Banding, PassedOver
from core.domain.outline import Box
from core.domain.suspicion import Suspicion

Stain = NDArray[np.float32]
Mask = NDArray[np.bool_]


class FoundBox(Protocol):
    """One chromosome found: bounds in pixels of the picture, and a calibrated score 0..1."""

    @property
    def box(self) -> Box:
        """Bounds `(xmin, ymin, xmax, ymax)`."""

    @property
    def score(self) -> float:
        """Calibrated probability that it is one chromosome."""


class OutlinedMask(Protocol):
    """One whole chromosome as a mask whose upper left pixel lies at `origin` (x, y) of the picture.

    `crossing` are the pixels that another chromosome covers as well; `score` is the probability (0..1)
    that the mask holds exactly one whole chromosome.
    """

    @property
    def origin(self) -> tuple[int, int]:
        """Pixel (x, y) of the upper left corner of `mask`."""

    @property
    def mask(self) -> Mask:
        """The whole chromosome, shape (h, w)."""

    @property
    def crossing(self) -> Mask:
        """Its pixels under another chromosome, shape (h, w)."""

    @property
    def score(self) -> float:
        """Probability that it is exactly one whole chromosome."""


class Reading(Protocol):
    """What the namer says of one chromosome.

    `probabilities` has shape (25,): 24 classes, then "unknown"; `alone` has shape (24,) and knows
    nothing of the cell. `p_at_start` tells whether the axis starts at the end of the p arm, with
    `p_confidence` in 0.5..1. `embedding` has shape (D,), homologs lie close in it.
    """

    @property
    def probabilities(self) -> NDArray[np.float32]:
        """Shape (25,), in the context of the cell."""

    @property
    def alone(self) -> NDArray[np.float32]:
        """Shape (24,), without the cell."""

    @property
    def p_at_start(self) -> bool:
        """Whether the axis starts at the end of the p arm."""

    @property
    def p_confidence(self) -> float:
        """Probability 0.5..1 of `p_at_start`."""

    @property
    def embedding(self) -> NDArray[np.float32]:
        """Shape (D,)."""


class ShownBanding(Protocol):
    """Which banding a cell shows, the probability (0..1) of that, and on what it rests."""

    @property
    def banding(self) -> Banding:
        """`Banding.UNKNOWN` where it fits none that is known."""

    @property
    def confidence(self) -> float:
        """Probability 0..1."""

    @property
    def reason(self) -> str:
        """On what it rests, for a person to read."""


class Finder(Protocol):
    """Finds the chromosomes of a metaphase; nothing where there is no metaphase."""

    @property
    def version(self) -> str:
        """Name and version, such as "finder@1.0.0"."""

    def find(self, stain: Stain) -> Sequence[FoundBox]:
        """Return the chromosomes of a stain picture of shape (H, W)."""


class Outliner(Protocol):
    """Outlines each found chromosome whole, crossings included."""

    @property
    def version(self) -> str:
        """Name and version, such as "finder@1.0.0"."""

    def outline(
        self, stain: Stain, boxes: Sequence[FoundBox], *, dark_on_light: bool = True
    ) -> Sequence[OutlinedMask]:
        """Return one mask for each box that holds a chromosome; boxes that hold none are dropped."""


@runtime_checkable
class Chooser(Protocol):
    """An outliner that also tells which outlines it did not take."""

    def choose(
        self, stain: Stain, boxes: Sequence[FoundBox], *, dark_on_light: bool = True
    ) -> tuple[Sequence[OutlinedMask], Sequence[PassedOver]]:
        """Return the masks as `Outliner.outline` does, and what was drawn and passed over."""


class Namer(Protocol):
    """Names and orients all chromosomes of one cell together."""

    @property
    def version(self) -> str:
        """Name and version, such as "finder@1.0.0"."""

    def recognise(
        self,
        stain: Stain,
        masks: Sequence[OutlinedMask],
        axes: Sequence[NDArray[np.float64]],
        *,
        dark_on_light: bool,
    ) -> ShownBanding:
        """Tell which banding the chromosomes of a cell show."""

    def read(
        self,
        stain: Stain,
        masks: Sequence[OutlinedMask],
        axes: Sequence[NDArray[np.float64]],
        banding: Banding,
    ) -> Sequence[Reading]:
        """Return one reading for each mask; `axes` are medial axes (K, 2) in pixels of the picture.

        In a banding that no model was measured on every chromosome is unknown.
        """


class Comparer(Protocol):
    """Compares each chromosome with its homolog and its class: changes of structure."""

    @property
    def version(self) -> str:
        """Name and version, such as "structure@1.0.0"."""

    def compare(
        self,
        stain: Stain,
        masks: Sequence[OutlinedMask],
        axes: Sequence[NDArray[np.float64]],
        names: Sequence[str],
    ) -> Sequence[Suspicion | None]:
        """Return what is suspected of each chromosome; None where it cannot be compared.

        `axes` (K, 2) run from the end of the p arm, in pixels of the picture; `names` are classes or
        "unknown".
        """
