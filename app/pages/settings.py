"""Settings: who works here, where the cases are, how it looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

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
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.actions import Actions
from app.backing_up import BackingUp
from app.errors import sentence_of
from app.pages.backup_section import BackupSection
from app.settings import SettingsFile
from app.theme import LARGEST, SMALLEST
from core.errors import CentromereError
from core.paths import Folders


class SettingsPage(QWidget):
    """Changes take effect when a field is left; the database at the next start."""

    theme_chosen = Signal(str)
    looks_chosen = Signal(object)
    """Settings of the looks by name, such as `{"text_percent": 120}`."""
    person_chosen = Signal(str)
    by_itself_changed = Signal(bool)
    message = Signal(str)

    def __init__(
        self,
        settings: SettingsFile,
        folders: Folders,
        where: str,
        try_url: Callable[[str], str],
        actions: Actions,
        backing_up: BackingUp,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._try_url = try_url
        current = settings.current

        self._person = QLineEdit(current.person)
        self._person.setPlaceholderText("asked for when you set the first mark")
        self._person.editingFinished.connect(self._person_left)
        self._person.setToolTip("Keys, looks and layout belong to this name; another name has its own")
        person = _group("Person", ("Name in marks and log", self._person))

        self._theme = _choice((("Dark", "dark"), ("Light", "light")), "Ground of the window")
        self._theme.activated.connect(lambda _: self.theme_chosen.emit(self._theme.currentData()))
        self._colours = _choice(
            (("Standard", "standard"), ("Safe for every colour sight", "safe")),
            "Colours of class groups and of good, doubt and contradiction",
        )
        self._colours.activated.connect(
            lambda _: self.looks_chosen.emit({"colours": self._colours.currentData()})
        )
        self._text = QSpinBox()
        self._text.setRange(SMALLEST, LARGEST)
        self._text.setSingleStep(10)
        self._text.setSuffix(" %")
        self._text.setToolTip(
            f"Size of everything written ({actions.key_words('text_larger')}, "
            f"{actions.key_words('text_smaller')})"
        )
        self._text.setKeyboardTracking(False)
        self._text.valueChanged.connect(lambda percent: self.looks_chosen.emit({"text_percent": percent}))
        self._calm = QCheckBox("Nothing fades, slides or blinks")
        self._calm.setToolTip("No moving pictures and no blinking cursor")
        self._calm.toggled.connect(lambda calm: self.looks_chosen.emit({"calm": calm}))
        self._by_itself = QCheckBox("Analyse new cells without being asked")
        self._by_itself.setToolTip("Cells are analysed as they come in")
        self._by_itself.setChecked(current.analyse_on_import)
        self._by_itself.toggled.connect(self._by_itself_toggled)
        self._buttons = {
            name: _action_button(actions, name)
            for name in ("keys", "print_keys", "reset_layout", "tour", "open_sample")
        }
        looks = _group(
            "Looks",
            ("Theme", self._theme), ("Colours", self._colours), ("Text", self._text), ("Motion", self._calm),
            ("Layout", _row(self._buttons["reset_layout"])),
        )  # fmt: skip
        work = _group(
            "Work",
            ("Analysis", self._by_itself),
            ("Keyboard", _row(self._buttons["keys"], self._buttons["print_keys"])),
            ("Learning", _row(self._buttons["tour"], self._buttons["open_sample"])),
        )

        self._url = QLineEdit(current.database_url)
        self._url.setPlaceholderText("empty: a file on this computer")
        self._url.editingFinished.connect(self._url_left)
        self._url.setAccessibleName("Address of the database")
        check = QPushButton("Check")
        check.setToolTip("Try whether the database at this address answers")
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
            ("Copies", _quiet(f"{folders.backups} (made before an update)")),
        )
        self.backup = BackupSection(backing_up, settings)
        title = QLabel("Settings")
        title.setProperty("role", "title")
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(26, 18, 26, 18)
        rows.setSpacing(12)
        rows.addWidget(title)
        self._groups = (person, looks, work, database, self.backup)
        for group in self._groups:
            rows.addWidget(group)
        rows.addStretch(1)
        scrolled = QScrollArea()
        scrolled.setWidgetResizable(True)
        scrolled.setFrameShape(QScrollArea.Shape.NoFrame)
        scrolled.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scrolled.setWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scrolled)
        self.refresh()

    def refresh(self) -> None:
        """Show the settings as they stand."""
        current = self._settings.current
        self._person.setText(current.person)
        self._theme.setCurrentIndex(self._theme.findData(current.theme))
        self._colours.setCurrentIndex(self._colours.findData(current.colours))
        # Showing what stands is no choice.
        for field, show in (
            (self._text, lambda: self._text.setValue(current.text_percent)),
            (self._calm, lambda: self._calm.setChecked(current.calm)),
        ):
            field.blockSignals(True)
            show()
            field.blockSignals(False)
        self.backup.refresh()
        for group in self._groups:
            group.setMaximumWidth(theme.px(760))

    def _change(self, **values: object) -> None:
        try:
            self._settings.change(**values)
        except CentromereError as error:
            self.message.emit(sentence_of(error))

    def _person_left(self) -> None:
        name = " ".join(self._person.text().split())
        if name != self._settings.current.person:
            self.person_chosen.emit(name)

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


def _choice(entries: Sequence[tuple[str, str]], tip: str) -> QComboBox:
    box = QComboBox()
    for text, value in entries:
        box.addItem(text, value)
    box.setToolTip(tip)
    return box


def _action_button(actions: Actions, name: str) -> QPushButton:
    action = actions[name]
    button = QPushButton(action.text())
    button.clicked.connect(action.trigger)
    button.setToolTip(action.toolTip())
    actions.keys_changed.connect(lambda: button.setToolTip(action.toolTip()))
    return button


def _row(*widgets: QWidget) -> QWidget:
    line = QWidget()
    columns = QHBoxLayout(line)
    columns.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        columns.addWidget(widget)
    columns.addStretch(1)
    return line


def _quiet(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", "quiet")
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
