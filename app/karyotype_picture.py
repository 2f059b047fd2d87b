"""The picture of a karyotype from its string: idiograms of all chromosomes, drawn while one types."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QPointF, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPixmap, QPolygonF, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from app.drawing_painter import paint_drawing
from core.domain.bands import LEVELS, Level
from core.errors import CentromereError
from core.iscn.parser import IscnSyntaxError, parse
from core.iscn.tree import Karyotype
from core.report.drawing_files import write_drawing
from core.report.idiogram_karyogram import (
    KaryotypePicture,
    ShownChromosome,
    draw_karyotype,
    stacked,
)

_WAIT_MS: Final = 150
_NARROW: Final = 560
"""Below so many pixels the whole karyogram would be too small to read; it is set in a narrower column."""
_NARROW_MM: Final = 78.0
_READABLE: Final = 220
_WIDE_MM: Final = 180.0
_FILTERS: Final = "PDF, a page for each cell line (*.pdf);;SVG (*.svg);;PNG, 300 dpi (*.png);;TIFF (*.tif)"


class _Paper(QWidget):
    """The drawing, as wide as the room is; a chromosome tells its bands under the mouse."""

    clicked = Signal(str)
    fitted = Signal(int)
    """The height that the drawing has in this width."""

    def __init__(self) -> None:
        super().__init__()
        self.picture: KaryotypePicture | None = None
        self.stale = False
        self._kept: QPixmap | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Picture of the karyotype")

    def show_picture(self, picture: KaryotypePicture | None) -> None:
        self.picture, self._kept, self.stale = picture, None, False
        self.fit(self.width())
        self.update()

    def fit(self, width: int) -> None:
        if self.picture is not None:
            drawing = self.picture.drawing
            self.setFixedHeight(max(1, round(drawing.height / drawing.width * width)))
            self.fitted.emit(self.height())

    @property
    def scale(self) -> float:
        """Pixels a millimetre."""
        return self.width() / self.picture.drawing.width if self.picture else 1.0

    def sizeHint(self) -> QSize:
        return QSize(300, 320 if self.picture is None else self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        if event.size().width() != event.oldSize().width():
            self._kept = None
            self.fit(event.size().width())
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor("white"))
        if self.picture is None:
            return
        if self._kept is None:
            ratio = self.devicePixelRatioF()
            self._kept = QPixmap(self.size() * ratio)
            self._kept.setDevicePixelRatio(ratio)
            self._kept.fill(QColor("white"))
            inner = QPainter(self._kept)
            paint_drawing(inner, self.picture.drawing, self.scale)
            inner.end()
        painter.setOpacity(0.45 if self.stale else 1.0)
        painter.drawPixmap(0, 0, self._kept)

    def _under(self, point: QPointF) -> tuple[ShownChromosome | None, str]:
        if self.picture is None:
            return None, ""
        x, y = point.x() / self.scale, point.y() / self.scale
        found = self.picture.chromosome_at(x, y)
        if found is None:
            return None, ""
        for band in found.bands:
            if QPolygonF([QPointF(*p) for p in band.points]).containsPoint(
                QPointF(x, y), Qt.FillRule.OddEvenFill
            ):
                return found, band.name
        return found, ""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found, band = self._under(event.position())
        label = found.chromosome.label if found else ""
        text = "\n".join(part for part in (band, label if label != band else "") if part)
        if text:
            QToolTip.showText(event.globalPosition().toPoint(), text, self, QRect())
        else:
            QToolTip.hideText()
        named = found is not None and bool(found.chromosome.short_label)
        self.setCursor(Qt.CursorShape.PointingHandCursor if named else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found, _ = self._under(event.position())
        if found is not None and found.chromosome.short_label:
            self.clicked.emit(found.chromosome.label)


class KaryotypePictureView(QWidget):
    """Picture of the karyotype that is being written, with its level, and as a file.

    Signals
    -------
    chromosome_clicked
        Designation of a changed chromosome that was clicked, such as `der(9)t(9;22)(q34;q11.2)`.
    """

    chromosome_clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, enlargeable: bool = True) -> None:
        super().__init__(parent)
        self._text = ""
        self._karyotype: Karyotype | None = None
        self._pages: tuple[KaryotypePicture, ...] = ()
        self._larger: QDialog | None = None
        self._is_narrow = False
        self._mirrors: list[KaryotypePictureView] = []
        self.level_box = QComboBox()
        for level in LEVELS:
            self.level_box.addItem(f"{level} bands", level)
        self.level_box.setCurrentIndex(LEVELS.index(550))
        self.level_box.setToolTip("Bands per haploid set of the idiograms")
        self.level_box.setAccessibleName("Bands of the idiograms")
        self.whole_box = QCheckBox("All pairs")
        self.whole_box.setToolTip("Show the pairs of which nothing is changed, too")
        self.whole_box.setChecked(not enlargeable)
        self.larger_button = QPushButton("Larger")
        self.larger_button.setToolTip("Show the whole karyogram in a window of its own")
        self.larger_button.setVisible(enlargeable)
        self.save_button = QPushButton("Save…")
        self.save_button.setToolTip("Save the picture as PDF, SVG, PNG or TIFF")
        left, right = QHBoxLayout(), QHBoxLayout()
        for part, widgets in (
            (left, (self.level_box, self.whole_box)),
            (right, (self.larger_button, self.save_button)),
        ):
            part.setSpacing(6)
            for widget in widgets:
                part.addWidget(widget)
        left.addStretch(1)
        bar = self._bar = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.setSpacing(6)
        bar.addLayout(left, 1)
        bar.addLayout(right)
        self.notice = QLabel()
        self.notice.setTextFormat(Qt.TextFormat.PlainText)
        self.notice.setWordWrap(True)
        self.notice.setProperty("role", "quiet")
        self.paper = _Paper()
        self.scroll = QScrollArea()
        self.scroll.setWidget(self.paper)
        self.scroll.setWidgetResizable(True)
        self.scroll.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # A bar that comes and goes would change the width, and with it the height that it depends on.
        self.scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.scroll.setAccessibleName("Picture of the karyotype")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        rows.addLayout(bar)
        rows.addWidget(self.notice)
        rows.addWidget(self.scroll, 1)
        self._timer = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._timer.timeout.connect(self._read)
        self.level_box.currentIndexChanged.connect(self._draw)
        self.whole_box.toggled.connect(self._draw)
        self.larger_button.clicked.connect(self.show_larger)
        self.save_button.clicked.connect(self._ask_where)
        self.paper.clicked.connect(self.chromosome_clicked)
        if enlargeable:
            self.paper.fitted.connect(self._take_room)
        self._read()

    # -- what is shown ---------------------------------------------------------------------------------

    @property
    def level(self) -> Level:
        """Bands per haploid set."""
        chosen = self.level_box.currentData()
        return 400 if chosen == 400 else 850 if chosen == 850 else 550

    @property
    def pages(self) -> tuple[KaryotypePicture, ...]:
        """What is shown, one picture for each cell line; empty while nothing can be drawn."""
        return self._pages

    def show_text(self, text: str) -> None:
        """Draw a karyotype soon after the last change; where it cannot be read, the old one stays, pale."""
        if text != self._text:
            self._text = text
            self._timer.start()

    def show_tree(self, karyotype: Karyotype | None) -> None:
        """Draw a karyotype that was read already; None when what is written cannot be read."""
        self._timer.stop()
        if karyotype is None:
            self._refuse("Not drawn: the karyotype cannot be read.")
            return
        self._karyotype = karyotype
        self._draw()

    def show_larger(self) -> None:
        """Show the whole karyogram in a window of its own, which follows what is typed."""
        if self._larger is None:
            self._larger = QDialog(self.window())
            self._larger.setWindowTitle("Picture of the karyotype")
            self._larger.resize(900, 860)
            view = KaryotypePictureView(enlargeable=False)
            view.level_box.setCurrentIndex(self.level_box.currentIndex())
            view.chromosome_clicked.connect(self.chromosome_clicked)
            layout = QVBoxLayout(self._larger)
            layout.addWidget(view)
            self._mirrors.append(view)
        self._mirrors[0].show_tree(self._karyotype)
        self._larger.show()
        self._larger.raise_()

    # -- work ------------------------------------------------------------------------------------------

    def _read(self) -> None:
        text = self._text.strip()
        if not text:
            self._karyotype, self._pages = None, ()
            self.paper.show_picture(None)
            self._say("Type a karyotype, and its chromosomes are drawn here.")
            return
        try:
            karyotype = parse(text)
        except IscnSyntaxError as error:
            self._refuse(f"Not drawn yet: {error.what}.")
            return
        self.show_tree(karyotype)

    def _refuse(self, why: str) -> None:
        self.paper.stale = True
        self.paper.update()
        self._say(why)

    def _draw(self) -> None:
        if self._karyotype is None:
            return
        narrow = self._is_narrow = self.width() < _NARROW
        try:
            self._pages = draw_karyotype(
                self._karyotype,
                self.level,
                width=_NARROW_MM if narrow and not self.whole_box.isChecked() else _WIDE_MM,
                changed_only=not self.whole_box.isChecked(),
            )
        except ValueError as error:
            self._refuse(f"Not drawn: {error}.")
            return
        self.paper.show_picture(stacked(self._pages))
        self.paper.fit(self.scroll.viewport().width())
        self._say("")
        for mirror in self._mirrors:
            if mirror.isVisible():
                mirror.show_tree(self._karyotype)

    def _say(self, text: str) -> None:
        self.notice.setText(text)
        self.notice.setVisible(bool(text))
        self.save_button.setEnabled(bool(self._pages))
        self.larger_button.setEnabled(bool(self._pages))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set the picture anew where the column becomes narrow or wide."""
        super().resizeEvent(event)
        self._stack_bar()
        if (self.width() < _NARROW) != self._is_narrow:
            self._draw()

    def _take_room(self, height: int) -> None:
        """Beside other things: no more room than the drawing fills, and enough to read it."""
        self.scroll.setMaximumHeight(height)
        self.scroll.setMinimumHeight(min(height, _READABLE))

    def _stack_bar(self) -> None:
        """Set what is chosen above what is done where one row would be too long for their words."""
        shown = [self.level_box, self.whole_box, self.save_button]
        shown += [self.larger_button] if not self.larger_button.isHidden() else []
        needed = sum(one.sizeHint().width() for one in shown) + 6 * len(shown)
        way = QBoxLayout.Direction
        self._bar.setDirection(way.LeftToRight if needed <= self.width() else way.TopToBottom)

    # -- files -----------------------------------------------------------------------------------------

    def _ask_where(self) -> None:
        path, chosen = QFileDialog.getSaveFileName(
            self, "Save the picture of the karyotype", "karyotype.pdf", _FILTERS
        )
        if path:
            suffix = chosen[chosen.rindex("*.") + 1 : -1] if "*." in chosen else ".pdf"
            self.save(Path(path) if Path(path).suffix else Path(path + suffix))

    def save(self, path: Path) -> None:
        """Write what is shown as a file; a failure is told above the picture."""
        try:
            write_drawing(path, [page.drawing for page in self._pages], stacked(self._pages).drawing)
        except (ValueError, CentromereError) as error:
            self._say(f"Not saved: {error}.")
            return
        self._say(f"Saved as {path.name}.")
