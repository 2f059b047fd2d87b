"""The quiet bar below the metaphase: similar places in the other cells of the case."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from app.actions import Actions
from app.spreading import Spreading


class SimilarBar(QWidget):
    """Says how many places there are, and leads to them; hidden while there are none."""

    def __init__(self, spreading: Spreading, actions: Actions, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self._spreading = spreading
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        look = QToolButton()
        look.setDefaultAction(actions["similar_places"])
        look.setText("Look")
        look.setProperty("boxed", True)
        away = QToolButton()
        away.setText("×")
        away.setToolTip("Leave the other cells as they are")
        away.setAccessibleName("Leave the other cells as they are")
        away.clicked.connect(spreading.drop)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 2, 6, 2)
        row.addWidget(self.words, 1)
        row.addWidget(look)
        row.addWidget(away)
        spreading.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say how many places there are."""
        number = len(self._spreading.places)
        cells = len({place.cell.id for place in self._spreading.places})
        self.setVisible(number > 0)
        places = "1 similar place" if number == 1 else f"{number} similar places"
        where = "another cell" if cells == 1 else f"{cells} other cells"
        self.words.setText(f"{places} in {where} of this case")
