"""The inspector under the panes: homologs compared, or the whole cell while nothing is selected."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.board.elided import ElidedLabel
from app.board.words import percent
from app.pages.inspector_cell import CellSummary
from app.pages.inspector_columns import MOST_COLUMNS, Columns
from app.plots.idiogram import level_near
from app.plots.profiles import ProfilePlot
from app.plots.straight_pair import StraightHomolog, StraightPair
from app.session import CaseSession
from app.tables.measures import MeasuresTable
from app.tasks import Urgency
from core.analysis.common_axis import SLACK, lay_on_axis
from core.analysis.homologs import (
    StraightChromosome,
    band_agreement,
    grey_range_of,
    haploid_length_of,
    lay_straight,
    measures_of,
)
from core.analysis.measure_table import measure_rows
from core.domain.bands import LEVELS, UNKNOWN, Level, centromere_fraction
from core.domain.chromosome import Chromosome
from core.domain.ids import ChromosomeId
from core.domain.metaphase import Metaphase
from core.imaging.intensity import dark_on_light_of
from core.progress import Progress

_WAIT_MS: Final = 25
"""Walking through the board with a key held down compares nothing until it rests."""


class Inspector(QWidget):
    """Listens to the selection and compares it."""

    def __init__(self, session: CaseSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self._session = session
        self._level: Level | None = None
        self._printed = None
        self._range = (255.0, 0.0)
        self._haploid: tuple[Metaphase | None, float | None] = (None, None)
        self._straight: dict[ChromosomeId, tuple[Chromosome, StraightChromosome]] = {}
        self.pair = StraightPair()
        self.plot = ProfilePlot()
        self.columns = Columns()
        self.table = MeasuresTable()
        self.table.chromosome_chosen.connect(lambda one: session.select({one}))
        self.table.message.connect(session.message)
        self._stained: Metaphase | None = None
        self.summary = CellSummary()
        self._empty = QLabel("Open a cell to inspect it.")
        self._empty.setTextFormat(Qt.TextFormat.PlainText)
        self._empty.setProperty("role", "quiet")
        self._empty.setContentsMargins(10, 0, 0, 0)
        self._title = QLabel("Inspector")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._title.setObjectName("paneTitle")
        self._alike = ElidedLabel()
        self._alike.setProperty("role", "quiet")
        self._band = QLabel()
        self._band.setTextFormat(Qt.TextFormat.PlainText)
        self._band.setMinimumWidth(64)
        self.plot.band_hovered.connect(self._band.setText)
        self.pair.band_hovered.connect(self._band.setText)
        self._build()
        self.setMinimumHeight(184)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WAIT_MS)
        self._timer.timeout.connect(self.refresh)
        for signal in (
            session.cell_opened, session.cell_changed, session.selection_changed, session.case_changed,
        ):  # fmt: skip
            signal.connect(lambda *_: self._timer.start())
        session.picture_changed.connect(self._forget)
        self.refresh()

    def sizeHint(self) -> QSize:
        """Low and wide."""
        return QSize(700, 200)

    def _build(self) -> None:
        compared = QWidget()
        line = QHBoxLayout(compared)
        line.setContentsMargins(8, 0, 8, 6)
        line.setSpacing(8)
        line.addWidget(self.pair)
        line.addWidget(self.plot, 4)
        line.addWidget(self.columns, 7)
        whole = QWidget()
        inside = QVBoxLayout(whole)
        inside.setContentsMargins(10, 2, 10, 6)
        inside.addWidget(self.summary)
        below = QWidget()
        self._stack = QStackedLayout(below)
        for widget in (compared, whole, self._empty, self.table):
            self._stack.addWidget(widget)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 8, 0)
        head.setSpacing(2)
        head.addWidget(self._title)
        head.addWidget(self._alike, 1)
        head.addWidget(self._band)
        self._aligned = _toggle(
            "Aligned",
            f"Warp the bands of the others onto those of A, by {100 * SLACK:.0f} % of the length at most",
        )
        self._aligned.setChecked(True)
        self._aligned.toggled.connect(lambda _: self.refresh())
        head.addWidget(self._aligned)
        self._tabled = _toggle("Table", "Measures of every chromosome of this cell: sort, copy, export")
        self._tabled.toggled.connect(lambda _: self.refresh())
        head.addWidget(self._tabled)
        self._levels = QWidget()
        choice = QHBoxLayout(self._levels)
        choice.setContentsMargins(0, 0, 0, 0)
        choice.setSpacing(1)
        bands = QLabel("bands")
        bands.setProperty("role", "quiet")
        choice.addWidget(bands)
        group = QButtonGroup(self)
        self._level_buttons: dict[int, QToolButton] = {}
        for level in LEVELS:
            button = QToolButton()
            button.setText(str(level))
            button.setCheckable(True)
            button.setToolTip(f"<b>{level} bands</b><br>Idiogram at the level of {level} bands a haploid set")
            button.clicked.connect(lambda checked=False, level=level: self.use_level(level))
            group.addButton(button)
            choice.addWidget(button)
            self._level_buttons[level] = button
        head.addWidget(self._levels)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(2)
        rows.addLayout(head)
        rows.addWidget(below, 1)

    # -- showing ---------------------------------------------------------------------------------------

    @property
    def level(self) -> Level:
        """Level of the idiogram: the one chosen, else the one that matches cell and protocol."""
        if self._level is not None:
            return self._level
        cell, case = self._session.cell, self._session.case
        known = cell.quality.band_level if cell and cell.quality else None
        return level_near(known, case.protocol.band_level if case else 550)

    def use_level(self, level: Level) -> None:
        """Keep to a level of the idiogram whatever the cell."""
        self._level = level
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and hasattr(self, "_timer"):
            self._timer.start()

    def refresh(self) -> None:
        """Read the session anew."""
        self._timer.stop()
        cell = self._session.cell
        compared = self._compared(cell) if cell is not None else ()
        tabled = self._tabled.isChecked() and cell is not None and bool(cell.chromosomes)
        self._levels.setVisible(bool(compared) and not tabled)
        self._aligned.setVisible(len(compared) > 1 and not tabled)
        self._tabled.setVisible(cell is not None and bool(cell.chromosomes))
        self._band.setText("")
        self._alike.setText("")
        if cell is None or not cell.chromosomes:
            self._title.setText("Inspector")
            self._empty.setText(
                "Open a cell to inspect it." if cell is None else "This cell is not analysed yet: Ctrl+R."
            )
            self._stack.setCurrentIndex(2)
        elif tabled:
            self._title.setText(f"Inspector  ·  cell {cell.label}, measures")
            self._show_table(cell)
            self._stack.setCurrentIndex(3)
        elif not compared or self._session.picture is None:
            self._title.setText(f"Inspector  ·  cell {cell.label}")
            self.summary.show_cell(cell)
            self._stack.setCurrentIndex(1)
        else:
            self._compare(cell, compared)
            self._stack.setCurrentIndex(0)

    def _forget(self) -> None:
        self._printed = None
        self._straight = {}
        self._stained = None
        self._timer.start()

    def _compared(self, cell: Metaphase) -> tuple[Chromosome, ...]:
        """Chromosomes to compare: the selected ones; for one of a class all its homologs."""
        selected = self._session.selected
        classes = {c.chromosome_class for c in selected if c.excluded is None}
        if len(classes) == 1 and UNKNOWN not in classes:
            (name,) = classes
            homologs = [c for c in cell.chromosomes if c.chromosome_class == name and c.excluded is None]
            selected = tuple(sorted(homologs, key=lambda c: c.homolog or 0))
        return selected[:MOST_COLUMNS]

    def _compare(self, cell: Metaphase, compared: tuple[Chromosome, ...]) -> None:
        level = self.level
        self._level_buttons[level].setChecked(True)
        names = {c.chromosome_class for c in compared}
        name = names.pop() if len(names) == 1 and UNKNOWN not in names else None
        straight = [self._laid_straight(cell, c) for c in compared]
        letters = [chr(ord("A") + at) for at in range(len(compared))]
        selection = self._session.selection
        self.pair.show_homologs(
            [
                StraightHomolog(
                    label=letter,
                    straight=one,
                    chosen=c.id in selection,
                    heat=c.suspicion.heat if c.suspicion is not None else (),
                )
                for letter, one, c in zip(letters, straight, compared, strict=True)
            ],
            name,
            level,
        )
        waist = centromere_fraction(name, level) if name else None
        axis = lay_on_axis(straight, waist)
        self.plot.show_axis(axis, name, level, aligned=self._aligned.isChecked())
        if self._haploid[0] is not cell:
            self._haploid = (cell, haploid_length_of(cell))
        haploid = self._haploid[1]
        self.columns.show_chromosomes(
            [
                (c, measures_of(cell, c, haploid, laid), c.id in selection)
                for c, laid in zip(compared, straight, strict=True)
            ]
        )
        self._alike.setText(_likeness(compared, straight))
        if len(compared) > 1 and self._aligned.isChecked():
            moved = 100 * float(abs(axis.moved).max())
            self._alike.setText(f"{self._alike.text()} · aligned by up to {moved:.1f} %")
        what = f"chromosome {name}" if name else f"{len(compared)} selected"
        more = len(self._session.selection) - MOST_COLUMNS
        self._title.setText(
            f"Inspector  ·  {what}" + (f" (and {more} more)" if more > 0 and not name else "")
        )

    def _show_table(self, cell: Metaphase) -> None:
        """Show measures at once; the stain follows, because every chromosome has to be laid straight."""
        case = self._session.case
        name = case.name if case else ""
        laid = {
            one.id: self._straight[one.id][1]
            for one in cell.counting
            if one.id in self._straight and _lies_alike(self._straight[one.id][0], one)
        }
        self.table.show_cell(name, cell, measure_rows(cell, laid))
        self.table.show_selection(self._session.selection)
        picture = self._session.picture
        missing = [one for one in cell.counting if one.id not in laid]
        if picture is None or not missing or self._stained is cell:
            return
        self._stained = cell

        def work(progress: Progress) -> dict[ChromosomeId, tuple[Chromosome, StraightChromosome]]:
            printed = dark_on_light_of(picture, dark_on_light=cell.dark_on_light)
            reach = grey_range_of(printed)
            found = {}
            for at, one in enumerate(missing):
                progress.step(at, len(missing), f"cell {cell.label}")
                found[one.id] = (one, lay_straight(printed, one, reach))
            return found

        def arrived(found: dict[ChromosomeId, tuple[Chromosome, StraightChromosome]]) -> None:
            if self._session.cell is cell:
                self._straight |= found
                self._timer.start()

        self._session.lanes.compare.submit("Measure", work, done=arrived, urgency=Urgency.NOW)

    def _laid_straight(self, cell: Metaphase, chromosome: Chromosome) -> StraightChromosome:
        picture = self._session.picture
        assert picture is not None
        if self._printed is None:
            self._printed = dark_on_light_of(picture, dark_on_light=cell.dark_on_light)
            self._range = grey_range_of(self._printed)
        known = self._straight.get(chromosome.id)
        if known is not None and _lies_alike(known[0], chromosome):
            return known[1]
        laid = lay_straight(self._printed, chromosome, self._range)
        self._straight[chromosome.id] = (chromosome, laid)
        return laid


def _toggle(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setCheckable(True)
    button.setToolTip(f"<b>{text}</b><br>{tip}")
    return button


def _lies_alike(one: Chromosome, other: Chromosome) -> bool:
    return one is other or (
        one.outline == other.outline and one.axis == other.axis and one.centromere == other.centromere
        and one.p_arm == other.p_arm
    )  # fmt: skip


def _likeness(compared: tuple[Chromosome, ...], straight: list[StraightChromosome]) -> str:
    """How alike the first two are, by the models and by their bands."""
    if len(compared) < 2:
        return ""
    parts = []
    if compared[0].similarity is not None:
        parts.append(f"alike by the model: {percent(compared[0].similarity)}")
    agreement = band_agreement(straight[0], straight[1])
    parts.append(f"bands of A and B: r = {agreement:.2f}")
    lengths = sorted((len(straight[0].profile), len(straight[1].profile)))
    parts.append(f"lengths differ by {100 * (1 - lengths[0] / lengths[1]):.0f} %")
    return " · ".join(parts)
