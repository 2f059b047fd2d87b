"""Drawing annotations on the board: one gesture makes one, a drag moves it, a double click edits it."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QObject, QPoint, QPointF, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsView

from app.board.annotation_item import HEAD, LETTERS, AnnotationItem
from app.board.note_editor import NoteEditor
from app.board.scene import BoardScene
from app.session import CaseSession
from core.domain.annotation import COLOURS, Annotation, AnnotationId, AnnotationKind
from core.domain.ids import ChromosomeId, new_id
from core.editing.operations import Annotate, ChangeAnnotation, EraseAnnotations
from core.report.annotation_shapes import shape_of

_LEAST = 6.0
"""A shorter drag is a click: the annotation gets its usual size."""
_USUAL = {
    AnnotationKind.ARROW: QPointF(-26, -20), AnnotationKind.CIRCLE: QPointF(12, 0),
    AnnotationKind.BOX: QPointF(26, 18), AnnotationKind.TEXT: QPointF(),
}  # fmt: skip
REACH = 5.0


class AnnotationPen(QObject):
    """Tool in the hand, annotation that is selected, and what a gesture makes of them.

    Signals
    -------
    changed
        Another tool, another selection, or a line that is being drawn.
    """

    changed = Signal()

    def __init__(self, session: CaseSession, scene: BoardScene, view: QGraphicsView) -> None:
        super().__init__(view)
        self._session, self._scene, self._view = session, scene, view
        self._colour = COLOURS["red"]
        self._from: QPointF | None = None
        self._to = QPointF()
        self._dragged: tuple[AnnotationItem, int | None, QPointF] | None = None
        self._edited: Annotation | None = None
        self._is_new = False
        self.kind: AnnotationKind | None = None
        self.selected: AnnotationId | None = None
        self.editor = NoteEditor(view)
        self.editor.kept.connect(self._keep)
        self.editor.erased.connect(self._erase_edited)
        self.editor.left.connect(self._view.setFocus)

    # -- tool and selection ----------------------------------------------------------------------------

    def take(self, kind: AnnotationKind | None) -> None:
        """Take a tool into the hand; None puts it away."""
        self._from = None
        if kind is not self.kind:
            self.kind = kind
            if kind is not None:
                self.select(None)
        self.changed.emit()

    def select(self, annotation: AnnotationId | None) -> None:
        """Select an annotation; None for none."""
        if annotation != self.selected:
            self.selected = annotation
            self.changed.emit()
        for name, item in self._scene.annotations.items():
            item.select(name == self.selected)

    def refresh(self) -> None:
        """Take another state of the cell; what is gone is no longer selected."""
        self._dragged = None
        if self.selected is not None and self.selected not in self._scene.annotations:
            self.selected = None
            self.changed.emit()
        self.select(self.selected)

    def erase(self) -> bool:
        """Take the selected annotation away; false when none is."""
        if self.selected is None:
            return False
        self._session.do(EraseAnnotations(annotations=(self.selected,)))
        return True

    # -- drawing ---------------------------------------------------------------------------------------

    @property
    def drawing(self) -> bool:
        """Whether a line is being drawn."""
        return self._from is not None

    def begin(self, point: QPointF) -> None:
        """Press, in the scene."""
        self._from = self._to = point

    def go_on(self, point: QPointF) -> None:
        """Move, in the scene."""
        self._to = point
        self._view.viewport().update()

    def finish(self, point: QPointF) -> None:
        """Let go: the annotation is made and the tool put away; words are asked for."""
        kind, start = self.kind, self._from
        self._from = None
        self.take(None)
        self._view.viewport().update()
        if kind is None or start is None:
            return
        points = self._points(kind, start, point)
        anchor = points[-1] if kind is AnnotationKind.ARROW else points[0]
        if kind is AnnotationKind.BOX:
            anchor = (points[0] + points[2]) / 2
        owner = self._scene.nearest_chromosome(anchor)
        item = self._scene.item_of(owner) if owner is not None else None
        if owner is None or item is None:
            self._session.message.emit("There is no chromosome to draw on, open an analysed cell.")
            return
        here = [item.mapFromScene(one) for one in points]
        captured = item.picture.placement.captured([(one.x(), one.y()) for one in here])
        drawn = Annotation(
            id=AnnotationId(new_id()),
            chromosome=ChromosomeId(owner),
            kind=kind,
            points=tuple((round(float(x), 3), round(float(y), 3)) for x, y in captured),
            colour=self._colour,
        )
        if kind is AnnotationKind.TEXT:
            self._edited, self._is_new = drawn, True
            self.editor.ask(self._view.mapFromScene(point), "", self._colour, erasable=False)
        else:
            self.selected = drawn.id
            self._session.do(Annotate(annotation=drawn))

    def paint(self, painter: QPainter) -> None:
        """Paint what is being drawn, in the scene."""
        if self._from is None or self.kind is None:
            return
        points = [(p.x(), p.y()) for p in self._points(self.kind, self._from, self._to)]
        sketch = Annotation(
            id=AnnotationId(""), chromosome=ChromosomeId(""), kind=self.kind, points=tuple(points)
        )
        shape = shape_of(sketch, points, head=HEAD, letters=LETTERS)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._colour), 2))
        if shape.line is not None:
            painter.drawLine(QPointF(*shape.line[0]), QPointF(*shape.line[1]))
        for corners in (shape.head, shape.rim):
            if corners:
                painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))

    @staticmethod
    def _points(kind: AnnotationKind, start: QPointF, end: QPointF) -> list[QPointF]:
        way = end - start
        if kind is AnnotationKind.TEXT:
            return [end]
        if math.hypot(way.x(), way.y()) < _LEAST:
            way = _USUAL[kind]
            if kind is AnnotationKind.ARROW:
                return [start + way, start]
            end = start + way
        if kind is AnnotationKind.BOX:
            return [start, QPointF(end.x(), start.y()), end, QPointF(start.x(), end.y())]
        return [start, end]

    # -- moving and editing ----------------------------------------------------------------------------

    def grasp(self, point: QPointF, reach: float) -> bool:
        """Take the annotation at a point of the scene into the hand; false when there is none."""
        chosen = self._scene.annotations.get(self.selected) if self.selected else None
        corner = chosen.point_at(point, reach * 1.6) if chosen is not None else None
        item = chosen if corner is not None else self._scene.annotation_at(point, reach)
        if item is None:
            return False
        self.select(item.id)
        self._dragged = (item, corner, point)
        return True

    @property
    def dragging(self) -> bool:
        """Whether an annotation is in the hand."""
        return self._dragged is not None

    def drag(self, point: QPointF) -> None:
        """Move what is in the hand."""
        if self._dragged is not None:
            item, corner, start = self._dragged
            item.drag(point - start, corner)

    def drop(self, point: QPointF) -> None:
        """Let go; a drag of no length changes nothing."""
        if self._dragged is None:
            return
        item, _, start = self._dragged
        self._dragged = None
        way = point - start
        if math.hypot(way.x(), way.y()) < 1.0:
            item.follow()
            return
        points = item.as_it_lies()
        self._session.do(ChangeAnnotation(annotation=replace(item.annotation, points=points)))

    def put_back(self) -> None:
        """Show what is in the hand where it was; stop drawing."""
        if self._dragged is not None:
            self._dragged[0].follow()
            self._dragged = None
        self._from = None
        self._view.viewport().update()

    def edit(self, point: QPointF, reach: float) -> bool:
        """Open words and colour of the annotation at a point; false when there is none."""
        item = self._scene.annotation_at(point, reach)
        if item is None:
            return False
        self.put_back()
        self.select(item.id)
        self._edited, self._is_new = item.annotation, False
        at: QPoint = self._view.mapFromScene(point)
        self.editor.ask(at, item.annotation.text, item.annotation.colour, erasable=True)
        return True

    def _keep(self, text: str, colour: str) -> None:
        edited, self._edited = self._edited, None
        self._colour = colour
        self._view.setFocus()
        if edited is None or (edited.text, edited.colour) == (text, colour):
            return
        after = replace(edited, text=text, colour=colour)
        if not after.complete:
            if not self._is_new:
                self._session.message.emit("Words without letters would be nothing, Erase takes them away.")
        elif self._is_new:
            self.selected = after.id
            self._session.do(Annotate(annotation=after))
        else:
            self._session.do(ChangeAnnotation(annotation=after))

    def _erase_edited(self) -> None:
        self._view.setFocus()
        if self._edited is not None:
            self._session.do(EraseAnnotations(annotations=(self._edited.id,)))
            self._edited = None
