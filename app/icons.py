"""Line icons of `resources/icons`, in the colours of the theme."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.theme import Theme, current

_FOLDER: Final = Path(__file__).resolve().parents[1] / "resources" / "icons"
_SIZE: Final = 48


def icon(name: str, theme: Theme | None = None) -> QIcon:
    """Draw an icon: quiet, in the accent colour when checked, faint when disabled.

    Raises
    ------
    FileNotFoundError
        When there is no such icon.
    """
    theme = theme or current()
    source = (_FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    drawn = QIcon()
    for colour, mode, state in (
        (theme.text, QIcon.Mode.Normal, QIcon.State.Off),
        (theme.accent, QIcon.Mode.Normal, QIcon.State.On),
        (theme.line, QIcon.Mode.Disabled, QIcon.State.Off),
    ):
        drawn.addPixmap(_pixmap(source, colour), mode, state)
    return drawn


def _pixmap(source: str, colour: str) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(source.replace("currentColor", colour).encode()))
    pixmap = QPixmap(QSize(_SIZE, _SIZE))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter)
    painter.end()
    return pixmap
