"""Suspicions of structure in the findings: this cell, the case, and how sensitive the program is to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QToolButton, QVBoxLayout, QWidget

from app import theme
from app.pages.cards import Card, Section
from core.analysis.structural import (
    DEFAULT_THRESHOLDS,
    CaseSuspicion,
    findings_of_structure,
    is_structure_compared,
    suspicions_of_case,
    threshold_for,
    variants_of_structure,
    why_not_compared,
)
from core.domain.finding import Finding
from core.domain.ids import CellId
from core.domain.metaphase import Metaphase
from models.sensitivity import SensitivityCurve

NOT_ASSESSED: Final = "Structure not assessed by the program: compare the bands of each pair yourself."
_LEAST, _MOST, _USUAL = 0.05, 1.0, 0.2
_STEPS: Final = 26
_USUAL_STEP: Final = round(_STEPS * np.log(_USUAL / _LEAST) / np.log(_MOST / _LEAST))
_FIVE: Final = 5
_WARM: Final = 0.25


class HeatLine(QWidget):
    """Where a chromosome differs, from the end of the p arm (left) to that of the q arm.

    The strength is told in words too, for those who do not see the colour.
    """

    def __init__(self, heat: Sequence[float]) -> None:
        super().__init__()
        self._heat = tuple(heat)
        self.setFixedHeight(8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        hottest = int(np.argmax(heat)) if self._heat else 0
        at = 100 * (hottest + 0.5) / max(len(self._heat), 1)
        self.setToolTip(f"Heat along the axis, p end left; hottest {at:.0f} % of the way to the q end")
        self.setAccessibleName(self.toolTip())

    def sizeHint(self) -> QSize:
        """A short line."""
        return QSize(60, 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint one field for each step of the axis."""
        colours = theme.current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(colours.line))
        hot = QColor(colours.contradiction)
        wide = self.width() / max(len(self._heat), 1)
        for at, value in enumerate(self._heat):
            hot.setAlphaF(float(np.clip((value - _WARM) / (1 - _WARM), 0.0, 1.0)))
            painter.fillRect(QRectF(at * wide, 0, wide, self.height()), hot)
        painter.end()


class SensitivitySlider(QWidget):
    """Alarms that a normal case may raise, and what the active model was measured to find at that.

    Signals
    -------
    moved
        Step of the slider.
    """

    moved = Signal(int)

    def __init__(self, curve: SensitivityCurve, step: int | None = None) -> None:
        super().__init__()
        self._curve = curve
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _STEPS)
        self.slider.setToolTip("Alarms that the program may raise in a normal case: few left, many right")
        self.slider.setAccessibleName("Sensitivity")
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setProperty("role", "quiet")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(2)
        rows.addWidget(self.slider)
        rows.addWidget(self.words)
        self.slider.setValue(_USUAL_STEP if step is None else step)
        self._tell()
        self.slider.valueChanged.connect(self._changed)

    @property
    def alarms(self) -> float:
        """Alarms that are aimed at in a normal case."""
        return alarms_at(self.slider.value())

    def _changed(self) -> None:
        self._tell()
        self.moved.emit(self.slider.value())

    def _tell(self) -> None:
        # At the usual place the thresholds are those chosen on validation cases, not those of the curve:
        # told is what was measured at the thresholds that are really in use.
        used = thresholds_at(self._curve, None if self.slider.value() == _USUAL_STEP else self.alarms)
        alarm, alarms, one, five = self._curve.measured(used[1], used[_FIVE])
        self.words.setText(
            f"{self._curve.model}, measured on karyotyped crops: {alarm:.2f} alarms in a normal cell,"
            f" {alarms:.2f} in five together; of changes made of two bands or more {100 * one:.0f} % found in"
            f" one cell, {100 * five:.0f} % in five."
        )
        self.slider.setAccessibleDescription(self.words.text())


def alarms_at(step: int) -> float:
    """Alarms at a step of the slider; steps are equal factors."""
    return float(_LEAST * (_MOST / _LEAST) ** (step / _STEPS))


def thresholds_at(curve: SensitivityCurve | None, alarms: float | None) -> Mapping[int, float]:
    """Thresholds at so many alarms; the usual ones for None or without a curve."""
    if curve is None or alarms is None:
        return DEFAULT_THRESHOLDS
    return curve.thresholds(alarms, DEFAULT_THRESHOLDS)


class StructureSection(Section):
    """What the structure model suspects; none of it enters a karyotype by itself.

    Parameters
    ----------
    card_of
        Makes the card of a finding of the open cell, with its answers.
    go
        Opens the next of some cells.
    evidence
        Opens the evidence strip of a class.
    select
        Selects chromosomes of the open cell.
    """

    def __init__(
        self,
        curve: SensitivityCurve | None,
        *,
        card_of: Callable[[Finding, Metaphase], Card],
        go: Callable[[tuple[CellId, ...]], None],
        evidence: Callable[[str], None],
        select: Callable[[tuple[str, ...]], None],
    ) -> None:
        super().__init__("Structure")
        self._curve = curve
        self._card_of, self._go, self._evidence, self._select = card_of, go, evidence, select
        self._shown: tuple[Metaphase | None, tuple[Metaphase, ...]] = (None, ())
        self.slider: SensitivitySlider | None = None
        self._step = _USUAL_STEP

    @property
    def thresholds(self) -> Mapping[int, float]:
        """Deviations by number of cells at the sensitivity that is set."""
        usual = self._step == _USUAL_STEP
        return thresholds_at(self._curve, None if usual else alarms_at(self._step))

    def show_structure(self, cell: Metaphase | None, cells: Sequence[Metaphase]) -> None:
        """Fill the section for the open cell and its case."""
        self._shown = (cell, tuple(cells))
        self.clear()
        self.slider = None
        compared = [one for one in cells if is_structure_compared(one)]
        if cell is not None and cell.chromosomes:
            self._show_cell(cell)
        elif not compared:
            self.add(Card(NOT_ASSESSED, role="doubt"))
        if len(compared) > 1:
            for one in suspicions_of_case(compared, thresholds=self.thresholds):
                if one.raised:
                    self.add(self._case_card(one))
        if compared and self._curve is not None:
            self.slider = SensitivitySlider(self._curve, self._step)
            # While it is dragged it must not be taken away under the hand.
            self.slider.slider.sliderReleased.connect(self._sensitivity_set)
            self.slider.moved.connect(self._sensitivity_moved)
            self.add(self.slider)

    def _sensitivity_moved(self, step: int) -> None:
        self._step = step
        if self.slider is not None and not self.slider.slider.isSliderDown():
            self._sensitivity_set()

    def _sensitivity_set(self) -> None:
        had_focus = self.slider is not None and self.slider.slider.hasFocus()
        self.show_structure(*self._shown)
        if had_focus and self.slider is not None:
            self.slider.slider.setFocus()

    def _show_cell(self, cell: Metaphase) -> None:
        reason = why_not_compared(cell)
        if reason is not None:
            self.add(Card(NOT_ASSESSED, role="doubt"))
            if any(one.suspicion is not None for one in cell.counting):
                self.say(f"{reason[0].upper()}{reason[1:]}.", "quiet")
            return
        single = threshold_for(1, self.thresholds)
        findings = findings_of_structure(cell, threshold=single)
        for finding in findings:
            card = self._card_of(finding, cell)
            suspicion = cell.chromosome(finding.supporting[0]).suspicion
            if suspicion is not None and suspicion.heat:
                card.rows.insertWidget(1, HeatLine(suspicion.heat))
            self.add(card)
        for chromosome, variant in variants_of_structure(cell, threshold=single):
            name = cell.chromosome(chromosome).chromosome_class
            card = Card(
                f"Chromosome {name} looks like {variant}: a variant of the normal, kept out of the string.",
                tip="Select this chromosome",
            )
            card.clicked.connect(lambda chromosome=chromosome: self._select((chromosome,)))
            self.add(card)
        said = "No chromosome of this cell looks changed." if not findings else "These are suspicions."
        self.say(
            f"{said} Small changes and inversions are mostly missed: compare the bands of each pair.", "quiet"
        )

    def _case_card(self, one: CaseSuspicion) -> Card:
        where = f" near {', '.join(one.breaks)}" if one.breaks else ""
        card = Card(
            f"Case: chromosome {one.chromosome_class} looks changed ({one.kind.value}{where}), shown by"
            f" {len(one.cells)} of {one.compared} cells",
            side=f"{one.score:.1f} / {one.threshold:.1f}",
            role="contradiction",
            tip="Go through the cells that show it; the numbers are its mean deviation and the threshold",
        )
        card.clicked.connect(lambda: self._go(one.cells or (one.chromosomes[0][0],)))
        row = QHBoxLayout()
        row.addStretch(1)
        strip = QToolButton()
        strip.setText("Evidence")
        strip.setProperty("boxed", True)
        strip.setToolTip("This pair from every cell on one axis, with the heat where it differs")
        strip.clicked.connect(lambda: self._evidence(one.chromosome_class))
        row.addWidget(strip)
        card.rows.addLayout(row)
        return card
