"""Templates of the karyogram: rows, labels, spacing and order, with a preview that lives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.frame import Frame
from app.dialogs.template_preview import TemplatePreview
from app.dialogs.template_rows import TemplateRows
from app.errors import sentence_of
from app.karyogram_choices import KaryogramChoices
from core.atomic import whole_file
from core.domain.template import (
    BUILT_IN,
    LEAST_SPACING,
    LONGEST_NAME,
    MOST_SPACING,
    KaryogramTemplate,
    Spacing,
)
from core.domain.template_json import LARGEST_FILE, template_from_json, template_to_json
from core.errors import MediaError

_SPACES = (("pair", "Homologs"), ("slot", "Classes"), ("group", "Groups"), ("row", "Rows"))
_FILTER = "Karyogram template (*.json)"


class TemplatesDialog(Frame):
    """Built-in templates are copied to be changed; own ones are changed, renamed and deleted."""

    def __init__(self, parent: QWidget | None, choices: KaryogramChoices) -> None:
        super().__init__(
            parent,
            "Templates of the karyogram",
            "Drag classes between rows; │ separates groups. Double click a class to give it another label.",
            accept="Close",
            reject="",
        )
        self._choices = choices
        self._shown = choices.personal
        self._filling = False
        self.list = QListWidget()
        self.list.setMaximumWidth(210)
        self.list.setAccessibleName("Templates")
        self.list.currentItemChanged.connect(self._chosen)
        self.name = QLineEdit()
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setAccessibleName("Name of the template")
        self.rows = TemplateRows()
        self.spacing = {key: _factor() for key, _ in _SPACES}
        self.preview = TemplatePreview()
        self.problem = QLabel()
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setWordWrap(True)
        self.save_button = QPushButton("Save")
        self.save_as_button = QPushButton("Save as new")
        self.delete_button = QPushButton("Delete")
        self.use_button = QPushButton("Use this one")
        self.import_button = QPushButton("Import…")
        self.export_button = QPushButton("Export…")
        self.accept_button.setProperty("primary", False)
        self.accept_button.setDefault(False)
        self.accept_button.setAutoDefault(False)
        for button, call in (
            (self.save_button, self.save), (self.save_as_button, self.save_as_new),
            (self.delete_button, self.delete), (self.use_button, self.use),
            (self.import_button, self._ask_import), (self.export_button, self._ask_export),
        ):  # fmt: skip
            button.setAutoDefault(False)
            button.clicked.connect(lambda checked=False, call=call: call())
        self.body.addLayout(self._columns())
        self.name.textEdited.connect(self._edited)
        self.rows.changed.connect(self._edited)
        for box in self.spacing.values():
            box.valueChanged.connect(self._edited)
        self.resize(1060, 740)
        self._list_templates(self._shown.name)

    def _columns(self) -> QHBoxLayout:
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        for pair in ((self.import_button, self.export_button), (self.delete_button, self.use_button)):
            line = QHBoxLayout()
            for button in pair:
                line.addWidget(button)
            left.addLayout(line)
        form = QFormLayout()
        form.addRow("Name", self.name)
        spaces = QHBoxLayout()
        for key, word in _SPACES:
            self.spacing[key].setPrefix(f"{word} ")
            self.spacing[key].setAccessibleName(f"Distance of {word.lower()}")
            spaces.addWidget(self.spacing[key])
        form.addRow("Distances", spaces)
        saves = QHBoxLayout()
        saves.addWidget(self.problem, 1)
        saves.addWidget(self.save_as_button)
        saves.addWidget(self.save_button)
        right = QVBoxLayout()
        right.addLayout(form)
        right.addWidget(self.rows, 2)
        right.addLayout(saves)
        right.addWidget(self.preview, 5)
        columns = QHBoxLayout()
        columns.setSpacing(14)
        columns.addLayout(left)
        columns.addLayout(right, 1)
        return columns

    # -- what stands in the fields ---------------------------------------------------------------------

    @property
    def template(self) -> KaryogramTemplate:
        """Template as the fields say it; it may have problems."""
        return KaryogramTemplate(
            name=" ".join(self.name.text().split()),
            rows=self.rows.groups,
            labels=self.rows.labels,
            group_labels=self.rows.group_labels,
            spacing=Spacing(**{key: box.value() for key, box in self.spacing.items()}),
        )

    @property
    def _is_own(self) -> bool:
        return any(one.name == self._shown.name for one in self._choices.own)

    def show_template(self, template: KaryogramTemplate) -> None:
        """Put a template into the fields."""
        self._filling = True
        self._shown = template
        self.name.setText(template.name)
        self.rows.show_template(template)
        for key, box in self.spacing.items():
            box.setValue(getattr(template.spacing, key))
        self._filling = False
        self._edited()

    def _edited(self, *_: object) -> None:
        if self._filling:
            return
        template = self.template
        problems = template.problems
        same = template == self._shown
        self.problem.setText(problems[0].capitalize() + "." if problems else "" if same else "Not saved yet.")
        self.problem.setProperty("role", "contradiction" if problems else "quiet")
        self.problem.style().polish(self.problem)
        self.save_button.setEnabled(self._is_own and not problems and not same)
        known = {one.name.casefold() for one in self._choices.templates}
        self.save_as_button.setEnabled(not problems and template.name.casefold() not in known)
        self.save_as_button.setToolTip("Type a name of its own first")
        self.delete_button.setEnabled(self._is_own)
        self.export_button.setEnabled(not problems)
        self.use_button.setEnabled(same and self._choices.kept.template != template.name)
        if not problems:
            self.preview.show_template(template)

    # -- the list --------------------------------------------------------------------------------------

    def _list_templates(self, current: str) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        chosen = None
        for one in self._choices.templates:
            used = self._choices.kept.template == one.name
            entry = QListWidgetItem(f"{one.name}{'  ✓' if used else ''}")
            entry.setData(Qt.ItemDataRole.UserRole, one.name)
            entry.setToolTip("Comes with the program" if one in BUILT_IN else "Own template")
            self.list.addItem(entry)
            if one.name == current:
                chosen = entry
        self.list.setCurrentItem(chosen or self.list.item(0))
        self.list.blockSignals(False)
        self._chosen(self.list.currentItem())

    def _chosen(self, entry: QListWidgetItem | None, *_: object) -> None:
        if entry is not None:
            name = entry.data(Qt.ItemDataRole.UserRole)
            self.show_template(next(one for one in self._choices.templates if one.name == name))

    # -- what the buttons do ---------------------------------------------------------------------------

    def save(self) -> None:
        """Keep the changes, also another name, of an own template."""
        self._keep(self.template, instead_of=self._shown.name)

    def save_as_new(self) -> None:
        """Keep what stands in the fields as another template."""
        self._keep(self.template, instead_of="")

    def delete(self) -> None:
        """Give the own template up; a copy stands in the fields until another one is chosen."""
        name = self._shown.name
        self._choices.delete(name)
        self._list_templates(self._choices.personal.name)
        self._tell(f"{name} is deleted; cases laid out by it keep it.")

    def use(self) -> None:
        """Lay karyograms out by it from now on."""
        self._choices.choose(template=self._shown.name)
        self._list_templates(self._shown.name)

    def take_file(self, path: Path) -> None:
        """Take a template from a file; a name that is known gets a number."""
        try:
            if path.stat().st_size > LARGEST_FILE:
                raise MediaError("expected a template, got a larger file", "choose another one")
            template = template_from_json(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            self._tell(f"{path.name} cannot be read: {error}.", bad=True)
            return
        except MediaError as error:
            self._tell(sentence_of(error), bad=True)
            return
        known = {one.name.casefold() for one in self._choices.templates}
        name, number = template.name, 2
        while name.casefold() in known:
            name, number = f"{template.name} {number}", number + 1
        self._keep(replace(template, name=name), instead_of="")

    def write_file(self, path: Path) -> None:
        """Write what stands in the fields into a file."""
        try:
            with whole_file(path) as unfinished:
                unfinished.write_text(template_to_json(self.template), encoding="utf-8")
        except OSError as error:
            self._tell(f"{path} cannot be written: {error.strerror or error}.", bad=True)
        else:
            self._tell(f"Written to {path}.")

    def _keep(self, template: KaryogramTemplate, *, instead_of: str) -> None:
        try:
            self._choices.save(template, instead_of=instead_of)
        except MediaError as error:
            self._tell(sentence_of(error), bad=True)
        else:
            self._list_templates(template.name)

    def _ask_import(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, "Import template", "", _FILTER)
        if chosen:
            self.take_file(Path(chosen))

    def _ask_export(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self, "Export template", f"{self.template.name}.json", _FILTER
        )
        if chosen:
            self.write_file(Path(chosen))

    def _tell(self, text: str, *, bad: bool = False) -> None:
        self.problem.setText(text)
        self.problem.setProperty("role", "contradiction" if bad else "quiet")
        self.problem.style().polish(self.problem)


def _factor() -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(LEAST_SPACING, MOST_SPACING)
    box.setSingleStep(0.1)
    box.setDecimals(1)
    box.setSuffix(" ×")
    return box
