"""Chromosomes in the hand: shadows that follow the mouse, a flag that says what a drop would do."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPixmapItem, QStyleOptionGraphicsItem, QWidget

from app.board.chromosome_item import ChromosomeItem
from app.board.dropping import Target, operation_for, refusal_of, words_for
from app.board.scene import BoardScene
from core.domain.ids import ChromosomeId
from core.domain.metaphase import Metaphase
from core.editing.operations import CellOperation

_ABOVE = 10.0
_OVERLAP = 0.7
_NOWHERE = "no slot here"


class _Flag(QGraphicsItem):
    """Words beside the mouse."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._forbidden = False
        self._font = QFont()
        self._font.setPixelSize(13)
        self._font.setBold(True)
        self.setZValue(_ABOVE + 1)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)

    def say(self, text: str, *, forbidden: bool = False) -> None:
        """Show other words."""
        if (text, forbidden) != (self._text, self._forbidden):
            self.prepareGeometryChange()
            self._text, self._forbidden = text, forbidden
            self.update()

    def boundingRect(self) -> QRectF:
        """Room of the words."""
        return QRectF(0, 0, QFontMetricsF(self._font).horizontalAdvance(self._text) + 18, 24)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint a dark flag."""
        if not self._text:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(150, 34, 26, 240) if self._forbidden else QColor(20, 24, 30, 235))
        painter.drawRoundedRect(self.boundingRect(), 5, 5)
        painter.setPen(QColor("#ffffff"))
        painter.setFont(self._font)
        painter.drawText(self.boundingRect(), Qt.AlignmentFlag.AlignCenter, self._text)


class Carrying:
    """One drag from lifting to letting go.

    Parameters
    ----------
    carried
        Chromosomes in the hand, in the order of the board; the first is the one under the mouse.
    """

    def __init__(
        self, scene: BoardScene, cell: Metaphase, carried: tuple[ChromosomeId, ...], at: QPointF
    ) -> None:
        self._scene = scene
        self._cell = cell
        self.carried = carried
        self.target: Target | None = None
        self.operation: CellOperation | None = None
        self.refusal = _NOWHERE
        self._moved = False
        self._shadows: list[tuple[QGraphicsPixmapItem, QPointF]] = []
        self._flag = _Flag()
        scene.addItem(self._flag)
        self._lifted = [item for i in carried if (item := scene.item_of(i)) is not None]
        self._lift(at)
        scene.offer(None, carrying=True)

    def _lift(self, at: QPointF) -> None:
        x = 0.0
        for item in self._lifted:
            item.lift(True)
            shadow = _shadow_of(item)
            area = item.body_area
            if x == 0.0 and area.contains(at):
                offset = area.topLeft() - at
            else:
                offset = QPointF(x, -area.height() / 3)
            shadow.setPos(at + offset)
            self._scene.addItem(shadow)
            self._shadows.append((shadow, offset))
            x = offset.x() + area.width() * _OVERLAP

    def move(self, point: QPointF, away: float) -> None:
        """Follow the mouse.

        Parameters
        ----------
        away
            How far from the mouse the flag stands, in units of the scene.
        """
        for shadow, offset in self._shadows:
            shadow.setPos(point + offset)
        target = self._scene.target_at(point, self.carried)
        if target != self.target or not self._moved:
            self._moved = True
            self.target = target
            self.operation = operation_for(self._cell, self.carried, target) if target else None
            self.refusal = refusal_of(self._cell, self.carried, target) if target else _NOWHERE
            self._scene.offer(target, carrying=True, forbidden=bool(self.refusal))
            words = words_for(self.carried, target, self.operation, self.refusal) if target else _NOWHERE
            self._flag.say(words, forbidden=bool(self.refusal))
        self._flag.setPos(point + QPointF(away, away))

    def end(self) -> None:
        """Put everything back as it was."""
        for item in self._lifted:
            item.lift(False)
        for shadow, _ in self._shadows:
            self._scene.removeItem(shadow)
        self._scene.removeItem(self._flag)
        self._shadows = []
        self._scene.offer(None, carrying=False)


def _shadow_of(item: ChromosomeItem) -> QGraphicsPixmapItem:
    shadow = QGraphicsPixmapItem(item.picture.pixmap)
    shadow.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
    shadow.setScale(item.scale())
    shadow.setOpacity(0.95)
    shadow.setZValue(_ABOVE)
    shadow.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
    return shadow
