"""A whole metaphase with its truth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.domain.chromosome import ObjectType
from core.simulation.axis import Axis, bent_axis, ring_axis, straight_axis
from core.simulation.banding import BandPattern, pattern_of
from core.simulation.camera import capture
from core.simulation.complement import PlannedChromosome, cell_lines_of, choose_line
from core.simulation.noise import cloud
from core.simulation.pencil import draw_along
from core.simulation.settings import MetaphaseSettings
from core.simulation.spread import spread_out
from core.simulation.surroundings import lay_surroundings
from core.simulation.truth import (
    SimulatedChromosome,
    SimulatedMetaphase,
    clipped_mask,
    overlaps_of,
    truth_of,
    windows_of,
)

__all__ = [
    "SimulatedChromosome", "SimulatedMetaphase", "draw_chromosome", "draw_metaphase", "simulate_metaphase",
]  # fmt: skip

_GRAIN: Final = 1.5
_GRAIN_DEPTH: Final = 1.5
"""Blotches of the stain: their size (pixels) and depth (for an unevenness of 1)."""


def simulate_metaphase(
    karyotype: str, *, seed: int, settings: MetaphaseSettings | None = None
) -> SimulatedMetaphase:
    """Draw one cell of a karyotype.

    Parameters
    ----------
    karyotype
        ISCN text; of several cell lines one is drawn by lot, by the numbers of their cells.
    seed
        Same seed, karyotype and settings give the same picture.
    settings
        How it looks; the defaults when None.

    Returns
    -------
    SimulatedMetaphase

    Raises
    ------
    ValueError
        When the karyotype cannot be read or worked out.
    """
    lines = cell_lines_of(karyotype)
    line = choose_line(lines, np.random.default_rng([seed, len(lines)]))
    return draw_metaphase(
        lines[line].complement, karyotype=karyotype, cell_line=line, seed=seed, settings=settings
    )


def draw_metaphase(
    complement: Sequence[PlannedChromosome],
    *,
    karyotype: str,
    seed: int,
    cell_line: int = 0,
    settings: MetaphaseSettings | None = None,
) -> SimulatedMetaphase:
    """Draw the chromosomes of one cell.

    Parameters
    ----------
    complement
        Chromosomes to draw, at least one.
    karyotype, cell_line
        Kept with the truth.
    seed
        Same seed, complement and settings give the same picture.
    settings
        How it looks; the defaults when None.

    Returns
    -------
    SimulatedMetaphase

    Raises
    ------
    ValueError
        When there is no chromosome to draw.
    """
    if not complement:
        raise ValueError("expected at least one chromosome to draw, got none")
    chosen = settings or MetaphaseSettings()
    rng = np.random.default_rng(seed)
    patterns = [_pattern(planned, chosen, rng) for planned in complement]
    axes = spread_out(
        [_axis(pattern, chosen, rng) for pattern in patterns],
        [float(np.median(pattern.thickness)) for pattern in patterns],
        settings=chosen, rng=rng,
    )  # fmt: skip
    drawn = [
        draw_along(axis, pattern, settings=chosen, rng=rng)
        for axis, pattern in zip(axes, patterns, strict=True)
    ]
    shape = (chosen.height, chosen.width)
    density = np.zeros(shape, np.float32)
    counts = np.zeros(shape, np.uint8)
    for one in drawn:
        window, inner = windows_of(one, shape)
        density[window] += one.density[inner]
        counts[window] += one.mask[inner]
    density *= np.maximum(1 + _GRAIN_DEPTH * chosen.unevenness * cloud(shape, _GRAIN, rng), 0)
    surroundings = lay_surroundings(counts > 0, settings=chosen, rng=rng)
    picture = capture(density + surroundings.density, settings=chosen, rng=rng)
    masks = [clipped_mask(one, shape) for one in drawn]
    neighbours = overlaps_of(masks, counts)
    return SimulatedMetaphase(
        karyotype=karyotype, cell_line=cell_line, seed=seed, settings=chosen, picture=picture,
        excluded=surroundings.objects,
        chromosomes=tuple(
            truth_of(planned, pattern, axis, mask, shared)
            for planned, pattern, axis, mask, shared in zip(
                complement, patterns, axes, masks, neighbours, strict=True
            )
        ),
    )  # fmt: skip


def draw_chromosome(
    planned: PlannedChromosome, *, seed: int, settings: MetaphaseSettings | None = None
) -> NDArray[np.uint8]:
    """Draw one upright, straight chromosome, p arm up, on an empty slide.

    Parameters
    ----------
    planned
        What to draw; a ring is drawn round.
    seed
        Seed of all randomness.
    settings
        How it looks; the size of the picture follows from the chromosome.

    Returns
    -------
    ndarray
        Grey levels, uint8, shape (h, w).
    """
    chosen = settings or MetaphaseSettings()
    rng = np.random.default_rng(seed)
    pattern = _pattern(planned, chosen, rng)
    axis = ring_axis(pattern.length, rng=rng) if pattern.ring else straight_axis(pattern.length)
    one = draw_along(axis, pattern, settings=chosen, rng=rng)
    density = one.density * np.maximum(
        1 + _GRAIN_DEPTH * chosen.unevenness * cloud(one.mask.shape, _GRAIN, rng), 0
    )
    return capture(density, settings=chosen, rng=rng)


def _pattern(
    planned: PlannedChromosome, settings: MetaphaseSettings, rng: np.random.Generator
) -> BandPattern:
    return pattern_of(
        planned.stretches, settings=settings, rng=rng,
        ring=planned.object_type is ObjectType.RING, minute=planned.object_type is ObjectType.DMIN,
    )  # fmt: skip


def _axis(pattern: BandPattern, settings: MetaphaseSettings, rng: np.random.Generator) -> Axis:
    if pattern.ring:
        return ring_axis(pattern.length, rng=rng)
    centromere = pattern.centromeres[0] if pattern.centromeres else None
    return bent_axis(
        pattern.length, reference=settings.longest, thickness=float(np.median(pattern.thickness)),
        bending=settings.bending, rng=rng, centromere=centromere,
    )  # fmt: skip
