"""Everything that can be done to a case as a whole, apart from the contents of its cells."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import ClassVar

from typing_extensions import override

from core.domain.case import Case
from core.domain.ids import CellId
from core.domain.template import KaryogramTemplate
from core.editing.changes import Aspects
from core.editing.operations import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOperation(ABC):
    """A step in the history of a case."""

    undoable: ClassVar[bool] = True
    aspects: ClassVar[Aspects] = Aspects.DETAILS

    @property
    @abstractmethod
    def label(self) -> str:
        """Words for the undo menu."""

    @abstractmethod
    def apply(self, case: Case) -> Case:
        """Return the state after this step; `Refused` when it makes no sense."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCells(CaseOperation):
    """Import: logged, not undoable."""

    undoable: ClassVar[bool] = False
    aspects: ClassVar[Aspects] = Aspects.CELLS
    cells: tuple[CellId, ...]

    @property
    @override
    def label(self) -> str:
        return f"Import {len(self.cells)} cells"

    @override
    def apply(self, case: Case) -> Case:
        fresh = tuple(cell for cell in self.cells if cell not in case.cells)
        return replace(case, cells=(*case.cells, *fresh))


@dataclass(frozen=True, slots=True, kw_only=True)
class EditCase(CaseOperation):
    """Change what is known about a case: `after` replaces everything but its identity and cells."""

    after: Case

    @property
    @override
    def label(self) -> str:
        return "Edit case"

    @override
    def apply(self, case: Case) -> Case:
        if self.after.id != case.id:
            raise Refused("these details belong to another case, open that one")
        if not self.after.name.strip():
            raise Refused("a case needs a name, type a pseudonym")
        return replace(self.after, cells=case.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteKaryotype(CaseOperation):
    """A person writes the karyotype of the case; None takes the program's proposal again."""

    karyotype: str | None

    @property
    @override
    def label(self) -> str:
        return "Write karyotype"

    @override
    def apply(self, case: Case) -> Case:
        return replace(case, karyotype=self.karyotype or None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseTemplate(CaseOperation):
    """Lay the karyograms of the case out by a template; None leaves it to each person."""

    template: KaryogramTemplate | None

    @property
    @override
    def label(self) -> str:
        return f"Template {self.template.name}" if self.template else "Template of each person"

    @override
    def apply(self, case: Case) -> Case:
        if self.template is not None and self.template.problems:
            raise Refused(self.template.problems[0])
        return replace(case, template=self.template)
