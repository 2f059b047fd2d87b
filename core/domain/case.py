"""A case: what was asked, of which specimen, by which protocol."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol as TypingProtocol

from core.domain.clone_rules import CloneRules
from core.domain.ids import CaseId, CellId, PersonName
from core.domain.metaphase import Mark, MarkKind, Verdict
from core.domain.template import KaryogramTemplate
from core.domain.view import CellView


class Context(StrEnum):
    """Which rules of ISCN apply (words of the result schema)."""

    CONSTITUTIONAL = "constitutional"
    NEOPLASTIC = "neoplastic"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """Where a case stands on the worklist."""

    NEW = "new"
    IN_WORK = "in work"
    REVIEW = "to be checked"
    SIGNED = "signed"


class Edition(StrEnum):
    """Edition of ISCN that a karyotype is written by."""

    OF_2020 = "2020"
    OF_2024 = "2024"


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """How many cells are to be counted, analysed and karyotyped, at which band level."""

    name: str = "Blood, constitutional"
    count: int = 20
    analyse: int = 5
    karyotype: int = 2
    band_level: int = 550


PROTOCOLS: tuple[Protocol, ...] = (
    Protocol(),
    Protocol(name="Amniotic fluid", count=20, analyse=5, karyotype=2, band_level=550),
    Protocol(name="Chorionic villi", count=20, analyse=5, karyotype=2, band_level=400),
    Protocol(name="Bone marrow", count=20, analyse=20, karyotype=2, band_level=300),
    Protocol(name="Solid tumour", count=20, analyse=20, karyotype=2, band_level=300),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """State of a case without its cells' contents.

    Parameters
    ----------
    name
        Pseudonym shown everywhere; never a patient's name.
    karyotype
        ISCN text as a person wrote it; None while the program's proposal stands.
    edition
        Edition of ISCN that the report names.
    figures
        Cells that the report shows as pictures; None for those that people karyotyped.
    template
        How its karyograms are laid out, on the screen and in print; None for each person's own choice.
    views
        How pictures of cells are looked at, where they are not shown as captured.
    print_views
        Whether the report shows the pictures through their views, and says so, or as captured.
    clone_rules
        How its cells become cell lines, where the clone rule leaves it open.
    """

    id: CaseId
    name: str
    context: Context = Context.UNKNOWN
    protocol: Protocol = Protocol()
    specimen: str = ""
    cultures: str = ""
    referral: str = ""
    comment: str = ""
    status: Status = Status.NEW
    due: date | None = None
    assigned: PersonName | None = None
    karyotype: str | None = None
    edition: Edition = Edition.OF_2024
    figures: tuple[CellId, ...] | None = None
    cells: tuple[CellId, ...] = ()
    template: KaryogramTemplate | None = None
    views: tuple[CellView, ...] = ()
    print_views: bool = False
    clone_rules: CloneRules = field(default_factory=CloneRules)

    def view_of(self, cell: CellId) -> CellView:
        """How the picture of a cell is looked at."""
        return next((view for view in self.views if view.cell == cell), CellView(cell=cell))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """How many cells people counted, analysed, karyotyped and checked, against the protocol."""

    counted: int
    analysed: int
    karyotyped: int
    checked: int
    protocol: Protocol

    @property
    def line(self) -> str:
        """Progress as one line: "counted 17/20 · analysed 4/5 · karyotyped 1/2"."""
        wanted = self.protocol
        return (
            f"counted {self.counted}/{wanted.count} · analysed {self.analysed}/{wanted.analyse}"
            f" · karyotyped {self.karyotyped}/{wanted.karyotype}"
        )


class Marked(TypingProtocol):
    """What the ledger asks of a cell: a `Metaphase`, or its row in a list."""

    @property
    def verdict(self) -> Verdict:
        """What becomes of it."""

    def marked(self, kind: MarkKind) -> Mark | None:
        """Return the mark of that kind, None where nobody set it."""


def ledger_of(protocol: Protocol, cells: Iterable[Marked]) -> Ledger:
    """Count the marks that people set; rejected cells do not count."""
    cells = tuple(cells)

    def marked(kind: MarkKind) -> int:
        return sum(
            1 for cell in cells if cell.verdict is not Verdict.REJECTED and cell.marked(kind) is not None
        )

    return Ledger(
        counted=marked(MarkKind.COUNTED),
        analysed=marked(MarkKind.ANALYSED),
        karyotyped=marked(MarkKind.KARYOTYPED),
        checked=marked(MarkKind.CHECKED),
        protocol=protocol,
    )
