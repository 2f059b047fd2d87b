"""A sheet of places that the arrows walk through: what composite and mean chromosomes have in common."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip, QWidget


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place: where it lies, what it stands for, what is said of it."""

    box: QRectF
    key: tuple[str, str]
    said: str


class Sheet(QWidget):
    """Keeps the places of the last layout and the one that is chosen.

    Signals
    -------
    wanted
        Key of a place that was clicked or entered.
    """

    wanted = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.places: list[Place] = []
        self._key: tuple[str, str] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    @property
    def current(self) -> Place | None:
        """Place that the arrows stand on."""
        found = next((place for place in self.places if place.key == self._key), None)
        return found or (self.places[0] if self.places else None)

    def choose(self, key: tuple[str, str]) -> None:
        """Put the arrows on a place."""
        self._key = key
        self.update()

    def step(self, across: int, down: int) -> QRectF | None:
        """Go to the next place in a direction; returns where it is."""
        here = self.current
        if here is None:
            return None
        if across:
            at = self.places.index(here) + (1 if across > 0 else -1)
            there = self.places[min(max(at, 0), len(self.places) - 1)]
        else:
            there = self._beside(here, down)
        self.choose(there.key)
        return there.box

    def _beside(self, here: Place, down: int) -> Place:
        """Nearest place of the line above or below, of the first or last line for a long way."""
        middle = here.box.center()
        lines = sorted({round(place.box.center().y()) for place in self.places})
        at = min(range(len(lines)), key=lambda n: abs(lines[n] - middle.y()))
        wanted = lines[min(max(at + down, 0), len(lines) - 1)]
        line = [place for place in self.places if round(place.box.center().y()) == wanted]
        return min(line, key=lambda place: abs(place.box.center().x() - middle.x()))

    def open_current(self) -> None:
        """Ask for what the arrows stand on."""
        if self.current is not None:
            self.wanted.emit(*self.current.key)

    def place_at(self, where: QPointF) -> Place | None:
        """Place under a point."""
        return next((place for place in self.places if place.box.contains(where)), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose; the release opens."""
        found = self.place_at(event.position())
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            self.choose(found.key)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ask for what was clicked."""
        found = self.place_at(event.position())
        if found is not None and found.key == self._key and event.button() == Qt.MouseButton.LeftButton:
            self.open_current()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what can be clicked."""
        hand = self.place_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.ArrowCursor)

    def event(self, event: QEvent) -> bool:
        """Say in a tooltip what is under the mouse."""
        if isinstance(event, QHelpEvent):
            found = self.place_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), found.said if found else "", self)
            return True
        return super().event(event)
