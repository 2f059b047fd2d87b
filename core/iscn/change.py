"""One change by itself: is it right, and can a person state it for a cell."""

from __future__ import annotations

from typing import Final

from core.iscn.parser import IscnSyntaxError, parse_change
from core.iscn.rules import breakpoints, combination, names
from core.iscn.rules.remark import Remark, Rule, Setting
from core.iscn.tree import NUMERICAL, VARIANT, Abnormality, CellLine, Count, Karyotype, SexComplement

_RULES: Final[tuple[Rule, ...]] = (*names.RULES, *breakpoints.RULES, *combination.RULES)
_FROM_THE_PICTURE: Final = (NUMERICAL, "mar")


def check_change(change: Abnormality, setting: Setting | None = None) -> tuple[Remark, ...]:
    """Apply the rules that need no whole karyotype: chromosomes, bands, breakpoints, combinations."""
    line = CellLine(
        count=Count(low=46, high=46), sex=SexComplement(letters="?"), abnormalities=(change,), incomplete=True
    )
    karyotype = Karyotype(lines=(line,))
    chosen = setting or Setting()
    found = {remark for rule in _RULES for remark in rule(karyotype, chosen)}
    return tuple(sorted(found, key=lambda remark: (remark.severity != "error", remark.at, remark.what)))


def judge_change(text: str, setting: Setting | None = None) -> tuple[Abnormality | None, tuple[Remark, ...]]:
    """Read and check one change; None beside the fault where it cannot be read."""
    try:
        change = parse_change(text)
    except IscnSyntaxError as fault:
        return None, (Remark(severity="error", at=fault.position, what=fault.what),)
    return change, check_change(change, setting)


def why_not_stated(text: str) -> str | None:
    """Say why a person cannot state this change for a cell; None when it can be stated."""
    change, remarks = judge_change(text)
    wrong = next((remark for remark in remarks if remark.severity == "error"), None)
    if wrong is not None:
        return wrong.what
    if change is None or change.cells is not None:
        return "the number of cells follows from the cells, leave [ ] out"
    if change.kind in _FROM_THE_PICTURE:
        return "whole chromosomes and markers are counted, name or add the chromosome instead"
    if change.kind == VARIANT:
        return "a variant of the normal stays out of the string, write it in the notes"
    return None
