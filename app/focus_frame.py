"""A frame round the pane that has the focus: whoever works with keys has to see where they go."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QApplication, QWidget

from app import theme

_WIDTH = 2


class FocusFrame(QWidget):
    """Follows the focus among some panes.

    Panes may come later and move between windows; the frame lies in whichever has the focus and takes
    neither mouse nor keys.
    """

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self._panes: list[QWidget] = []
        self._pane: QWidget | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        QApplication.instance().focusChanged.connect(self._moved)

    @property
    def pane(self) -> QWidget | None:
        """The pane with the focus; None when the focus is elsewhere."""
        return self._pane

    def watch(self, pane: QWidget) -> None:
        """Frame this pane too when it has the focus."""
        self._panes.append(pane)
        pane.installEventFilter(self)

    def _moved(self, old: QWidget | None, now: QWidget | None) -> None:
        if now is None:
            return  # another program has the keyboard; here nothing moved
        found = next((p for p in self._panes if p is now or p.isAncestorOf(now)), None)
        if found is None:
            self._pane = None
            self.hide()
            return
        self._pane = found
        if self.parentWidget() is not found:
            self.setParent(found)
        self._lay()
        self.show()

    def _lay(self) -> None:
        if self._pane is None:
            return
        area = QRect(0, 0, self._pane.width(), self._pane.height())
        self.setGeometry(area)
        # Only the frame itself: a whole cover would be drawn at every movement in the picture below.
        inside = area.adjusted(_WIDTH, _WIDTH, -_WIDTH, -_WIDTH)
        self.setMask(QRegion(area).subtracted(QRegion(inside)))
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the size of the pane."""
        if watched is self._pane and event.type() == QEvent.Type.Resize:
            self._lay()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.current().accent))
        painter.end()
