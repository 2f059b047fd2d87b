"""Cases with simulated cells whose truth stands in for the answer of the models."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from functools import lru_cache

import numpy as np
from PIL import Image

from app.workplace import Workplace
from core.analysis.pipeline import NoMetaphase
from core.domain.case import Case, Context
from core.domain.chromosome import Alternative, Chromosome
from core.domain.ids import CaseId, CellId, ChromosomeId, PersonName, new_id
from core.domain.metaphase import Banding, ExcludedObject, Metaphase, Quality
from core.domain.outline import Outline
from core.domain.proposal import Proposal
from core.imaging.outline import outline_of
from core.simulation.metaphase import simulate_metaphase as draw
from core.simulation.truth import SimulatedMetaphase

TECHNICIAN = PersonName("Maria Keller")


@lru_cache(maxsize=16)
def simulate_metaphase(karyotype: str, *, seed: int) -> SimulatedMetaphase:
    """Draw a cell, once for all tests of a run: drawing takes longer than most of them."""
    return draw(karyotype, seed=seed)


def png_of(picture: np.ndarray) -> bytes:
    """Write a picture as PNG."""
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, format="PNG")
    return stream.getvalue()


def cell_of(metaphase: SimulatedMetaphase, *, label: str, image: str) -> Metaphase:
    """Make a cell as an import does."""
    height, width = metaphase.picture.shape
    return Metaphase(
        id=CellId(new_id()), label=label, image=image, width=width, height=height, banding=Banding.G
    )


def truth_as_proposal(metaphase: SimulatedMetaphase, cell: CellId, *, seed: int = 0) -> Proposal:
    """Turn the truth into what models might have proposed, some of it in doubt."""
    rng = np.random.default_rng(seed)
    ids = [ChromosomeId(new_id()) for _ in metaphase.chromosomes]
    places: dict[str, int] = {}
    chromosomes = []
    for place, drawn in enumerate(metaphase.chromosomes):
        name = drawn.chromosome_class
        places[name] = places.get(name, 0) + 1
        sure = float(np.clip(rng.beta(14, 1), 0.3, 0.999))
        origin = (int(drawn.box[0]), int(drawn.box[1]))
        points, holes = outline_of(drawn.mask, origin)
        chromosomes.append(
            Chromosome(
                id=ids[place],
                outline=Outline(
                    points=tuple((float(x), float(y)) for x, y in points),
                    holes=tuple(tuple((float(x), float(y)) for x, y in hole) for hole in holes),
                ),
                chromosome_class=name,
                confidence=sure,
                alternatives=(
                    Alternative(chromosome_class=name, probability=sure),
                    Alternative(chromosome_class="unknown", probability=1 - sure),
                ),
                object_type=drawn.object_type,
                p_arm=drawn.p_arm,
                p_arm_confidence=0.99,
                centromere=drawn.centromere,
                axis=tuple((float(x), float(y)) for x, y in drawn.axis[::3]),
                overlaps=tuple(ids[other] for other in drawn.overlaps),
                homolog=places[name],
                outline_confidence=0.99,
            )
        )
    return Proposal(
        id=new_id(),
        cell=cell,
        created=datetime.now(UTC),
        models={"finder": "finder@0", "outliner": "outliner@0", "namer": "namer@0"},
        chromosomes=tuple(chromosomes),
        excluded=tuple(ExcludedObject(box=one.box, reason=one.reason) for one in metaphase.excluded),
        quality=Quality(
            score=float(rng.uniform(0.5, 0.95)), spread=0.8, overlap=0.7, band_clarity=0.75, focus=0.9,
            completeness=0.9, debris=0.95,
        ),
        right_probability=0.8,
        banding=Banding.G,
        dark_on_light=True,
    )  # fmt: skip


def fill_case(
    workplace: Workplace,
    *,
    name: str = "SIM-0001",
    karyotype: str = "47,XY,+21",
    cells: int = 3,
    seed: int = 1,
) -> CaseId:
    """Write a case with analysed simulated cells straight into the store."""
    store = workplace.store
    case = Case(
        id=CaseId(new_id()), name=name, context=Context.CONSTITUTIONAL, specimen="simulated blood culture"
    )
    store.create_case(case, TECHNICIAN)
    drawn = [simulate_metaphase(karyotype, seed=seed + place) for place in range(cells)]
    metaphases = [
        cell_of(one, label=f"{place:03d}", image=workplace.originals.keep(png_of(one.picture)))
        for place, one in enumerate(drawn, start=1)
    ]
    store.add_cells(case.id, metaphases, TECHNICIAN)
    for one, cell in zip(drawn, metaphases, strict=True):
        revision = store.load_cell(cell.id).revision
        store.place(truth_as_proposal(one, cell.id, seed=seed), PersonName("program"), revision)
    return case.id


def no_models() -> None:
    """Stand where weights are missing: every analysis says that there is no metaphase."""
    raise NoMetaphase("no metaphase found", "choose a picture of a metaphase spread")
