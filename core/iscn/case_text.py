"""The karyotype of a case as text, and findings that become part of it."""

from __future__ import annotations

from core.domain.case import Case, Context
from core.domain.finding import Finding, FindingKind
from core.iscn.edit import with_change
from core.iscn.parser import IscnSyntaxError, parse, parse_change
from core.iscn.tree import Karyotype
from core.iscn.writer import write


def tree_of(case: Case | None, proposed: str) -> Karyotype | None:
    """The karyotype of a case as it stands, or the proposed one; None where it cannot be read or has no line.

    Parameters
    ----------
    case
        None where no case is open.
    proposed
        What the cells say together, for a case that nobody wrote a karyotype for.
    """
    try:
        karyotype = parse(case.karyotype or proposed) if case is not None else None
    except IscnSyntaxError:
        return None
    return karyotype if karyotype is not None and karyotype.lines else None


def put_into(case: Case, proposed: str, change: str, *, line: int = 0) -> str | None:
    """The karyotype of a case with a change in one of its lines; None where there is none to put it into."""
    karyotype = tree_of(case, proposed)
    if karyotype is None or line >= len(karyotype.lines):
        return None
    try:
        made = with_change(
            karyotype, line, parse_change(change),
            context="neoplastic" if case.context is Context.NEOPLASTIC else "constitutional",
        )  # fmt: skip
    except IscnSyntaxError:
        return None
    return write(made)


def changes_of(finding: Finding) -> tuple[str, ...]:
    """The change that a finding is in ISCN, `+21` or `+mar`; empty where its words do not tell one."""
    if finding.kind is FindingKind.MARKER:
        return ("+mar",) if len(finding.supporting) < 2 else (f"+{len(finding.supporting)}mar",)
    sign = {FindingKind.GAIN: "+", FindingKind.LOSS: "-"}.get(finding.kind)
    return () if sign is None else tuple(f"{sign}{name}" for name in finding.chromosomes[:1])
