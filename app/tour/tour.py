"""The tour itself: goes from step to step as the person does what is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.tour.bubble import Bubble, Ring
from app.tour.steps import STEPS, Step, words

if TYPE_CHECKING:
    from app.main_window import MainWindow

_LOOK_MS: Final = 250
_EDGE: Final = 4


class Tour(QObject):
    """Runs the tour in a window.

    Signals
    -------
    ended
        True when the last step was reached, false when it was left before.
    """

    ended = Signal(bool)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._at = -1
        self._reached_end = False
        self.bubble = Bubble(window)
        self.ring = Ring(window)
        self.bubble.next_wanted.connect(self.go_on)
        self.bubble.leave_wanted.connect(self.leave)
        window.actions_["tour_skip"].triggered.connect(self.go_on)
        window.actions_["tour_skip"].setEnabled(False)
        window.actions_.keys_changed.connect(self._say)
        # Looking now and then also follows panes and windows that move; nobody tells of that.
        self._clock = QTimer(self, interval=_LOOK_MS)
        self._clock.timeout.connect(self._look)
        session = window.session
        for signal in (session.case_changed, session.cell_opened, session.cell_changed,
                       session.selection_changed, session.busy_changed):  # fmt: skip
            signal.connect(self._look_soon)

    @property
    def step(self) -> Step | None:
        """The step in sight; None while no tour runs."""
        return STEPS[self._at] if 0 <= self._at < len(STEPS) else None

    def start(self) -> None:
        """Begin with the first step."""
        self._reached_end = False
        self._window.actions_["tour_skip"].setEnabled(True)
        self._go_to(0)
        self._clock.start()
        QApplication.instance().installEventFilter(self)

    def go_on(self) -> None:
        """Go to the next step, also when this one was not done."""
        if self.step is not None:
            self._go_to(self._at + 1)

    def leave(self) -> None:
        """End the tour."""
        if self.step is None:
            return
        self._at = -1
        self._clock.stop()
        QApplication.instance().removeEventFilter(self)
        self._window.actions_["tour_skip"].setEnabled(False)
        self.bubble.hide()
        self.ring.hide()
        self._give_focus_back()
        self.ended.emit(self._reached_end)

    def _go_to(self, at: int) -> None:
        if at >= len(STEPS):
            self.leave()
            return
        self._at = at
        step = STEPS[at]
        self._reached_end = self._reached_end or at == len(STEPS) - 1
        if step.done is not None and self._window.focusWidget() in (
            self.bubble.next_button, self.bubble.leave_button,
        ):  # fmt: skip
            self._give_focus_back()
        self._say()
        self._lay()
        QAccessible.updateAccessibility(QAccessibleEvent(self.bubble, QAccessible.Event.Alert))

    def _say(self) -> None:
        step = self.step
        if step is None:
            return
        skip = self._window.actions_.key_words("tour_skip")
        self.bubble.say(
            step.title,
            words(step, self._window),
            place=f"{self._at + 1} of {len(STEPS)}",
            button=step.button or "Skip",
            tip="Go on (Enter)" if step.button else f"Go on without doing it ({skip})",
            asks=bool(step.button),
        )

    def _look_soon(self, *_: object) -> None:
        if self.step is not None:
            QTimer.singleShot(0, self._look)

    def _look(self) -> None:
        """Go on where the step is done; else keep pointing to where its control is now."""
        step = self.step
        if step is None:
            return
        if step.done is not None and step.done(self._window):
            self._go_to(self._at + 1)
        else:
            self._lay()

    def _lay(self) -> None:
        step = self.step
        if step is None:
            return
        target = step.target(self._window)
        area = self._area(target) if target is not None and target.isVisible() else None
        if area is None:
            self.ring.hide()
        else:
            self.ring.surround(area)
        self.bubble.point_to(area, self._window.rect().adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE))

    def _area(self, target: QWidget) -> QRect | None:
        if target.window() is not self._window:
            return None  # torn off into another window: the words alone have to do
        return QRect(target.mapTo(self._window, target.rect().topLeft()), target.size())

    def _give_focus_back(self) -> None:
        page = self._window.pages.currentWidget()
        pane = self._window.case_page.pane("metaphase") if self._window.page == "case" else None
        (pane or page).setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave on Esc, unless a dialog or a menu is open, which Esc closes."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() != Qt.Key.Key_Escape or not isinstance(watched, QWidget):
            return False
        if QApplication.activeModalWidget() is not None or QApplication.activePopupWidget() is not None:
            return False
        self.leave()
        return True
