"""Names are shown as text: whatever somebody typed into a field is never read as markup."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QEvent, QModelIndex, Qt
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLabel, QWidget

from app.dialogs.held_names import HeldNamesDialog
from app.dialogs.import_report import ImportReportDialog
from app.importing import ImportReport, Line
from app.main_window import MainWindow
from core.domain.case import Context
from core.domain.ids import PersonName
from core.domain.metaphase import Mark, MarkKind, Verdict
from core.editing.case_operations import EditCase
from core.editing.operations import Judge, SetMark
from core.readers.gather import Source
from core.readers.naming import Held
from tests.app.simulated import cell_of, fill_case, png_of, simulate_metaphase, truth_as_proposal

TIME = datetime(2026, 1, 1, tzinfo=UTC)
NAME = '<b>x</b><img src="file:///tmp/none.png">'


def markup_in(root: QWidget) -> list[str]:
    """Places below a widget where the name would be read as markup."""
    found = []
    for widget in (root, *root.findChildren(QWidget)):
        where = f"{type(widget).__module__}.{type(widget).__name__} in {type(widget.parent()).__name__}"
        if isinstance(widget, QLabel) and NAME in widget.text():
            rich = widget.textFormat() is Qt.TextFormat.AutoText and GuiQt.mightBeRichText(widget.text())
            if rich or widget.textFormat() in (Qt.TextFormat.RichText, Qt.TextFormat.MarkdownText):
                found.append(f"label {where}: {widget.text()}")
        tips = [widget.toolTip(), *(action.toolTip() for action in widget.actions())]
        tips += _tips_of(widget)
        found += [f"tip {where}: {tip}" for tip in tips if NAME in tip and GuiQt.mightBeRichText(tip)]
    return found


def _tips_of(widget: QWidget) -> Iterator[str]:
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        yield from _tips_in(widget.model(), QModelIndex())


def _tips_in(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[str]:
    for row in range(min(model.rowCount(parent), 50)):
        columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)
        for column in range(columns):
            index = model.index(row, column, parent)
            yield str(index.data(Qt.ItemDataRole.ToolTipRole) or "")
        yield from _tips_in(model, model.index(row, 0, parent))


@pytest.fixture
def hostile_case(workplace) -> str:
    """A case in which everything that can be typed is markup."""
    workplace.settings.current.person = NAME
    case = fill_case(workplace, name=NAME, cells=1)
    store = workplace.store
    drawn = simulate_metaphase("47,XY,+21", seed=2)
    cell = cell_of(drawn, label=NAME, image=workplace.originals.keep(png_of(drawn.picture)))
    store.add_cells(case, [cell], PersonName(NAME))
    revision = store.load_cell(cell.id).revision
    store.place(truth_as_proposal(drawn, cell.id), PersonName(NAME), revision)
    record = store.load_case(case)
    state = replace(
        record.history.state,
        specimen=NAME, cultures=NAME, referral=NAME, comment=NAME, assigned=PersonName(NAME),
        context=Context.NEOPLASTIC,
    )  # fmt: skip
    record = store.do_case(case, EditCase(after=state), PersonName(NAME), record.revision)
    for cell in record.history.state.cells:
        known = store.load_cell(cell)
        mark = SetMark(mark=Mark(kind=MarkKind.ANALYSED, person=PersonName(NAME), time=TIME))
        known = store.do(cell, mark, PersonName(NAME), known.revision)
        judged = Judge(verdict=Verdict.ACCEPTED, reason=NAME)
        store.do(cell, judged, PersonName(NAME), known.revision)
    return case


def test_that_no_name_is_read_as_markup_on_any_page(qtbot, until, workplace, hostile_case) -> None:
    window = MainWindow(workplace)
    window.show()
    window.session.open_case(hostile_case)
    until(lambda: window.session.case is not None and len(window.session.cells) == 2)
    window.session.message.emit(f"{NAME} was imported.")
    for page in ("worklist", "compare", "report", "models", "settings"):
        window.show_page(page)
        until(lambda: not window.workplace.lanes.busy)
        assert markup_in(window) == [], page
    _delete(window)


@pytest.mark.display
def test_that_no_name_is_read_as_markup_on_the_case_page(qtbot, until, workplace, hostile_case) -> None:
    window = MainWindow(workplace)
    window.resize(1280, 800)
    window.show()
    window.open_case(hostile_case)
    until(lambda: window.session.picture is not None and len(window.session.cells) == 2)
    for name in ("findings", "history", "view", "count", "reasoning"):
        window.case_page.side.show_tab(name)
        until(lambda: not window.workplace.lanes.busy)
        assert markup_in(window) == [], name
    for layout in ("count", "karyotype", "cells", "analyse"):
        window.actions_[f"layout_{layout}"].trigger()
        until(lambda: not window.workplace.lanes.busy)
        assert markup_in(window) == [], layout
    _delete(window)


def test_that_no_name_is_read_as_markup_in_dialogs(qtbot) -> None:
    source = Source(path=Path(NAME), relative=PurePosixPath(NAME), under=PurePosixPath(NAME))
    held = HeldNamesDialog(None, [Held(case=NAME, images=(source,), reason=NAME)], NAME)
    report = ImportReport(refused=[Line(file=NAME, case=NAME, outcome=NAME)], stopped=NAME)
    for dialog in (held, ImportReportDialog(None, report)):
        qtbot.addWidget(dialog)
        assert markup_in(dialog) == []


def _delete(window: MainWindow) -> None:
    # A canvas that the next window meets ends in an error of OpenGL.
    window.close()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
