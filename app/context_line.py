"""The line above the page that always tells where one is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenuBar, QSizePolicy, QWidget

from app.session import CaseSession
from core.domain.case import Case, Context

_VERSION: Final = re.compile(r"\d+(?:\.\d+)+")


class ContextLine(QWidget):
    """Menus, then case, specimen, cell and ledger, then how the last edit was kept and the models."""

    def __init__(self, session: CaseSession, menus: QMenuBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("topRow")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._models = ""
        self._parts: list[str] = []
        self._where = QLabel()
        self._where.setTextFormat(Qt.TextFormat.RichText)
        self._where.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._ledger = QLabel()
        self._ledger.setTextFormat(Qt.TextFormat.PlainText)
        self._ledger.setToolTip("Marks that people set on cells, against the protocol of the case")
        self._state = QLabel()
        self._state.setTextFormat(Qt.TextFormat.PlainText)
        self._state.setProperty("role", "quiet")
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 1, 12, 1)
        row.setSpacing(14)
        menus.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        row.addWidget(menus)
        row.addWidget(self._where, 1)
        row.addWidget(self._ledger)
        row.addWidget(self._state)
        for signal in (session.case_changed, session.cells_changed, session.busy_changed):
            signal.connect(self._write)
        session.cell_opened.connect(self._write)
        self._write()

    def show_models(self, models: Mapping[str, str]) -> None:
        """Tell which models answer, by stage such as `finder@0.1.0`; the tooltip names each of them."""
        versions = sorted({one for label in models.values() for one in _VERSION.findall(label)}, key=_order)
        self._models = f"models {' to '.join(dict.fromkeys((versions[0], versions[-1])))}" if versions else ""
        self._state.setToolTip("\n".join(models.values()))
        self._write()

    @property
    def text(self) -> str:
        """What stands in the line, without the menus."""
        where = _joined(self._parts) if self._parts else "No case is open"
        return " | ".join((where, self._ledger.text(), self._state.text()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say as much as there is room for."""
        super().resizeEvent(event)
        QTimer.singleShot(0, self._where, self._fit)

    def _write(self, *_: object) -> None:
        case, cell = self._session.case, self._session.cell
        if case is None:
            self._parts = []
            self._ledger.clear()
        else:
            self._parts = [case.name, *_details(case)]
            if cell is not None:
                self._parts.append(f"cell {cell.label}")
            ledger = self._session.ledger
            self._ledger.setText(ledger.line if ledger else "")
        saved = self._session.saved
        state = "saving…" if saved.pending else ("saved" if case is not None else "")
        self._state.setText(" · ".join(part for part in (state, self._models) if part))
        self._where.setToolTip(escape("  ·  ".join(self._parts)))
        QTimer.singleShot(0, self._where, self._fit)
        self._fit()

    def _fit(self) -> None:
        """Leave what lies between case and cell out, from its end, where there is no room for it."""
        if not self._parts:
            self._where.setText("<span>No case is open</span>")
            return
        parts = list(self._parts)
        last = 1 if self._session.cell is not None else 0
        while True:
            self._where.setText(_joined(parts))
            if len(parts) <= 1 + last or self._where.sizeHint().width() <= self._where.width():
                return
            del parts[len(parts) - 1 - last]


def _joined(parts: list[str]) -> str:
    name, *more = map(escape, parts)
    return " &nbsp;·&nbsp; ".join((f"<b>{name}</b>", *more))


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _details(case: Case) -> list[str]:
    found = [case.specimen, case.cultures]
    if case.context is not Context.UNKNOWN:
        found.append(case.context.value)
    return [text for text in found if text]
