"""One finding with what it rests on: the cells for and against, the evidence strip, and a person's answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QInputDialog, QLabel, QToolButton, QWidget

from app.board.words import percent
from app.pages.cards import Bar, Card
from app.pages.flow import FlowLayout
from app.plain import as_tip
from core.analysis.evidence import Evidence
from core.domain.finding import Finding
from core.domain.ids import CellId, PersonName
from core.domain.judgement import FindingAnswer, FindingJudgement, judgement_of
from core.editing.operations import CellOperation, ForgetJudgement, JudgeFinding

_SURE: Final = 0.9
_MOST_CELLS: Final = 6
_KEYS: Final = {
    Qt.Key.Key_A: FindingAnswer.ACCEPTED,
    Qt.Key.Key_R: FindingAnswer.REJECTED,
    Qt.Key.Key_N: FindingAnswer.RENAMED,
}
_ANSWERS: Final = {
    FindingAnswer.ACCEPTED: ("✓", "Accept (A)", "It is so"),
    FindingAnswer.REJECTED: ("✗", "Reject (R)", "It is not so; say why"),
    FindingAnswer.RENAMED: ("✎", "Rename (N)", "It is something else; write what"),
}


class FindingCard(Card):
    """A finding of the program, with the evidence and the answer of a person.

    Enter selects the chromosomes that show it, E opens the evidence strip, A accepts, R rejects, N renames;
    the same key again takes the answer back.

    Signals
    -------
    evidence_wanted
        Class to open in the evidence strip.
    cell_wanted
        Cell to open.
    answered
        Operation to do on the open cell.
    """

    evidence_wanted = Signal(str)
    cell_wanted = Signal(str)
    answered = Signal(object)

    def __init__(
        self,
        finding: Finding,
        evidence: Evidence,
        judgement: FindingJudgement | None,
        labels: Mapping[CellId, str],
        person: Callable[[], PersonName],
    ) -> None:
        rejected = judgement is not None and judgement.answer is FindingAnswer.REJECTED
        settled = judgement is not None and judgement.answer is FindingAnswer.ACCEPTED
        role = "quiet" if rejected else "contradiction" if settled or finding.confidence >= _SURE else "doubt"
        super().__init__(
            finding.text[0].upper() + finding.text[1:],
            side=percent(finding.confidence),
            role=role,
            tip="Select the chromosomes that show it (Enter); E evidence, A accept, R reject, N rename",
        )
        self.finding, self.evidence, self.judgement = finding, evidence, judgement
        self._person = person
        if rejected:
            self.words.setStyleSheet("text-decoration: line-through;")
        self.rows.addWidget(Bar(finding.confidence, role="accent"))
        self.said = QLabel(self._said(labels))
        self.said.setWordWrap(True)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setProperty("role", "quiet")
        self.rows.addWidget(self.said)
        self._add_cells(labels)
        self._add_buttons()
        self.setAccessibleName(f"{self.accessibleName()}; {self.said.text()}")

    def _said(self, labels: Mapping[CellId, str]) -> str:
        words = self.evidence.words
        text = words[0].upper() + words[1:]
        if self.evidence.silent:
            number = len(self.evidence.silent)
            text += f"; {number} cell{'s' if number > 1 else ''} cannot tell"
        if self.judgement is not None:
            verb = {
                FindingAnswer.ACCEPTED: "Accepted",
                FindingAnswer.REJECTED: "Rejected",
                FindingAnswer.RENAMED: f"Renamed to {self.judgement.named}",
            }[self.judgement.answer]
            why = f": {self.judgement.reason}" if self.judgement.reason else ""
            text += f"\n{verb} by {self.judgement.person}{why}"
        return text

    def _add_cells(self, labels: Mapping[CellId, str]) -> None:
        """Cells for (left) and against (right), each a way to the cell."""
        if len(labels) < 2:
            return
        row = FlowLayout(3)
        for heading, cells in (("for", self.evidence.shown), ("against", self.evidence.against)):
            if not cells:
                continue
            name = QLabel(heading)
            name.setTextFormat(Qt.TextFormat.PlainText)
            name.setProperty("role", "quiet")
            row.addWidget(name)
            for cell in cells[:_MOST_CELLS]:
                row.addWidget(self._cell_button(cell, labels.get(cell, "?"), heading))
            if len(cells) > _MOST_CELLS:
                row.addWidget(QLabel(f"+{len(cells) - _MOST_CELLS}"))
        self.rows.addLayout(row)

    def _cell_button(self, cell: CellId, label: str, heading: str) -> QToolButton:
        button = QToolButton()
        button.setText(label[-4:])
        button.setProperty("small", True)
        button.setToolTip(as_tip(f"Open cell {label}: {heading}"))
        button.setAccessibleName(f"Open cell {label}, {heading}")
        button.clicked.connect(lambda: self.cell_wanted.emit(cell))
        return button

    def _add_buttons(self) -> None:
        row = FlowLayout(4)
        for answer, (sign, text, tip) in _ANSWERS.items():
            button = QToolButton()
            button.setText(sign)
            button.setCheckable(True)
            button.setChecked(self.judgement is not None and self.judgement.answer is answer)
            button.setToolTip(f"{text}: {tip}")
            button.setAccessibleName(text)
            button.setProperty("boxed", True)
            button.clicked.connect(lambda checked=False, answer=answer: self.give(answer))
            row.addWidget(button)
        if self.finding.chromosomes:
            strip = QToolButton()
            strip.setText("Evidence")
            strip.setProperty("boxed", True)
            strip.setToolTip("This pair from every cell on one axis, with the heat where it differs (E)")
            strip.clicked.connect(lambda: self.evidence_wanted.emit(self.finding.chromosomes[0]))
            row.addWidget(strip)
        self.rows.addLayout(row)

    def give(self, answer: FindingAnswer, *, words: str | None = None) -> None:
        """Answer the finding; the same answer again takes it back.

        Parameters
        ----------
        words
            The reason of a rejection or the new name; asked for when None.
        """
        if self.judgement is not None and self.judgement.answer is answer and words is None:
            self._emit(ForgetJudgement(judgement=self.judgement))
            return
        if words is None:
            asked = _asked(self, answer, self.finding)
            if asked is None:
                return
            words = asked
        renamed = answer is FindingAnswer.RENAMED
        self._emit(
            JudgeFinding(
                judgement=judgement_of(
                    self.finding,
                    answer,
                    person=self._person(),
                    time=datetime.now(UTC),
                    named=words if renamed else "",
                    reason="" if renamed else words,
                )
            )
        )

    def _emit(self, operation: CellOperation) -> None:
        self.answered.emit(operation)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer by one key."""
        key = Qt.Key(event.key())
        if event.modifiers() == Qt.KeyboardModifier.NoModifier and key in _KEYS:
            self.give(_KEYS[key])
        elif key == Qt.Key.Key_E and self.finding.chromosomes:
            self.evidence_wanted.emit(self.finding.chromosomes[0])
        else:
            super().keyPressEvent(event)


def _asked(parent: QWidget, answer: FindingAnswer, finding: Finding) -> str | None:
    """Ask for the words that an answer needs; None where the person thought better of it."""
    if answer is FindingAnswer.ACCEPTED:
        return ""
    if answer is FindingAnswer.REJECTED:
        question = f"{finding.text}\n\nWhy is it wrong? (may stay empty)"
        text, agreed = QInputDialog.getText(parent, "Reject a finding", question)
        return text if agreed else None
    question = f"{finding.text}\n\nWhat is it? (ISCN where it is a change, such as +mar or i(21)(q10))"
    text, agreed = QInputDialog.getText(parent, "Rename a finding", question)
    return text if agreed and text.strip() else None
