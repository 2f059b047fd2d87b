"""What would it look like: a change clicked on the idiogram, built from the patient's own chromosomes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.errors import sentence_of
from app.pages.what_if_canvas import KIND_KEYS, WhatIfCanvas
from app.plots.idiogram import level_near
from app.session import CaseSession
from app.tasks import Urgency
from app.what_if_reading import LaidCells
from core.domain.bands import ACROCENTRICS, CLASSES, LEVELS, Level, centromere_fraction
from core.domain.metaphase import StatedChange
from core.editing.operations import StateChange
from core.progress import Progress
from core.report.drawing_files import write_drawing
from core.report.what_if_figure import draw_what_if, score_words
from core.whatif.plan import WORDS, Break, ChangeKind, Plan, clicked
from core.whatif.sources import LaidChromosome
from core.whatif.would_be import Suggestion, WouldBe, best_breaks, ranked_sources, would_be

if TYPE_CHECKING:
    from app.main_window import MainWindow
    from app.pages.side_pane import SidePane

_WAIT_MS: Final = 60
_COLUMNS: Final = 5
_SHOWN: Final = 4
_MOST_SOURCES: Final = 8
_WIDE: Final = 400
"""Width that the tab asks for: bands of a narrower idiogram are hard to hit."""
_FILTERS: Final = "PDF (*.pdf);;SVG (*.svg);;PNG, 300 dpi (*.png);;TIFF (*.tif)"
_LETTERS: Final = {kind: Qt.Key(key).name.removeprefix("Key_") for key, kind in KIND_KEYS.items()}


class WhatIfPanel(QWidget):
    """Listens to the selection; builds what was clicked and holds it against the selected chromosome."""

    def __init__(self, session: CaseSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self.setMinimumWidth(232)
        self.setAccessibleName("What would it look like")
        self._session = session
        self.reading = LaidCells(session, self)
        self.plan = Plan(kind=ChangeKind.TRANSLOCATION, chromosome="")
        self.found: WouldBe | None = None
        self.suggestions: tuple[Suggestion, ...] = ()
        self._suspect: str = ""
        self._why = ""
        self._active: int | None = None
        self._hovered: Break | None = None
        self._level_chosen = False
        self.canvas = WhatIfCanvas()
        self.kind_buttons: dict[ChangeKind, QToolButton] = {}
        self.suspect_label = QLabel()
        self.suspect_label.setWordWrap(True)
        self.partner_box = QComboBox()
        self.turned_box = QCheckBox("Turned")
        self.source_button = QToolButton()
        self.chosen: dict[str, LaidChromosome] = {}
        self.level_box = QComboBox()
        self.change_label = QLabel()
        self.score_label = QLabel()
        self.near_label = QLabel()
        self.best_button = QPushButton("Best bands")
        self.use_button = QPushButton("Use it")
        self.clear_button = QPushButton("Clear")
        self.save_button = QPushButton("Save…")
        self._build()
        self._connect()
        self._timer = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._timer.timeout.connect(self.refresh)
        for signal in (session.selection_changed, session.cell_opened, session.cell_changed):
            signal.connect(lambda *_: self._timer.start())
        self.reading.changed.connect(self._timer.start)
        self._draw()

    # -- how it is laid out ----------------------------------------------------------------------------

    def _build(self) -> None:
        kinds = QGridLayout()
        kinds.setSpacing(3)
        self._kinds = QButtonGroup(self)
        for number, kind in enumerate(ChangeKind):
            button = QToolButton()
            button.setText(kind.value)
            button.setCheckable(True)
            button.setProperty("boxed", True)
            button.setToolTip(f"{WORDS[kind].capitalize()} ({_LETTERS[kind]} on the idiogram)")
            button.setAccessibleName(WORDS[kind])
            button.setMinimumWidth(40)
            self._kinds.addButton(button, number)
            kinds.addWidget(button, number // _COLUMNS, number % _COLUMNS)
            self.kind_buttons[kind] = button
        self.kind_buttons[self.plan.kind].setChecked(True)
        for name in CLASSES:
            self.partner_box.addItem(f"with {name}", name)
        self.partner_box.setAccessibleName("The other chromosome")
        self.partner_box.setToolTip(
            "The chromosome that takes part as well; or select one of each on the board"
        )
        self.turned_box.setToolTip("The doubled or inserted piece lies upside down")
        self.source_button.setText("From")
        self.source_button.setProperty("boxed", True)
        self.source_button.setToolTip("The homologs that it is built from; the best ones unless you choose")
        self.source_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.source_button.setMenu(QMenu(self.source_button))
        for level in LEVELS:
            self.level_box.addItem(f"{level} bands", level)
        self.level_box.setCurrentIndex(LEVELS.index(550))
        self.level_box.setAccessibleName("Bands of the idiograms")
        chosen = QHBoxLayout()
        chosen.setSpacing(6)
        for widget in (self.partner_box, self.turned_box):
            chosen.addWidget(widget)
        chosen.addStretch(1)
        chosen.addWidget(self.source_button)
        chosen.addWidget(self.level_box)
        for label in (self.change_label, self.score_label, self.near_label):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.near_label.setTextFormat(Qt.TextFormat.RichText)
        self.change_label.setObjectName("paneTitle")
        self.score_label.setAccessibleName("Likeness")
        self.best_button.setToolTip("Try the bands around the breaks and take the best fitting (B)")
        self.use_button.setToolTip("State this change for the cell; it enters the karyotype (Enter)")
        self.clear_button.setToolTip("Take the breaks away (Del)")
        self.save_button.setToolTip("Save the picture as PDF, SVG, PNG or TIFF")
        buttons = QGridLayout()
        buttons.setSpacing(4)
        for at, button in enumerate((self.use_button, self.best_button, self.clear_button, self.save_button)):
            buttons.addWidget(button, at // 2, at % 2)
        head = QVBoxLayout()
        head.setContentsMargins(10, 6, 10, 6)
        head.setSpacing(5)
        head.addWidget(self.suspect_label)
        head.addLayout(kinds)
        head.addLayout(chosen)
        head.addWidget(self.change_label)
        head.addWidget(self.score_label)
        head.addWidget(self.near_label)
        head.addLayout(buttons)
        self.scroll = QScrollArea()
        self.scroll.setWidgetResizable(True)
        self.scroll.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # A bar that comes and goes would change the width, and with it the height that it depends on.
        self.scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll.setWidget(self.canvas)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(head)
        rows.addWidget(self.scroll, 1)
        self.setFocusProxy(self.canvas)

    def _connect(self) -> None:
        kinds = list(ChangeKind)
        self._kinds.idClicked.connect(lambda number: self.choose_kind(kinds[number]))
        self.partner_box.activated.connect(lambda _: self.choose_partner(self.partner_box.currentData()))
        self.turned_box.toggled.connect(lambda on: self._plan_is(replace(self.plan, inverted=on)))
        self.level_box.activated.connect(self._choose_level)
        self.source_button.menu().aboutToShow.connect(self._offer_sources)
        canvas = self.canvas
        canvas.break_clicked.connect(self.add_break)
        canvas.hovered.connect(self._hover)
        canvas.moved.connect(self._move)
        canvas.turned.connect(self._turn)
        canvas.added.connect(self._add_by_key)
        canvas.kind_chosen.connect(self.choose_kind)
        canvas.taken.connect(self.use)
        canvas.cleared.connect(self.clear)
        canvas.searched.connect(self.search)
        self.best_button.clicked.connect(self.search)
        self.use_button.clicked.connect(self.use)
        self.clear_button.clicked.connect(self.clear)
        self.save_button.clicked.connect(self._ask_where)
        self.near_label.linkActivated.connect(lambda link: self._take_suggestion(int(link)))

    # -- what is chosen --------------------------------------------------------------------------------

    @property
    def level(self) -> Level:
        """Bands of the idiograms."""
        chosen = self.level_box.currentData()
        return 400 if chosen == 400 else 850 if chosen == 850 else 550

    @property
    def suspect(self) -> LaidChromosome | None:
        """The selected chromosome laid straight; None while it is read."""
        own = self.reading.own
        return own.one(self._suspect) if own is not None and self._suspect else None  # type: ignore[arg-type]

    def choose_kind(self, kind: ChangeKind) -> None:
        """Choose a kind of change; breaks that it has no use for are dropped."""
        self.kind_buttons[kind].setChecked(True)
        plan = replace(self.plan, kind=kind, breaks=())
        if plan.has_partner and plan.partner in (None, plan.chromosome):
            plan = replace(plan, partner=self._usual_partner(kind))
        for one in self.plan.breaks:
            if one.chromosome == plan.chromosome or (plan.has_partner and one.chromosome == plan.partner):
                plan = plan.with_break(one)
        self._plan_is(plan)

    def choose_partner(self, name: str) -> None:
        """Choose the other chromosome."""
        breaks = self.plan.on(self.plan.chromosome)
        self._plan_is(replace(self.plan, partner=name, breaks=breaks))

    def add_break(self, one: Break) -> None:
        """Set a break."""
        plan = self.plan.with_break(one)
        self._active = plan.breaks.index(one) if one in plan.breaks else None
        self._plan_is(plan)

    def clear(self) -> None:
        """Take the breaks away."""
        self._plan_is(replace(self.plan, breaks=()))

    def refresh(self) -> None:
        """Follow the selection and the cells that have arrived."""
        if not self.isVisible():
            return
        selected = self._session.selected
        classes = [one.chromosome_class for one in selected]
        if selected and str(selected[0].id) != self._suspect:
            self._suspect = str(selected[0].id)
            self._active = None
            self.chosen = {}
            name = classes[0] if classes[0] in CLASSES else ""
            partner = self.plan.partner if self.plan.partner != name else None
            self.plan = replace(self.plan, chromosome=name, partner=partner, breaks=())
        if not selected:
            self._suspect = ""
            self.plan = replace(self.plan, chromosome="", breaks=())
        other = next((name for name in classes[1:] if name in CLASSES and name != classes[0]), None)
        if other is not None and other != self.plan.partner:
            self.plan = replace(self.plan, partner=other, breaks=self.plan.on(self.plan.chromosome))
        if self.plan.has_partner and self.plan.partner in (None, self.plan.chromosome):
            self.plan = replace(self.plan, partner=self._usual_partner(self.plan.kind))
        cell = self._session.cell
        if cell is not None and not self._level_chosen:
            near = level_near(cell.quality.band_level if cell.quality else None)
            self.level_box.setCurrentIndex(LEVELS.index(near))
        self._plan_is(self.plan)

    def _offer_sources(self) -> None:
        """Fill the menu with the homologs of both chromosomes, the best first."""
        menu = self.source_button.menu()
        menu.clear()
        suspect, plan = self.suspect, self.plan
        if suspect is None or not plan.chromosome:
            menu.addAction("Select the chromosome first").setEnabled(False)
            return
        names = [plan.chromosome, *([plan.partner] if plan.has_partner and plan.partner else [])]
        for name in names:
            menu.addSection(f"Chromosome {name}")
            best = menu.addAction("The best one")
            best.setCheckable(True)
            best.setChecked(name not in self.chosen)
            best.triggered.connect(lambda checked=False, name=name: self.choose_source(name, None))
            for one in ranked_sources(name, suspect, self.reading.cells)[:_MOST_SOURCES]:
                number = one.chromosome.homolog or 1
                entry = menu.addAction(f"Homolog {number} of cell {one.label}")
                entry.setCheckable(True)
                entry.setChecked(self.chosen.get(name) is one)
                entry.triggered.connect(
                    lambda checked=False, name=name, one=one: self.choose_source(name, one)
                )

    def choose_source(self, name: str, one: LaidChromosome | None) -> None:
        """Build from this homolog of a class; None for the best one."""
        if one is None:
            self.chosen.pop(name, None)
        else:
            self.chosen[name] = one
        self._plan_is(self.plan)

    def _usual_partner(self, kind: ChangeKind) -> str:
        """Some other chromosome to begin with."""
        names = ACROCENTRICS if kind is ChangeKind.ROBERTSONIAN else ("22", "9")
        return next(name for name in names if name != self.plan.chromosome)

    def _choose_level(self) -> None:
        self._level_chosen = True
        self._draw()

    def _plan_is(self, plan: Plan) -> None:
        self.plan = plan
        self.suggestions = ()
        self.found = None
        if self._active is None or self._active >= len(plan.breaks):
            self._active = len(plan.breaks) - 1 if plan.breaks else None
        suspect = self.suspect
        self._why = ""
        if suspect is not None and plan.chromosome and plan.text is not None:
            try:
                self.found = would_be(plan, suspect, self.reading.cells, self.chosen)
            except ValueError as error:
                self._why = str(error)
        self._draw()

    def _hover(self, one: Break | None) -> None:
        self._hovered = one
        self._draw()

    # -- keys ------------------------------------------------------------------------------------------

    def _move(self, by: int) -> None:
        if self._active is None:
            self._add_by_key()
            return
        breaks = list(self.plan.breaks)
        moved = breaks[self._active].moved(by, self.level)
        # A ring keeps one break on each arm; others may go anywhere on their chromosome.
        if self.plan.kind is ChangeKind.RING and moved.arm != breaks[self._active].arm:
            return
        breaks[self._active] = moved
        self._plan_is(replace(self.plan, breaks=tuple(breaks)))

    def _turn(self, by: int) -> None:
        if self.plan.breaks:
            self._active = ((self._active or 0) + by) % len(self.plan.breaks)
            self._draw()

    def _add_by_key(self) -> None:
        """Set a break in the middle of an arm of the chromosome that still wants one."""
        plan = self.plan
        if not plan.chromosome:
            return
        names = [plan.chromosome, *([plan.partner] if plan.has_partner and plan.partner else [])]
        fewest = min(names, key=lambda name: len(plan.on(name)))
        centromere = centromere_fraction(fewest, self.level)
        on_q = clicked(fewest, (1.0 + centromere) / 2, self.level)
        on_p = clicked(fewest, centromere / 2, self.level)
        self.add_break(on_p if on_q in plan.breaks or any(b.arm == "q" for b in plan.on(fewest)) else on_q)

    # -- what comes out --------------------------------------------------------------------------------

    def search(self) -> None:
        """Try the bands around the breaks, in a lane of its own, and take the best fitting."""
        suspect, plan, level, cells = self.suspect, self.plan, self.level, self.reading.cells
        chosen = dict(self.chosen)
        if suspect is None or plan.text is None:
            self._session.message.emit(plan.wanted or "Select the chromosome first.")
            return

        def work(progress: Progress) -> tuple[Suggestion, ...]:
            return best_breaks(plan, suspect, cells, level=level, chosen=chosen)

        def done(found: tuple[Suggestion, ...]) -> None:
            if found and self.plan == plan:
                self._plan_is(found[0].plan)
                self.suggestions = found[:_SHOWN]
                self._draw()

        self._session.lanes.compare.submit(
            "Best bands", work, done=done, urgency=Urgency.NOW,
            failed=lambda error: self._session.message.emit(sentence_of(error)),
        )  # fmt: skip

    def use(self) -> None:
        """State the change for the cell, with the chromosomes that show it."""
        text, suspect = self.plan.text, self.suspect
        if text is None or suspect is None:
            self._session.message.emit(self.plan.wanted or "Select the chromosome first.")
            return
        shown = [one.seen.id for one in self.found.built if one.seen is not None] if self.found else []
        stated = StatedChange(
            text=text,
            person=self._session.person,
            time=datetime.now(UTC),
            chromosomes=tuple(shown) or (suspect.id,),
        )
        self._session.do(StateChange(stated=stated))
        self._session.message.emit(f"{text} is stated for this cell; Ctrl+Z takes it back.")

    def _take_suggestion(self, number: int) -> None:
        kept = self.suggestions
        if 0 <= number < len(kept):
            self._plan_is(kept[number].plan)
            self.suggestions = kept
            self._draw()

    def _draw(self) -> None:
        plan, suspect = self.plan, self.suspect
        self.canvas.level = self.level
        self.partner_box.setVisible(plan.has_partner)
        self.turned_box.setVisible(plan.kind in (ChangeKind.DUPLICATION, ChangeKind.INSERTION))
        if plan.partner is not None:
            self.partner_box.setCurrentIndex(CLASSES.index(plan.partner))
        self.suspect_label.setText(self._suspect_words(suspect))
        self.change_label.setText(plan.text or (plan.wanted if plan.chromosome else ""))
        self.change_label.setVisible(bool(plan.chromosome))
        agreement = None
        words = self._why
        if self.found is not None:
            agreement = self.reading.agreement(tuple(self.found.sources))
            words = score_words(self.found, agreement)
        self.score_label.setText(words)
        self.score_label.setVisible(bool(words))
        near = "<br>".join(
            f"<a href='{number}'>{one.plan.text}</a> {one.score:.2f}"
            for number, one in enumerate(self.suggestions)
        )
        both = ", both derivatives" if self.found is not None and len(self.found.built) > 1 else ""
        self.near_label.setText(f"Best fitting nearby{both}:<br>{near}" if near else "")
        self.near_label.setVisible(bool(near))
        ready = suspect is not None and plan.text is not None
        for button in (self.best_button, self.use_button):
            button.setEnabled(ready)
        self.best_button.setEnabled(ready and bool(plan.breaks))
        self.save_button.setEnabled(self.found is not None)
        self.clear_button.setEnabled(bool(plan.breaks))
        figure = None
        if plan.chromosome:
            figure = draw_what_if(
                plan, self.level, suspect=suspect, found=self.found, agreement=agreement,
                active=self._active, hovered=self._hovered,
            )  # fmt: skip
        self.canvas.show_figure(figure)

    def _suspect_words(self, suspect: LaidChromosome | None) -> str:
        if self._session.cell is None:
            return "Open a cell."
        if not self._suspect:
            return "Select the chromosome that looks changed, on the board or on the metaphase."
        if suspect is None:
            return "Reading the cell…"
        if not self.plan.chromosome:
            return "This chromosome has no name yet: name it, so that its homolog can be found."
        number = suspect.chromosome.homolog or 1
        return f"Chromosome {suspect.chromosome_class}, homolog {number}, of cell {suspect.label}"

    # -- files and showing -----------------------------------------------------------------------------

    def _ask_where(self) -> None:
        name = f"{self.plan.text or 'change'}.pdf".replace(";", "_")
        path, chosen = QFileDialog.getSaveFileName(self, "Save the picture", name, _FILTERS)
        if path:
            suffix = chosen[chosen.rindex("*.") + 1 : -1] if "*." in chosen else ".pdf"
            known = Path(path).suffix.lower() in (".pdf", ".svg", ".png", ".tif", ".tiff")
            self.save(Path(path) if known else Path(path + suffix))

    def save(self, path: Path) -> None:
        """Write the figure as a file, in the lane of files."""
        found, case = self.found, self._session.case
        if found is None:
            return
        suspect = found.built[0].seen
        title = f"{case.name if case else ''}  ·  cell {suspect.label if suspect else ''}  ·  {found.text}"
        agreement = self.reading.agreement(tuple(found.sources))
        drawing = draw_what_if(self.plan, self.level, found=found, agreement=agreement, title=title).drawing
        self._session.lanes.files.submit(
            "Save the picture",
            lambda progress: write_drawing(path, [drawing], drawing),
            done=lambda nothing: self._session.message.emit(f"Written to {path}."),
            failed=lambda error: self._session.message.emit(sentence_of(error)),
            urgency=Urgency.NOW,
        )

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to read cells as soon as somebody looks."""
        super().showEvent(event)
        self.reading.look(True)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is read for nobody."""
        super().hideEvent(event)
        self.reading.look(False)


def add_what_if(window: MainWindow, side: SidePane) -> None:
    """Put the tab into the side pane."""
    panel = WhatIfPanel(window.session)
    side.add("what_if", "What if", panel, "Click breaks and see what the change would look like")
    side.tab_changed.connect(lambda name: window.case_page.widen_side(_WIDE if name == "what_if" else None))
