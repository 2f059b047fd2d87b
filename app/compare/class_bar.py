"""The classes in a row: choose one, and see at a glance where something deviates."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from app import theme
from core.analysis.composite import ClassNumbers
from core.analysis.consensus import OUTLIER, ClassStudy
from core.domain.bands import CLASSES

ALL: Final = "all"
_FULL: Final = 3.0 * OUTLIER
"""Deviation at which the bar of a class is full."""


class _ClassButton(QToolButton):
    """A class with a bar for its largest deviation and a mark for an unusual number."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self._share = 0.0
        self._outlying = False
        self._numbers = ""
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setText("All" if name == ALL else name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(26)

    def show_study(self, study: ClassStudy | None, numbers: ClassNumbers | None) -> None:
        said = []
        self._share, self._outlying, self._numbers = 0.0, False, ""
        if study is not None:
            self._share = min(1.0, study.most / _FULL)
            self._outlying = study.outlying_cells > 0
            said.append(f"largest deviation {study.most:.1f}")
            if self._outlying:
                said.append(f"deviating in {study.outlying_cells} of {study.cells} cells")
            if study.other is not None:
                said.append("the homologs differ")
        if numbers is not None and numbers.said:
            self._numbers = str(next(n for n in numbers.counts.values() if n != numbers.normal))
            said.append(f"number: {numbers.said}")
        title = "All classes (0)" if self.name == ALL else f"Chromosome {self.name}"
        self.setToolTip(f"<b>{title}</b><br>{'<br>'.join(map(escape, said))}")
        self.setAccessibleName(", ".join([title, *said]))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.name == ALL:
            return
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        wide = self.width() - 10
        painter.setBrush(QColor(colours.line))
        painter.drawRoundedRect(QRectF(5, self.height() - 6, wide, 3), 1.5, 1.5)
        painter.setBrush(QColor(colours.doubt if self._outlying else colours.quiet))
        if self._share > 0.02:
            painter.drawRoundedRect(QRectF(5, self.height() - 6, wide * self._share, 3), 1.5, 1.5)
        if self._numbers:
            font = painter.font()
            font.setPixelSize(theme.px(9))
            font.setBold(True)
            painter.setFont(font)
            box = QRectF(self.width() - 13, 1, 12, 12)
            painter.setBrush(QColor(colours.contradiction))
            painter.drawRoundedRect(box, 3, 3)
            painter.setPen(QColor("#ffffff" if colours.name == "light" else "#14171b"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._numbers)
        painter.end()


class ClassBar(QWidget):
    """Buttons of all classes; 0 or All shows every class at once.

    Signals
    -------
    chosen
        A class, or `ALL`.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._buttons: dict[str, _ClassButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(1)
        for name in (ALL, *CLASSES):
            button = _ClassButton(name)
            button.clicked.connect(lambda checked=False, name=name: self.chosen.emit(name))
            self._buttons[name] = button
            row.addWidget(button)
        theme.news.changed.connect(self._resize)
        self._resize()

    def _resize(self) -> None:
        for button in self._buttons.values():
            button.setFixedHeight(theme.px(28) + 4)

    def button(self, name: str) -> QToolButton:
        """Button of a class."""
        return self._buttons[name]

    def show_class(self, name: str, *, all_too: bool) -> None:
        """Light the button of a class; `all_too` tells whether all classes can be shown at once."""
        for known, button in self._buttons.items():
            button.setChecked(known == name)
        self._buttons[ALL].setEnabled(all_too)

    def show_studies(
        self, studies: Mapping[str, ClassStudy | None], numbers: Mapping[str, ClassNumbers]
    ) -> None:
        """Show the largest deviation and unusual numbers of every class."""
        for name in CLASSES:
            self._buttons[name].show_study(studies.get(name), numbers.get(name))
        self._buttons[ALL].show_study(None, None)
