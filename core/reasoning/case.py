"""Fourth level: what the cells say together."""

from __future__ import annotations

from collections.abc import Sequence

from core.analysis.clones import karyotype_of_case
from core.domain.case import Context
from core.domain.clone_rules import CloneRules
from core.domain.metaphase import Metaphase
from core.reasoning.step import ReasoningLevel, ReasoningStep, Steps
from core.reasoning.structure import pooled_steps

_LEVEL = ReasoningLevel.CASE


def case_steps(
    cells: Sequence[Metaphase], *, context: Context = Context.UNKNOWN, rules: CloneRules | None = None
) -> Steps:
    """Say which cells were used, which changes are clonal, and what is written.

    Parameters
    ----------
    cells
        All cells of the case as they stand.
    context, rules
        As in `core.analysis.clones.karyotype_of_case`.
    """
    together = karyotype_of_case(cells, context=context, rules=rules)
    labels = {cell.id: cell.label for cell in cells}
    used = sum(len(line.cells) for line in together.lines)
    steps = [
        ReasoningStep(
            level=_LEVEL,
            seen=f"{used} of {len(cells)} cells have a karyotype of their own",
            cells=tuple(cell for line in together.lines for cell in line.cells),
        )
    ]
    for cell_id, reason in together.unused:
        steps.append(
            ReasoningStep(
                level=_LEVEL,
                seen=f"Cell {labels.get(cell_id, '?')}: {reason}",
                hence="left out",
                changed=True,
                cells=(cell_id,),
            )
        )
    for line in together.lines:
        number = len(line.cells)
        clonal = "clonal by the rule of ISCN 2024" if line.clonal else "no clone: one line without change"
        if not line.clonal and used == 1:
            clonal = "one cell makes no clone"
        if line.clonal and rules is not None and rules.words:
            clonal = f"clonal by the rule of ISCN 2024 and what was decided here: {'; '.join(rules.words)}"
        steps.append(
            ReasoningStep(
                level=_LEVEL,
                seen=f"{line.karyotype} in {number} of {used} cells",
                hence=clonal,
                cells=line.cells,
            )
        )
    for change in together.non_clonal:
        steps.append(
            ReasoningStep(
                level=_LEVEL,
                seen=f"{change.replace('-', '−')}",
                hence="too few cells for a clone: not written, listed as not clonal",
                changed=True,
            )
        )
    if together.mosaicism_excluded_above is not None and used > 1:
        share = 100 * together.mosaicism_excluded_above
        steps.append(
            ReasoningStep(
                level=_LEVEL,
                seen=f"{used} cells alike",
                hence=f"a second line in {share:.1f} % of the cells or more is excluded at 95 %",
            )
        )
    steps += pooled_steps(cells)
    steps.append(
        ReasoningStep(
            level=_LEVEL,
            seen="; ".join(together.limits) or "no limits",
            hence=f"written as {together.iscn}" if together.iscn else "no karyotype of the case is proposed",
        )
    )
    return tuple(steps)
