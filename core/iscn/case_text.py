"""The karyotype of a case as text, and findings that become part of it."""

from __future__ import annotations

from core.domain.case import Case, Context
from core.domain.finding import Finding, FindingKind
from core.iscn.edit import with_change
from core.iscn.parser import IscnSyntaxError, parse, parse_change
from core.iscn.writer import write


def put_into(case: Case, proposed: str, change: str) -> str | None:
    """The karyotype of a case with a change in its first line; None where there is none to put it into."""
    text = case.karyotype or proposed
    try:
        karyotype = parse(text)
        if not karyotype.lines:
            return None
        made = with_change(
            karyotype, 0, parse_change(change),
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
