"""Putting a change together by typing in haste or by picking, and stating it for cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase, QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.gallery.gallery import Gallery
from app.pages.change_targets import CellTicks, LineChoice
from app.pages.side_pane import SidePane
from app.plots.band_picker import BandPicker
from app.session import CaseSession
from core.domain.bands import CLASSES, LEVELS, Level
from core.domain.ids import CellId, ChromosomeId
from core.domain.metaphase import Metaphase, StatedChange, Verdict
from core.editing.case_operations import WriteKaryotype
from core.editing.operations import CellOperation, StateChange
from core.iscn.case_text import put_into, tree_of
from core.iscn.change import judge_change, why_not_stated
from core.iscn.drafts import KINDS, Draft, with_band, with_chromosome, with_kind
from core.iscn.explain import explain_change
from core.iscn.shorthand import completions

if TYPE_CHECKING:
    from app.main_window import MainWindow
    from app.pages.findings import FindingsPanel

_ORIGINS: Final = {"": "origin", "mat": "mat", "pat": "pat", "dn": "dn", "c": "c"}
_THIS, _ACCEPTED, _ALL, _PICKED = "this cell", "accepted cells", "all cells", "picked cells"
_COLUMNS: Final = 6


class _Line(QLineEdit):
    """The text of the change; Down takes the first suggestion."""

    taken = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.taken.emit()
        else:
            super().keyPressEvent(event)


class ChangeBuilder(QWidget):
    """A change grows while one picks or types, and is judged at once.

    Enter states it for the cells that are chosen; Ctrl+Enter writes it into the karyotype of the case.

    Parameters
    ----------
    session
        The open case.
    proposed
        Gives the karyotype that the cells say together, into which a change is written where nobody wrote
        one yet.
    in_gallery
        Gives the cells that are selected in the gallery; they are ticked at first where cells are picked.
    """

    def __init__(
        self,
        session: CaseSession,
        proposed: Callable[[], str],
        parent: QWidget | None = None,
        in_gallery: Callable[[], Sequence[Metaphase]] = tuple,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self._session = session
        self._proposed = proposed
        self._in_gallery = in_gallery
        self._draft = Draft(kind="t")
        self._objects: tuple[ChromosomeId, ...] = ()
        self._filling = False
        self.line = _Line()
        self.line.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.line.setPlaceholderText("t 9 22, del5q, +8 … or pick below")
        self.line.setAccessibleName("The change in ISCN, or in haste")
        self.verdict = QLabel()
        self.verdict.setWordWrap(True)
        self.offers = QLabel()
        self.offers.setWordWrap(True)
        self.offers.setTextFormat(Qt.TextFormat.RichText)
        self.picker = BandPicker()
        self.kinds: dict[str, QToolButton] = {}
        self.chromosomes: dict[str, QToolButton] = {}
        self.level = QComboBox()
        self.origin = QComboBox()
        self.cells = QComboBox()
        self.picks = CellTicks()
        self.into = LineChoice()
        self.doubt = _small("?", "Questionable: a question mark before it")
        self.extra = _small("+", "As an additional chromosome")
        self.state = QPushButton("State")
        self.state.setToolTip("State the change for these cells (Enter); Ctrl+Z takes it back")
        self.put = QPushButton("Into karyotype")
        self.put.setToolTip("Write the change into the karyotype of the case (Ctrl+Enter)")
        self._lay_out()
        self.setFocusProxy(self.line)
        self.line.textEdited.connect(self._typed)
        self.line.returnPressed.connect(self.do_state)
        self.line.taken.connect(self._take_first)
        self.offers.linkActivated.connect(self.show_text)
        self.picker.picked.connect(self._pick_band)
        self.state.clicked.connect(self.do_state)
        self.put.clicked.connect(self.do_put)
        self.doubt.clicked.connect(self._options)
        self.extra.clicked.connect(self._options)
        self.origin.currentIndexChanged.connect(self._options)
        self.level.currentIndexChanged.connect(lambda: self._show())
        self.cells.currentIndexChanged.connect(lambda: self._choose_cells())
        self.picks.changed.connect(self._show_buttons)
        session.case_changed.connect(self._case_changed)
        session.cells_changed.connect(self._cells_changed)
        session.cell_opened.connect(lambda _: self._cells_changed())
        session.cell_changed.connect(lambda *_: self._cells_changed())
        theme.news.changed.connect(self._show)
        self._case_changed()

    def _lay_out(self) -> None:
        rows = QVBoxLayout()
        rows.setContentsMargins(10, 8, 10, 12)
        rows.setSpacing(6)
        heading = QLabel("A change")
        heading.setProperty("role", "heading")
        rows.addWidget(heading)
        rows.addWidget(self.line)
        rows.addWidget(self.offers)
        rows.addWidget(self.verdict)
        kinds = QGridLayout()
        kinds.setSpacing(3)
        for number, kind in enumerate(KINDS.values()):
            button = _small(kind.name, f"{kind.name}: {kind.words}")
            button.setAccessibleName(f"{kind.name}, {kind.words}")
            button.clicked.connect(lambda checked=False, name=kind.name: self.use_kind(name))
            self.kinds[kind.name] = button
            kinds.addWidget(button, number // _COLUMNS, number % _COLUMNS)
        rows.addLayout(kinds)
        names = QGridLayout()
        names.setSpacing(3)
        for number, name in enumerate(CLASSES):
            button = _small(name, f"Chromosome {name} takes part")
            button.setAccessibleName(f"Chromosome {name}")
            button.clicked.connect(lambda checked=False, name=name: self.use_chromosome(name))
            self.chromosomes[name] = button
            names.addWidget(button, number // _COLUMNS, number % _COLUMNS)
        rows.addLayout(names)
        rows.addWidget(self.picker)
        options = QHBoxLayout()
        options.setSpacing(4)
        for level in LEVELS:
            self.level.addItem(str(level), level)
        self.level.setCurrentIndex(1)
        self.level.setAccessibleName("Level of the bands")
        for origin, words in _ORIGINS.items():
            self.origin.addItem(words, origin)
        self.origin.setAccessibleName("Where the change comes from")
        for widget in (self.extra, self.doubt, self.origin):
            options.addWidget(widget)
        options.addStretch(1)
        rows.addLayout(options)
        where = QHBoxLayout()
        where.setSpacing(4)
        where.addWidget(QLabel("for"))
        for words in (_THIS, _ACCEPTED, _ALL, _PICKED):
            self.cells.addItem(words)
        self.cells.setAccessibleName("For which cells")
        where.addWidget(self.cells, 1)
        rows.addLayout(where)
        where.addWidget(self.level)
        rows.addWidget(self.picks)
        buttons = QVBoxLayout()
        buttons.addWidget(self.state)
        buttons.addWidget(self.into)
        buttons.addWidget(self.put)
        rows.addLayout(buttons)
        rows.addStretch(1)
        inside = QWidget()
        inside.setObjectName("pane")
        inside.setLayout(rows)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    # -- what is built -----------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """The change as it stands."""
        return self.line.text().strip()

    def begin(self, classes: Iterable[str] = (), objects: Iterable[ChromosomeId] = ()) -> None:
        """Begin anew with chromosomes that take part, as when two are selected on the board."""
        self._objects = tuple(objects)
        names = [name for name in dict.fromkeys(classes) if name in CLASSES]
        draft = Draft(kind="t" if len(names) != 1 else "del")
        for name in names[:3]:
            draft = with_chromosome(draft, name)
        self._use(draft)
        self.line.setFocus(Qt.FocusReason.OtherFocusReason)
        self.line.selectAll()

    def use_kind(self, kind: str) -> None:
        """Another kind of change with the same picks."""
        self._use(with_kind(self._draft, kind))

    def use_chromosome(self, name: str) -> None:
        """A chromosome takes part, or no longer."""
        self._use(with_chromosome(self._draft, name))

    def _pick_band(self, name: str, band: str) -> None:
        self._use(with_band(self._draft, name, band))

    def _options(self) -> None:
        if self._filling:
            return
        sign = "+" if self.extra.isChecked() else ""
        if self._draft.kind in "+-":
            sign = self._draft.kind
        self._use(
            replace(
                self._draft, sign=sign, uncertain=self.doubt.isChecked(), origin=self.origin.currentData()
            )
        )

    def _use(self, draft: Draft) -> None:
        self._draft = draft
        self.line.setText(draft.text if draft.chromosomes else "")
        self._show()

    def show_text(self, text: str) -> None:
        """Take a text as it is, such as a suggestion or a change that is edited."""
        self.line.setText(text)
        self._typed(text)
        self.line.setFocus()

    def _typed(self, text: str) -> None:
        draft = _draft_of(text)
        if draft is not None:
            self._draft = draft
        self._show()

    def _take_first(self) -> None:
        found = [one for one in completions(self.text) if one != self.text]
        if found:
            self.show_text(found[0])

    # -- what is done ------------------------------------------------------------------------------------

    @property
    def targets(self) -> tuple[Metaphase, ...]:
        """Cells for which the change is stated."""
        cells = tuple(one for one in self._session.cells if one.verdict is not Verdict.REJECTED)
        if self.cells.currentText() == _ALL:
            return cells
        if self.cells.currentText() == _PICKED:
            ticked = self.picks.ticked
            return tuple(one for one in cells if one.id in ticked)
        if self.cells.currentText() == _ACCEPTED:
            return tuple(one for one in cells if one.verdict is Verdict.ACCEPTED)
        return (self._session.cell,) if self._session.cell else ()

    def do_state(self) -> None:
        """State the change for the cells that are chosen, as one step."""
        text = self._meant()
        cells = self.targets
        if not text or not cells:
            return
        why = why_not_stated(text)
        if why is not None:
            self._session.message.emit(f"{text} is not stated: {why}.")
            return
        here = self._session.cell.id if self._session.cell else None
        operations: dict[CellId, CellOperation] = {}
        for cell in cells:
            stated = StatedChange(
                text=text, person=self._session.person, time=datetime.now(UTC),
                chromosomes=self._objects if cell.id == here else (),
            )  # fmt: skip
            operations[cell.id] = StateChange(stated=stated)
        if len(operations) == 1:
            ((cell_id, operation),) = operations.items()
            self._session.do_in(cell_id, operation)
        else:
            self._session.do_in_cells(operations, f"State {text} in {len(operations)} cells")

    def do_put(self) -> None:
        """Write the change into the line of the karyotype that is chosen."""
        text, case = self._meant(), self._session.case
        if not text or case is None:
            return
        written = put_into(case, self._proposed(), text, line=self.into.line)
        if written is None:
            self._session.message.emit("There is no karyotype to write it into, type one first.")
        else:
            self._session.do(WriteKaryotype(karyotype=written))

    def _meant(self) -> str:
        """The change, or what was typed in haste for it; empty where it is wrong."""
        text = self.text
        _, remarks = judge_change(text)
        if text and not any(one.severity == "error" for one in remarks):
            return text
        found = completions(text)
        if found and "…" not in text:
            self.show_text(found[0])
            self._session.message.emit(f"Taken as {found[0]}; Enter again states it.")
        return ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter writes it into the karyotype."""
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and control:
            self.do_put()
        else:
            super().keyPressEvent(event)

    # -- showing -----------------------------------------------------------------------------------------

    def _case_changed(self) -> None:
        case = self._session.case
        if case is not None:
            level = min(LEVELS, key=lambda one: abs(one - case.protocol.band_level))
            self.level.setCurrentIndex(LEVELS.index(level))
        self._cells_changed()
        self._show()

    def _cells_changed(self) -> None:
        session = self._session
        self.picks.show_cells(one for one in session.cells if one.verdict is not Verdict.REJECTED)
        self.into.show_lines(tree_of(session.case, self._proposed()), session.cell)
        self._show_buttons()

    def _choose_cells(self) -> None:
        picked = self.cells.currentText() == _PICKED
        self.picks.setVisible(picked)
        if picked and not self.picks.ticked:
            chosen = {one.id for one in self._in_gallery()}
            if self._session.cell is not None:
                chosen.add(self._session.cell.id)
            self.picks.tick(chosen)
        self._show_buttons()

    def _show(self) -> None:
        self._filling = True
        draft, colours = self._draft, theme.current()
        level: Level = self.level.currentData()
        for name, button in self.kinds.items():
            button.setChecked(name == draft.kind)
        for name, button in self.chromosomes.items():
            button.setChecked(name in draft.chromosomes)
        self.extra.setChecked(draft.sign == "+")
        self.extra.setEnabled("+" in KINDS[draft.kind].signs and draft.kind != "+")
        self.doubt.setChecked(draft.uncertain)
        self.origin.setCurrentIndex(max(self.origin.findData(draft.origin), 0))
        self.picker.show_draft(draft, level)
        self._filling = False
        text = self.text
        self.verdict.setTextFormat(Qt.TextFormat.PlainText)
        if not text or "…" in text:
            self.verdict.setText((draft.wants or "Pick what takes part.").capitalize())
            self.verdict.setStyleSheet(f"color: {colours.quiet};")
        else:
            change, remarks = judge_change(text)
            wrong = [one.what for one in remarks if one.severity == "error"]
            if wrong or change is None:
                self.verdict.setText(f"✗ {wrong[0] if wrong else 'not a change'}")
                self.verdict.setStyleSheet(f"color: {colours.contradiction};")
            else:
                told = explain_change(change)
                self.verdict.setText(f"✓ {told[0].upper()}{told[1:]}.")
                self.verdict.setStyleSheet(f"color: {colours.good};")
        offers = [one for one in completions(text, most=4) if one != text] if "…" not in text else []
        links = "  ".join(f"<a style='color:{colours.accent}' href='{one}'>{one}</a>" for one in offers)
        self.offers.setText(links)
        self.offers.setVisible(bool(links))
        self._show_buttons()

    def _show_buttons(self) -> None:
        number = len(self.targets)
        self.state.setText(f"State for {number} cell{'' if number == 1 else 's'}")
        change, remarks = judge_change(self.text)
        right = change is not None and not any(one.severity == "error" for one in remarks)
        self.state.setEnabled(right and number > 0 and why_not_stated(self.text) is None)
        self.put.setEnabled(right and self._session.case is not None)


def add_builder(window: MainWindow, side: SidePane, findings: FindingsPanel) -> ChangeBuilder:
    """Add the tab, and let the board and the findings lead to it."""
    session = window.session

    def in_gallery() -> Sequence[Metaphase]:
        gallery = window.case_page.pane("gallery")
        return gallery.selected if isinstance(gallery, Gallery) else ()

    builder = ChangeBuilder(session, lambda: findings.proposed, in_gallery=in_gallery)
    side.add("change", "Change", builder, "Put a change together and state it for cells")

    def begin() -> None:
        chosen = session.selected
        side.show_tab("change")
        builder.begin((one.chromosome_class for one in chosen), (one.id for one in chosen))

    def edit(text: str) -> None:
        side.show_tab("change")
        builder.show_text(text)

    window.actions_["state_change"].triggered.connect(lambda checked=False: begin())
    findings.change_wanted.connect(edit)
    return builder


def _draft_of(text: str) -> Draft | None:
    """The picks behind a text, where it is a kind that can be picked."""
    change, _ = judge_change(text)
    if change is None or (change.kind not in KINDS and not change.is_numerical):
        return None
    kind = change.sign if change.is_numerical and change.sign else change.kind
    if kind not in KINDS or "?" in change.names:
        return None
    draft = Draft(kind=kind, sign=change.sign, uncertain=change.uncertain, origin=change.origin)
    part = change.parts[0] if change.kind == "der" and change.parts else change
    for name in (*change.names, *part.names):
        if name not in draft.chromosomes:
            draft = with_chromosome(draft, name)
    for name, group in zip(part.names, part.breakpoints, strict=False):
        for point in group:
            draft = with_band(draft, name, point.text)
    return draft


def _small(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setCheckable(True)
    button.setProperty("boxed", True)
    button.setProperty("small", True)
    button.setFixedWidth(36)
    button.setStyleSheet("padding-left: 1px; padding-right: 1px;")
    return button
