"""The composite karyogram: a class, or every class, of all cells beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPaintEvent, QPen

from app import theme
from app.compare.comparison import Comparison, ReadCell
from app.compare.painting import WHITE, image_of, paint_mark
from app.compare.sheet import Place, Sheet
from core.analysis.consensus import ClassStudy, Deviation, said_of
from core.analysis.strands import ROW
from core.domain.bands import CLASSES
from core.domain.chromosome import Chromosome
from core.domain.ids import ChromosomeId

_MARGIN: Final = 12
_GAP: Final = 3
_LABEL: Final = 17
_CLASS: Final = 46
_BETWEEN: Final = 14
_LARGEST: Final = 4.5
_SMALLEST: Final = 0.35


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Body:
    """One chromosome as it is drawn, in rows of the common scale."""

    cell: ReadCell
    chromosome: Chromosome
    image: QImage
    above: float
    below: float
    width: float
    deviation: Deviation | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Drawn:
    body: _Body
    box: QRectF


class Composite(Sheet):
    """White ground, p arms up, aligned on the centromeres, one scale for all cells."""

    def __init__(self) -> None:
        super().__init__()
        self._comparison: Comparison | None = None
        self._class = ""
        self._captured = True
        self._zoom = 1.0
        self._room = 500
        self._drawn: list[_Drawn] = []
        self._words: list[tuple[QRectF, str, str]] = []
        self._papers: list[QRectF] = []
        self._images: dict[tuple[ChromosomeId, bool], tuple[object, QImage]] = {}
        self._high = 100.0
        self._laid: tuple[object, ...] = ()
        self.setAccessibleName("Composite karyogram")

    # -- what is shown ---------------------------------------------------------------------------------

    @property
    def captured(self) -> bool:
        """Whether captured pixels are shown, only rotated, or straightened ones."""
        return self._captured

    def show_captured(self, captured: bool) -> None:
        """Show captured pixels, or straightened ones."""
        self._captured = captured
        self._lay_out()

    def show_comparison(self, comparison: Comparison, name: str) -> None:
        """Show a class of all cells; every class for a name that is none."""
        self._comparison, self._class = comparison, name
        self._lay_out()

    def fit_into(self, height: int) -> None:
        """Use this height before anything has to be scrolled."""
        if height != self._room:
            self._room = height
            self._lay_out()

    def zoom(self, factor: float) -> None:
        """Make all larger or smaller."""
        self._zoom = float(np.clip(self._zoom * factor, 0.4, 5.0))
        self._lay_out()

    @property
    def marked(self) -> tuple[tuple[str, str], ...]:
        """Cell and chromosome of each that carries the mark of an outlier."""
        return tuple(
            (one.body.cell.cell.id, one.body.chromosome.id)
            for one in self._drawn
            if one.body.deviation is not None and one.body.deviation.outlying
        )

    def resizeEvent(self, event: object) -> None:
        """Lay out for another width."""
        self._lay_out()

    def minimumSizeHint(self) -> QSize:
        """All of it."""
        return QSize(560, round(self._high))

    # -- laying out ------------------------------------------------------------------------------------

    def _bodies(self, name: str, cells: tuple[ReadCell, ...]) -> list[tuple[ReadCell, list[_Body]]]:
        assert self._comparison is not None
        study = self._comparison.study(name)
        known = {one.strand.id: one for one in study.deviations} if study else {}
        found = []
        for cell in cells:
            bodies = [
                self._body(cell, strand.id, known.get(strand.id)) for strand in cell.strands.of_class(name)
            ]
            found.append((cell, bodies))
        return found

    def _body(self, cell: ReadCell, chromosome_id: ChromosomeId, deviation: Deviation | None) -> _Body:
        strand = next(one for one in cell.strands.strands if one.id == chromosome_id)
        step = ROW * strand.pixels
        if self._captured:
            upright = cell.upright[chromosome_id]
            image = self._image(chromosome_id, upright, lambda: _with_alpha(upright.image, upright.alpha))
            above, width = upright.centromere / step, upright.image.shape[1] / step
            below = upright.image.shape[0] / step - above
        else:
            image = self._image(chromosome_id, strand.straight, lambda: image_of(strand.straight.image))
            rows, columns = strand.straight.image.shape
            above, width = strand.waist / step, columns / step
            below = rows / step - above
        return _Body(
            cell=cell, chromosome=strand.chromosome, image=image, above=above, below=below, width=width,
            deviation=deviation,
        )  # fmt: skip

    def _image(self, chromosome_id: ChromosomeId, source: object, make: object) -> QImage:
        key = (chromosome_id, self._captured)
        known = self._images.get(key)
        if known is None or known[0] is not source:
            known = (source, make())  # type: ignore[operator]
            self._images[key] = known
        return known[1]

    def _lay_out(self) -> None:
        self._drawn, self._words, self._papers, self.places = [], [], [], []
        if self._comparison is not None and self._comparison.cells:
            if self._class in CLASSES:
                self._lay_one_class()
            else:
                self._lay_all_classes()
            self.places = [
                Place(
                    box=one.box, key=(one.body.cell.cell.id, one.body.chromosome.id), said=self._tip(one.body)
                )
                for one in self._drawn
            ]
        self.setMinimumHeight(round(self._high))
        self.update()

    def _lay_one_class(self) -> None:
        assert self._comparison is not None
        groups = self._bodies(self._class, self._comparison.cells)
        bodies = [body for _, members in groups for body in members]
        if not bodies:
            self._words.append(
                (QRectF(_MARGIN, _MARGIN, 400, 20), f"No cell has a chromosome {self._class}.", "")
            )
            self._high = 60.0
            return
        above, below = max(b.above for b in bodies), max(b.below for b in bodies)
        widths = [max(sum(b.width for b in members), 8.0) for _, members in groups]
        counts = [max(len(members) - 1, 0) for _, members in groups]
        scale = _LARGEST
        while scale > _SMALLEST:
            lines = self._lines(widths, counts, scale)[1]
            if lines * self._line(above, below, scale) <= self._room - 2 * _MARGIN:
                break
            scale *= 0.94
        scale *= self._zoom
        starts, lines = self._lines(widths, counts, scale)
        numbers = self._comparison.numbers[self._class]
        high = self._line(above, below, scale)
        for (cell, members), width, count, (line, x) in zip(groups, widths, counts, starts, strict=True):
            top = _MARGIN + line * high
            wide = width * scale + count * _GAP
            unusual = cell.cell.id in numbers.different
            self._words.append(
                (QRectF(x - 10, top + high - _LABEL - _BETWEEN + 2, wide + 20, _LABEL),
                 cell.cell.label + (f" ×{len(members)}" if unusual else ""), "doubt" if unusual else "quiet")
            )  # fmt: skip
            self._put(members, x, top + above * scale, scale)
        for line in range(lines):
            rect = QRectF(
                _MARGIN / 2, _MARGIN - 4 + line * high, self.width() - _MARGIN, high - _LABEL - _BETWEEN + 6
            )
            self._papers.append(rect)
        self._high = 2 * _MARGIN + lines * high

    def _line(self, above: float, below: float, scale: float) -> float:
        return (above + below) * scale + _LABEL + _BETWEEN + 4

    def _lines(
        self, widths: list[float], counts: list[int], scale: float
    ) -> tuple[list[tuple[int, float]], int]:
        """Line and left edge of each cell; cells flow like words."""
        starts, line, x = [], 0, float(_MARGIN)
        for width, count in zip(widths, counts, strict=True):
            wide = width * scale + count * _GAP
            if x > _MARGIN and x + wide > self.width() - _MARGIN:
                line, x = line + 1, float(_MARGIN)
            starts.append((line, x))
            x += wide + max(_BETWEEN, 34 - wide)
        return starts, line + 1

    def _lay_all_classes(self) -> None:
        """A table: a line for each class, a column for each cell."""
        assert self._comparison is not None
        cells = self._comparison.cells
        table = {name: self._bodies(name, cells) for name in CLASSES}
        present = [name for name in CLASSES if any(members for _, members in table[name])]
        widest = [
            max((sum(b.width for b in table[name][at][1]) for name in present), default=20.0)
            for at in range(len(cells))
        ]
        most = [max((len(table[name][at][1]) for name in present), default=2) for at in range(len(cells))]
        fixed = _CLASS + 2 * _MARGIN + sum((n - 1) * _GAP + _BETWEEN for n in most)
        scale = (self.width() - fixed) / max(sum(widest), 1.0)
        scale = float(np.clip(scale, _SMALLEST, 0.75)) * self._zoom
        y = float(_MARGIN)
        lefts = []
        x = float(_MARGIN + _CLASS)
        for cell, width, number in zip(cells, widest, most, strict=True):
            wide = width * scale + (number - 1) * _GAP
            self._words.append((QRectF(x, y, wide, _LABEL), cell.cell.label, "text"))
            lefts.append((x, wide))
            x += wide + _BETWEEN
        y += _LABEL + 2
        top = y
        for name in present:
            bodies = [body for _, members in table[name] for body in members]
            above, below = max(b.above for b in bodies), max(b.below for b in bodies)
            numbers = self._comparison.numbers[name]
            high = (above + below) * scale + 8
            self._words.append((QRectF(_MARGIN, y + high / 2 - 9, _CLASS - 12, 18), name, "class"))
            for (left, wide), (_, members) in zip(lefts, table[name], strict=True):
                used = sum(b.width for b in members) * scale + max(len(members) - 1, 0) * _GAP
                self._put(members, left + (wide - used) / 2, y + 4 + above * scale, scale)
                if len(members) != numbers.normal:
                    self._words.append((QRectF(left + wide - 2, y + 2, 18, 14), f"×{len(members)}", "doubt"))
            y += high
        self._papers.append(QRectF(_MARGIN + _CLASS - 8, top - 2, x - _MARGIN - _CLASS, y - top + 4))
        self._high = y + _MARGIN

    def _put(self, members: list[_Body], x: float, waist: float, scale: float) -> None:
        for body in members:
            wide = body.width * scale
            box = QRectF(x, waist - body.above * scale, wide, (body.above + body.below) * scale)
            self._drawn.append(_Drawn(body=body, box=box))
            x += wide + _GAP

    def _tip(self, body: _Body) -> str:
        study: ClassStudy | None = (
            self._comparison.study(body.chromosome.chromosome_class) if self._comparison else None
        )
        lines = [f"<b>Cell {escape(body.cell.cell.label)}, chromosome {body.chromosome.chromosome_class}</b>"]
        if body.deviation is not None and study is not None:
            lines.append(said_of(body.deviation, study.consensus) or "like the mean")
            lines.append(f"deviation {body.deviation.score:.1f}")
        return "<br>".join([*lines, "Click or Enter opens it in its cell"])

    # -- painting --------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint papers, chromosomes, marks, words."""
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
        for paper in self._papers:
            painter.fillRect(paper, WHITE)
        seen = QRectF(event.rect()).adjusted(-20, -20, 20, 20)
        current = self.current
        for one in self._drawn:
            if not one.box.intersects(seen):
                continue
            painter.drawImage(one.box, one.body.image)
            if one.body.deviation is not None and one.body.deviation.outlying:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(theme.LIGHT.doubt), 1.2))
                painter.drawRoundedRect(one.box.adjusted(-2, -2, 2, 2), 3, 3)
                paint_mark(painter, QPointF(one.box.center().x(), one.box.bottom() + 6), 4)
            if current is not None and current.key == (one.body.cell.cell.id, one.body.chromosome.id):
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(QColor(theme.LIGHT.accent), 2))
                painter.drawRoundedRect(one.box.adjusted(-3, -3, 3, 3), 3, 3)
        roles = {"doubt": colours.doubt, "quiet": colours.quiet, "text": colours.text, "class": colours.text}
        for box, text, role in self._words:
            font = QFont(self.font())
            font.setPixelSize(theme.px(13 if role == "class" else 11))
            font.setBold(role in ("class", "doubt"))
            painter.setFont(font)
            on_paper = role == "doubt" and any(paper.intersects(box) for paper in self._papers)
            painter.setPen(QColor(theme.LIGHT.doubt if on_paper else roles.get(role, colours.text)))
            side = Qt.AlignmentFlag.AlignRight if role == "class" else Qt.AlignmentFlag.AlignHCenter
            painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip, text)
        if not self._captured and self._papers:
            font = QFont(self.font())
            font.setPixelSize(theme.px(10))
            font.setItalic(True)
            painter.setFont(font)
            painter.setPen(QColor(theme.LIGHT.doubt))
            paper = self._papers[0]
            painter.drawText(
                QRectF(paper.left(), paper.top() + 1, paper.width() - 6, 13), Qt.AlignmentFlag.AlignRight,
                "straightened",
            )  # fmt: skip
        painter.end()


def _with_alpha(image: np.ndarray, alpha: np.ndarray) -> QImage:
    pixels = np.ascontiguousarray(np.dstack([image, image, image, alpha]))
    height, width = image.shape
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
