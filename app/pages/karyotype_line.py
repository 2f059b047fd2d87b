"""The line in which a person writes the karyotype: it judges and explains while one types."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QFontDatabase, QKeyEvent, QTextOption
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from app import theme
from core.domain.case import Context, Edition
from core.iscn.check import Verdict, judge
from core.iscn.explain import explain
from core.iscn.rules import Setting
from core.iscn.tree import Karyotype

_WAIT_MS = 120
_MOST_REMARKS = 3
_LINES = 3


class _Field(QPlainTextEdit):
    """One string over a few lines; Enter ends it."""

    entered = Signal(bool)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._dress()
        theme.news.changed.connect(self._dress)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setTabChangesFocus(True)
        self.setAccessibleName("Karyotype of the case in ISCN")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _dress(self) -> None:
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(10.5 * theme.scale())
        font.setStyleHint(QFont.StyleHint.Monospace)
        self.setFont(font)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * _LINES + 18)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter writes, Esc takes back what was typed."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit(bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """A few lines."""
        return QSize(200, self.height())


class KaryotypeLine(QWidget):
    """Editor of the karyotype with verdict, suggestion and explanation.

    Signals
    -------
    written
        The karyotype to keep; empty takes the program's proposal again.
    judged
        Tree of what stands in the line, None where it cannot be read or nothing is written.
    """

    written = Signal(str)
    judged = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._kept = ""
        self._context = Context.UNKNOWN
        self._edition = Edition.OF_2024
        self._verdict: Verdict | None = None
        self.field = _Field()
        self.verdict_label = _words()
        self.verdict_label.linkActivated.connect(lambda link: self._take(self._suggestion))
        self.explanation_label = _words()
        self.explanation_label.setProperty("role", "quiet")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addWidget(self.field)
        rows.addWidget(self.verdict_label)
        rows.addWidget(self.explanation_label)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WAIT_MS)
        self._timer.timeout.connect(self._judge)
        self.field.textChanged.connect(self._timer.start)
        self.field.entered.connect(self._enter)
        self.field.left.connect(self._leave)
        self._judge()

    @property
    def text(self) -> str:
        """What stands in the line."""
        return " ".join(self.field.toPlainText().split())

    @property
    def karyotype(self) -> Karyotype | None:
        """Tree of what stands in the line; None where it cannot be read or nothing is written."""
        return self._verdict.karyotype if self._verdict else None

    def show_kept(
        self, kept: str, proposed: str, context: Context, edition: Edition = Edition.OF_2024
    ) -> None:
        """Show what is kept; what is being typed stays.

        Parameters
        ----------
        kept
            Karyotype that a person wrote; empty while the proposal stands.
        proposed
            Karyotype by the program, shown faintly in an empty line.
        """
        untouched = self.text == self._kept
        self._kept, self._context, self._edition = kept, context, edition
        self.field.setPlaceholderText(proposed or "no proposal yet, type a karyotype")
        if untouched and self.text != kept:
            self.field.setPlainText(kept)
        self._judge()

    @property
    def _suggestion(self) -> str:
        return self._verdict.suggestion or "" if self._verdict else ""

    def _take(self, text: str) -> None:
        if text:
            self.field.setPlainText(text)
            self.field.moveCursor(self.field.textCursor().MoveOperation.End)
            self.field.setFocus()
            self._judge()

    def _enter(self, at_all_costs: bool) -> None:
        self._judge()
        wrong = self._verdict is not None and self._verdict.kind == "error"
        if wrong and not at_all_costs:
            self._say("Not written: correct it, or press Ctrl+Enter to write it as it stands.", add=True)
            return
        if self.text != self._kept:
            self._kept = self.text
            self.written.emit(self.text)
            self._judge()

    def _leave(self) -> None:
        if self.text != self._kept:
            self.field.setPlainText(self._kept)
            self._judge()
        else:
            self.field.clearFocus()

    def _judge(self) -> None:
        self._timer.stop()
        text = self.text
        if not text:
            self._verdict = None
            self.verdict_label.setText("The proposal of the program stands. Type to write your own.")
            self.explanation_label.hide()
            self.judged.emit(None)
            return
        contexts = {Context.CONSTITUTIONAL: "constitutional", Context.NEOPLASTIC: "neoplastic"}
        setting = Setting(
            context=contexts.get(self._context), edition=2020 if self._edition is Edition.OF_2020 else 2024
        )
        self._verdict = judge(text, setting)
        self._show_verdict(text)
        tree = self._verdict.karyotype
        self.explanation_label.setText("\n".join(explain(tree)) if tree else "")
        self.explanation_label.setVisible(tree is not None)
        self.judged.emit(tree)

    def _show_verdict(self, text: str) -> None:
        assert self._verdict is not None
        colours = theme.current()
        parts = []
        if self._verdict.kind == "ok":
            parts.append(f"<span style='color:{colours.good}'>✓ valid ISCN</span>")
        for remark in self._verdict.remarks[:_MOST_REMARKS]:
            wrong = remark.severity == "error"
            colour, sign = (colours.contradiction, "✗") if wrong else (colours.doubt, "•")
            place = _place(text, remark.at, colour) if wrong else ""
            parts.append(f"<span style='color:{colour}'>{sign} {escape(remark.what)}</span>{place}")
        more = len(self._verdict.remarks) - _MOST_REMARKS
        if more > 0:
            parts.append(f"and {more} more")
        if self._suggestion and self._suggestion != text:
            parts.append(
                f"Did you mean <a style='color:{colours.accent}' href='take'>{escape(self._suggestion)}</a>?"
            )
        if text != self._kept:
            parts.append("<i>not written yet: Enter writes it, Esc takes it back</i>")
        self._say("<br>".join(parts))

    def _say(self, text: str, *, add: bool = False) -> None:
        self.verdict_label.setText(f"{self.verdict_label.text()}<br>{text}" if add else text)


def _words() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
    )
    return label


def _place(text: str, at: int, colour: str) -> str:
    """The string round a fault, with the faulty character marked."""
    start, end = max(0, at - 14), min(len(text), at + 12)
    mark = text[at] if at < len(text) else "␣"
    before = ("…" if start else "") + text[start:at]
    after = text[at + 1 : end] + ("…" if end < len(text) else "")
    marked = f"<span style='background:{colour};color:#ffffff'>{escape(mark)}</span>"
    return f"<br><code>&nbsp;&nbsp;{escape(before)}{marked}{escape(after)}</code>"
