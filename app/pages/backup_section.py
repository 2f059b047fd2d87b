"""The backups in the settings: where to, when, how many, and what the last one came to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path

from PySide6.QtCore import Qt, QTime
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QTimeEdit,
    QWidget,
)

from app import theme
from app.backing_up import BackingUp, is_new
from app.dialogs.passphrase import PassphraseDialog
from app.settings import SettingsFile
from core.backup.folder import HEADER
from core.backup.status import BackupStatus

_NONE = "No folder is chosen: nothing is backed up"
_BELOW = "centromere-backups"


class BackupSection(QGroupBox):
    """Changes take effect at once."""

    def __init__(self, backing_up: BackingUp, settings: SettingsFile, parent: QWidget | None = None) -> None:
        super().__init__("Backup", parent)
        self._backing_up = backing_up
        self._settings = settings
        self.dialog: PassphraseDialog | None = None
        self._folder = _told()
        self._choose = _button(
            "Choose…", "Folder on another drive; its backups are encrypted", self._ask_folder
        )
        self._none = _button("None", "Back nothing up any more; backups made before stay", self._use_none)
        self._every = QComboBox()
        for text, value in (
            ("Only when asked", "never"), ("Every day at", "day"), ("Every so many hours", "hours"),
        ):  # fmt: skip
            self._every.addItem(text, value)
        self._every.setToolTip("Backups are made by themselves while the window is open")
        self._every.setAccessibleName("When backups are made")
        self._every.activated.connect(lambda _: self._backing_up.choose(every=self._every.currentData()))
        self._at = QTimeEdit()
        self._at.setDisplayFormat("HH:mm")
        self._at.setAccessibleName("Time of the daily backup")
        self._at.editingFinished.connect(self._time_left)
        self._hours = _number(1, 48, " h", "Hours between two backups", lambda n: self._keep(hours=n))
        self._days = _number(
            1, 90, " days", "One backup of each of the last days", lambda n: self._keep(days=n)
        )
        self._weeks = _number(
            0, 52, " weeks", "One backup of each of the last weeks", lambda n: self._keep(weeks=n)
        )
        self._months = _number(
            0, 120, " months", "One backup of each of the last months", lambda n: self._keep(months=n)
        )
        self._change = _button("Change…", "Choose another passphrase", self._change_passphrase)
        self._last, self._trouble, self._next = _told(), _told(), _told()
        self._trouble.setProperty("role", "contradiction")
        self._now = _button("Back up now", "Nobody has to wait for it", backing_up.begin)
        self._check = _button(
            "Check the last one", "Restore it beside and read every picture of it", backing_up.check
        )
        self._stop = _button("Stop", "Stop this backup; those made before stay", backing_up.stop)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(140)
        self._bar.setAccessibleName("Progress of the backup")
        self._work = _told()
        self._work.setWordWrap(False)
        note = _told("Without it nothing can be restored, by nobody")
        folder = _row(self._folder, self._choose, self._none, stretched=self._folder)
        self._form = form = QFormLayout(self)
        form.setContentsMargins(14, 10, 14, 12)
        form.setHorizontalSpacing(18)
        form.setVerticalSpacing(8)
        form.addRow("Folder", folder)
        self._rows = (
            ("Passphrase", _row(note, self._change, stretched=note)),
            ("When", _row(self._every, self._at, self._hours)),
            ("Kept", _row(self._days, self._weeks, self._months)),
            ("Last", self._last),
            ("Trouble", self._trouble),
            ("Next", self._next),
            ("", _row(self._now, self._check, self._stop, self._bar, self._work)),
        )
        for name, row in self._rows:
            form.addRow(name, row)
        backing_up.changed.connect(lambda: self.refresh() if self.isVisible() else None)
        self.refresh()

    def refresh(self) -> None:
        """Show settings, status and progress as they stand."""
        backup, task = self._settings.current.backup, self._backing_up.running
        chosen = bool(backup.folder)
        self._folder.setText(backup.folder or _NONE)
        self._none.setVisible(chosen)
        self._every.setCurrentIndex(self._every.findData(backup.every))
        self._at.setVisible(backup.every == "day")
        self._hours.setVisible(backup.every == "hours")
        if not self._at.hasFocus():
            at = time.fromisoformat(backup.at)
            self._at.setTime(QTime(at.hour, at.minute))
        for field, value in (
            (self._hours, backup.hours), (self._days, backup.days), (self._weeks, backup.weeks),
            (self._months, backup.months),
        ):  # fmt: skip
            field.blockSignals(True)
            field.setValue(value)
            field.blockSignals(False)
        for _, row in self._rows:
            self._form.setRowVisible(row, chosen)
        status = self._backing_up.status
        words, role = _last_words(status)
        self._last.setText(words)
        if self._last.property("role") != role:
            self._last.setProperty("role", role)
            self._last.style().polish(self._last)
        tried = f"{_when(status.tried)}: " if status.tried else ""
        self._trouble.setText(f"{tried}{status.error}")
        self._form.setRowVisible(self._trouble, chosen and bool(status.error))
        self._next.setText(self._next_words())
        self._now.setEnabled(self._backing_up.has_key and task is None)
        self._check.setEnabled(
            self._backing_up.has_key and task is None and self._backing_up.status.name != ""
        )
        for widget in (self._stop, self._bar, self._work):
            widget.setVisible(task is not None)
        if task is not None:
            self._bar.setRange(0, task.total)
            self._bar.setValue(task.at)
            self._work.setText(task.text)
        self._give_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the sentences the lines that they need."""
        super().resizeEvent(event)
        self._give_room()

    def _give_room(self) -> None:
        # The scrolled page asks for the size of one line only.
        for label in (self._folder, self._last, self._trouble, self._next):
            label.setMinimumHeight(max(0, label.heightForWidth(label.width())))

    def use_folder(self, path: Path) -> None:
        """Ask for the passphrase of a folder, or for a new one where it holds no backups yet."""
        if not (path / HEADER).exists() and path.is_dir() and any(path.iterdir()):
            path = path / _BELOW  # not among other files
        dialog = PassphraseDialog(self.window(), "new" if is_new(path) else "known", str(path))
        # Taken only where the passphrase opens the folder: the dialog stays open until then.
        dialog.accept_button.clicked.disconnect()
        dialog.accept_button.clicked.connect(
            lambda: self._backing_up.use_folder(path, dialog.passphrase, dialog.close, dialog.complain)
        )
        self._show(dialog)

    def _ask_folder(self) -> None:
        folder = self._settings.current.backup.folder
        path = QFileDialog.getExistingDirectory(self, "Folder of backups", folder)
        if path:
            self.use_folder(Path(path))

    def _use_none(self) -> None:
        self._backing_up.choose(folder="")

    def _change_passphrase(self) -> None:
        dialog = PassphraseDialog(self.window(), "change", self._settings.current.backup.folder)
        dialog.accept_button.clicked.disconnect()
        dialog.accept_button.clicked.connect(
            lambda: self._backing_up.change_passphrase(
                dialog.before, dialog.passphrase, dialog.close, dialog.complain
            )
        )
        self._show(dialog)

    def _show(self, dialog: PassphraseDialog) -> None:
        self.dialog = dialog
        dialog.finished.connect(lambda _: dialog.deleteLater())
        dialog.open()

    def _time_left(self) -> None:
        at = self._at.time().toString("HH:mm")
        if at != self._settings.current.backup.at:
            self._backing_up.choose(at=at)

    def _keep(self, **values: int) -> None:
        self._backing_up.choose(**values)

    def _next_words(self) -> str:
        backup = self._settings.current.backup
        if not backup.folder:
            return "–"
        if not self._backing_up.has_key:
            return "The key is not kept here: choose the folder again and enter its passphrase"
        at = self._backing_up.next_at
        if at is None:
            return "When asked"
        return "Within a minute" if at <= datetime.now().astimezone() else _when(at)


def _last_words(status: BackupStatus) -> tuple[str, str]:
    """What the last backup holds, and the role of that text."""
    if status.made is None:
        return "None was made yet", "quiet"
    held = f"{status.cases} cases, {status.cells} cells, {status.originals} pictures"
    lines = [f"{_when(status.made)}: {held}, {_size(status.size)} new"]
    lines.append("Restored beside and found equal" if status.checked else "Not checked")
    lines += [note[0].upper() + note[1:] for note in status.notes]
    return "\n".join(lines), "good" if status.checked and not status.notes else "doubt"


def _when(moment: datetime) -> str:
    local = moment.astimezone()
    days = (local.date() - datetime.now().astimezone().date()).days
    day = {0: "Today", 1: "Tomorrow", -1: "Yesterday"}.get(days, f"{local:%Y-%m-%d}")
    return f"{day} {local:%H:%M}"


def _size(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{max(size / 1e6, 0.1):.1f} MB"


def _told(text: str = "") -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", "quiet")
    label.setWordWrap(True)
    return label


def _button(text: str, tip: str, call: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.clicked.connect(lambda: call())
    return button


def _number(low: int, high: int, suffix: str, tip: str, changed: Callable[[int], None]) -> QSpinBox:
    field = QSpinBox()
    field.setRange(low, high)
    field.setSuffix(suffix)
    field.setToolTip(tip)
    field.setAccessibleName(tip)
    field.setKeyboardTracking(False)
    field.valueChanged.connect(changed)
    field.setMinimumWidth(theme.px(96))
    return field


def _row(*widgets: QWidget, stretched: QWidget | None = None) -> QWidget:
    line = QWidget()
    columns = QHBoxLayout(line)
    columns.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        columns.addWidget(widget, 1 if widget is stretched else 0)
    if stretched is None:
        columns.addStretch(1)
    return line
