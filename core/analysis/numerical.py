"""Numbers of chromosomes in one cell: what is too many, what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.analysis.change_odds import ChangeOdds, change_odds, name_of
from core.analysis.structural import is_structure_compared
from core.domain.bands import AUTOSOMES, CLASSES
from core.domain.chromosome import Chromosome, ObjectType
from core.domain.finding import Assessed, Finding, FindingKind
from core.domain.metaphase import Banding, Metaphase, Verdict
from core.iscn.cell_writer import line_of_cell
from core.iscn.parser import IscnSyntaxError, parse_change
from core.iscn.writer import write_cell, write_line

_FEWEST_FOR_A_KARYOTYPE: Final = 40
_MOST_FOR_A_KARYOTYPE: Final = 52
"""Outside these the program does not tell a hypodiploid cell from a broken one, nor a polyploid one from two
cells in one picture; a person can."""

RANDOM_LOSS: Final = 0.04 / 23
"""Share of cells that lose a given chromosome by chance, in culture and on the slide: 4 % lose one."""
GAIN: Final = 0.05 / 23
"""Share of cells with one more of a given chromosome, among specimens that are sent for karyotyping."""


def markers_of(cell: Metaphase) -> tuple[Chromosome, ...]:
    """Counting chromosomes that are markers."""
    return tuple(c for c in cell.counting if c.object_type is ObjectType.MARKER)


def unknown_of(cell: Metaphase) -> tuple[Chromosome, ...]:
    """Counting chromosomes that nobody could name and that are no markers."""
    return tuple(c for c in cell.unnamed if c.object_type is not ObjectType.MARKER)


def constitution_of(cell: Metaphase) -> dict[str, int]:
    """Numbers of the named classes of one cell, absent classes included as 0."""
    counts = cell.class_counts
    return {name: counts.get(name, 0) for name in CLASSES}


def assessed_of(cell: Metaphase) -> Assessed:
    """What was looked at in this cell: structure only where the program compared the homologs."""
    named = bool(cell.counting) and why_no_karyotype(cell) is None
    seen = cell.proposal is not None or any(c.confirmed for c in cell.chromosomes)
    return Assessed(numerical=named and seen, structural=named and is_structure_compared(cell))


def why_no_karyotype(cell: Metaphase) -> str | None:
    """Say why one cell gets no karyotype; None when it gets one."""
    if cell.verdict is Verdict.REJECTED:
        return f"rejected: {cell.verdict_reason}"
    if cell.verdict is Verdict.COUNT_ONLY:
        return "for counting only"
    if cell.banding not in (Banding.G, Banding.UNKNOWN) and not named_by_people(cell):
        return f"banding {cell.banding.value}: names by the program are not validated, confirm them by hand"
    unknown = unknown_of(cell)
    if unknown:
        return f"{len(unknown)} of {cell.count} chromosomes without a name"
    if cell.count < _FEWEST_FOR_A_KARYOTYPE and not named_by_people(cell):
        return f"only {cell.count} chromosomes: broken or incomplete, confirm them by hand if they are all"
    if cell.count > _MOST_FOR_A_KARYOTYPE and not named_by_people(cell):
        return (
            f"{cell.count} chromosomes: two cells in one picture or more than two sets, confirm them by hand"
        )
    if cell.unexplained and _something_missing(cell) and not named_by_people(cell):
        return "a chromosome seems lost, but chromosome-like stain lies outside all outlines: look there"
    return None


def _something_missing(cell: Metaphase) -> bool:
    counts = constitution_of(cell)
    return counts["X"] + counts["Y"] < 2 or any(counts[name] < 2 for name in AUTOSOMES)


def named_by_people(cell: Metaphase) -> bool:
    """Whether a person looked at every counting chromosome of a cell."""
    return bool(cell.counting) and all(c.confirmed or c.decided for c in cell.counting)


def cell_karyotype(cell: Metaphase) -> str | None:
    """ISCN text of one cell, None where `why_no_karyotype` gives a reason.

    Numbers are counted; of the structure it has what people stated for this cell.
    """
    if why_no_karyotype(cell) is not None:
        return None
    stated = []
    for change in cell.changes:
        try:
            stated.append(parse_change(change.text))
        except IscnSyntaxError:
            continue
    if stated:
        return write_line(line_of_cell(constitution_of(cell), stated, markers=len(markers_of(cell))))
    return write_cell(constitution_of(cell), markers=len(markers_of(cell)))


def findings_of(cell: Metaphase) -> tuple[Finding, ...]:
    """Gains, losses, sex-chromosome changes and markers of one cell.

    The confidence of a gain or loss weighs what the cell speaks for it (`core.analysis.change_odds`) against
    how rarely a single cell really carries it; several cells that agree say much more
    (`core.analysis.case_numbers`).

    Returns
    -------
    tuple of Finding
        In the order X, Y, 1-22, then markers; empty for 46,XX and 46,XY.
    """
    counts = constitution_of(cell)
    total = sum(counts.values())
    ploidy = 2 if total < 58 else max(3, round(total / 23))
    odds = change_odds(cell, ploidy=ploidy)
    findings: list[Finding] = []
    if ploidy > 2:
        findings.append(
            Finding(
                kind=FindingKind.POLYPLOIDY,
                chromosomes=(),
                supporting=(),
                confidence=0.9 if cell.right_probability is None else max(0.5, cell.right_probability),
                text=f"{total} chromosomes: about {ploidy} sets",
            )
        )
    findings += _sex_findings(cell, counts, ploidy, odds)
    for name in AUTOSOMES:
        difference = counts[name] - ploidy
        if difference:
            findings.append(_finding(cell, name, difference, odds))
    markers = markers_of(cell)
    if markers:
        findings.append(
            Finding(
                kind=FindingKind.MARKER,
                chromosomes=(),
                supporting=tuple(marker.id for marker in markers),
                confidence=_surest(markers),
                text=f"{len(markers)} marker chromosome{'s' if len(markers) > 1 else ''}",
            )
        )
    return tuple(findings)


def _sex_findings(
    cell: Metaphase, counts: Mapping[str, int], ploidy: int, odds: Mapping[str, ChangeOdds]
) -> list[Finding]:
    x, y = counts["X"], counts["Y"]
    difference = x + y - ploidy
    if difference == 0 and x > 0:
        return []
    if x == 0:
        return [_finding(cell, "X", -1, odds)]
    if difference < 0:
        return [_finding(cell, "X", difference, odds, text="one sex chromosome missing")]
    extra = "Y" if y > 1 else "X"
    return [_finding(cell, extra, difference, odds)]


def _finding(
    cell: Metaphase,
    name: str,
    difference: int,
    odds: Mapping[str, ChangeOdds],
    *,
    text: str | None = None,
) -> Finding:
    members = tuple(c for c in cell.counting if c.chromosome_class == name)
    confidence = changed_probability(odds[name_of(name)], gained=difference > 0)
    gained = difference > 0
    number = abs(difference)
    words = text or (
        f"chromosome {name}: {len(members)} instead of {len(members) - difference}"
        f" ({number} {'too many' if gained else 'missing'})"
    )
    return Finding(
        kind=FindingKind.GAIN if gained else FindingKind.LOSS,
        chromosomes=(name,),
        supporting=tuple(member.id for member in members),
        confidence=float(np.clip(confidence, 0.0, 1.0)),
        text=words,
    )


def changed_probability(odds: ChangeOdds, *, gained: bool) -> float:
    """Probability (0..1) that one cell really has one more (or fewer) of a class, taken by itself."""
    against = odds.gained * GAIN if gained else odds.lost * RANDOM_LOSS
    return against / (1.0 + against)


def _surest(members: tuple[Chromosome, ...]) -> float:
    """Probability that all of these are what they are called; a person's word counts as 0.99."""
    values: NDArray[np.float64] = np.array(
        [0.99 if m.confirmed or m.decided else m.confidence * m.outline_confidence for m in members]
    )
    return float(values.prod()) if len(values) else 0.5
