"""Cells whose truth is known: simulated metaphases as if the program had read them without a fault."""

from __future__ import annotations

import hashlib
from collections import Counter

import cv2
import numpy as np
from numpy.typing import NDArray

from core.domain.chromosome import Alternative, Chromosome
from core.domain.ids import CellId, ChromosomeId
from core.domain.metaphase import Banding, ExcludedObject, Metaphase, Quality
from core.domain.outline import Outline
from core.editing.operations import PlaceProposal
from core.imaging.outline import outline_of
from core.simulation.metaphase import SimulatedMetaphase, simulate_metaphase


def picture_file(picture: NDArray[np.uint8]) -> bytes:
    """Return the picture as the bytes of a PNG file."""
    return cv2.imencode(".png", picture)[1].tobytes()


def proposal_of(simulated: SimulatedMetaphase, *, confidence: float = 0.97) -> PlaceProposal:
    """Turn the truth of a simulated metaphase into the answer of a faultless program."""
    names = [ChromosomeId(f"c{number:02d}") for number in range(len(simulated.chromosomes))]
    places: Counter[str] = Counter()
    chromosomes = []
    for name, truth in zip(names, simulated.chromosomes, strict=True):
        points, holes = outline_of(truth.mask, (truth.box[0], truth.box[1]))
        places[truth.chromosome_class] += 1
        chromosomes.append(
            Chromosome(
                id=name,
                outline=Outline(
                    points=tuple((float(x), float(y)) for x, y in points),
                    holes=tuple(tuple((float(x), float(y)) for x, y in hole) for hole in holes),
                ),
                chromosome_class=truth.chromosome_class,
                confidence=confidence,
                alternatives=(Alternative(chromosome_class=truth.chromosome_class, probability=confidence),),
                object_type=truth.object_type,
                p_arm=truth.p_arm,
                p_arm_confidence=0.99,
                centromere=truth.centromere,
                axis=tuple((float(x), float(y)) for x, y in truth.axis[::4]),
                overlaps=tuple(names[i] for i in truth.overlaps),
                homolog=places[truth.chromosome_class],
            )
        )
    return PlaceProposal(
        proposal=f"truth-{simulated.seed}",
        chromosomes=tuple(chromosomes),
        excluded=tuple(
            ExcludedObject(box=tuple(float(v) for v in thing.box), reason=thing.reason)
            for thing in simulated.excluded
        ),
        quality=Quality(
            score=0.8, spread=0.8, overlap=0.9, band_clarity=0.7, focus=0.8, completeness=1.0, debris=0.9
        ),
        right_probability=0.9,
        banding=Banding.G,
        dark_on_light=True,
    )


def simulated_cell(
    karyotype: str, *, seed: int = 1, label: str = "001"
) -> tuple[Metaphase, NDArray[np.uint8]]:
    """Return a faultlessly read cell and its picture, shape (H, W), uint8."""
    simulated = simulate_metaphase(karyotype, seed=seed)
    picture = simulated.picture
    blank = Metaphase(
        id=CellId(f"cell-{seed}-{label}"),
        label=label,
        image=hashlib.sha256(picture_file(picture)).hexdigest(),
        width=picture.shape[1],
        height=picture.shape[0],
    )
    return proposal_of(simulated).apply(blank), picture
