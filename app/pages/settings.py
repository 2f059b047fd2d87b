"""Settings: who works here, where the cases are, how it looks."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.errors import sentence_of
from app.settings import SettingsFile
from core.errors import CentromereError
from core.paths import Folders


class SettingsPage(QWidget):
    """Changes take effect when a field is left; the database at the next start."""

    theme_chosen = Signal(str)
    person_changed = Signal()
    by_itself_changed = Signal(bool)
    message = Signal(str)

    def __init__(
        self,
        settings: SettingsFile,
        folders: Folders,
        where: str,
        try_url: Callable[[str], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._try_url = try_url
        current = settings.current

        self._person = QLineEdit(current.person)
        self._person.setPlaceholderText("asked for when you set the first mark")
        self._person.editingFinished.connect(self._person_left)
        person = _group("Person", ("Name in marks and log", self._person))

        self._theme = QComboBox()
        self._theme.addItem("Dark", "dark")
        self._theme.addItem("Light", "light")
        self._theme.setCurrentIndex(self._theme.findData(current.theme))
        self._theme.activated.connect(lambda _: self.theme_chosen.emit(self._theme.currentData()))
        self._by_itself = QCheckBox("Analyse new cells without being asked")
        self._by_itself.setChecked(current.analyse_on_import)
        self._by_itself.toggled.connect(self._by_itself_toggled)
        looks = _group("Window and work", ("Theme", self._theme), ("", self._by_itself))

        self._url = QLineEdit(current.database_url)
        self._url.setPlaceholderText("empty: a file on this computer")
        self._url.editingFinished.connect(self._url_left)
        check = QPushButton("Check")
        check.clicked.connect(self._check_url)
        line = QWidget()
        columns = QHBoxLayout(line)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.addWidget(self._url, 1)
        columns.addWidget(check)
        self._url_note = _quiet(
            "For several seats: postgresql://user@server/database. It is used from the next start on."
        )
        database = _group(
            "Database",
            ("In use", _quiet(where)),
            ("Address", line),
            ("", self._url_note),
            ("Originals", _quiet(str(folders.originals))),
            ("Settings", _quiet(str(folders.settings))),
            ("Backups", _quiet(str(folders.backups))),
        )
        title = QLabel("Settings")
        title.setProperty("role", "title")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(26, 18, 26, 18)
        rows.setSpacing(12)
        rows.addWidget(title)
        for group in (person, looks, database):
            group.setMaximumWidth(760)
            rows.addWidget(group)
        rows.addStretch(1)

    def refresh(self) -> None:
        """Show the settings as they stand."""
        current = self._settings.current
        self._person.setText(current.person)
        self._theme.setCurrentIndex(self._theme.findData(current.theme))

    def _change(self, **values: object) -> None:
        try:
            self._settings.change(**values)
        except CentromereError as error:
            self.message.emit(sentence_of(error))

    def _person_left(self) -> None:
        name = " ".join(self._person.text().split())
        if name != self._settings.current.person:
            self._change(person=name)
            self.person_changed.emit()

    def _by_itself_toggled(self, wanted: bool) -> None:
        self._change(analyse_on_import=wanted)
        self.by_itself_changed.emit(wanted)

    def _url_left(self) -> None:
        url = self._url.text().strip()
        if url != self._settings.current.database_url:
            self._change(database_url=url)
            self._url_note.setText("The new address is used from the next start on.")

    def _check_url(self) -> None:
        self._url_note.setText(self._try_url(self._url.text().strip()))


def _group(title: str, *fields: tuple[str, QWidget]) -> QGroupBox:
    group = QGroupBox(title)
    form = QFormLayout(group)
    form.setContentsMargins(14, 10, 14, 12)
    form.setHorizontalSpacing(18)
    form.setVerticalSpacing(8)
    for name, field in fields:
        form.addRow(name, field)
    return group


def _quiet(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "quiet")
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
