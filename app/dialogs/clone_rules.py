"""What the clone rule leaves open, decided for one case, with the karyotype that comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QGroupBox, QLabel, QLineEdit, QWidget

from app import theme
from app.dialogs.frame import Frame
from core.analysis.clones import CaseKaryotype, karyotype_of_case
from core.domain.case import Case, Context
from core.domain.clone_rules import CloneRules
from core.domain.metaphase import Metaphase
from core.editing.case_operations import why_no_change

_WAIT_MS: Final = 120
_RELATED: Final[tuple[tuple[Literal["", "idem", "sl"], str], ...]] = (
    ("idem", "short, with idem"), ("sl", "short, with sl and sdl"), ("", "in full"),
)  # fmt: skip


class CloneRulesDialog(Frame):
    """Edits the switches of the clone rule; `rules` is the result.

    Parameters
    ----------
    case
        The case as it stands.
    cells
        All its cells, for the karyotype that is shown below the switches.
    """

    def __init__(self, parent: QWidget | None, case: Case, cells: Sequence[Metaphase]) -> None:
        super().__init__(
            parent,
            "Clone rules",
            "A gain or a structural change counts from two cells on, a loss from three. "
            "Say here what else counts in this case; undo takes it back.",
            accept="Use these rules",
        )
        self._case = case
        self._cells = tuple(cells)
        rules = case.clone_rules
        self._known = _changes(rules.known, "Known from an earlier examination", "+8, t(9;22)(q34;q11.2)")
        self._confirmed = _changes(rules.confirmed, "Confirmed by another method", "such as -7")
        self._constitutional = _changes(rules.constitutional, "Born with", "such as +21")
        self._shared = QCheckBox("A loss counts in two cells when both share another change")
        self._shared.setChecked(rules.shared_losses)
        self._in_situ = QCheckBox("Count colonies in place of cells (grown in situ)")
        self._in_situ.setChecked(rules.in_situ)
        self._composite = QCheckBox("One composite karyotype, [cp], in place of several clones")
        self._composite.setChecked(rules.composite)
        self._related = QComboBox()
        for value, words in _RELATED:
            self._related.addItem(words, value)
        self._related.setCurrentIndex(self._related.findData(rules.stemlines))

        counts = QFormLayout()
        counts.addRow("Known from an earlier examination", self._known)
        counts.addRow("Confirmed by FISH, array or the like", self._confirmed)
        counts.addRow(_quiet("One cell is enough for these. Several changes: commas between them."))
        counts.addRow(self._shared)
        counts.addRow(self._in_situ)
        tumour = QGroupBox("Tumour or leukaemia")
        inside = QFormLayout(tumour)
        inside.addRow("Born with, written with c", self._constitutional)
        inside.addRow("Related clones", self._related)
        inside.addRow(self._composite)
        for form in (counts, inside):
            form.setHorizontalSpacing(14)
            form.setVerticalSpacing(7)
        neoplastic = case.context is Context.NEOPLASTIC
        tumour.setEnabled(neoplastic)
        if not neoplastic:
            inside.addRow(_quiet(f"This case is {case.context.value}; Case details can make it neoplastic."))

        self.fault = QLabel()
        self.fault.setProperty("role", "contradiction")
        self.preview = QLabel()
        self.preview.setAccessibleName("Karyotype of the case with these rules")
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(11.0 * theme.scale())
        font.setBold(True)
        self.preview.setFont(font)
        self.preview.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.remarks = QLabel()
        self.remarks.setProperty("role", "quiet")
        for label in (self.fault, self.preview, self.remarks):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.body.addLayout(counts)
        self.body.addWidget(tumour)
        self.body.addWidget(self.fault)
        self.body.addSpacing(4)
        heading = QLabel("Karyotype of the case with these rules")
        heading.setProperty("role", "heading")
        self.body.addWidget(heading)
        self.body.addWidget(self.preview)
        self.body.addWidget(self.remarks)
        self.body.addStretch(1)
        self.setMinimumWidth(theme.px(560))

        self._before = karyotype_of_case(self._cells, context=case.context, rules=rules)
        self._timer = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._timer.timeout.connect(self._show_result)
        for field in (self._known, self._confirmed, self._constitutional):
            field.textChanged.connect(self._check)
        for box in (self._shared, self._in_situ, self._composite):
            box.toggled.connect(self._check)
        self._related.currentIndexChanged.connect(self._check)
        self._check()
        self._show_result()

    @property
    def rules(self) -> CloneRules:
        """The rules as the fields say them."""
        return CloneRules(
            known=changes_in(self._known.text()),
            confirmed=changes_in(self._confirmed.text()),
            shared_losses=self._shared.isChecked(),
            constitutional=changes_in(self._constitutional.text()),
            composite=self._composite.isChecked(),
            stemlines=self._related.currentData(),
            in_situ=self._in_situ.isChecked(),
        )

    def _check(self) -> None:
        rules = self.rules
        faults = [
            f"{text}: {why}"
            for text in (*rules.known, *rules.confirmed, *rules.constitutional)
            if (why := why_no_change(text)) is not None
        ]
        self.fault.setText(faults[0] if faults else "")
        self.fault.setVisible(bool(faults))
        self.accept_button.setEnabled(not faults)
        if not faults:
            self._timer.start()

    def _show_result(self) -> None:
        self._timer.stop()
        found = karyotype_of_case(self._cells, context=self._case.context, rules=self.rules)
        self.preview.setText(_karyotype(found))
        told = []
        if _karyotype(found) != _karyotype(self._before):
            told.append(f"now: {_karyotype(self._before)}")
        if found.non_clonal:
            told.append(f"not clonal: {'; '.join(found.non_clonal).replace('-', '−')}")
        if self._case.karyotype:
            told.append(f"The karyotype that a person wrote stays: {self._case.karyotype}")
        self.remarks.setText("\n".join(told))
        self.remarks.setVisible(bool(told))


def changes_in(text: str) -> tuple[str, ...]:
    """Split what was typed into changes; what stands in brackets belongs to the change before.

    Parameters
    ----------
    text
        Such as "+8, t(9;22) (q34;q11.2) −7".

    Returns
    -------
    tuple of str
        Each change once, in its order: "+8", "t(9;22)(q34;q11.2)", "-7".
    """
    pieces: list[str] = [""]
    depth = 0
    for sign in text.replace("−", "-").replace("–", "-"):
        depth = max(0, depth + (sign == "(") - (sign == ")"))
        if depth == 0 and (sign in ",;" or sign.isspace()):
            pieces.append("")
        elif sign == "(" and not pieces[-1] and len(pieces) > 1:
            while len(pieces) > 1 and not pieces[-1]:
                pieces.pop()
            pieces[-1] += sign
        elif not sign.isspace():
            pieces[-1] += sign
    return tuple(dict.fromkeys(piece for piece in pieces if piece))


def _karyotype(found: CaseKaryotype) -> str:
    return found.iscn or found.limits[0]


def _changes(changes: tuple[str, ...], name: str, example: str) -> QLineEdit:
    field = QLineEdit(", ".join(changes))
    field.setPlaceholderText(example)
    field.setAccessibleName(name)
    return field


def _quiet(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "quiet")
    label.setWordWrap(True)
    return label
