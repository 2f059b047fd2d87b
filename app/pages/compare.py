"""The Compare page: what the cells of a case, or two cases, look like beside each other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.board.elided import ElidedLabel
from app.compare.class_bar import ALL, ClassBar
from app.compare.comparison import LEAST_CELLS, Comparison
from app.compare.composite import Composite
from app.compare.export import FILTERS, composite_drawing, evidence_drawing, write_drawing
from app.compare.means import Means
from app.compare.sides import Sides
from app.compare.strip import EvidenceStrip
from app.compare.summary import summary_of
from app.errors import sentence_of
from app.plots.idiogram import level_near
from app.session import CaseSession
from app.tasks import Urgency
from core.analysis.consensus import OUTLIER, Deviation
from core.domain.bands import AUTOSOMES, CLASSES, LEVELS, Level
from core.progress import Progress
from core.report.drawing import Drawing

_LARGE_TEXT: Final = 1.6
STRIP, COMPOSITE, MEANS, SIDES = "strip", "composite", "means", "sides"
_VIEWS: Final = (
    (STRIP, "Evidence strip", "E", "One pair from every cell, the most deviating first"),
    (COMPOSITE, "Composite", "C", "All chromosomes of one class, or of all, of every cell"),
    (MEANS, "Mean chromosomes", "M", "The mean of each class over the cells, with its spread"),
    (SIDES, "Side by side", "B", "Two cells, of this case or of two cases, zoomed and moved as one"),
)  # fmt: skip
_TYPED_MS: Final = 1200
"""A second digit within this time makes 2 into 21."""


class ComparePage(QWidget):
    """Class, view and cells are chosen above; the views show what the comparison has.

    Signals
    -------
    chromosome_wanted
        Cell and chromosome that are to be opened on the Case page.
    cell_wanted
        The same with the case before them, which may be another one than the open case.
    case_wanted
        The Case page itself.
    """

    chromosome_wanted = Signal(str, str)
    cell_wanted = Signal(str, str, str)
    case_wanted = Signal()

    def __init__(self, session: CaseSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Compare")
        self._session = session
        self.comparison = Comparison(session, self)
        self._class = "1"
        self._chosen_by_hand = False
        self._view = STRIP
        self._level: Level | None = None
        self._typed = ""
        self._forget_typed = QTimer(self, singleShot=True, interval=_TYPED_MS)
        self._forget_typed.timeout.connect(self._clear_typed)
        self.strip = EvidenceStrip()
        self.strip.wanted.connect(self.chromosome_wanted)
        self.strip.band_hovered.connect(self._show_band)
        self.composite = Composite()
        self.composite.wanted.connect(self.chromosome_wanted)
        self.means = Means()
        self.means.class_wanted.connect(self.use_class)
        self.means.band_hovered.connect(self._show_band)
        self.sides = Sides(session)
        self.sides.class_wanted.connect(self.use_class)
        self.sides.cell_wanted.connect(self.cell_wanted)
        self._build()
        self.comparison.changed.connect(self._show)
        session.case_changed.connect(self._case_changed)
        self._show()

    # -- building --------------------------------------------------------------------------------------

    def _build(self) -> None:
        self.class_bar = ClassBar()
        self.class_bar.chosen.connect(self.use_class)
        self._summary = ElidedLabel()
        self._band = QLabel()
        self._band.setTextFormat(Qt.TextFormat.PlainText)
        self._band.setProperty("role", "quiet")
        self._band.setMinimumWidth(theme.px(70))
        self._band.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line = QHBoxLayout()
        line.setContentsMargins(12, 0, 12, 0)
        line.addWidget(self._summary, 1)
        line.addWidget(self._band)
        self._scroll = {
            STRIP: _scrolled(self.strip, self), COMPOSITE: _scrolled(self.composite, self),
            MEANS: _scrolled(self.means, self),
        }  # fmt: skip
        self._pages = QStackedWidget()
        self._pages.addWidget(self.sides)
        for area in self._scroll.values():
            self._pages.addWidget(area)
        self._pages.addWidget(self._empty_page())
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 6, 0, 0)
        rows.setSpacing(5)
        rows.addLayout(self._tool_row())
        rows.addWidget(self.class_bar)
        rows.addLayout(line)
        rows.addWidget(self._pages, 1)

    def _tool_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(10, 0, 10, 0)
        row.setSpacing(2)
        group = QButtonGroup(self)
        self._view_buttons: dict[str, QToolButton] = {}
        for name, title, key, tip in _VIEWS:
            button = QToolButton()
            button.setText(title)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setToolTip(f"<b>{title}</b> ({key})<br>{tip}")
            button.clicked.connect(lambda checked=False, name=name: self.use_view(name))
            group.addButton(button)
            self._view_buttons[name] = button
            row.addWidget(button)
        row.addSpacing(14)
        self.cells_box = QComboBox()
        self.cells_box.setAccessibleName("Cells to compare")
        self.cells_box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.cells_box.addItem("Accepted cells", True)
        self.cells_box.addItem("All analysed cells", False)
        self.cells_box.activated.connect(
            lambda at: self.comparison.compare_accepted(bool(self.cells_box.itemData(at)))
        )
        self.cells_box.activated.connect(lambda at: self.setFocus())
        row.addWidget(self.cells_box)
        self._captured = QToolButton()
        self._captured.setText("Straightened")
        self._captured.setCheckable(True)
        self._captured.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._captured.setToolTip(
            "<b>Straightened</b> (S)<br>Laid straight along the axis, or captured pixels, only rotated"
        )
        self._captured.toggled.connect(lambda straight: self.composite.show_captured(not straight))
        row.addWidget(self._captured)
        self._metaphases = QToolButton()
        self._metaphases.setText("Metaphases")
        self._metaphases.setCheckable(True)
        self._metaphases.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._metaphases.setToolTip("<b>Metaphases</b> (S)<br>Show the metaphases instead of the karyograms")
        self._metaphases.toggled.connect(lambda _: self._show())
        row.addWidget(self._metaphases)
        row.addStretch(1)
        self._export = QToolButton()
        self._export.setText("Export…")
        self._export.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._export.setToolTip("<b>Export</b> (P)<br>Write what is shown as PDF, PNG, TIFF or SVG")
        self._export.clicked.connect(self._choose_file)
        self._bar = QProgressBar()
        self._bar.setFixedWidth(110)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Comparing")
        self._stop = QToolButton()
        self._stop.setText("Stop")
        self._stop.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._stop.setToolTip("<b>Stop comparing</b> (Esc)<br>What is finished stays")
        self._stop.clicked.connect(self._stop_or_go_on)
        row.addWidget(self._bar)
        row.addWidget(self._stop)
        self._levels = QWidget()
        choice = QHBoxLayout(self._levels)
        choice.setContentsMargins(8, 0, 0, 0)
        choice.setSpacing(1)
        words = QLabel("bands")
        words.setTextFormat(Qt.TextFormat.PlainText)
        # At large text the numbers have to do without the word; their tooltips say it.
        theme.news.changed.connect(self._limit_words)
        self._bands_word = words
        self._limit_words()
        words.setProperty("role", "quiet")
        choice.addWidget(words)
        levels = QButtonGroup(self)
        self._level_buttons: dict[int, QToolButton] = {}
        for level in LEVELS:
            button = QToolButton()
            button.setText(str(level))
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setToolTip(f"<b>{level} bands</b><br>Idiogram at the level of {level} bands a haploid set")
            button.clicked.connect(lambda checked=False, level=level: self.use_level(level))
            levels.addButton(button)
            choice.addWidget(button)
            self._level_buttons[level] = button
        row.addWidget(self._levels)
        row.addWidget(self._export)
        return row

    def _limit_words(self) -> None:
        self._bands_word.setVisible(theme.scale() <= _LARGE_TEXT)

    def _empty_page(self) -> QWidget:
        self._empty_title = QLabel()
        self._empty_title.setTextFormat(Qt.TextFormat.PlainText)
        self._empty_title.setProperty("role", "title")
        self._empty_words = QLabel()
        self._empty_words.setTextFormat(Qt.TextFormat.PlainText)
        self._empty_words.setProperty("role", "quiet")
        self._empty_words.setWordWrap(True)
        self._empty_words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty_button = QPushButton("Go to the cells")
        self._empty_button.setToolTip("Show the Case page")
        self._empty_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._empty_button.clicked.connect(lambda: self.case_wanted.emit())
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setSpacing(12)
        rows.addStretch(2)
        for widget in (self._empty_title, self._empty_words, self._empty_button):
            rows.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        self._empty_words.setFixedWidth(560)
        rows.addStretch(3)
        return page

    # -- choosing --------------------------------------------------------------------------------------

    @property
    def chosen_class(self) -> str:
        """Class that is shown, or `ALL`."""
        return self._class

    @property
    def view(self) -> str:
        """View that is shown."""
        return self._view

    @property
    def summary(self) -> str:
        """Sentence above the view."""
        return self._summary.text()

    @property
    def level(self) -> Level:
        """Level of the idiogram: the one chosen, else the one that matches the cells and the protocol."""
        if self._level is not None:
            return self._level
        known = [c.quality.band_level for c in self.comparison.wanted if c.quality and c.quality.band_level]
        case = self._session.case
        return level_near(
            float(np.median(known)) if known else None, case.protocol.band_level if case else 550
        )

    def use_level(self, level: Level) -> None:
        """Keep to a level of the idiogram whatever the cells."""
        self._level = level
        self._show()

    def use_class(self, name: str) -> None:
        """Show a class."""
        if name == ALL and self._view == STRIP:
            return
        self._class = name
        self._chosen_by_hand = True
        self.comparison.prefer(name)
        self._show()
        self.setFocus()

    def use_view(self, name: str) -> None:
        """Show a view."""
        self._view = name
        if name == STRIP and self._class == ALL:
            self._class = self._most_deviating()
        self._show()
        self.setFocus()

    def refresh(self) -> None:
        """Compare what has changed; called when the page is shown."""
        self.comparison.look(True)
        self.setFocus()
        self._show()

    def hideEvent(self, event: QEvent) -> None:
        """Work for nobody is left."""
        super().hideEvent(event)
        self.comparison.look(False)

    def _case_changed(self) -> None:
        case = self._session.case
        if case is None or case.id != getattr(self, "_case", None):
            self._case = case.id if case else None
            self._chosen_by_hand = False
            self._class = "1"
            self._level = None
        if self.isVisible():
            self._show()

    # -- showing ---------------------------------------------------------------------------------------

    def _show(self) -> None:
        comparison = self.comparison
        if not self._chosen_by_hand and not comparison.busy:
            self._class = self._most_deviating()
        name = self._class
        self.class_bar.show_class(name, all_too=self._view != STRIP)
        self.class_bar.show_studies({one: comparison.study(one) for one in CLASSES}, comparison.numbers)
        self._view_buttons[self._view].setChecked(True)
        self.cells_box.setCurrentIndex(0 if comparison.accepted_only else 1)
        self.cells_box.setItemText(0, f"Accepted cells ({len(comparison.accepted)})")
        self.cells_box.setItemText(1, f"All analysed cells ({len(comparison.analysed)})")
        self._level_buttons[self.level].setChecked(True)
        self._captured.setVisible(self._view == COMPOSITE)
        self._metaphases.setVisible(self._view == SIDES)
        self.cells_box.setVisible(self._view != SIDES)
        self._levels.setVisible(self._view in (STRIP, MEANS))
        self._export.setVisible(self._view in (STRIP, COMPOSITE))
        self._export.setEnabled(self._what_to_export() is not None)
        self._show_progress()
        if self._view == SIDES and self._session.case is not None:
            self._summary.setText(self._said_of_sides())
            self._pages.setCurrentWidget(self.sides)
            self.sides.refresh(name, metaphases=self._metaphases.isChecked())
            return
        empty = self._why_empty()
        if empty is not None:
            title, words, button = empty
            self._empty_title.setText(title)
            self._empty_words.setText(words)
            self._empty_button.setVisible(button)
            self._pages.setCurrentIndex(self._pages.count() - 1)
            self._summary.setText("")
            return
        self._pages.setCurrentWidget(self._scroll[self._view])
        self._summary.setText(summary_of(name, comparison))
        room = self._scroll[self._view].viewport().height()
        if self._view == STRIP:
            self.strip.fit_into(room)
            self.strip.show_study(comparison.study(name), self.level)
        elif self._view == COMPOSITE:
            self.composite.fit_into(room)
            self.composite.show_comparison(comparison, name)
        else:
            self.means.fit_into(room)
            self.means.show_comparison(comparison, name, self.level)

    def _said_of_sides(self) -> str:
        if self._class == ALL:
            return "Type a class to highlight it on both sides; the arrows change the cell on the right"
        return f"Chromosome {self._class} is highlighted; the arrows change the cell on the right"

    def _most_deviating(self) -> str:
        """Class to begin with: the one in which most cells deviate, by the most."""
        studies = [study for one in CLASSES if (study := self.comparison.study(one)) is not None]
        if not studies:
            return self._class
        best = max(studies, key=lambda study: (min(study.outlying_cells, 3), study.most))
        return best.chromosome_class if best.most >= OUTLIER else "1"

    def _why_empty(self) -> tuple[str, str, bool] | None:
        comparison, case = self.comparison, self._session.case
        if case is None:
            return "No case is open", "Open a case on the Worklist (Alt+1) to compare its cells.", False
        wanted = len(comparison.wanted)
        if wanted >= LEAST_CELLS:
            if comparison.cells and (self._view != STRIP or comparison.study(self._class) is not None):
                return None
            if comparison.busy:
                return "Comparing…", "The chromosomes of every cell are laid straight and compared.", False
            if comparison.stopped:
                return "Stopped", "Press Go on to compare the rest.", False
            if comparison.failures:
                return "Cells cannot be compared", "\n".join(comparison.failures), True
            return "Nothing to show", f"No cell has a chromosome {self._class}.", False
        if comparison.accepted_only:
            return (
                "Accept two cells to compare",
                f"{_cells(wanted)} of this case accepted so far. Accept cells on the Case page with A, or "
                "choose all analysed cells above.", True,
            )  # fmt: skip
        return (
            "Accept two cells to compare",
            f"{_cells(wanted)} of this case analysed and not rejected. Analyse another one on the Case "
            "page with Ctrl+R, or import more images (Ctrl+O).", True,
        )  # fmt: skip

    def _show_progress(self) -> None:
        comparison = self.comparison
        busy = comparison.busy and not comparison.stopped
        done, total = comparison.progress
        self._bar.setVisible(busy)
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        self._stop.setVisible(busy or comparison.stopped)
        self._stop.setText("Go on" if comparison.stopped else "Stop")

    def _stop_or_go_on(self) -> None:
        if self.comparison.stopped:
            self.comparison.go_on()
        else:
            self.comparison.stop()
            self._session.message.emit("Stopped comparing; what was finished stays.")
        self.setFocus()

    # -- files -----------------------------------------------------------------------------------------

    def _what_to_export(self) -> Callable[[], Drawing] | None:
        """Draws what is shown, in the lane; None while there is nothing."""
        comparison, case, name = self.comparison, self._session.case, self._class
        if case is None or len(comparison.cells) < LEAST_CELLS:
            return None
        studies = {one: study for one in CLASSES if (study := comparison.study(one)) is not None}
        if self._view == STRIP:
            study, level = studies.get(name), self.level
            return (lambda: evidence_drawing(study, case.name, level)) if study is not None else None
        if self._view == COMPOSITE:
            cells, numbers = comparison.cells, comparison.numbers
            return lambda: composite_drawing(name, cells, studies, numbers, case.name)
        return None

    def _choose_file(self) -> None:
        case = self._session.case
        if case is None or self._what_to_export() is None:
            self._session.message.emit("There is nothing to export yet.")
            return
        what = {STRIP: "evidence", COMPOSITE: "composite"}[self._view]
        name = f"{case.name}-{what}-{self._class}".replace("/", "_")
        path, chosen = QFileDialog.getSaveFileName(self, "Export", name, FILTERS)
        if path:
            suffix = chosen.split("*")[-1].rstrip(")") if chosen else ".pdf"
            self.export(Path(path) if Path(path).suffix else Path(path + suffix))

    def export(self, path: Path) -> None:
        """Write what is shown; the suffix gives the format."""
        draw = self._what_to_export()
        if draw is None:
            return

        def work(progress: Progress) -> None:
            progress.step(0, 1, path.name)
            write_drawing(draw(), path, path.stem)

        self._session.lanes.compare.submit(
            "Export",
            work,
            done=lambda _: self._session.message.emit(f"Written to {path}."),
            failed=lambda error: self._session.message.emit(sentence_of(error)),
            urgency=Urgency.NOW,
        )

    def _show_band(self, name: str) -> None:
        self._band.setText(name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the rows to the room."""
        super().resizeEvent(event)
        QTimer.singleShot(0, self._show)

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            for widget in (self.strip, self.composite, self.means):
                widget.update()

    # -- keys ------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Class by typing, arrows, Enter, views by their letters."""
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier & ~Qt.KeyboardModifier.ShiftModifier:
            super().keyPressEvent(event)
            return
        key, text = event.key(), event.text().upper()
        action = self._action_of(key, text)
        if action is None:
            super().keyPressEvent(event)
            return
        action()
        event.accept()

    def _action_of(self, key: int, text: str) -> Callable[[], object] | None:
        keys = Qt.Key
        if text.isdigit() and len(text) == 1:
            return lambda: self._type(text)
        if text in ("X", "Y"):
            return lambda: self.use_class(text)
        views = {letter: name for name, _, letter, _ in _VIEWS}
        if text in views:
            return lambda: self.use_view(views[text])
        steps = {
            keys.Key_Left: (-1, 0), keys.Key_Right: (1, 0), keys.Key_Up: (0, -1), keys.Key_Down: (0, 1),
            keys.Key_PageUp: (0, -8), keys.Key_PageDown: (0, 8), keys.Key_Home: (0, -9999),
            keys.Key_End: (0, 9999),
        }  # fmt: skip
        if key in steps:
            across, down = steps[keys(key)]
            return lambda: self._step(across, down)
        if key in (keys.Key_Return, keys.Key_Enter):
            return self._open_current
        if text == "S" and self._view in (COMPOSITE, SIDES):
            return (self._captured if self._view == COMPOSITE else self._metaphases).click
        if text == "P" and self._view in (STRIP, COMPOSITE):
            return self._choose_file
        if text in ("[", "]"):
            return lambda: self._step_class(1 if text == "]" else -1)
        if text in ("+", "-", "="):
            return lambda: self._zoom(1 / 1.25 if text == "-" else 1.25)
        if key == keys.Key_Escape and self.comparison.busy:
            return self._stop_or_go_on
        return None

    def _type(self, digit: str) -> None:
        if digit == "0" and self._typed not in ("1", "2"):
            self._clear_typed()
            if self._view != STRIP:
                self.use_class(ALL)
            return
        both = self._typed + digit
        self._typed = both if both in AUTOSOMES else digit
        if self._typed in AUTOSOMES:
            self.use_class(self._typed)
        self._forget_typed.start()

    def _clear_typed(self) -> None:
        self._typed = ""

    def _step_class(self, by: int) -> None:
        order = [*((ALL,) if self._view != STRIP else ()), *CLASSES]
        at = order.index(self._class) if self._class in order else 0
        self.use_class(order[(at + by) % len(order)])

    def _step(self, across: int, down: int) -> None:
        if self._view == SIDES and across:
            self._step_class(across)
            return
        box = self._shown.step(across, down)
        if box is not None:
            _bring_into_sight(self._scroll[self._view], box)

    def _open_current(self) -> None:
        self._shown.open_current()

    def _zoom(self, factor: float) -> None:
        self._shown.zoom(factor)

    @property
    def _shown(self) -> EvidenceStrip | Composite | Means | Sides:
        shown = {STRIP: self.strip, COMPOSITE: self.composite, MEANS: self.means, SIDES: self.sides}
        return shown[self._view]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Zoom with Ctrl and the wheel."""
        if isinstance(event, QWheelEvent) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom(1.15 if event.angleDelta().y() > 0 else 1 / 1.15)
            return True
        return super().eventFilter(watched, event)

    @property
    def current(self) -> Deviation | None:
        """Chromosome that the arrows stand on in the evidence strip."""
        return self.strip.current


def _scrolled(widget: QWidget, page: ComparePage) -> QScrollArea:
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(widget)
    area.viewport().installEventFilter(page)
    return area


def _bring_into_sight(area: QScrollArea, box: QRectF) -> None:
    centre = box.center()
    area.ensureVisible(
        round(centre.x()), round(centre.y()), round(box.width() / 2), round(box.height() / 2) + 8
    )


def _cells(number: int) -> str:
    return {0: "No cell", 1: "One cell"}.get(number, f"{number} cells")
