"""The Models page: which models answer, what their cards say, and the corrections that were caught."""

from __future__ import annotations

from html import escape
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QTabWidget,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.errors import sentence_of
from app.tables.corrections import CorrectionsView
from core.errors import CentromereError
from models.card import ModelCard, read_card
from models.registry import STAGES, versions_of

_MEASURES: Final = {
    "found_f1": "chromosomes found (F1)", "found_iou": "likeness of the boxes (mean IoU)",
    "count_mae": "error of the count", "count_exact": "counts that are exact",
    "named_alone": "named right, each alone", "named_in_cell": "named right, within the cell",
    "cell_right": "cells right as a whole", "oriented": "p arm up",
    "review_yield": "errors within the first five doubts",
    "missed_after_review": "errors among what is never offered",
}  # fmt: skip


class ModelsPage(QWidget):
    """Cards at the left, corrections behind their tab."""

    def __init__(self, corrections: CorrectionsView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._corrections = corrections
        self._list = QListWidget()
        self._list.setAccessibleName("Models")
        self._list.setMaximumWidth(300)
        self._list.setMinimumWidth(200)
        self._list.currentItemChanged.connect(lambda now, before: self._show(now))
        self._card = QTextBrowser()
        self._card.setAccessibleName("Card of the model")
        self._card.setOpenLinks(False)
        self._card.setStyleSheet("QTextBrowser { padding: 14px 20px; }")
        cards = QSplitter(Qt.Orientation.Horizontal)
        cards.addWidget(self._list)
        cards.addWidget(self._card)
        cards.setStretchFactor(1, 1)
        tabs = QTabWidget()
        tabs.addTab(cards, "Models and their cards")
        tabs.addTab(corrections, "Corrections caught")
        tabs.setDocumentMode(True)
        tabs.currentChanged.connect(lambda place: corrections.refresh() if place == 1 else None)
        self._tabs = tabs
        title = QLabel("Models")
        title.setProperty("role", "title")
        title.setContentsMargins(26, 16, 0, 4)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(title)
        rows.addWidget(tabs, 1)

    def refresh(self) -> None:
        """Read the cards anew."""
        shown = self._list.currentRow()
        self._list.clear()
        for stage in STAGES:
            versions = versions_of(stage)
            if not versions:
                entry = QListWidgetItem(f"{stage}: none installed")
                entry.setData(Qt.ItemDataRole.UserRole, f"expected weights of the {stage}, got none")
                self._list.addItem(entry)
            for place, folder in enumerate(reversed(versions)):
                answers = " · in use" if place == 0 else ""
                entry = QListWidgetItem(f"{stage} {folder.name}{answers}")
                try:
                    entry.setData(Qt.ItemDataRole.UserRole, read_card(folder))
                except CentromereError as error:
                    entry.setData(Qt.ItemDataRole.UserRole, sentence_of(error))
                self._list.addItem(entry)
        self._list.setCurrentRow(min(max(shown, 0), self._list.count() - 1))
        if self._tabs.currentIndex() == 1:
            self._corrections.refresh()

    def _show(self, entry: QListWidgetItem | None) -> None:
        card = entry.data(Qt.ItemDataRole.UserRole) if entry is not None else None
        if isinstance(card, ModelCard):
            self._card.setHtml(_html(card))
        else:
            self._card.setPlainText(str(card or ""))


def _html(card: ModelCard) -> str:
    quiet = theme.current().quiet
    parts = [
        f"<h2>{escape(card.name)} {escape(card.version)}</h2>",
        f"<p style='color:{quiet}'>made {card.created.isoformat()}</p>",
        _section("What it is for", card.purpose),
        _section("Takes", card.inputs),
        _section("Gives", card.outputs),
        _section("Where not to trust it", card.limits),
    ]
    if card.measured:
        rows = "".join(
            f"<tr><td>{escape(m.set)}</td><td>{escape(_said(m.measure))}</td>"
            f"<td align='right'><b>{m.value:.4g}</b></td>"
            f"<td>{_interval(m.low, m.high)}</td><td align='right'>{m.n}</td></tr>"
            for m in card.measured
        )
        head = "<tr><th>set</th><th>measure</th><th>value</th><th>95 % interval</th><th>n</th></tr>"
        parts.append(f"<h3>Measured</h3><table cellspacing='0' cellpadding='5'>{head}{rows}</table>")
    if card.training:
        sources = "".join(
            f"<li><b>{escape(source.archive)}</b>: {escape(source.used)}<br>"
            f"<span style='color:{quiet}'>{escape(source.citation)} {escape(source.terms)}</span></li>"
            for source in card.training
        )
        parts.append(f"<h3>Learned from</h3><ul>{sources}</ul>")
    parts.append(_section("Chosen on", card.chosen_on))
    parts.append(_section("Licence", card.licence))
    return "".join(parts)


def _said(measure: str) -> str:
    """A measure in words; `found_f1, whole pipeline` keeps what stands behind the comma."""
    name, comma, more = measure.partition(",")
    return f"{_MEASURES.get(name, name)}{comma}{more}"


def _section(title: str, text: object) -> str:
    if not text:
        return ""
    if isinstance(text, (list, tuple)):
        body = "<ul>" + "".join(f"<li>{escape(str(entry))}</li>" for entry in text) + "</ul>"
    else:
        body = f"<p>{escape(str(text))}</p>"
    return f"<h3>{title}</h3>{body}"


def _interval(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{low:.4g} – {high:.4g}"
