"""What became of each file of a drop."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from app import theme
from app.dialogs.frame import Frame
from app.importing import ImportReport, Line
from app.plain import as_tip

_SHOWN = 2000


class ImportReportDialog(Frame):
    """Lists refused files first, then those passed over, then those taken."""

    def __init__(self, parent: QWidget | None, report: ImportReport) -> None:
        explanation = report.summary + (f" {report.stopped}" if report.stopped else "")
        super().__init__(parent, "Import report", explanation, accept="Close", reject="")
        colours = theme.current()
        tree = QTreeWidget()
        tree.setHeaderLabels(["File", "Case", "What became of it"])
        tree.setRootIsDecorated(True)
        tree.setUniformRowHeights(True)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        for title, lines, colour in (
            ("Refused", report.refused, colours.contradiction),
            ("Passed over", report.passed, colours.quiet),
            ("Imported", report.taken, colours.good),
        ):
            if lines:
                tree.addTopLevelItem(_section(title, lines, colour))
        for row in range(tree.topLevelItemCount()):
            section = tree.topLevelItem(row)
            section.setFirstColumnSpanned(True)
            section.setExpanded(row == 0 or section.childCount() <= 20)
        header = tree.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.resizeSection(0, 240)
        header.resizeSection(1, 130)
        header.setStretchLastSection(True)
        self.body.addWidget(tree)
        self.resize(860, 480)


def _section(title: str, lines: list[Line], colour: str) -> QTreeWidgetItem:
    section = QTreeWidgetItem([f"{title} ({len(lines)})"])
    section.setForeground(0, QBrush(QColor(colour)))
    for line in lines[:_SHOWN]:
        row = QTreeWidgetItem([PurePath(line.file).name, line.case, line.outcome])
        row.setToolTip(0, as_tip(line.file))
        row.setToolTip(2, as_tip(line.outcome))
        section.addChild(row)
    return section
