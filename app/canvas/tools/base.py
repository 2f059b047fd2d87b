"""What the overlay asks of every tool."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPainter, QTransform

from app.outlining import Outlining
from app.session import CaseSession
from core.domain.chromosome import Chromosome
from core.domain.outline import Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Where the mouse is, and how.

    Parameters
    ----------
    at
        In pixels of the picture.
    screen
        On the canvas, in pixels of the screen.
    place
        On the screen as a whole.
    zoom
        Pixels of the screen for each pixel of the picture.
    """

    at: Point
    screen: QPointF
    place: QPoint
    zoom: float
    modifiers: Qt.KeyboardModifier

    @property
    def shift(self) -> bool:
        """Whether Shift is held."""
        return bool(self.modifiers & Qt.KeyboardModifier.ShiftModifier)

    @property
    def ctrl(self) -> bool:
        """Whether Ctrl is held; Alt and a drag move the whole window on many desktops."""
        return bool(self.modifiers & Qt.KeyboardModifier.ControlModifier)


class CanvasTool:
    """A tool that draws its gesture and hands it over when it ends.

    Parameters
    ----------
    outlining
        Carries gestures out.
    session
        The open cell and its selection.
    redraw
        Draws the overlay anew.
    """

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, outlining: Outlining, session: CaseSession, redraw: Callable[[], None]) -> None:
        self.outlining = outlining
        self.session = session
        self.redraw = redraw

    @property
    def hint(self) -> str:
        """What to do next, in a few words."""
        return ""

    def press(self, pointer: Pointer) -> None:
        """Take the left button down."""

    def drag(self, pointer: Pointer) -> None:
        """Follow the mouse with the button held."""

    def release(self, pointer: Pointer) -> None:
        """Take the left button up."""

    def hover(self, pointer: Pointer) -> None:
        """Follow the mouse without a button."""

    def double(self, pointer: Pointer) -> None:
        """Take a double click."""

    def wheel(self, steps: float) -> bool:
        """Take Ctrl and the wheel; tell whether it meant something."""
        return False

    def give_up(self) -> bool:
        """Forget the gesture in hand; tell whether there was one."""
        return False

    def finish(self) -> bool:
        """End a gesture of several clicks; tell whether there was one."""
        return False

    def take_back(self) -> bool:
        """Forget the last click of a gesture; tell whether there was one."""
        return False

    def settled(self) -> None:
        """Stop showing gestures that were carried out or refused."""

    def refresh(self) -> None:
        """Take note of another cell or selection."""

    def draw(self, painter: QPainter, to_screen: QTransform) -> None:
        """Draw the gesture, in pixels of the screen."""

    def chosen(self) -> Chromosome | None:
        """The one selected chromosome; None for none or several."""
        selected = self.session.selected
        return selected[0] if len(selected) == 1 else None
