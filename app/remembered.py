"""Widths of columns, splitters and tabs of pages, to be found again at the next start."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QHeaderView, QSplitter, QTableView, QTabWidget, QTreeView, QWidget


def state_of(pages: Mapping[str, QWidget]) -> dict[str, str]:
    """Tell how columns, splitters and tabs of pages stand, by names that stay the same."""
    return {name: _state(part) for name, part in _parts(pages)}


def restore(pages: Mapping[str, QWidget], state: Mapping[str, str]) -> None:
    """Let columns, splitters and tabs stand as they stood; what is not known stays as it is."""
    for name, part in _parts(pages):
        text = state.get(name, "")
        if not text:
            continue
        if isinstance(part, QTabWidget):
            if text.isdigit() and int(text) < part.count():
                part.setCurrentIndex(int(text))
        else:
            part.restoreState(QByteArray(base64.b64decode(text)))


def _parts(pages: Mapping[str, QWidget]) -> Iterator[tuple[str, QHeaderView | QSplitter | QTabWidget]]:
    for page, widget in pages.items():
        tables = [*widget.findChildren(QTableView), *widget.findChildren(QTreeView)]
        for place, table in enumerate(tables):
            header = table.horizontalHeader() if isinstance(table, QTableView) else table.header()
            # A version with other columns begins anew.
            yield f"{page}.columns.{place}.{header.count()}", header
        for place, splitter in enumerate(widget.findChildren(QSplitter)):
            yield f"{page}.splitter.{place}.{splitter.count()}", splitter
        for place, tabs in enumerate(widget.findChildren(QTabWidget)):
            yield f"{page}.tabs.{place}", tabs


def _state(part: QHeaderView | QSplitter | QTabWidget) -> str:
    if isinstance(part, QTabWidget):
        return str(part.currentIndex())
    return base64.b64encode(bytes(part.saveState().data())).decode("ascii")
