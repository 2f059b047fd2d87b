"""Arrows, words, circles and boxes on chromosomes: added, changed and taken away."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from typing_extensions import override

from core.domain.annotation import Annotation, AnnotationId
from core.domain.ids import ChromosomeId
from core.domain.metaphase import Metaphase
from core.editing.changes import Aspects
from core.editing.operations.base import CellOperation, Refused

LONGEST_TEXT: Final = 80
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotate(CellOperation):
    """Draw an annotation, or change the one of the same identity."""

    aspects: ClassVar[Aspects] = Aspects.ANNOTATIONS
    annotation: Annotation

    @property
    @override
    def touched(self) -> frozenset[ChromosomeId]:
        return frozenset({self.annotation.chromosome})

    @property
    @override
    def label(self) -> str:
        return f"Draw {self.annotation.kind.value}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        drawn = replace(self.annotation, text=" ".join(self.annotation.text.split()))
        if all(drawn.chromosome != chromosome.id for chromosome in cell.chromosomes):
            raise Refused("the chromosome is no longer in this cell, draw on another one")
        if not drawn.complete:
            raise Refused(f"the {drawn.kind.value} has no extent or no words, draw it again")
        if len(drawn.text) > LONGEST_TEXT:
            raise Refused(f"expected at most {LONGEST_TEXT} letters, got {len(drawn.text)}, shorten the text")
        if not _COLOUR.fullmatch(drawn.colour):
            raise Refused(f"expected a colour as #rrggbb, got {drawn.colour}, choose one of those offered")
        if any(drawn.id == known.id for known in cell.annotations):
            after = tuple(drawn if known.id == drawn.id else known for known in cell.annotations)
        else:
            after = (*cell.annotations, drawn)
        return replace(cell, annotations=after)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeAnnotation(Annotate):
    """Move an annotation, or give it other words or another colour."""

    @property
    @override
    def label(self) -> str:
        return f"Change {self.annotation.kind.value}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        if all(self.annotation.id != known.id for known in cell.annotations):
            raise Refused("the annotation is no longer in this cell, draw a new one")
        return Annotate.apply(self, cell)


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseAnnotations(CellOperation):
    """Take annotations away."""

    aspects: ClassVar[Aspects] = Aspects.ANNOTATIONS
    annotations: tuple[AnnotationId, ...]

    @property
    @override
    def label(self) -> str:
        number = len(self.annotations)
        return "Erase annotation" if number == 1 else f"Erase {number} annotations"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        known = {annotation.id for annotation in cell.annotations}
        if not self.annotations or not known.issuperset(self.annotations):
            raise Refused("the annotation is no longer in this cell, select another one")
        gone = set(self.annotations)
        return replace(cell, annotations=tuple(a for a in cell.annotations if a.id not in gone))
