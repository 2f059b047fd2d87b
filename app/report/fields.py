"""Fields at the side of the report: what a person says about the case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QTextCursor
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QLineEdit, QPlainTextEdit, QWidget

from core.domain.case import PROTOCOLS, Case, Context, Edition, Protocol

_PAUSE_MS = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    """How one thing known about a case gets into its field and out of it."""

    of: Callable[[Case], str]
    get: Callable[[], str]
    put: Callable[[str], None]


class ReportFields(QWidget):
    """Edits name, specimen, cultures, referral, context, protocol, edition and comment.

    What is typed shows at once (`typed`); it asks to be kept (`kept`) when a field is left or typing rests.
    """

    typed = Signal()
    kept = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Case | None = None
        self._name = _line("pseudonym, never a patient's name")
        self._identity = _line("printed only, stored nowhere")
        self._identity.setToolTip(
            "<b>Identity</b><br>Printed beside the pseudonym on the page and its PDF, never stored"
        )
        self._specimen = _line("such as peripheral blood")
        self._cultures = _line("such as 72 h PHA, two cultures")
        self._referral = _line("reason for referral")
        self._context = _choice([context.value for context in Context])
        self._protocol = _choice([protocol.name for protocol in PROTOCOLS])
        self._edition = _choice([edition.value for edition in reversed(Edition)])
        self._comment = QPlainTextEdit()
        self._comment.setFixedHeight(76)
        self._comment.setTabChangesFocus(True)
        self._comment.setPlaceholderText("interpretation and remarks")
        named = {
            "name": self._name,
            "specimen": self._specimen,
            "cultures": self._cultures,
            "referral": self._referral,
        }
        self._lines = (*named.values(), self._identity)
        self._fields: dict[str, _Field] = {
            name: _Field(of=lambda case, name=name: str(getattr(case, name)), get=box.text, put=box.setText)
            for name, box in named.items()
        }
        self._fields["comment"] = _Field(
            of=lambda case: case.comment, get=self._comment.toPlainText, put=self._comment.setPlainText
        )
        for name, box in (("context", self._context), ("edition", self._edition)):
            self._fields[name] = _Field(
                of=lambda case, name=name: str(getattr(case, name).value),
                get=box.currentText,
                put=box.setCurrentText,
            )
        self._fields["protocol"] = _Field(
            of=lambda case: case.protocol.name, get=self._protocol.currentText, put=self._put_protocol
        )
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_PAUSE_MS)
        self._rest.timeout.connect(self.keep)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(10)
        form.setVerticalSpacing(6)
        for title, box in (
            ("Pseudonym", self._name), ("Identity", self._identity), ("Specimen", self._specimen),
            ("Cultures", self._cultures), ("Referral", self._referral), ("Context", self._context),
            ("Protocol", self._protocol), ("ISCN", self._edition),
        ):  # fmt: skip
            box.setAccessibleName(title)
            form.addRow(title, box)
        form.addRow(QLabel("Comment"))
        self._comment.setAccessibleName("Comment")
        form.addRow(self._comment)

    def _connect(self) -> None:
        for box in (self._name, self._specimen, self._cultures, self._referral):
            box.textEdited.connect(self._typing)
            box.editingFinished.connect(self.keep)
        self._identity.textEdited.connect(lambda _: self.typed.emit())
        self._comment.textChanged.connect(self._typing)
        for box in (self._context, self._protocol, self._edition):
            box.activated.connect(lambda _: self._chosen())
        for box in (
            self._name,
            self._identity,
            self._specimen,
            self._cultures,
            self._referral,
            self._comment,
        ):
            box.installEventFilter(self)

    # -- the case --------------------------------------------------------------------------------------

    @property
    def identity(self) -> str:
        """What is printed beside the pseudonym and stored nowhere."""
        return self._identity.text().strip()

    def box(self, name: str) -> QLineEdit | QPlainTextEdit | QComboBox:
        """The field of that name: name, identity, specimen, cultures, referral, context, protocol, ..."""
        found: QLineEdit | QPlainTextEdit | QComboBox = getattr(self, f"_{name}")
        return found

    def show_case(self, case: Case) -> None:
        """Show a case; what is being typed in a field stays."""
        before = self._shown
        other = before is None or before.id != case.id
        if other:
            self._identity.clear()
        self._shown = case
        for field in self._fields.values():
            is_dirty = not other and before is not None and field.get() != field.of(before)
            if not is_dirty and field.get() != field.of(case):
                field.put(field.of(case))
        if other:
            self._rest.stop()

    def applied_to(self, case: Case) -> Case:
        """The case as the fields say it; a field that nobody touched keeps what the case has."""
        if self._shown is None or self._shown.id != case.id:
            return case
        said = {
            name: " ".join(field.get().split()) if name != "comment" else field.get().strip()
            for name, field in self._fields.items()
            if field.get() != field.of(self._shown)
        }
        changes: dict[str, object] = {
            name: text for name, text in said.items() if name not in ("context", "edition", "protocol")
        }
        if not changes.get("name", "-"):
            del changes["name"]
        if "context" in said:
            changes["context"] = Context(said["context"])
        if "edition" in said:
            changes["edition"] = Edition(said["edition"])
        if "protocol" in said:
            changes["protocol"] = _protocol_named(said["protocol"], case.protocol)
        return replace(case, **changes)  # type: ignore[arg-type]

    def point_at(self, name: str, words: str = "") -> None:
        """Lead the eyes to a field, and to words in it."""
        box = self.box(name)
        box.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(box, QPlainTextEdit) and words:
            box.moveCursor(QTextCursor.MoveOperation.Start)
            box.find(words)

    def keep_after(self, pause_ms: int) -> None:
        """Choose how long typing rests before what was typed asks to be kept; 3000 ms at first."""
        self._rest.setInterval(pause_ms)

    def keep(self) -> None:
        """Ask that what was typed is kept."""
        self._rest.stop()
        self.kept.emit()

    # -- typing ----------------------------------------------------------------------------------------

    def _typing(self, *_: object) -> None:
        shown = self._shown
        if shown is not None and all(field.get() == field.of(shown) for field in self._fields.values()):
            return  # the comment tells of its own filling too
        self._rest.start()
        self.typed.emit()

    def _chosen(self) -> None:
        self.typed.emit()
        self.keep()

    def _put_protocol(self, name: str) -> None:
        if self._protocol.findText(name) < 0:
            self._protocol.addItem(name)
        self._protocol.setCurrentText(name)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep a comment that is left; give undo to the case where the field has nothing to undo."""
        if watched is self._comment and event.type() is QEvent.Type.FocusOut:
            self.keep()
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            undo, redo = (
                event.matches(QKeySequence.StandardKey.Undo),
                event.matches(QKeySequence.StandardKey.Redo),
            )
            if (undo and not _can(watched, "undo")) or (redo and not _can(watched, "redo")):
                event.ignore()
                return True
        return super().eventFilter(watched, event)


def _can(box: QObject, what: str) -> bool:
    if isinstance(box, QLineEdit):
        return box.isUndoAvailable() if what == "undo" else box.isRedoAvailable()
    if isinstance(box, QPlainTextEdit):
        document = box.document()
        return document.isUndoAvailable() if what == "undo" else document.isRedoAvailable()
    return False


def _protocol_named(name: str, other: Protocol) -> Protocol:
    return next((protocol for protocol in PROTOCOLS if protocol.name == name), other)


def _line(placeholder: str) -> QLineEdit:
    box = QLineEdit()
    box.setPlaceholderText(placeholder)
    return box


def _choice(texts: list[str]) -> QComboBox:
    box = QComboBox()
    box.addItems(texts)
    return box
