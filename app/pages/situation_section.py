"""What the cells of a case say together, and the named situations they are in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtWidgets import QToolButton

from app.pages.cards import Card, Section
from core.analysis.case_numbers import numbers_of_case
from core.analysis.clones import CaseKaryotype
from core.analysis.mosaicism import power_of
from core.analysis.situations import situations_of
from core.domain.case import Case
from core.domain.ids import CellId
from core.domain.metaphase import Metaphase

_POWER: Final = (
    "Had this share of the cells, or more, another karyotype, one of those looked at would have shown it with"
    " 95 % certainty; more cells exclude smaller shares"
)


def show_situations(
    section: Section,
    case: Case,
    cells: Sequence[Metaphase],
    together: CaseKaryotype,
    go: Callable[[tuple[CellId, ...]], None],
    edit_rules: Callable[[], None] | None = None,
) -> None:
    """Fill the section; `go` opens the next of some cells, `edit_rules` the clone rules of the case."""
    section.clear()
    numbers = numbers_of_case(cells, context=case.context)
    if numbers.used:
        role = {"normal": "good", "abnormal": "contradiction"}.get(numbers.call, "doubt")
        shown = tuple(dict.fromkeys(cell for change in numbers.changes for cell in change.shown))
        card = Card(
            numbers.line.replace("-", "−"),
            role=role,
            tip="Go through the cells that show it" if shown else "",
        )
        if shown:
            card.clicked.connect(lambda: go(shown))
        section.add(card)
    if len(together.lines) == 1:
        alike = {cell for line in together.lines for cell in line.cells}
        meter = power_of(
            [c for c in cells if c.id in alike],
            in_situ=case.clone_rules.in_situ,
            normal=not together.lines[0].clonal,
        )
        if meter is not None and meter.units > 1:
            section.say(meter.line, "quiet").setToolTip(_POWER)
    for one in situations_of(case, cells):
        card = Card(
            f"{one.name}. {one.seen.replace('-', '−') if one.seen[:1] in '+-' else one.seen} {one.advice}",
            role="doubt",
            tip="Go through these cells" if one.cells else "",
        )
        if one.cells:
            card.clicked.connect(lambda one=one: go(one.cells))
        section.add(card)
    if case.clone_rules.words:
        section.say(f"Clone rules of this case: {'; '.join(case.clone_rules.words)}", "quiet")
    section.setVisible(bool(section.texts))
    if edit_rules is not None and section.texts:
        button = QToolButton()
        button.setText("Clone rules…")
        button.setToolTip("What counts in one or two cells of this case, and how its clones are written")
        button.setProperty("boxed", True)
        button.clicked.connect(edit_rules)
        section.add(button)
