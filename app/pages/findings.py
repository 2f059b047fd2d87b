"""Findings and ISCN at the right edge: this cell, the case, and the karyotype a person writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCursor, QFontDatabase
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.karyotype_picture import KaryotypePictureView
from app.pages.cards import Card, Section
from app.pages.change_chips import ChangeChips
from app.pages.change_targets import menu_of_lines
from app.pages.finding_card import FindingCard
from app.pages.karyotype_line import KaryotypeLine
from app.pages.situation_section import show_situations
from app.pages.structure_section import StructureSection
from app.session import CaseSession
from core.analysis.clones import CaseKaryotype, karyotype_of_case
from core.analysis.contradictions import (
    Contradiction,
    Place,
    cells_of_lines,
    contradictions_of_case,
    contradictions_of_cell,
)
from core.analysis.contradictions_of_report import contradictions_of_report
from core.analysis.evidence import evidence_for
from core.analysis.numerical import cell_karyotype, findings_of, why_no_karyotype
from core.domain.finding import CellLine, Finding
from core.domain.ids import CellId, ChromosomeId
from core.domain.metaphase import Metaphase, StatedChange, Verdict
from core.editing.case_operations import WriteKaryotype
from core.editing.operations import WithdrawChange
from core.iscn.case_text import changes_of, put_into, tree_of
from core.iscn.tree import Karyotype
from models.sensitivity import measured_curve

_MOST_LEFT_OUT: Final = 4


class FindingsPanel(QWidget):
    """What the cells say, with the evidence one click away.

    Signals
    -------
    evidence_wanted
        Class to show in the evidence strip.
    change_wanted
        Text of a change to be edited.
    field_wanted
        Field of the case that contradicts the string, and the words in it.
    rules_wanted
        The clone rules of the case are to be edited.
    """

    evidence_wanted = Signal(str)
    change_wanted = Signal(str)
    field_wanted = Signal(str, str)
    rules_wanted = Signal()

    def __init__(self, session: CaseSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self._session = session
        self.setMinimumWidth(232)
        self.cell_section = Section("This cell")
        self.structure_section = StructureSection(
            measured_curve(),
            card_of=self._finding_card,
            go=self._next_of,
            evidence=self.evidence_wanted.emit,
            select=session.select,
        )
        self.case_section = Section("Case")
        self.situation_section = Section("Numbers and situations")
        self.line_section = Section("Karyotype of the case")
        self.line = KaryotypeLine()
        self.chips = ChangeChips()
        self.picture = KaryotypePictureView()
        self.picture.setMinimumWidth(180)
        self.lines_menu: QMenu | None = None
        """Lines of the string that a change was last offered to."""
        self.proposed = ""
        """Karyotype that the cells say together."""
        for widget in (self.line, self.chips, self.picture):
            self.line_section.add(widget)
        self.contradiction_section = Section("Contradictions")
        inside = self.inside = QWidget()
        inside.setObjectName("pane")
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(10, 4, 10, 12)
        rows.setSpacing(14)
        for section in (
            self.cell_section,
            self.structure_section,
            self.case_section,
            self.situation_section,
            self.line_section,
            self.contradiction_section,
        ):
            rows.addWidget(section)
        rows.addStretch(1)
        scroll = self._scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(scroll, 1)
        self.setFocusProxy(self.line.field)

        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self.refresh)
        for signal in (
            session.case_changed, session.cells_changed, session.cell_opened, session.cell_changed,
        ):  # fmt: skip
            signal.connect(lambda *_: self._timer.start())
        self.line.written.connect(lambda text: session.do(WriteKaryotype(karyotype=text or None)))
        self.chips.written.connect(lambda text: session.do(WriteKaryotype(karyotype=text or None)))
        self.chips.change_wanted.connect(self.change_wanted)
        self.line.judged.connect(self._show_judged)
        theme.news.changed.connect(self.refresh)
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_timer"):
            self._timer.start()

    def refresh(self) -> None:
        """Read the session anew."""
        self._timer.stop()
        self._show_cell(self._session.cell)
        self.structure_section.show_structure(self._session.cell, self._session.cells)
        self.structure_section.setVisible(bool(self.structure_section.texts))
        case = self._session.case
        self.case_section.setVisible(case is not None)
        self.line_section.setVisible(case is not None)
        if case is None:
            self.contradiction_section.hide()
            self.situation_section.hide()
            return
        together = karyotype_of_case(self._session.cells, context=case.context, rules=case.clone_rules)
        self._show_case(together)
        show_situations(
            self.situation_section, case, self._session.cells, together, self._next_of, self.rules_wanted.emit
        )
        self.proposed = together.iscn or ""
        self.line.show_kept(case.karyotype or "", self.proposed, case.context, case.edition)

    # -- this cell -------------------------------------------------------------------------------------

    def _show_cell(self, cell: Metaphase | None) -> None:
        section = self.cell_section
        section.clear()
        section.heading.setText(f"This cell  ·  {cell.label}" if cell else "This cell")
        if cell is None:
            section.say("No cell is open.", "quiet")
            return
        if not cell.chromosomes:
            section.say("Nothing is outlined yet: Ctrl+R analyses this cell.", "quiet")
            return
        reason = why_no_karyotype(cell)
        text = cell_karyotype(cell)
        section.add(_large(text or f"{cell.count} chromosomes"))
        if reason is not None:
            section.say(f"No karyotype of this cell: {reason}.", "doubt")
        findings = findings_of(cell) if reason is None or cell.class_counts else ()
        for finding in findings:
            section.add(self._finding_card(finding, cell))
        if not findings and reason is None:
            section.say(f"{cell.count} chromosomes, no numerical change.")
        if cell.unexplained:
            number = len(cell.unexplained)
            places = "1 stained place lies" if number == 1 else f"{number} stained places lie"
            section.say(f"{places} in no outline: look there before you count.", "doubt")
        for change in cell.changes:
            section.add(self._stated_card(change, cell))

    def _stated_card(self, change: StatedChange, cell: Metaphase) -> Card:
        others = sum(1 for one in self._session.cells if one.stated(change.text))
        card = Card(
            change.text,
            side=f"{others} of {len(self._session.cells)}",
            role="good",
            tip="Select the chromosomes that show it; Change edits it",
            mono=True,
        )
        said = "accepted" if change.accepted else "stated"
        row = QHBoxLayout()
        words = QLabel(f"{said} by {change.person}")
        words.setProperty("role", "quiet")
        words.setWordWrap(True)
        row.addWidget(words, 1)
        for sign, tip, call in (
            ("✎", "Edit this change", lambda: self.change_wanted.emit(change.text)),
            ("→", "Into the karyotype of the case", lambda: self.put(change.text)),
            ("✕", "Withdraw it for this cell", lambda: self._session.do(WithdrawChange(text=change.text))),
        ):
            button = QToolButton()
            button.setText(sign)
            button.setToolTip(tip)
            button.setAccessibleName(f"{tip}: {change.text}")
            button.setFixedWidth(26)
            button.setStyleSheet("padding-left: 1px; padding-right: 1px;")
            button.setProperty("boxed", True)
            button.clicked.connect(call)
            row.addWidget(button)
        card.rows.addLayout(row)
        card.clicked.connect(lambda: self._session.select(change.chromosomes))
        return card

    def put(self, change: str) -> None:
        """Write one change into the karyotype of the case; ask for the line where there are several."""
        tree = tree_of(self._session.case, self.proposed)
        if tree is None or len(tree.lines) == 1:
            self._put_into_line(change, 0)
            return
        if self.lines_menu is not None:
            self.lines_menu.deleteLater()
        self.lines_menu = menu_of_lines(
            self, tree, self._session.cell, lambda line: self._put_into_line(change, line)
        )
        self.lines_menu.popup(QCursor.pos())

    def _put_into_line(self, change: str, line: int) -> None:
        case = self._session.case
        written = put_into(case, self.proposed, change, line=line) if case else None
        if written is not None:
            self._session.do(WriteKaryotype(karyotype=written))
        else:
            self._session.message.emit("There is no karyotype to write it into, type one first.")

    def _finding_card(self, finding: Finding, cell: Metaphase) -> FindingCard:
        session = self._session
        card = FindingCard(
            finding,
            evidence_for(finding, session.cells),
            cell.judgement(finding),
            {one.id: one.label for one in session.cells},
            lambda: session.person,
        )
        card.clicked.connect(lambda: session.select(finding.supporting))
        card.evidence_wanted.connect(self.evidence_wanted)
        card.cell_wanted.connect(lambda cell_id: session.open_cell(CellId(cell_id)))
        card.answered.connect(session.do)
        for change in changes_of(finding):
            button = QToolButton()
            button.setText(f"{change} → karyotype")
            button.setToolTip(f"Write {change} into the karyotype of the case; Ctrl+Z takes it back")
            button.setProperty("boxed", True)
            button.clicked.connect(lambda checked=False, change=change: self.put(change))
            card.rows.addWidget(button)
        return card

    # -- the case --------------------------------------------------------------------------------------

    def _show_case(self, together: CaseKaryotype) -> None:
        section = self.case_section
        section.clear()
        cells = self._session.cells
        used = sum(len(line.cells) for line in together.lines)
        section.heading.setText(f"Case  ·  {used} of {len(cells)} cells used")
        if together.iscn and len(together.lines) > 1:
            section.add(_large(together.iscn))
        for line in together.lines:
            section.add(self._line_card(line, used))
        for change in together.non_clonal:
            section.say(f"Not clonal: {change.replace('-', '−')}", "quiet")
        for limit in together.limits:
            # Structure has its own card, and cells that were left out stand below with their reasons.
            if not limit.startswith("structure ") and not limit.endswith("left out"):
                section.say(_sentence(limit), "doubt")
        labels = {cell.id: cell.label for cell in cells}
        for cell_id, reason in together.unused[:_MOST_LEFT_OUT]:
            card = Card(
                f"Cell {labels.get(cell_id, '?')} left out: {reason}", role="quiet", tip="Open this cell"
            )
            card.clicked.connect(lambda cell_id=cell_id: self._session.open_cell(cell_id))
            section.add(card)
        if len(together.unused) > _MOST_LEFT_OUT:
            section.say(f"and {len(together.unused) - _MOST_LEFT_OUT} more cells left out", "quiet")

    def _line_card(self, line: CellLine, used: int) -> Card:
        role = "contradiction" if line.clonal else "quiet"
        card = Card(
            line.karyotype,
            side=f"{len(line.cells)} of {used}",
            role=role,
            tip="Go through the cells that show it",
            mono=True,
        )
        card.clicked.connect(lambda: self._next_of(line.cells))
        return card

    def _next_of(self, cells: tuple[CellId, ...]) -> None:
        """Open the next of these cells, the first when none of them is open."""
        now = self._session.cell.id if self._session.cell else None
        at = cells.index(now) + 1 if now in cells else 0
        self._session.open_cell(cells[at % len(cells)])

    # -- contradictions --------------------------------------------------------------------------------

    def _show_judged(self, karyotype: Karyotype | None) -> None:
        numbers = cells_of_lines(karyotype, self._session.cells) if karyotype else ()
        self.chips.show_tree(karyotype, numbers)
        self.picture.setVisible(karyotype is not None and bool(karyotype.lines))
        if karyotype is not None and karyotype.lines:
            self.picture.show_tree(karyotype)
        self._show_contradictions(karyotype)

    def _show_contradictions(self, karyotype: Karyotype | None) -> None:
        section = self.contradiction_section
        section.clear()
        found: list[Contradiction] = []
        if karyotype is not None:
            if self._session.cell is not None:
                found += contradictions_of_cell(karyotype, self._session.cell)
            found += contradictions_of_case(karyotype, self._session.cells)
            if self._session.case is not None:
                found += contradictions_of_report(karyotype, self._session.case, self._session.cells)
        section.setVisible(bool(found))
        section.heading.setText("String against pictures")
        for one in found:
            card = Card(f"✗ {_sentence(one.text)}", role="contradiction", tip=self._tip_of(one))
            card.words.setProperty("role", "contradiction")
            card.clicked.connect(lambda one=one: self._go_to(one))
            section.add(card)
        if found and self.line.field.hasFocus():
            QTimer.singleShot(0, lambda: self._scroll.ensureWidgetVisible(section, 0, 8))

    def _tip_of(self, one: Contradiction) -> str:
        if one.place is not Place.PICTURES:
            return f"Show the {one.place.value} on the Report page"
        now = self._session.cell.id if self._session.cell else None
        if one.cells:
            return "Select what differs" if one.cells == (now,) else "Open a cell that shows it"
        return "Select these chromosomes" if one.classes else "Go to the string"

    def _go_to(self, one: Contradiction) -> None:
        """Lead to the words, to the chromosomes in a cell, or to the string where nothing else is meant."""
        session, now = self._session, self._session.cell
        if one.place is not Place.PICTURES:
            self.field_wanted.emit(one.place.value, one.words)
            return
        by_id = {cell.id: cell for cell in session.cells}
        if one.cells:
            at = one.cells.index(now.id) + 1 if now is not None and now.id in one.cells else 0
            target = by_id.get(one.cells[at % len(one.cells)])
        else:
            usable = [cell for cell in session.cells if cell.verdict is not Verdict.REJECTED]
            order = ([now] if now is not None else []) + usable
            target = next((cell for cell in order if _of_classes(cell, one.classes)), None)
        if target is None:
            if one.classes:
                names = ", ".join(one.classes)
                session.message.emit(f"No cell has a chromosome named {names}: is the string right?")
            self.line.field.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if now is None or target.id != now.id:
            session.open_cell(target.id)
        chosen = _of_classes(target, one.classes)
        session.select_when_open(target.id, *chosen)
        if not chosen and now is not None and target.id == now.id:
            missing = f" has no chromosome {', '.join(one.classes)}" if one.classes else " is the one meant"
            session.message.emit(f"The open cell{missing}.")


def _of_classes(cell: Metaphase, classes: Sequence[str]) -> tuple[ChromosomeId, ...]:
    return tuple(one.id for one in cell.counting if one.chromosome_class in classes)


def _large(text: str) -> QLabel:
    label = QLabel(text)
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF((13.0 if len(text) < 18 else 11.0) * theme.scale())
    font.setBold(True)
    label.setFont(font)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + ("" if text.endswith(".") else ".")
