"""The line below the page: progress, messages, undo text, and what this program is not."""

from __future__ import annotations

from collections import deque
from datetime import datetime

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QToolButton, QWidget

from app import theme
from app.actions import Actions
from app.plain import as_tip
from app.session import CaseSession
from app.tasks import Lane, Lanes

NOTICE = "For research use only, not a medical device"
_MESSAGE_STAYS_MS = 12_000
_SHOWN_AFTER_MS = 150


class StatusLine(QWidget):
    """Progress of the lanes with a stop button, the last message, the undo text and the notice."""

    def __init__(
        self, session: CaseSession, lanes: Lanes, actions: Actions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("statusRow")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._lanes = lanes
        self._messages: deque[str] = deque(maxlen=50)
        self._bar = QProgressBar()
        self._bar.setFixedWidth(120)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Progress of the work")
        self._work = QLabel()
        self._work.setTextFormat(Qt.TextFormat.PlainText)
        self._stop = QToolButton()
        self._stop.setDefaultAction(actions["cancel_work"])
        self._stop.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self._message = QLabel()
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._undo = QLabel()
        self._undo.setTextFormat(Qt.TextFormat.PlainText)
        self._undo.setProperty("role", "quiet")
        notice = QLabel(NOTICE)
        notice.setTextFormat(Qt.TextFormat.PlainText)
        notice.setObjectName("notice")
        notice.setProperty("role", "doubt")
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 2, 12, 2)
        row.setSpacing(10)
        for widget in (self._bar, self._work, self._stop):
            row.addWidget(widget)
        row.addWidget(self._message, 1)
        row.addWidget(self._undo)
        row.addWidget(notice)
        theme.news.changed.connect(self._resize)
        self._resize()
        self._clear = QTimer(self, singleShot=True, interval=_MESSAGE_STAYS_MS)
        self._clear.timeout.connect(self._message.clear)
        # Work shorter than a blink shows no progress bar: it would only flicker.
        self._settle = QTimer(self, singleShot=True, interval=_SHOWN_AFTER_MS)
        self._settle.timeout.connect(self._write_work)
        lanes.changed.connect(self._work_changed)
        session.message.connect(self.say)
        for signal in (session.cells_changed, session.cell_opened, session.busy_changed):
            signal.connect(self._write_undo)
        session.cell_changed.connect(self._forget_message)
        self._write_work()
        self._write_undo()

    def say(self, text: str) -> None:
        """Show a message for a while; the tooltip keeps the last ones."""
        self._message.setText(text)
        self._messages.appendleft(f"{datetime.now():%H:%M:%S}  {text}")
        self._message.setToolTip(as_tip("\n".join(self._messages)))
        self._clear.start()

    def _resize(self) -> None:
        self.setFixedHeight(theme.px(28))

    def _forget_message(self, *_: object) -> None:
        self._message.clear()

    @property
    def message(self) -> str:
        """The message that is shown."""
        return self._message.text()

    def _work_changed(self) -> None:
        if not self._settle.isActive():
            self._settle.start()

    def _write_work(self) -> None:
        shown = next((lane for lane in self._lanes.all[:3] if lane.current is not None), None)
        busy = shown is not None
        for widget in (self._bar, self._work, self._stop):
            widget.setVisible(busy)
        if shown is not None:
            self._show_lane(shown)

    def _show_lane(self, lane: Lane) -> None:
        task = lane.current
        if task is None:
            return
        self._bar.setRange(0, task.total)
        self._bar.setValue(task.at)
        text = f"{task.title}: {task.text}" if task.text else task.title
        waiting = lane.waiting
        self._work.setText(f"{text} ({waiting} waiting)" if waiting else text)
        self._settle.start()

    def _write_undo(self, *_: object) -> None:
        label = self._session.undo_label
        self._undo.setText(f"Undo: {label}" if label else "")
