"""Expected 46, found 49: what may be wrong with the count, each with a one-key repair."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget

from app import theme
from app.pages.cards import Bar
from app.session import CaseSession
from app.suggesting import Suggesting, repair_words
from core.analysis.expected import NORMAL
from core.analysis.suggestion import Fault, Repair, Suggestion

_ROLES = {
    Fault.SPLIT: "doubt", Fault.DOUBLE: "doubt", Fault.MERGED: "contradiction", Fault.MISSED: "contradiction",
    Fault.STRANGER: "accent", Fault.MISNAMED: "accent", Fault.ABSENT: "quiet",
}  # fmt: skip
_NOTHING = "Nothing looks like an error of the outlines."
_KEYS = "1-9 or Enter repairs · Del drops · arrows choose"


class SuggestionRow(QFrame):
    """One suggestion: its number, what it is, why, how likely, and a button that repairs it."""

    chosen = Signal()
    wanted = Signal()

    def __init__(self, number: int, suggestion: Suggestion) -> None:
        super().__init__()
        self.suggestion = suggestion
        self.setObjectName("suggestion")
        key = QLabel(str(number))
        key.setTextFormat(Qt.TextFormat.PlainText)
        key.setObjectName("key")
        key.setAlignment(Qt.AlignmentFlag.AlignCenter)
        key.setFixedSize(20, 20)
        title = QLabel(suggestion.title)
        title.setTextFormat(Qt.TextFormat.PlainText)
        title.setWordWrap(True)
        title.setProperty("strong", True)
        reason = QLabel(suggestion.reason)
        reason.setTextFormat(Qt.TextFormat.PlainText)
        reason.setWordWrap(True)
        reason.setProperty("role", "quiet")
        button = QToolButton()
        button.setText(repair_words(suggestion))
        button.setProperty("boxed", True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(self.wanted)
        button.setToolTip(f"<b>{repair_words(suggestion)}</b> ({number}, or Enter on the row)")
        head = QHBoxLayout()
        head.setSpacing(7)
        head.addWidget(key, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(title, 1)
        head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 6, 8, 7)
        rows.setSpacing(4)
        rows.addLayout(head)
        rows.addWidget(reason)
        if suggestion.fault is not Fault.ABSENT:
            likely = QHBoxLayout()
            likely.setSpacing(7)
            likely.addWidget(Bar(suggestion.likely, role=_ROLES[suggestion.fault]), 1)
            words = QLabel(_likely_words(suggestion.likely) + _effect_words(suggestion))
            words.setTextFormat(Qt.TextFormat.PlainText)
            words.setProperty("role", "quiet")
            likely.addWidget(words)
            rows.addLayout(likely)
        self.setAccessibleName(f"{number}. {suggestion.title} {suggestion.reason}")
        self.show_chosen(False)

    def show_chosen(self, chosen: bool) -> None:
        """Show that it is the one that Enter repairs."""
        colours = theme.current()
        edge = colours.accent if chosen else colours.raised
        self.setStyleSheet(
            f"#suggestion {{ background: {colours.raised}; border: 1px solid {edge}; border-radius: 4px; }}"
            f" QLabel[strong='true'] {{ font-weight: 600; }}"
            f" #key {{ background: {colours.line}; border-radius: 3px; font-weight: 600; }}"
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose it."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Repair it."""
        self.wanted.emit()


class CountPanel(QWidget):
    """The list, walked through by keys.

    Signals
    -------
    preview_wanted
        The suggestion to show on the metaphase; None for nothing.
    """

    preview_wanted = Signal(object)

    def __init__(self, session: CaseSession, suggesting: Suggesting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Count of the cell")
        self.setMinimumWidth(232)
        self._session = session
        self._suggesting = suggesting
        self._at = -1
        self._shown: tuple[Suggestion, ...] | None = None
        self.rows: list[SuggestionRow] = []
        self.headline = QLabel()
        self.headline.setTextFormat(Qt.TextFormat.PlainText)
        self.headline.setProperty("role", "title")
        self.headline.setWordWrap(True)
        self.note = QLabel()
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.note.setProperty("role", "quiet")
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        inside = QWidget()
        inside.setObjectName("pane")
        column = QVBoxLayout(inside)
        column.setContentsMargins(10, 8, 10, 12)
        column.setSpacing(8)
        column.addWidget(self.headline)
        column.addWidget(self.note)
        column.addLayout(self._list)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(inside)
        foot = QLabel(_KEYS)
        foot.setTextFormat(Qt.TextFormat.PlainText)
        foot.setProperty("role", "quiet")
        foot.setWordWrap(True)
        foot.setContentsMargins(10, 3, 10, 5)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._scroll, 1)
        outer.addWidget(foot)
        suggesting.changed.connect(self.refresh)
        session.cell_opened.connect(lambda *_: self.refresh())
        self.refresh()

    # -- what is shown ---------------------------------------------------------------------------------

    @property
    def chosen(self) -> Suggestion | None:
        """Suggestion that Enter repairs."""
        return self.rows[self._at].suggestion if 0 <= self._at < len(self.rows) else None

    def refresh(self) -> None:
        """Show the suggestions as they stand."""
        found, cell = self._suggesting.expectation, self._session.cell
        if cell is None:
            self._say("No cell is open", "")
        elif not cell.chromosomes:
            self._say("Nothing is outlined yet", "Ctrl+R analyses this cell.")
        elif found is None or found.found != cell.count:  # the look at what was just changed is under way
            self._say(f"Found {cell.count}", "Looking…" if self._suggesting.busy else "")
        else:
            why = "" if found.expected == NORMAL else f"Expected: {found.why}."
            faults = [one for one in self._suggesting.suggestions if one.fault is not Fault.ABSENT]
            self._say(found.headline, " ".join(part for part in (why, "" if faults else _NOTHING) if part))
        self._fill(self._suggesting.suggestions if cell is not None else ())

    def _say(self, headline: str, note: str) -> None:
        self.headline.setText(headline)
        self.note.setText(note)
        self.note.setVisible(bool(note))

    def _fill(self, suggestions: tuple[Suggestion, ...]) -> None:
        if suggestions == self._shown:
            return
        self._shown = suggestions
        for row in self.rows:
            self._list.removeWidget(row)
            row.deleteLater()
        self.rows = []
        for number, one in enumerate(suggestions, start=1):
            row = SuggestionRow(number, one)
            row.chosen.connect(lambda at=number - 1: self._take(at))
            row.wanted.connect(lambda at=number - 1: self.repair(at))
            self._list.addWidget(row)
            self.rows.append(row)
        self._at = -1
        self.preview_wanted.emit(None)
        if self.hasFocus() and self.rows:
            self.choose(0)

    def choose(self, at: int) -> None:
        """Choose a row; the metaphase shows what it would do."""
        if not self.rows:
            return
        self._at = min(max(at, 0), len(self.rows) - 1)
        for number, row in enumerate(self.rows):
            row.show_chosen(number == self._at)
        one = self.rows[self._at].suggestion
        self._session.select(one.ids)
        self.preview_wanted.emit(one)
        self._scroll.ensureWidgetVisible(self.rows[self._at], 0, 20)

    def step(self, by: int) -> None:
        """Choose the next row or the one before; round the end."""
        if self.rows:
            self.choose((self._at + by) % len(self.rows) if self._at >= 0 else (0 if by > 0 else -1))
        else:
            self._session.message.emit("Nothing is suggested for this cell.")

    def repair(self, at: int) -> None:
        """Repair what a row says."""
        if not 0 <= at < len(self.rows):
            self._session.message.emit(f"There is no suggestion {at + 1}.")
            return
        one = self.rows[at].suggestion
        if one.repair is Repair.LOOK:
            self.choose(at)
            return
        self.preview_wanted.emit(None)
        self._suggesting.apply(one)

    def drop(self, at: int) -> None:
        """Drop a row."""
        if 0 <= at < len(self.rows):
            self._suggesting.dismiss(self.rows[at].suggestion)
            if self.rows:
                self.choose(min(at, len(self.rows) - 1))

    def _take(self, at: int) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.choose(at)

    # -- events ----------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk, repair, drop."""
        key, text = event.key(), event.text()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.step(1 if key == Qt.Key.Key_Down else -1)
        elif text.isdigit() and text != "0" and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.repair(int(text) - 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.repair(max(self._at, 0))
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.drop(self._at)
        elif key == Qt.Key.Key_Escape:
            self._at = -1
            for row in self.rows:
                row.show_chosen(False)
            self.preview_wanted.emit(None)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QEvent) -> None:
        """Show the first one on the metaphase."""
        super().focusInEvent(event)
        if self._at < 0 and self.rows:
            self.choose(0)

    def showEvent(self, event: QShowEvent) -> None:
        """Look for suggestions while it is in sight."""
        super().showEvent(event)
        self._suggesting.want(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while it is not."""
        super().hideEvent(event)
        self._suggesting.want(False)
        self.preview_wanted.emit(None)

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            for number, row in enumerate(getattr(self, "rows", ())):
                row.show_chosen(number == self._at)


def _likely_words(likely: float) -> str:
    for limit, words in ((0.75, "very likely"), (0.5, "likely"), (0.25, "possible")):
        if likely >= limit:
            return words
    return "worth a look"


def _effect_words(suggestion: Suggestion) -> str:
    return f" · count {suggestion.effect:+d}".replace("-", "−") if suggestion.effect else ""
