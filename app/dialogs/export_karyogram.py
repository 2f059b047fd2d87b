"""Asks how a karyogram is to be written."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLabel, QSpinBox, QWidget

from app.board.export import ExportWish, PictureFormat
from app.dialogs.frame import Frame
from core.report.karyogram_figure import WIDTH

_FORMATS = (
    (PictureFormat.PNG, "PNG – for documents and slides"),
    (PictureFormat.TIFF, "TIFF – for print, without loss"),
    (PictureFormat.SVG, "SVG – lines and labels stay editable"),
)
_LEAST, _MOST = 300, 600


class ExportKaryogramDialog(Frame):
    """Format, resolution, title."""

    def __init__(
        self, parent: QWidget | None, heading: str, truth: str = "Captured pixels, only rotated."
    ) -> None:
        super().__init__(
            parent,
            "Export karyogram",
            f"{heading}. {truth}",
            accept="Choose file…",
        )
        self.format_box = QComboBox()
        for kind, words in _FORMATS:
            self.format_box.addItem(words, kind)
        self.dpi_box = QSpinBox()
        self.dpi_box.setRange(_LEAST, _MOST)
        self.dpi_box.setSingleStep(50)
        self.dpi_box.setSuffix(" dpi")
        self.titled_box = QCheckBox("With title and notice")
        self.titled_box.setChecked(True)
        self.titled_box.setToolTip("Case and cell above the karyogram, and what this program is not below")
        self._size = QLabel()
        self._size.setTextFormat(Qt.TextFormat.PlainText)
        self._size.setProperty("role", "quiet")
        form = QFormLayout()
        form.addRow("Format", self.format_box)
        form.addRow("Resolution", self.dpi_box)
        form.addRow("", self.titled_box)
        form.addRow("", self._size)
        self.body.addLayout(form)
        self.format_box.currentIndexChanged.connect(self._write)
        self.dpi_box.valueChanged.connect(self._write)
        self._write()

    @property
    def wish(self) -> ExportWish:
        """What was chosen."""
        return ExportWish(
            format=PictureFormat(self.format_box.currentData()),
            dpi=self.dpi_box.value(),
            titled=self.titled_box.isChecked(),
        )

    def _write(self) -> None:
        vector = self.wish.format is PictureFormat.SVG
        self.dpi_box.setEnabled(not vector)
        pixels = round(WIDTH / 25.4 * self.dpi_box.value())
        self._size.setText(
            f"{WIDTH:.0f} mm wide" if vector else f"{WIDTH:.0f} mm wide, {pixels} pixels across"
        )
