"""Cells and cases to try operations on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from core.domain.bands import CLASSES
from core.domain.case import Case, Context
from core.domain.chromosome import Alternative, Chromosome
from core.domain.ids import CaseId, CellId, ChromosomeId, PersonName, new_id
from core.domain.metaphase import ExcludedObject, ExclusionReason, Mark, MarkKind, Metaphase, Quality
from core.domain.outline import Outline
from core.domain.proposal import Proposal
from core.editing.operations import SetMark

EVA = PersonName("Eva")
OTTO = PersonName("Otto")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MODELS = {"finder": "finder@0.1", "outliner": "outliner@0.1", "namer": "namer@0.2"}


def box_outline(x: float, y: float, width: float = 10.0, height: float = 30.0) -> Outline:
    return Outline(points=((x, y), (x + width, y), (x + width, y + height), (x, y + height)))


def chromosome(
    identity: str, name: str = "1", *, place: int = 0, corners: int = 4, confidence: float = 0.9
) -> Chromosome:
    x, y = 20.0 * (place % 12) + 5, 50.0 * (place // 12) + 5
    outline = box_outline(x, y)
    if corners > 4:
        side = tuple((x + 10.0, y + 30.0 * k / (corners - 4)) for k in range(1, corners - 4))
        outline = Outline(points=(*outline.points[:2], *side, *outline.points[2:]))
    return Chromosome(
        id=ChromosomeId(identity),
        outline=outline,
        chromosome_class=name,
        confidence=confidence,
        alternatives=(Alternative(chromosome_class=name, probability=confidence),),
        p_arm=(0.0, -1.0),
        p_arm_confidence=0.95,
        centromere=(x + 5, y + 10),
        axis=tuple((x + 5, y + 0.5 + k) for k in range(30)),
        outline_confidence=0.97,
    )


def cell_of(names: tuple[str, ...], *, corners: int = 4) -> Metaphase:
    made = tuple(
        chromosome(f"c{place:02d}", name, place=place, corners=corners) for place, name in enumerate(names)
    )
    return replace(empty_cell(), chromosomes=made)


def empty_cell(label: str = "Metaphase 1") -> Metaphase:
    return Metaphase(id=CellId(new_id()), label=label, image="ab" * 32, width=300, height=250)


MALE = (*(name for name in CLASSES[:22] for _ in range(2)), "X", "Y")


def proposal_for(cell: Metaphase, names: tuple[str, ...] = MALE, *, corners: int = 4) -> Proposal:
    return Proposal(
        id=new_id(),
        cell=cell.id,
        created=NOON,
        models=MODELS,
        chromosomes=tuple(
            chromosome(new_id(), name, place=place, corners=corners) for place, name in enumerate(names)
        ),
        excluded=(ExcludedObject(box=(200.0, 200.0, 240.0, 240.0), reason=ExclusionReason.NUCLEUS),),
        quality=Quality(
            score=0.8, spread=0.7, overlap=0.9, band_clarity=0.6, focus=0.9, completeness=1.0, debris=0.9
        ),
        right_probability=0.6,
        seconds={"finder": 0.4, "outliner": 0.9, "namer": 0.5},
    )


def empty_case(name: str = "K24-117") -> Case:
    return Case(id=CaseId(new_id()), name=name, context=Context.CONSTITUTIONAL)


def mark(kind: MarkKind, person: PersonName = EVA) -> SetMark:
    return SetMark(mark=Mark(kind=kind, person=person, time=NOON))
