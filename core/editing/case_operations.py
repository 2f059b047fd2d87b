"""Everything that can be done to a case as a whole, apart from the contents of its cells."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields, replace
from typing import ClassVar, Final

from typing_extensions import override

from core.domain.case import Case
from core.domain.clone_rules import CloneRules
from core.domain.ids import CellId
from core.domain.template import KaryogramTemplate
from core.domain.view import CellView
from core.editing.changes import Aspects
from core.editing.operations import Refused
from core.iscn.change import judge_change


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

    def onto(self, seen: Case, now: Case) -> CaseOperation:
        """Return this step for a case that another seat changed meanwhile.

        Parameters
        ----------
        seen
            State that the person saw.
        now
            State as it stands.

        Raises
        ------
        Refused
            When both change the same thing to something else.
        """
        wanted = self.apply(seen)
        for name in _differing(seen, wanted) & _differing(seen, now) - _APART:
            if getattr(now, name) != getattr(wanted, name):
                raise Refused(
                    f"another seat changed the {name.replace('_', ' ')} of this case meanwhile, "
                    "look at it as it stands and repeat the step if it is still wanted"
                )
        return self


_APART: Final = frozenset({"cells", "views"})
"""Fields in which changes of several seats stand side by side."""


def _differing(one: Case, other: Case) -> set[str]:
    return {field.name for field in fields(Case) if getattr(one, field.name) != getattr(other, field.name)}


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
class RemoveCells(CaseOperation):
    """Take cells out of the case; the store keeps them, so that it can be undone."""

    aspects: ClassVar[Aspects] = Aspects.CELLS
    cells: tuple[CellId, ...]
    words: str = ""

    @property
    @override
    def label(self) -> str:
        return f"Take {self.words or f'{len(self.cells)} cells'} out of the case"

    @override
    def apply(self, case: Case) -> Case:
        if not self.cells:
            raise Refused("no cell is chosen, open or select one first")
        if not set(self.cells) <= set(case.cells):
            raise Refused("the cell is no longer in this case, nothing is left to take out")
        kept = tuple(cell for cell in case.cells if cell not in self.cells)
        return replace(case, cells=kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class InCells(CaseOperation):
    """A step that was done in several cells at once; undone and redone in all of them.

    What it does in each cell is in that cell's own history (`core.editing.operations.Together`), so the case
    itself stays as it is.

    Parameters
    ----------
    step
        Identity that the steps of the cells share.
    words
        What it does, such as "Name 21 in 5 cells".
    """

    aspects: ClassVar[Aspects] = Aspects.CELLS
    step: str
    words: str
    cells: tuple[CellId, ...]

    @property
    @override
    def label(self) -> str:
        return self.words

    @override
    def apply(self, case: Case) -> Case:
        if not set(self.cells) <= set(case.cells):
            raise Refused("a cell of this step is no longer in the case, bring it back first")
        return case


@dataclass(frozen=True, slots=True, kw_only=True)
class EditCase(CaseOperation):
    """Change what is known about a case: `after` replaces all but its identity, cells and their views."""

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
        return replace(self.after, cells=case.cells, views=case.views)

    @override
    def onto(self, seen: Case, now: Case) -> EditCase:
        # Not `super()`: a slotted dataclass is another class than the one it was written as.
        CaseOperation.onto(self, seen, now)
        mine = {name: getattr(self.after, name) for name in _differing(seen, self.after) - _APART}
        return EditCase(after=replace(now, **mine))


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


@dataclass(frozen=True, slots=True, kw_only=True)
class LookThrough(CaseOperation):
    """Look at pictures of cells through views: logged, outside the undo of what is edited.

    A view changes nothing of the case or its pictures; its panel takes it back.
    """

    undoable: ClassVar[bool] = False
    aspects: ClassVar[Aspects] = Aspects.VIEWS
    views: tuple[CellView, ...]

    @property
    @override
    def label(self) -> str:
        return "Look at a picture" if len(self.views) == 1 else f"Look at {len(self.views)} pictures"

    @override
    def apply(self, case: Case) -> Case:
        changed = {view.cell for view in self.views}
        kept = [view for view in case.views if view.cell not in changed]
        return replace(case, views=(*kept, *(view for view in self.views if not view.is_plain)))


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintViews(CaseOperation):
    """Print the pictures through their views, or as they were captured."""

    aspects: ClassVar[Aspects] = Aspects.VIEWS
    through_views: bool

    @property
    @override
    def label(self) -> str:
        return "Print the views" if self.through_views else "Print captured pixels"

    @override
    def apply(self, case: Case) -> Case:
        return replace(case, print_views=self.through_views)


def why_no_change(text: str) -> str | None:
    """Say why a text is no single change of a karyotype; None when it is one."""
    change, remarks = judge_change(text)
    wrong = next((remark for remark in remarks if remark.severity == "error"), None)
    if wrong is not None:
        return wrong.what
    return "leave the number of cells out" if change is None or change.cells is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCloneRules(CaseOperation):
    """Decide what the clone rule leaves open for this case."""

    rules: CloneRules

    @property
    @override
    def label(self) -> str:
        return "Set clone rules"

    @override
    def apply(self, case: Case) -> Case:
        for text in (*self.rules.known, *self.rules.confirmed, *self.rules.constitutional):
            why = why_no_change(text)
            if why is not None:
                raise Refused(f"{text} is no change of a karyotype: {why}")
        return replace(case, clone_rules=self.rules)
