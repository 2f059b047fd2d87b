"""All keys on one page: to read, to search, to change, to print and to take along."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from app import theme
from app.actions import FIXED, WORDING_OF, Scope, spelled
from app.dialogs.frame import Frame
from app.dialogs.key_catcher import KeyCatcher
from app.errors import sentence_of
from app.key_sheet import write_key_sheet
from app.keymap import PRESETS, KeyMap, fixed_meaning, from_json, to_json
from app.menus import groups

_NAME = Qt.ItemDataRole.UserRole
_WHERE = {Scope.WINDOW: "everywhere", Scope.CASE: "Case page", Scope.TYPED: "Case page, typing"}


class KeysDialog(Frame):
    """The keyboard map; a change counts at once and is kept.

    Parameters
    ----------
    keymap
        The keys as they stand.
    change
        Takes another key map into use and keeps it.
    """

    def __init__(self, parent: QWidget | None, keymap: KeyMap, change: Callable[[KeyMap], None]) -> None:
        super().__init__(
            parent,
            "Keyboard",
            "Choose an action and press Enter to give it another key; Delete takes its last key away.",
            accept="Close",
            reject="",
        )
        self._keymap = keymap
        self._change = change
        self._before: list[KeyMap] = []
        self._asked = ""
        self.accept_button.setToolTip("Close (Esc)")
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search by word or key, such as cut or Ctrl+Z")
        self.search.setAccessibleName("Search the key map")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.presets = QComboBox()
        self.presets.setAccessibleName("Preset of keys")
        self.presets.setToolTip("A whole key map to begin with")
        for preset in PRESETS:
            self.presets.addItem(preset.title, preset)
            self.presets.setItemData(self.presets.count() - 1, preset.tip, Qt.ItemDataRole.ToolTipRole)
        self.presets.activated.connect(lambda at: self._use(PRESETS[at].keymap))
        head = QHBoxLayout()
        head.addWidget(self.search, 1)
        head.addWidget(QLabel("Preset"))
        head.addWidget(self.presets)
        self.body.addLayout(head)
        self.body.addWidget(self._tree(), 1)
        self.body.addLayout(self._editor())
        self.body.addLayout(self._files())
        self._fill()
        self.resize(theme.px(900), theme.px(680))
        self.search.setFocus()

    # -- parts -----------------------------------------------------------------------------------------

    def _tree(self) -> QTreeWidget:
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels(["Action", "Keys", "Where", "What it does"])
        self.tree.setAccessibleName("Actions and their keys")
        self.tree.setUniformRowHeights(True)
        header = self.tree.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        for column, width in enumerate((250, 180, 120)):
            header.resizeSection(column, theme.px(width))
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tree.currentItemChanged.connect(lambda *_: self._chosen())
        self.tree.itemActivated.connect(lambda *_: self.begin())
        self.tree.installEventFilter(self)
        return self.tree

    def _editor(self) -> QHBoxLayout:
        self._title = QLabel()
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self.catcher = KeyCatcher()
        self.catcher.caught.connect(self._caught)
        self.catcher.given_up.connect(self._give_up)
        self._question = QLabel()
        self._question.setTextFormat(Qt.TextFormat.PlainText)
        self._question.setWordWrap(True)
        self._question.setProperty("role", "contradiction")
        self.take_over = _button("Take it over", "The other action loses the key", self._take_over)
        self.keep = _button("Keep it there", "Nothing changes", self._give_up)
        self.add = _button("Another key…", "Press a key that this action shall have too (Enter)", self.begin)
        self.remove = _button("Take a key away", "Take the last key of this action away (Del)", self._remove)
        self.reset = _button("Reset", "The keys this action had at first", self._reset)
        row = QHBoxLayout()
        row.addWidget(self._title)
        row.addWidget(self.catcher)
        row.addWidget(self._question, 1)
        row.addStretch(0)
        for part in (self.take_over, self.keep, self.add, self.remove, self.reset):
            row.addWidget(part)
        return row

    def _files(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._note = QLabel()
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setProperty("role", "quiet")
        self._note.setWordWrap(True)
        self.back = _button("Take back", "Take the last change of keys back", self._take_back)
        row.addWidget(self._note, 1)
        row.addWidget(self.back)
        for text, tip, call in (
            ("Reset all", "Every action has the keys it had at first", lambda: self._use(KeyMap())),
            ("Import…", "Take the keys of a JSON file", self._ask_import),
            ("Export…", "Write all keys into a JSON file", self._ask_export),
            ("Print…", "Write all keys into a PDF of one or two pages", self.ask_print),
        ):
            row.addWidget(_button(text, tip, call))
        return row

    # -- showing ---------------------------------------------------------------------------------------

    @property
    def keymap(self) -> KeyMap:
        """The keys as they stand."""
        return self._keymap

    def choose(self, name: str) -> None:
        """Go to the row of an action."""
        row = self._row_of(name)
        if row is not None:
            self.tree.setCurrentItem(row)
            self.tree.scrollToItem(row)
            self.tree.setFocus()

    def _fill(self) -> None:
        chosen = self._name
        self.tree.clear()
        trouble = {name: one for one in self._keymap.collisions() for name in one.names}
        for title, names in groups().items():
            section = QTreeWidgetItem([title])
            self.tree.addTopLevelItem(section)
            section.setFirstColumnSpanned(True)
            section.setFlags(Qt.ItemFlag.ItemIsEnabled)
            for name in names:
                section.addChild(self._row(name, trouble.get(name)))
            section.setExpanded(True)
        section = QTreeWidgetItem(["Mouse and arrows"])
        self.tree.addTopLevelItem(section)
        for one in FIXED:
            row = QTreeWidgetItem([one.keys, "", "cannot be changed", one.text])
            row.setForeground(2, QColor(theme.current().quiet))
            section.addChild(row)
        section.setExpanded(True)
        self._filter(self.search.text())
        row = self._row_of(chosen) if chosen else None
        self.tree.setCurrentItem(row or self._rows()[0])
        at = next((n for n, preset in enumerate(PRESETS) if preset.keymap == self._keymap), -1)
        self.presets.setCurrentIndex(at)
        self.back.setEnabled(bool(self._before))
        self._chosen()

    def _row(self, name: str, collision: object) -> QTreeWidgetItem:
        wording = WORDING_OF[name]
        keys = self._keymap.keys_of(name)
        row = QTreeWidgetItem([wording.text.rstrip("…"), spelled(keys), _WHERE[wording.scope], wording.tip])
        row.setToolTip(3, wording.tip)
        row.setData(0, _NAME, name)
        colours = theme.current()
        if self._keymap.is_changed(name):
            font = self.font()
            font.setBold(True)
            row.setFont(1, font)
            row.setToolTip(1, f"at first: {spelled(wording.keys) or 'no key'}")
        if collision is not None:
            others = [WORDING_OF[n].text.rstrip("…") for n in collision.names if n != name]
            words = ", ".join([*others, *([collision.fixed] if collision.fixed else [])])
            row.setText(3, f"⚠ {spelled((collision.key,))} is also: {words}")
            row.setToolTip(3, row.text(3))
            row.setForeground(3, QColor(colours.contradiction))
        else:
            row.setForeground(3, QColor(colours.quiet))
        row.setForeground(2, QColor(colours.quiet))
        return row

    def _rows(self) -> list[QTreeWidgetItem]:
        sections = [self.tree.topLevelItem(at) for at in range(self.tree.topLevelItemCount())]
        return [section.child(at) for section in sections for at in range(section.childCount())]

    def _row_of(self, name: str) -> QTreeWidgetItem | None:
        return next((row for row in self._rows() if row.data(0, _NAME) == name), None)

    def _filter(self, text: str) -> None:
        wanted = text.casefold().split()
        for at in range(self.tree.topLevelItemCount()):
            section = self.tree.topLevelItem(at)
            shown = 0
            for place in range(section.childCount()):
                row = section.child(place)
                words = " ".join(row.text(column) for column in range(4)).casefold()
                fits = all(word in words for word in wanted)
                row.setHidden(not fits)
                shown += fits
            section.setHidden(not shown)
        current = self.tree.currentItem()
        if current is None or current.isHidden():
            first = next((row for row in self._rows() if not row.isHidden()), None)
            if first is not None:
                self.tree.setCurrentItem(first)

    def _chosen(self) -> None:
        name = self._name
        self._asked = ""
        self._question.clear()
        for part in (self.take_over, self.keep):
            part.hide()
        self.catcher.hide()
        for part in (self.add, self.remove, self.reset):
            part.setVisible(True)
            part.setEnabled(bool(name))
        if name:
            keys = self._keymap.keys_of(name)
            self._title.setText(f"{WORDING_OF[name].text.rstrip('…')}:  {spelled(keys) or 'no key'}")
            self.remove.setEnabled(bool(keys))
            self.reset.setEnabled(self._keymap.is_changed(name))
        else:
            self._title.setText("This cannot be changed")

    @property
    def _name(self) -> str:
        row = self.tree.currentItem()
        return (row.data(0, _NAME) or "") if row is not None else ""

    # -- changing --------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Wait for a key for the chosen action."""
        if self._name:
            self._chosen()
            for part in (self.add, self.remove, self.reset):
                part.hide()
            self.catcher.start()

    def _caught(self, key: str) -> None:
        name = self._name
        meaning = fixed_meaning(key) if WORDING_OF[name].scope is not Scope.WINDOW else ""
        holders = self._keymap.holders(key, but=name)
        if key in self._keymap.keys_of(name):
            self._say(f"{spelled((key,))} is a key of this action already.")
            self._give_up()
        elif meaning:
            self._say(f"{spelled((key,))} cannot be given away: {meaning.lower()}.")
            self._give_up()
        elif holders:
            self._asked = key
            words = ", ".join(
                f"“{WORDING_OF[one].text.rstrip('…')}” ({_WHERE[WORDING_OF[one].scope]})" for one in holders
            )
            self._question.setText(f"{spelled((key,))} belongs to {words}.")
            self.take_over.show()
            self.keep.show()
            self.keep.setFocus()
        else:
            self._use(self._keymap.give(name, (*self._keymap.keys_of(name), key)))
            self.tree.setFocus()

    def _take_over(self) -> None:
        if self._asked:
            self._use(self._keymap.take_over(self._name, self._asked))
        self.tree.setFocus()

    def _give_up(self) -> None:
        self._chosen()
        self.tree.setFocus()

    def _remove(self) -> None:
        name = self._name
        if name and self._keymap.keys_of(name):
            self._use(self._keymap.give(name, self._keymap.keys_of(name)[:-1]))

    def _reset(self) -> None:
        if self._name:
            self._use(self._keymap.reset(self._name))

    def _use(self, keymap: KeyMap, note: str = "") -> None:
        if keymap != self._keymap:
            self._before.append(self._keymap)
            self._put(keymap)
        trouble = len(self._keymap.collisions())
        self._say(note or (f"{trouble} keys do two things, marked ⚠." if trouble else ""))

    def _take_back(self) -> None:
        if self._before:
            self._put(self._before.pop())

    def _put(self, keymap: KeyMap) -> None:
        self._keymap = keymap
        self._change(keymap)
        self._fill()

    def _say(self, text: str) -> None:
        self._note.setText(text)

    # -- files -----------------------------------------------------------------------------------------

    def read(self, path: Path) -> None:
        """Take the keys of a JSON file."""
        try:
            keymap, notes = from_json(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            self._say(sentence_of(error))
            return
        self._use(keymap, _told(notes) if notes else "")

    def write(self, path: Path) -> None:
        """Write all keys into a JSON file."""
        try:
            path.write_text(to_json(self._keymap) + "\n", encoding="utf-8")
        except OSError as error:
            self._say(sentence_of(error))
        else:
            self._say(f"Written to {path}.")

    def print_to(self, path: Path) -> None:
        """Write all keys into a PDF."""
        try:
            write_key_sheet(self._keymap, path)
        except OSError as error:
            self._say(sentence_of(error))
        else:
            self._say(f"Written to {path}.")

    def _ask_import(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, "Import keys", "", "Key map (*.json)")
        if chosen:
            self.read(Path(chosen))

    def _ask_export(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, "Export keys", "keys.json", "Key map (*.json)")
        if chosen:
            self.write(Path(chosen))

    def ask_print(self) -> None:
        """Ask for a file, then write the PDF."""
        chosen, _ = QFileDialog.getSaveFileName(self, "Print the key map", "keys.pdf", "PDF (*.pdf)")
        if chosen:
            self.print_to(Path(chosen))

    # -- keys of this page -----------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down leads from the search into the list; Enter begins, Delete takes away."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        key = event.key()
        if watched is self.search and key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.tree.setFocus()
            return True
        if watched is self.tree and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.begin()
            return True
        if watched is self.tree and key == Qt.Key.Key_Delete:
            self._remove()
            return True
        return False


def _button(text: str, tip: str, call: Callable[[], None]) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.clicked.connect(lambda checked=False: call())
    return button


def _told(notes: Sequence[str]) -> str:
    more = f" and {len(notes) - 3} more" if len(notes) > 3 else ""
    return f"Not taken: {'; '.join(notes[:3])}{more}."
