"""Name, specimen, context and protocol of a case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from PySide6.QtCore import QDate
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QWidget,
)

from app.dialogs.frame import Frame
from core.domain.case import PROTOCOLS, Case, Context, Protocol, Status
from core.domain.ids import PersonName

_LEVELS = (300, 400, 550, 700, 850)


class CaseDialog(Frame):
    """Edits what is known about a case; `case` is the result."""

    def __init__(self, parent: QWidget | None, case: Case, *, is_new: bool) -> None:
        super().__init__(
            parent,
            "New case" if is_new else "Case details",
            "The name is a pseudonym: it appears in the worklist, on the report and in result files. "
            "Never type a patient's name here.",
            accept="Make the case" if is_new else "Save",
        )
        self._before = case
        self._name = QLineEdit(case.name)
        self._specimen = QLineEdit(case.specimen)
        self._specimen.setPlaceholderText("such as peripheral blood")
        self._cultures = QLineEdit(case.cultures)
        self._cultures.setPlaceholderText("such as 72 h PHA, two cultures")
        self._referral = QLineEdit(case.referral)
        self._context = _choice([context.value for context in Context], case.context.value)
        self._status = _choice([status.value for status in Status], case.status.value)
        self._assigned = QLineEdit(case.assigned or "")
        self._comment = QPlainTextEdit(case.comment)
        self._comment.setFixedHeight(64)
        self._due_known = QCheckBox("due")
        self._due_known.setToolTip("Whether the case has a day when it is due")
        self._due = QDateEdit()
        self._due.setCalendarPopup(True)
        self._due.setAccessibleName("Day when the case is due")
        self._due.setDisplayFormat("yyyy-MM-dd")
        self._due.setDate(QDate(case.due) if case.due else QDate.currentDate().addDays(14))
        self._due_known.setChecked(case.due is not None)
        self._due.setEnabled(case.due is not None)
        self._due_known.toggled.connect(self._due.setEnabled)
        self._protocol = _choice([protocol.name for protocol in PROTOCOLS], case.protocol.name)
        if case.protocol.name not in {protocol.name for protocol in PROTOCOLS}:
            self._protocol.addItem(case.protocol.name)
            self._protocol.setCurrentText(case.protocol.name)
        self._numbers = [_number(value) for value in _numbers_of(case.protocol)]
        self._level = _choice([str(level) for level in _LEVELS], str(case.protocol.band_level))
        self._protocol.currentTextChanged.connect(self._take_protocol)
        self._name.textChanged.connect(self._check)

        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(8)
        for title, field in (
            ("Case", self._name), ("Specimen", self._specimen), ("Cultures", self._cultures),
            ("Referral", self._referral), ("Context", self._context),
            ("Protocol", self._protocol), ("Cells", self._cell_numbers()),
            ("Status", self._status), ("Due", _side_by_side(self._due_known, self._due)),
            ("Assigned to", self._assigned), ("Comment", self._comment),
        ):  # fmt: skip
            form.addRow(title, field)
        self.body.addLayout(form)
        self.setMinimumWidth(540)
        self._check()

    @property
    def case(self) -> Case:
        """The case as the fields say it."""
        count, analyse, karyotype = (field.value() for field in self._numbers)
        due = self._due.date()
        return replace(
            self._before,
            name=" ".join(self._name.text().split()),
            specimen=self._specimen.text().strip(),
            cultures=self._cultures.text().strip(),
            referral=self._referral.text().strip(),
            context=Context(self._context.currentText()),
            status=Status(self._status.currentText()),
            assigned=PersonName(self._assigned.text().strip()) or None,
            comment=self._comment.toPlainText().strip(),
            due=date(due.year(), due.month(), due.day()) if self._due_known.isChecked() else None,
            protocol=Protocol(
                name=self._protocol.currentText(),
                count=count,
                analyse=analyse,
                karyotype=karyotype,
                band_level=int(self._level.currentText()),
            ),
        )

    def _cell_numbers(self) -> QWidget:
        row = QWidget()
        columns = QHBoxLayout(row)
        columns.setContentsMargins(0, 0, 0, 0)
        for word, field in zip(("count ", "analyse ", "karyotype "), self._numbers, strict=True):
            field.setPrefix(word)
            field.setAccessibleName(f"Cells to {word.strip()}")
            columns.addWidget(field)
        columns.addWidget(self._level)
        self._level.setAccessibleName("Bands per haploid set")
        self._level.setToolTip("Bands per haploid set that the protocol asks for")
        return row

    def _take_protocol(self, name: str) -> None:
        protocol = next((known for known in PROTOCOLS if known.name == name), None)
        if protocol is not None:
            for field, value in zip(self._numbers, _numbers_of(protocol), strict=True):
                field.setValue(value)
            self._level.setCurrentText(str(protocol.band_level))

    def _check(self) -> None:
        self.accept_button.setEnabled(bool(self._name.text().strip()))


def _numbers_of(protocol: Protocol) -> tuple[int, int, int]:
    return (protocol.count, protocol.analyse, protocol.karyotype)


def _choice(texts: list[str], current: str) -> QComboBox:
    box = QComboBox()
    box.addItems(texts)
    box.setCurrentText(current)
    return box


def _number(value: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(0, 999)
    box.setValue(value)
    return box


def _side_by_side(*widgets: QWidget) -> QWidget:
    row = QWidget()
    columns = QHBoxLayout(row)
    columns.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        columns.addWidget(widget)
    columns.addStretch(1)
    return row
