"""What is known of each chromosome that the inspector compares, in columns."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app import theme
from app.board.elided import ElidedLabel
from app.board.words import class_words, decided_words, likely, name_of, percent
from app.plots.profiles import STYLES
from core.analysis.homologs import Measures
from core.domain.chromosome import Aspect, Chromosome

MOST_COLUMNS = 4
_ROW = 14


class Likely(QWidget):
    """The most probable classes with their probabilities as bars."""

    def __init__(self) -> None:
        super().__init__()
        self._classes: tuple[tuple[str, float], ...] = ()
        self._chosen = ""
        self.setFixedHeight(3 * _ROW)  # the same for all, so that columns line up
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Three rows."""
        return QSize(100, 3 * _ROW)

    def show_classes(self, classes: Sequence[tuple[str, float]], chosen: str) -> None:
        """Show classes in falling order; `chosen` is the one that stands."""
        self._classes, self._chosen = tuple(classes[:3]), chosen
        said = ", ".join(f"{class_words(name)} {percent(value)}" for name, value in classes)
        self.setAccessibleName(f"Most probable classes: {said}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint name, bar and number of each."""
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPixelSize(11)
        middle = Qt.AlignmentFlag.AlignVCenter
        for row, (name, value) in enumerate(self._classes):
            y = row * _ROW
            font.setBold(name == self._chosen)
            painter.setFont(font)
            painter.setPen(QColor(colours.text if name == self._chosen else colours.quiet))
            short = "?" if name == "unknown" else name
            painter.drawText(QRectF(0, y, 20, _ROW), middle | Qt.AlignmentFlag.AlignRight, short)
            wide = max(10.0, self.width() - 26 - 42)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.line))
            painter.drawRoundedRect(QRectF(26, y + 5, wide, 5), 2.5, 2.5)
            painter.setBrush(theme.group_colour(name).lighter(115))
            painter.drawRoundedRect(QRectF(26, y + 5, max(3.0, wide * min(value, 1.0)), 5), 2.5, 2.5)
            painter.setPen(QColor(colours.quiet))
            box = QRectF(self.width() - 40, y, 40, _ROW)
            painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, percent(value))
        painter.end()


class ChromosomeColumn(QFrame):
    """One chromosome: name, likely classes, measures, certainty, who decided."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.setObjectName("column")
        self._letter = chr(ord("A") + at)
        self._colour = STYLES[at % len(STYLES)][0]
        self.chosen = False
        self.setStyleSheet(f"#column {{ border-left: 2px solid {self._colour}; }}")
        self.title = QLabel()
        self.title.setTextFormat(Qt.TextFormat.RichText)
        self.likely = Likely()
        self.facts = QLabel()
        self.facts.setTextFormat(Qt.TextFormat.RichText)
        font = self.facts.font()
        font.setPixelSize(11)
        self.facts.setFont(font)
        self.decided = ElidedLabel()
        self.decided.setFont(font)
        self.decided.setProperty("role", "quiet")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 0, 2, 0)
        rows.setSpacing(2)
        rows.addWidget(self.title)
        rows.addWidget(self.likely)
        rows.addWidget(self.facts)
        rows.addWidget(self.decided)
        rows.addStretch(1)
        self.setMinimumWidth(126)

    def show_chromosome(self, chromosome: Chromosome, measures: Measures, *, chosen: bool) -> None:
        """Show one chromosome."""
        colours = theme.current()
        self.chosen = chosen
        mark = f" style='background:{self._colour};color:{colours.ground}'" if chosen else ""
        name = name_of(chromosome).replace("Chromosome ", "No. ")
        self.title.setText(f"<b{mark}>&nbsp;{self._letter}&nbsp;</b>&nbsp; {name}")
        self.title.setToolTip("selected" if chosen else "homolog of the selection")
        self.likely.show_classes(likely(chromosome), chromosome.chromosome_class)
        quiet = f"style='color:{colours.quiet}'"
        rows = "".join(
            f"<tr><td {quiet}>{title}&nbsp;&nbsp;</td><td>{value}</td></tr>"
            for title, value in _facts(chromosome, measures)
        )
        self.facts.setText(f"<table cellspacing='0' cellpadding='0'>{rows}</table>")
        self.decided.setText(decided_words(chromosome))


def _facts(chromosome: Chromosome, measures: Measures) -> list[tuple[str, str]]:
    """Names and values of the measures; what is not known is left out."""
    lengths = []
    if measures.relative is not None:
        lengths.append(f"{measures.relative:.1f} %")
    if measures.micrometres is not None:
        lengths.append(f"{measures.micrometres:.1f} µm")
    facts = [("length", " · ".join([f"{measures.length:.0f} px", *lengths]))]
    if measures.centromeric_index is not None:
        ratio = f"{measures.arm_ratio:.1f}" if measures.arm_ratio is not None else "–"
        facts.append(("q/p · CI", f"{ratio} · {measures.centromeric_index:.0f} %"))
    stain = f" · {100 * measures.stain:.0f} %" if measures.stain is not None else ""
    facts.append(("area · stain" if stain else "area", f"{measures.area:.0f}{stain}"))
    polarity = "set" if Aspect.POLARITY in chromosome.decided else percent(chromosome.p_arm_confidence)
    outline = "set" if Aspect.OUTLINE in chromosome.decided else percent(chromosome.outline_confidence)
    facts.append(("p up · outline", f"{polarity} · {outline}"))
    return facts


class Columns(QWidget):
    """Columns of the chromosomes that are compared."""

    def __init__(self) -> None:
        super().__init__()
        self._columns = [ChromosomeColumn(at) for at in range(MOST_COLUMNS)]
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        for column in self._columns:
            line.addWidget(column, 1)
            column.hide()

    @property
    def shown(self) -> tuple[ChromosomeColumn, ...]:
        """Columns in use."""
        return tuple(column for column in self._columns if not column.isHidden())

    def show_chromosomes(self, chromosomes: Sequence[tuple[Chromosome, Measures, bool]]) -> None:
        """Show chromosomes with their measures and whether they are selected."""
        for at, column in enumerate(self._columns):
            column.setVisible(at < len(chromosomes))
            if at < len(chromosomes):
                chromosome, measures, chosen = chromosomes[at]
                column.show_chromosome(chromosome, measures, chosen=chosen)
