"""Cells of a wanted constitution, without pictures."""

from collections import Counter

from core.domain.bands import CLASSES
from core.domain.chromosome import Chromosome, ObjectType
from core.domain.ids import CellId, ChromosomeId
from core.domain.metaphase import Banding, Metaphase
from core.domain.outline import Outline
from core.editing.order import renumber_homologs

_SQUARE = Outline(points=((0.0, 0.0), (9.0, 0.0), (9.0, 20.0), (0.0, 20.0)))


def cell_of(
    name: str,
    *,
    sexes: str = "XX",
    extra: tuple[str, ...] = (),
    missing: tuple[str, ...] = (),
    markers: int = 0,
) -> Metaphase:
    """A cell with pairs 1-22, these sex chromosomes, and what is extra or missing; "unknown" may be extra."""
    counts = Counter({c: 2 for c in CLASSES if c not in ("X", "Y")})
    counts.update(sexes)
    counts.update(extra)
    counts.subtract(missing)
    chromosomes = [
        Chromosome(id=ChromosomeId(f"{name}-{c}-{i}"), outline=_SQUARE, chromosome_class=c, confidence=0.98)
        for c, number in counts.items()
        for i in range(number)
    ]
    chromosomes += [
        Chromosome(id=ChromosomeId(f"{name}-mar-{i}"), outline=_SQUARE, object_type=ObjectType.MARKER)
        for i in range(markers)
    ]
    return Metaphase(
        id=CellId(name),
        label=name,
        image="0" * 64,
        width=100,
        height=100,
        banding=Banding.G,
        proposal="p",
        chromosomes=renumber_homologs(tuple(chromosomes)),
    )
