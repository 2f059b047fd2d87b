"""What a person states about a chromosome or the whole cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from typing_extensions import override

from core.domain.ids import ChromosomeId
from core.domain.metaphase import Banding, Mark, MarkKind, Metaphase, Origin, Verdict
from core.editing.changes import Aspects
from core.editing.operations.base import CellOperation, Refused, edited, plural


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm(CellOperation):
    """A person looked at chromosomes and agrees with what stands."""

    aspects: ClassVar[Aspects] = Aspects.CONFIRMATION
    ids: tuple[ChromosomeId, ...]

    @property
    @override
    def label(self) -> str:
        return f"Confirm {plural(len(self.ids))}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        return replace(cell, chromosomes=edited(cell, self.ids, lambda c: replace(c, confirmed=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMark(CellOperation):
    """A person states that the cell was counted, analysed, karyotyped or checked."""

    aspects: ClassVar[Aspects] = Aspects.MARKS
    mark: Mark

    @property
    @override
    def label(self) -> str:
        return f"Mark {self.mark.kind.value}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        if not self.mark.person.strip():
            raise Refused("a mark needs a person, enter your name in the settings")
        others = tuple(mark for mark in cell.marks if mark.kind is not self.mark.kind)
        return replace(cell, marks=(*others, self.mark))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearMark(CellOperation):
    """Take a mark back."""

    aspects: ClassVar[Aspects] = Aspects.MARKS
    kind: MarkKind

    @property
    @override
    def label(self) -> str:
        return f"Clear mark {self.kind.value}"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        if cell.marked(self.kind) is None:
            raise Refused(f"this cell carries no mark {self.kind.value}")
        return replace(cell, marks=tuple(mark for mark in cell.marks if mark.kind is not self.kind))


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge(CellOperation):
    """Accept a cell, reject it with a reason, or keep it for counting only."""

    aspects: ClassVar[Aspects] = Aspects.VERDICT
    verdict: Verdict
    reason: str | None = None

    @property
    @override
    def label(self) -> str:
        return {
            Verdict.OPEN: "Reopen cell",
            Verdict.ACCEPTED: "Accept cell",
            Verdict.COUNT_ONLY: "Count only",
            Verdict.REJECTED: f"Reject cell ({self.reason or 'no reason'})",
        }[self.verdict]

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        if self.verdict is Verdict.REJECTED and not self.reason:
            raise Refused("a rejected cell needs a reason, choose one")
        return replace(cell, verdict=self.verdict, verdict_reason=self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Describe(CellOperation):
    """Set what is known of the slide: place of origin, scale, banding."""

    aspects: ClassVar[Aspects] = Aspects.DETAILS
    origin: Origin
    pixel_size_um: float | None
    banding: Banding
    banding_stated: bool = False

    @property
    @override
    def label(self) -> str:
        return "Describe cell"

    @override
    def apply(self, cell: Metaphase) -> Metaphase:
        if self.pixel_size_um is not None and not 0.005 <= self.pixel_size_um <= 5.0:
            raise Refused(f"expected 0.005 to 5 µm per pixel, got {self.pixel_size_um:g}")
        return replace(
            cell,
            origin=self.origin,
            pixel_size_um=self.pixel_size_um,
            banding=self.banding,
            # What a person set stays, whatever the program recognises later.
            banding_stated=self.banding_stated or cell.banding_stated or self.banding is not cell.banding,
        )
