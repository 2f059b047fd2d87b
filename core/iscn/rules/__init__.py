"""Rules of the nomenclature, one function a rule: karyotype and setting in, remarks out."""

from __future__ import annotations

from typing import Final

from core.iscn.rules import (
    breakpoints,
    cells,
    combination,
    count,
    derivatives,
    lines,
    names,
    order,
    sex,
    stemlines,
    wording,
)
from core.iscn.rules.remark import Remark, Rule, Setting

__all__ = ["RULES", "Remark", "Rule", "Setting"]

RULES: Final[tuple[Rule, ...]] = (
    *names.RULES,
    *breakpoints.RULES,
    *derivatives.RULES,
    *sex.RULES,
    *combination.RULES,
    *stemlines.RULES,
    *count.RULES,
    *order.RULES,
    *lines.RULES,
    *cells.RULES,
    *wording.RULES,
)
