"""What a screen reader says: finds controls, and gives tooltips where a word alone stands on a button."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QGraphicsView,
    QHeaderView,
    QLineEdit,
    QMenuBar,
    QPlainTextEdit,
    QProgressBar,
    QScrollBar,
    QTabBar,
    QTextEdit,
    QWidget,
)

_CONTROLS: Final = (
    QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QGraphicsView,
    QLineEdit, QPlainTextEdit, QProgressBar, QTabBar, QTextEdit,
)  # fmt: skip
#: Controls that Qt puts into others; the outer one has the name.
_INNER: Final = (QHeaderView, QScrollBar)
_FOREIGN: Final = ("napari", "superqt")
_OWNERS: Final = (QAbstractSpinBox, QComboBox, QLineEdit, QTabBar, QAbstractItemView, QMenuBar)


def controls(root: QWidget) -> Iterator[QWidget]:
    """Find what a person can use in a window or page, without the inner parts of Qt's controls."""
    for widget in root.findChildren(QWidget):
        if isinstance(widget, _CONTROLS) and not isinstance(widget, _INNER) and not _is_part(widget):
            yield widget


def spoken_name(widget: QWidget) -> str:
    """Name that a screen reader says; a button is called by its text, a field by its label."""
    found = QAccessible.queryAccessibleInterface(widget)
    name = found.text(QAccessible.Text.Name) if found is not None else widget.accessibleName()
    return name.replace("&", "").strip()


def _is_part(widget: QWidget) -> bool:
    owner = widget.parentWidget()
    while owner is not None:
        # The viewer that draws the picture has bars of its own, which are never shown.
        if isinstance(owner, _OWNERS) or type(owner).__module__.startswith(_FOREIGN):
            return True
        owner = owner.parentWidget()
    return type(widget).__module__.startswith(_FOREIGN)
