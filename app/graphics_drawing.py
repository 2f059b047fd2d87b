"""A picture drawn with Qt and with OpenGL and read back; what drew it, and what went wrong."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QGuiApplication,
    QImage,
    QOffscreenSurface,
    QOpenGLContext,
    QPainter,
    QSurfaceFormat,
)
from PySide6.QtOpenGL import QOpenGLFramebufferObject

_SIDE: Final = 64
_COLOURS: Final = ((200, 30, 40), (20, 160, 60), (30, 60, 220), (240, 240, 240))
_OF_COLOUR: Final = 0x4000
_OF_SCISSORS: Final = 0x0C11
_VENDOR, _RENDERER, _VERSION = 0x1F00, 0x1F01, 0x1F02


def seen_by(application: QGuiApplication) -> dict[str, Any]:
    """Tell platform, screens and renderer, and what went wrong with drawing (`faults`, sentences)."""
    seen: dict[str, Any] = {
        "platform": application.platformName(),
        "screens": [
            f"{screen.size().width()} × {screen.size().height()} at {screen.devicePixelRatio():g}"
            for screen in application.screens()
        ],
        "renderer": "",
        "faults": [],
    }
    seen["faults"] += _painted()
    opengl, faults = _drawn_by_opengl()
    seen["renderer"] = opengl
    # Without a screen of its own (offscreen) Qt offers no OpenGL, and nobody looks at a canvas there.
    if opengl or application.platformName() not in ("offscreen", "minimal"):
        seen["faults"] += faults
    return seen


def _painted() -> list[str]:
    """Paint four fields and a word without OpenGL, as pages and the karyogram board are painted."""
    image = QImage(QSize(_SIDE, _SIDE), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    for number, colour in enumerate(_COLOURS):
        painter.fillRect(*_field(number), QColor(*colour))
    painter.end()
    faults = _differences(image, "painting")
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setFont(QFont("", 14))
    painter.drawText(2, 40, "46,XX")
    painter.end()
    dark = sum(QColor(image.pixel(x, y)).lightness() < 128 for x in range(_SIDE) for y in range(_SIDE))
    if dark < _SIDE // 4:
        faults.append("words are not painted: no typeface was found")
    return faults


def _drawn_by_opengl() -> tuple[str, list[str]]:
    """Draw four fields into a buffer, as the metaphase canvas is drawn; returns the renderer and faults."""
    wanted = QSurfaceFormat()
    wanted.setVersion(2, 1)
    context = QOpenGLContext()
    context.setFormat(wanted)
    surface = QOffscreenSurface()
    surface.setFormat(wanted)
    surface.create()
    if not context.create() or not context.makeCurrent(surface):
        return "", ["no OpenGL 2.1: the metaphase cannot be shown, install a graphics driver"]
    functions = context.functions()
    renderer = f"{functions.glGetString(_RENDERER)}, OpenGL {functions.glGetString(_VERSION)}"
    buffer = QOpenGLFramebufferObject(_SIDE, _SIDE)
    if not buffer.isValid() or not buffer.bind():
        context.doneCurrent()
        return renderer, ["OpenGL gives no buffer to draw into, install another graphics driver"]
    functions.glEnable(_OF_SCISSORS)
    for number, colour in enumerate(_COLOURS):
        x, y, wide, high = _field(number)
        functions.glScissor(x, _SIDE - y - high, wide, high)
        functions.glClearColor(*(value / 255 for value in colour), 1.0)
        functions.glClear(_OF_COLOUR)
    functions.glDisable(_OF_SCISSORS)
    image = buffer.toImage()
    buffer.release()
    faults = _differences(image, "OpenGL")
    del buffer
    context.doneCurrent()
    return renderer, faults


def _field(number: int) -> tuple[int, int, int, int]:
    half = _SIDE // 2
    return (number % 2 * half, number // 2 * half, half, half)


def _differences(image: QImage, by: str) -> list[str]:
    wrong = 0
    for number, colour in enumerate(_COLOURS):
        x, y, wide, high = _field(number)
        for at_x, at_y in ((x, y), (x + wide - 1, y + high - 1), (x + wide // 2, y + high // 2)):
            found = QColor(image.pixel(at_x, at_y))
            got = (found.red(), found.green(), found.blue())
            wrong += max(abs(one - other) for one, other in zip(got, colour, strict=True)) > 1
    return [f"{by} draws another picture than it should ({wrong} of 12 places)"] if wrong else []
