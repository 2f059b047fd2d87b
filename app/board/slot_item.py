"""A slot of the board: line, label, number where it is unusual, and what it shows while one carries."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app import theme
from app.board.layout import MEASURES, OUT_SLOT, SlotPlace
from app.board.words import SLOT_TITLES
from app.theme import LIGHT

_INK = QColor("#1c2127")
_QUIET = QColor("#7d8590")
_AMBER, _ON_AMBER = QColor("#f0b429"), QColor("#3b2a00")
_TARGET = QColor("#1677d2")
_EDGE = QColor("#dfe3e8")
_FORBIDDEN = QColor("#b8332a")
_MARK = QColor(LIGHT.doubt)


class Offer(Enum):
    """What a slot shows while chromosomes are carried."""

    NONE = 0
    POSSIBLE = 1
    HERE = 2
    FORBIDDEN = 3


class SlotItem(QGraphicsItem):
    """One slot or tray. It never takes the mouse."""

    def __init__(self, place: SlotPlace) -> None:
        super().__init__()
        self._place = place
        self._number: int | None = None
        self._note = ""
        self._offer = Offer.NONE
        self._insert_at: float | None = None
        self.setZValue(-1)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    @property
    def place(self) -> SlotPlace:
        """Where it is and who stands in it."""
        return self._place

    @property
    def number(self) -> int | None:
        """Number shown because it is unusual; None for none."""
        return self._number

    @property
    def offer(self) -> Offer:
        """What it shows at the moment."""
        return self._offer

    def show_place(self, place: SlotPlace, number: int | None, note: str) -> None:
        """Take another place, number or note; repaint when something differs."""
        if place.area != self._place.area or place.line != self._place.line:
            self.prepareGeometryChange()
        elif (place, number, note) == (self._place, self._number, self._note):
            return
        self._place, self._number, self._note = place, number, note
        self.update()

    def show_offer(self, offer: Offer, insert_at: float | None = None) -> None:
        """Show that one may drop here, or would now; `insert_at` is the x between two homologs."""
        if (offer, insert_at) != (self._offer, self._insert_at):
            self._offer, self._insert_at = offer, insert_at
            self.update()

    # -- QGraphicsItem ---------------------------------------------------------------------------------

    def boundingRect(self) -> QRectF:
        """Area and label."""
        return self._place.area.united(self._place.line).adjusted(-24, -2, 24, 2)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint ground, line, label and number."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = self._place
        if place.is_tray:
            painter.setPen(QPen(_EDGE, 1))
            painter.setBrush(QColor("#f7f8fa"))
            painter.drawRoundedRect(place.area.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        self._paint_offer(painter)
        line = place.line
        if not place.is_tray:
            pen = QPen(theme.group_colour(place.name), 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawLine(QPointF(line.left(), line.top() + 1), QPointF(line.right(), line.top() + 1))
        self._paint_captions(painter)
        if place.labelled:
            self._paint_label(painter, QRectF(line.left(), line.top() + 4, line.width(), line.height() - 4))

    def _paint_offer(self, painter: QPainter) -> None:
        area = self._place.area.adjusted(1, 1, -1, -1)
        if self._offer is Offer.POSSIBLE:
            painter.setPen(QPen(QColor(22, 119, 210, 70), 1, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area, 4, 4)
        elif self._offer is Offer.FORBIDDEN:
            painter.setPen(QPen(_FORBIDDEN, 2))
            painter.setBrush(QBrush(QColor(184, 51, 42, 46), Qt.BrushStyle.BDiagPattern))
            painter.drawRoundedRect(area, 4, 4)
        elif self._offer is Offer.HERE:
            painter.setPen(QPen(_TARGET, 2))
            painter.setBrush(QColor(22, 119, 210, 38))
            painter.drawRoundedRect(area, 4, 4)
            if self._insert_at is not None:
                painter.setPen(QPen(_TARGET, 2.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
                x = self._insert_at
                painter.drawLine(QPointF(x, area.top() + 5), QPointF(x, self._place.line.top() - 4))

    def _paint_captions(self, painter: QPainter) -> None:
        font = QFont(painter.font())
        font.setBold(False)
        font.setPixelSize(max(6, round(10 * self._place.letters)))
        painter.setFont(font)
        for caption in self._place.captions:
            painter.setPen(_MARK if caption.text in ("straightened", "mirrored") else _INK)
            room = QRectF(caption.x - 60, caption.y + 3, 120, MEASURES.caption)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, caption.text)

    def _paint_label(self, painter: QPainter, room: QRectF) -> None:
        tray = self._place.is_tray
        text = SLOT_TITLES.get(self._place.name, self._place.label or self._place.name)
        font = QFont(painter.font())
        font.setPixelSize(12 if tray else round(14 * self._place.letters) if len(text) > 2 else 14)
        font.setBold(not tray)
        painter.setFont(font)
        centre = Qt.AlignmentFlag.AlignCenter
        if self._number is None:
            note = f"  {self._note}" if self._note else ""
            painter.setPen(_QUIET if tray or not self._place.members else _INK)
            flag = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            wide = painter.fontMetrics().elidedText(
                text + note, Qt.TextElideMode.ElideRight, max(10, int(room.width()) - 12)
            )
            if self._place.name == OUT_SLOT:
                painter.drawText(room.adjusted(8, 0, -4, 0), flag, wide)
            else:
                painter.drawText(room.adjusted(-8, 0, 8, 0) if not tray else room, centre, text)
            return
        metrics = QFontMetricsF(font)
        badge_font = QFont(font)
        badge_font.setPixelSize(11)
        badge_font.setBold(True)
        badge = f"×{self._number}"
        badge_wide = QFontMetricsF(badge_font).horizontalAdvance(badge) + 9
        wide = metrics.horizontalAdvance(text)
        x = room.center().x() - (wide + 4 + badge_wide) / 2
        scene = self.scene()
        if scene is not None:
            x = min(x, scene.sceneRect().right() - wide - 4 - badge_wide - 3)
        painter.setPen(_INK)
        painter.drawText(QRectF(x - 4, room.top(), wide + 8, room.height()), centre, text)
        pill = QRectF(x + wide + 4, room.center().y() - 7.5, badge_wide, 15)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_AMBER)
        painter.drawRoundedRect(pill, 7, 7)
        painter.setFont(badge_font)
        painter.setPen(_ON_AMBER)
        painter.drawText(pill, centre, badge)
