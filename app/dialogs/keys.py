"""All keys on one page, made of the actions themselves."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from app.actions import WORDINGS, Scope
from app.dialogs.frame import Frame

_TYPED = (
    ("1 … 22, Enter", "Name the selection"), ("X   Y", "Name the selection X or Y"),
    (".", "Name the selection a marker"), ("0", "Take the name away (unknown)"),
    ("Enter", "Confirm the selection"), ("Space, held", "Hide everything but the picture"),
    ("Esc", "Back to the arrow, nothing selected"), ("Wheel", "Zoom at the mouse"),
    ("Right or middle drag", "Move the picture"), ("Ctrl and click", "Select one more"),
)  # fmt: skip


class KeysDialog(Frame):
    """The keyboard map."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent, "Keyboard", "", accept="Close", reject="")
        tree = QTreeWidget()
        tree.setHeaderLabels(["Key", "What it does", ""])
        tree.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for scope, title in ((Scope.CASE, "On the Case page"), (Scope.WINDOW, "Everywhere")):
            section = QTreeWidgetItem([title])
            if scope is Scope.CASE:
                for key, meaning in _TYPED:
                    section.addChild(QTreeWidgetItem([key, meaning]))
            for wording in WORDINGS:
                if wording.scope is scope and wording.keys:
                    keys = ", ".join(QKeySequence(key).toString() for key in wording.keys)
                    section.addChild(QTreeWidgetItem([keys, wording.text.rstrip("…"), wording.tip]))
            tree.addTopLevelItem(section)
            section.setFirstColumnSpanned(True)
            section.setExpanded(True)
        self.body.addWidget(tree)
        self.resize(820, 640)
