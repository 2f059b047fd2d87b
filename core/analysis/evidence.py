"""Which cells of a case speak for a finding, which against it, and which say nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.analysis.numerical import findings_of, why_no_karyotype
from core.analysis.structural import findings_of_structure, shows_change, why_not_compared
from core.domain.finding import Finding
from core.domain.ids import CellId
from core.domain.judgement import FindingAnswer, is_structural
from core.domain.metaphase import Metaphase


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Cells for and against a finding, in the order of the case.

    `silent` are cells that cannot speak (no karyotype of their own), each with the reason; `rejected` those
    in which the program finds it and a person said no: they count against it.
    """

    shown: tuple[CellId, ...]
    against: tuple[CellId, ...]
    rejected: tuple[CellId, ...]
    silent: tuple[tuple[CellId, str], ...]

    @property
    def words(self) -> str:
        """One line: `seen in 3 of 5 cells`."""
        asked = len(self.shown) + len(self.against)
        if asked == 0:
            return "no cell can speak for or against it"
        return f"seen in {len(self.shown)} of {asked} cell{'s' if asked > 1 else ''}"


def evidence_for(finding: Finding, cells: Sequence[Metaphase]) -> Evidence:
    """Ask every cell of a case whether it shows the same finding.

    Parameters
    ----------
    finding
        Of one of the cells; the same kind on the same chromosomes counts as the same finding.
    cells
        All cells of the case as they stand.
    """
    if is_structural(finding.kind) and finding.chromosomes:
        return _evidence_of_structure(finding, cells)
    shown: list[CellId] = []
    against: list[CellId] = []
    rejected: list[CellId] = []
    silent: list[tuple[CellId, str]] = []
    for cell in cells:
        alike = [
            one
            for one in findings_of(cell)
            if (one.kind, one.chromosomes) == (finding.kind, finding.chromosomes)
        ]
        answers = [cell.judgement(one) for one in alike]
        if alike and all(a is not None and a.answer is not FindingAnswer.ACCEPTED for a in answers):
            rejected.append(cell.id)
            against.append(cell.id)
        elif alike:
            shown.append(cell.id)
        elif (reason := why_no_karyotype(cell)) is not None:
            silent.append((cell.id, reason))
        else:
            against.append(cell.id)
    return Evidence(
        shown=tuple(shown), against=tuple(against), rejected=tuple(rejected), silent=tuple(silent)
    )


def _evidence_of_structure(finding: Finding, cells: Sequence[Metaphase]) -> Evidence:
    """Which cells show a deviation of the same class; the kind may be read otherwise in another cell."""
    name = finding.chromosomes[0]
    shown: list[CellId] = []
    against: list[CellId] = []
    rejected: list[CellId] = []
    silent: list[tuple[CellId, str]] = []
    for cell in cells:
        alike = [one for one in findings_of_structure(cell) if one.chromosomes == finding.chromosomes]
        answers = [cell.judgement(one) for one in alike]
        shows = shows_change(cell, name)
        if alike and all(a is not None and a.answer is not FindingAnswer.ACCEPTED for a in answers):
            rejected.append(cell.id)
            against.append(cell.id)
        elif shows is None:
            silent.append((cell.id, why_not_compared(cell) or f"no chromosome {name} was compared"))
        else:
            (shown if shows else against).append(cell.id)
    return Evidence(
        shown=tuple(shown), against=tuple(against), rejected=tuple(rejected), silent=tuple(silent)
    )
