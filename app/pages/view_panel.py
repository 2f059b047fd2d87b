"""Sliders of the view: how the picture is looked at; the file never changes."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from app.actions import Actions
from app.session import CaseSession
from app.views import PRESETS, Views
from core.domain.ids import ChromosomeId
from core.domain.view import LIMITS, View
from core.editing.case_operations import PrintViews

_STEPS: Final = 100
_SLIDERS: Final = (
    ("flatten", "Even light", "Take uneven background light away"),
    ("denoise", "Smooth noise", "Smooth grain and keep edges"),
    ("low", "Black at", "Everything darker is black"),
    ("high", "White at", "Everything lighter is white"),
    ("gamma", "Middle tones", "Above 1 lightens, below 1 darkens"),
    ("local_contrast", "Local contrast", "Contrast of each neighbourhood (CLAHE)"),
    ("sharpen", "Sharpen", "Steeper edges of bands"),
)
_LEAST_SPAN: Final = 0.05


class ViewPanel(QWidget):
    """Chooses the view of the open picture or of the selected chromosomes, live.

    Parameters
    ----------
    session
        The open case.
    views
        Makes and keeps the view.
    actions
        Actions of the window, for the key that shows the captured picture.
    """

    def __init__(
        self, session: CaseSession, views: Views, actions: Actions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self._session, self._views, self._actions = session, views, actions
        self._showing = False
        self.whole = QRadioButton("Whole picture")
        self.chosen = QRadioButton("Selected chromosomes")
        self.whole.setToolTip("The view holds for the whole picture")
        self.chosen.setToolTip("The view holds for the selected chromosomes only")
        group = QButtonGroup(self)
        for button in (self.whole, self.chosen):
            group.addButton(button)
        self.whole.setChecked(True)
        self.presets = QComboBox()
        self.presets.setAccessibleName("Often wanted views")
        self.presets.addItem("Often wanted…")
        self.presets.addItems(list(PRESETS))
        self.sliders: dict[str, QSlider] = {}
        self._values: dict[str, QLabel] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(7)
        for row, (name, title, tip) in enumerate(_SLIDERS):
            self._add_slider(grid, row, name, title, tip)
        self.invert = QCheckBox("Invert: white on black")
        self.invert.setToolTip("Show dark as bright and bright as dark; the file stays as it is")
        self.reset = QPushButton("Reset")
        self.reset.setToolTip("Show it as captured: the picture with all its chromosomes, or those selected")
        self.everywhere = QPushButton("For all cells")
        self.everywhere.setToolTip("Look at every cell of the case through the view of this picture")
        self.before = QPushButton("Hold: as captured")
        self.before.setToolTip("While it is held, the captured picture is shown")
        self.printed = QCheckBox("Print karyograms like this")
        self.printed.setToolTip("The report shows karyograms through their views and says so under each")
        self._note = QLabel(
            "Only what is seen changes, never the file or what the models look at. "
            "The report shows captured pixels unless it is asked for the views."
        )
        self._note.setWordWrap(True)
        self._note.setProperty("role", "quiet")
        self._lay_out(grid)
        self.setFocusProxy(self.sliders["flatten"])
        self.whole.toggled.connect(self.refresh)
        self.presets.activated.connect(self._use_preset)
        self.invert.clicked.connect(lambda: (self._try_on(), views.keep()))
        self.printed.clicked.connect(lambda on: session.do(PrintViews(through_views=on)))
        self.reset.clicked.connect(self._reset)
        self.everywhere.clicked.connect(views.use_everywhere)
        self.before.pressed.connect(lambda: views.show_captured(True))
        self.before.released.connect(lambda: views.show_captured(False))
        views.view_changed.connect(self.refresh)
        session.selection_changed.connect(self.refresh)
        actions.keys_changed.connect(self.refresh)
        self.refresh()

    def _add_slider(self, grid: QGridLayout, row: int, name: str, title: str, tip: str) -> None:
        slider = _Slider()
        slider.setRange(*(round(limit * _STEPS) for limit in LIMITS[name]))
        slider.setPageStep(_STEPS // 10)
        slider.setAccessibleName(title)
        slider.setToolTip(tip)
        slider.setMinimumWidth(60)
        label = QLabel(title)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setToolTip(tip)
        label.setBuddy(slider)
        value = QLabel()
        value.setTextFormat(Qt.TextFormat.PlainText)
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        value.setProperty("role", "quiet")
        value.setMinimumWidth(value.fontMetrics().horizontalAdvance("100 %"))
        grid.addWidget(label, row, 0)
        grid.addWidget(slider, row, 1)
        grid.addWidget(value, row, 2)
        grid.setColumnStretch(1, 1)
        slider.valueChanged.connect(lambda number, name=name: self._moved(name))
        slider.left.connect(self._views.keep)
        self.sliders[name], self._values[name] = slider, value

    def _lay_out(self, grid: QGridLayout) -> None:
        inside = QWidget()
        inside.setObjectName("pane")
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(10, 8, 10, 12)
        rows.setSpacing(9)
        rows.addWidget(self.whole)
        rows.addWidget(self.chosen)
        rows.addWidget(self.presets)
        rows.addLayout(grid)
        rows.addWidget(self.invert)
        for buttons in ((self.reset, self.everywhere), (self.before,)):
            row = QHBoxLayout()
            for button in buttons:
                row.addWidget(button)
            rows.addLayout(row)
        rows.addWidget(self.printed)
        rows.addWidget(self._note)
        rows.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        self.setMinimumWidth(232)

    # -- showing ---------------------------------------------------------------------------------------

    @property
    def _ids(self) -> frozenset[ChromosomeId]:
        return self._session.selection if self.chosen.isChecked() else frozenset()

    def refresh(self, *_: object) -> None:
        """Show the view in use."""
        some, cell = bool(self._session.selection), self._session.cell
        if not some and self.chosen.isChecked():
            self.whole.setChecked(True)
        self.chosen.setEnabled(some)
        self.chosen.setText(
            "Selected chromosomes" if len(self._session.selection) != 1 else "Selected chromosome"
        )
        view = self._views.of(self._ids)
        self._showing = True
        for name, slider in self.sliders.items():
            if not slider.isSliderDown():
                slider.setValue(round(getattr(view, name) * _STEPS))
            value = getattr(view, name)
            self._values[name].setText(f"{value:.2f}" if name == "gamma" else f"{round(value * 100)} %")
        self.invert.setChecked(view.invert)
        self._showing = False
        case = self._session.case
        self.printed.setChecked(case is not None and case.print_views)
        self.printed.setEnabled(case is not None)
        for widget in (*self.sliders.values(), self.invert, self.presets, self.everywhere, self.before):
            widget.setEnabled(cell is not None)
        self.reset.setEnabled(not (self._views.view.is_plain if not self._ids else view.is_plain))
        key = self._actions.key_words("show_captured")
        self.before.setText(f"Hold: as captured ({key})" if key else "Hold: as captured")

    # -- choosing --------------------------------------------------------------------------------------

    def _moved(self, name: str) -> None:
        if self._showing:
            return
        self._try_on(name)
        # Moved by a key or the wheel, which have no end: kept as soon as it stands.
        if not self.sliders[name].isSliderDown() and not self.sliders[name].hasFocus():
            self._views.keep()

    def _try_on(self, name: str = "") -> None:
        values = {one: slider.value() / _STEPS for one, slider in self.sliders.items()}
        if values["high"] - values["low"] < _LEAST_SPAN:
            if name == "low":
                values["low"] = max(0.0, round(values["high"] - _LEAST_SPAN, 2))
            else:
                values["high"] = min(1.0, round(values["low"] + _LEAST_SPAN, 2))
            if values["high"] - values["low"] < _LEAST_SPAN / 2:
                values["low"], values["high"] = 0.95, 1.0
        self._views.try_on(self._views.with_view(View(**values, invert=self.invert.isChecked()), self._ids))

    def _use_preset(self, at: int) -> None:
        name = self.presets.itemText(at)
        self.presets.setCurrentIndex(0)
        if name in PRESETS:
            self._views.try_on(self._views.with_view(PRESETS[name], self._ids))
            self._views.keep()

    def _reset(self) -> None:
        if self._ids:
            self._views.try_on(self._views.with_view(self._views.view.view, self._ids))
            self._views.keep()
        else:
            self._views.reset()


class _Slider(QSlider):
    """A slider that says when it is let go, whatever moved it, and leaves the wheel to the panel."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.sliderReleased.connect(self.left)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def focusOutEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        super().focusOutEvent(event)
        self.left.emit()

    def keyReleaseEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        super().keyReleaseEvent(event)
        if not event.isAutoRepeat():
            self.left.emit()
