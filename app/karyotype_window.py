"""The picture of the karyotype of the case in a window of its own; it follows what is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QVBoxLayout

from app.karyotype_picture import KaryotypePictureView
from app.pages.karyotype_line import KaryotypeLine

if TYPE_CHECKING:
    from app.main_window import MainWindow


class KaryotypeWindow(QDialog):
    """Idiograms of all chromosomes of the karyotype that a person writes, or of the one proposed."""

    def __init__(self, line: KaryotypeLine, parent: MainWindow) -> None:
        super().__init__(parent)
        self.setWindowTitle("Picture of the karyotype")
        self.resize(900, 860)
        self._line = line
        self.view = KaryotypePictureView(enlargeable=False)
        rows = QVBoxLayout(self)
        rows.addWidget(self.view)
        line.judged.connect(lambda _: self.refresh())
        line.field.textChanged.connect(self.refresh)

    def refresh(self) -> None:
        """Draw what stands in the line, or the proposal while nothing does."""
        if self.isVisible():
            proposed = self._line.field.placeholderText()
            self.view.show_text(self._line.text or (proposed if proposed[:1].isdigit() else ""))


def add_karyotype_window(window: MainWindow, line: KaryotypeLine) -> None:
    """Let the action open it."""
    shown = KaryotypeWindow(line, window)

    def show() -> None:
        shown.show()
        shown.raise_()
        shown.activateWindow()
        shown.refresh()

    window.actions_["karyotype_picture"].triggered.connect(show)
