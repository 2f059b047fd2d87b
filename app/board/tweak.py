"""Small turns and nudges: shown at once, done as one step when the hand rests."""

from __future__ import annotations

import math
from collections.abc import Iterable

from PySide6.QtCore import QObject, QPointF, QTimer

from app.board.scene import BoardScene
from app.session import CaseSession
from core.domain.ids import ChromosomeId
from core.editing.operations import Nudge, RotateBy

_REST_MS = 450


class Tweak(QObject):
    """Collects turns (degrees clockwise) and nudges (captured pixels) of the same chromosomes."""

    def __init__(self, session: CaseSession, scene: BoardScene, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._scene = scene
        self._ids: frozenset[ChromosomeId] = frozenset()
        self._degrees = 0.0
        self._way = QPointF()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self.flush)

    @property
    def pending(self) -> bool:
        """Whether something is shown that is not done yet."""
        return bool(self._ids)

    @property
    def degrees(self) -> float:
        """How far they are turned at the moment."""
        return self._degrees

    def rotate(self, ids: Iterable[ChromosomeId], degrees: float, *, resting: bool = True) -> None:
        """Turn further; done when the hand rests, or at `flush` when not `resting`."""
        self._take(ids)
        self._degrees = math.remainder(self._degrees + degrees, 360.0)
        self._show(resting)

    def nudge(self, ids: Iterable[ChromosomeId], by: QPointF, *, resting: bool = True) -> None:
        """Move further, in captured pixels."""
        self._take(ids)
        self._way += by
        self._show(resting)

    def flush(self) -> None:
        """Do now what is shown."""
        self._rest.stop()
        ids, degrees, way = tuple(sorted(self._ids)), self._degrees, self._way
        if not ids:
            return
        self._ids, self._degrees, self._way = frozenset(), 0.0, QPointF()
        if abs(degrees) < 1e-6 and way.manhattanLength() < 1e-6:
            self._scene.preview(frozenset(ids), QPointF(), 0.0)
            return
        if abs(degrees) >= 1e-6:
            self._session.do(RotateBy(ids=ids, degrees=degrees))
        if way.manhattanLength() >= 1e-6:
            self._session.do(Nudge(ids=ids, by=(way.x(), way.y())))

    def give_up(self) -> None:
        """Show everything as it stands again."""
        self._rest.stop()
        ids, self._ids = self._ids, frozenset()
        self._degrees, self._way = 0.0, QPointF()
        self._scene.preview(ids, QPointF(), 0.0)

    def _take(self, ids: Iterable[ChromosomeId]) -> None:
        wanted = frozenset(ids)
        if wanted != self._ids:
            self.flush()
            self._ids = wanted

    def _show(self, resting: bool) -> None:
        layout = self._scene.layout
        scale = layout.scale if layout else 1.0
        self._scene.preview(self._ids, self._way * scale, self._degrees)
        if resting:
            self._rest.start()
        else:
            self._rest.stop()
