"""One chromosome on the board."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app import theme
from app.board.layout import Stand
from app.board.upright import UprightPicture
from app.board.words import tip_of
from core.domain.chromosome import Chromosome
from core.domain.ids import ChromosomeId

SELECTED = QColor("#1677d2")
_TICK = QColor("#1e7f45")
_DECIDED = QColor("#7b8794")
_LEAST_DOUBT = 0.02
_THINNEST, _THICKER = 1.0, 2.8
_REACH = 9.0


class ChromosomeItem(QGraphicsItem):
    """Captured pixels with a ring for doubt and selection, and a check for what a person decided."""

    def __init__(self, chromosome: Chromosome, picture: UprightPicture) -> None:
        super().__init__()
        self.chromosome = chromosome
        self._picture = picture
        self._stand = Stand(at=QPointF(), scale=1.0)
        self._shown = (QPointF(), 0.0)
        self._selected = self._hovered = self._lifted = self._bare = False
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.setToolTip(tip_of(chromosome))
        self._dim()

    @property
    def id(self) -> ChromosomeId:
        """Identity of the chromosome."""
        return self.chromosome.id

    @property
    def picture(self) -> UprightPicture:
        """What is painted."""
        return self._picture

    @property
    def body_area(self) -> QRectF:
        """Where the chromosome lies in the scene, without its ring."""
        body = self._picture.body
        return self.mapRectToScene(QRectF(0, 0, body.width, body.height))

    def show_chromosome(self, chromosome: Chromosome, picture: UprightPicture) -> None:
        """Take another state of the same chromosome."""
        if chromosome is self.chromosome and picture is self._picture:
            return
        if picture is not self._picture:
            self.prepareGeometryChange()
        self.chromosome, self._picture = chromosome, picture
        self.setToolTip(tip_of(chromosome))
        self._dim()
        self.update()

    def stand(self, stand: Stand) -> None:
        """Take a place."""
        self._stand = stand
        if abs(self.scale() - stand.scale) > 1e-9:
            self.prepareGeometryChange()
        self._put(QPointF(), 0.0)

    def preview(self, offset: QPointF, degrees: float) -> None:
        """Show it moved and turned before that is done; no offset and 0 degrees take it back."""
        self._put(offset, degrees)

    @property
    def previewed(self) -> bool:
        """Whether it is shown elsewhere than it stands."""
        return self._shown != (QPointF(), 0.0)

    def _put(self, offset: QPointF, degrees: float) -> None:
        body, scale = self._picture.body, self._stand.scale
        # Turned about its middle; scaling about it as well has to be made up for.
        middle = QPointF(body.width / 2, body.height / 2)
        self._shown = (QPointF(offset), degrees)
        self.setTransformOriginPoint(middle)
        self.setScale(scale)
        self.setRotation(degrees)
        self.setPos(self._stand.at + offset - middle * (1 - scale))

    def light(self, *, selected: bool, hovered: bool) -> None:
        """Show whether it is selected, or under the mouse here or elsewhere."""
        if (selected, hovered) != (self._selected, self._hovered):
            self._selected, self._hovered = selected, hovered
            self.setZValue(2 if selected else 1 if hovered else 0)
            self.update()

    def lift(self, lifted: bool) -> None:
        """Fade while it is carried elsewhere."""
        if lifted != self._lifted:
            self._lifted = lifted
            self._dim()

    def bare(self, bare: bool) -> None:
        """Leave rings and checks away."""
        if bare != self._bare:
            self._bare = bare
            self.update()

    def _dim(self) -> None:
        self.setOpacity(0.3 if self._lifted else 0.45 if self.chromosome.excluded is not None else 1.0)

    # -- QGraphicsItem ---------------------------------------------------------------------------------

    def boundingRect(self) -> QRectF:
        """Chromosome, ring and check."""
        body, reach = self._picture.body, _REACH / max(self.scale(), 0.05)
        return QRectF(-reach, -reach, body.width + 2 * reach, body.height + 2 * reach)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint pixels, ring and check."""
        body = self._picture.body
        target = QRectF(0, 0, body.width, body.height)
        zoom = painter.worldTransform().m11()
        small = zoom < 0.6
        pixmap = self._picture.half if small else self._picture.pixmap
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(target, pixmap, QRectF(pixmap.rect()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if not self._bare or self._selected:
            for colour, width in self._strokes():
                pen = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
                pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
                pen.setCosmetic(True)
                painter.setPen(pen)
                painter.drawPath(self._picture.ring)
        if not self._bare:
            self._paint_check(painter, body.width)

    def _strokes(self) -> list[tuple[QColor, float]]:
        chromosome = self.chromosome
        own = theme.group_colour(chromosome.chromosome_class)
        strokes: list[tuple[QColor, float]] = []
        if self._selected:
            halo = QColor(SELECTED)
            halo.setAlpha(60)
            strokes += [(halo, 8.0), (SELECTED, 2.6)]
        elif self._hovered:
            halo = QColor(own)
            halo.setAlpha(70)
            strokes += [(halo, 7.0), (own, 1.6)]
        doubt = chromosome.doubt
        if chromosome.excluded is None and doubt >= _LEAST_DOUBT and not self._selected:
            ring = QColor(own)
            # A board of sure chromosomes is a calm one: the ring comes out of the paper with the doubt.
            ring.setAlpha(round(255 * min(1.0, 0.3 + 3.5 * doubt)))
            strokes.append((ring, _THINNEST + _THICKER * min(1.0, doubt)))
        return strokes

    def _paint_check(self, painter: QPainter, width: float) -> None:
        chromosome = self.chromosome
        if not chromosome.confirmed and not chromosome.decided:
            return
        colour = _TICK if chromosome.confirmed else _DECIDED
        corner = painter.worldTransform().map(QPointF(width, 0))
        painter.save()
        painter.resetTransform()
        painter.translate(corner + QPointF(-3, -1))
        painter.setPen(QPen(QColor(255, 255, 255, 230), 4.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        tick = QPolygonF([QPointF(0, 3.2), QPointF(2.6, 6), QPointF(7.2, 0)])
        painter.drawPolyline(tick)
        painter.setPen(QPen(colour, 1.9, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline(tick)
        painter.restore()
