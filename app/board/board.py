"""The karyogram pane: head line, board, and what to do when there is nothing to show."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.actions import Actions
from app.board.commands import BoardCommands
from app.board.elided import ElidedLabel
from app.board.export import ExportWish, karyogram_image, title_of, write_karyogram
from app.board.menus import chromosome_menu, draw_menu, fill_layout_menu
from app.board.view import BoardView
from app.board.words import unusual_counts
from app.dialogs.export_karyogram import ExportKaryogramDialog
from app.dialogs.frame import Frame
from app.errors import sentence_of
from app.karyogram_choices import KaryogramChoices
from app.session import CaseSession
from core.report.karyogram_figure import truth_of_pixels

_LEAST_WIDTH = 260
_ROOM_FOR_TITLE = 460
_ROOM_FOR_COPY = 350
_BUTTONS = ("straight_all", "idiograms", "loupe", "fit", "copy_karyogram", "export_karyogram")
_NO_CELL = "Open a cell to see its karyogram."
_NO_PICTURE = "Reading the picture…"
_NOTHING_FOUND = (
    "No chromosome is outlined in this cell yet.\n\nCtrl+R analyses it; what people decided stays as it is."
)


class KaryogramBoard(QWidget):
    """Karyogram of the open cell, where chromosomes are named, turned and ordered by hand."""

    def __init__(
        self,
        session: CaseSession,
        actions: Actions,
        parent: QWidget | None = None,
        choices: KaryogramChoices | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self._session = session
        self._actions = actions
        self.view = BoardView(session, choices)
        self.choices = self.view.choices
        self.setFocusProxy(self.view)
        theme.news.changed.connect(self._limit)
        self._limit()
        self._counts = ElidedLabel()
        self._empty = QLabel()
        self._empty.setTextFormat(Qt.TextFormat.PlainText)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setProperty("role", "quiet")
        self._empty.setWordWrap(True)
        self._note = QLabel(self.view)
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._note.setObjectName("boardNote")
        self._note.setStyleSheet(
            "#boardNote { background: #171b21; color: #ffffff; border-radius: 6px; padding: 6px 11px;"
            " font-weight: 600; }"
        )
        self._note.move(10, 10)
        self._note.hide()
        below = QWidget()
        self._stack = QStackedLayout(below)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(self._head())
        rows.addWidget(below, 1)
        actions["fit"].triggered.connect(self.view.fit)
        actions["export_karyogram"].triggered.connect(lambda checked=False: self.export())
        actions["copy_karyogram"].triggered.connect(lambda checked=False: self.copy())
        actions["edit_templates"].triggered.connect(lambda checked=False: self.edit_templates())
        self.commands = BoardCommands(session, actions, self.view)
        self.view.menu_wanted.connect(self._show_menu)
        self.view.reason_wanted.connect(actions["exclude"].trigger)
        for signal in (session.cell_opened, session.cell_changed, session.picture_changed):
            signal.connect(self._write)
        self._write()

    def _limit(self) -> None:
        """Give the head line room for its words."""
        # At its first size a narrow pane shortens the counts, not the words.
        self.setMinimumWidth(_LEAST_WIDTH if theme.scale() <= 1 else theme.px(_LEAST_WIDTH + 55))

    def hide_drawing(self, hidden: bool) -> None:
        """Show the bare chromosomes, or rings and checks again."""
        self.view.board.bare(hidden)

    def note(self, text: str) -> None:
        """Show a word in the corner, such as the class being typed; empty removes it."""
        self._note.setText(text)
        self._note.adjustSize()
        self._note.setVisible(bool(text))

    # -- export ----------------------------------------------------------------------------------------

    def export(self) -> None:
        """Ask for format and file, then write the karyogram."""
        cell, picture = self._session.cell, self._session.picture
        if cell is None or picture is None or not cell.chromosomes:
            self._session.message.emit("There is no karyogram to export, open an analysed cell.")
            return
        heading = title_of(cell, self._case_name)
        dialog = ExportKaryogramDialog(self.window(), heading, truth_of_pixels(cell))
        if dialog.exec() != Frame.DialogCode.Accepted:
            return
        wish = dialog.wish
        proposed = f"{self._case_name or 'karyogram'}.{cell.label}.K.{wish.format.value}".replace("/", "_")
        chosen, _ = QFileDialog.getSaveFileName(
            self, "Export karyogram", proposed, f"{wish.format.name} (*.{wish.format.value})"
        )
        if chosen:
            path = Path(chosen)
            self.write(path if path.suffix else path.with_suffix(f".{wish.format.value}"), wish)

    def write(self, path: Path, wish: ExportWish) -> None:
        """Write the karyogram of the open cell into a file, off the GUI thread."""
        cell, picture, name = self._session.cell, self._session.picture, self._case_name
        if cell is None or picture is None:
            return
        style = self.choices.printed(self._session.case)
        self._session.lanes.pictures.submit(
            "Export karyogram",
            lambda progress: write_karyogram(cell, picture, name, wish, path, style),
            done=lambda nothing: self._session.message.emit(f"Karyogram written to {path}."),
            failed=lambda error: self._session.message.emit(sentence_of(error)),
        )

    def copy(self) -> None:
        """Put the karyogram on the clipboard."""
        cell, picture, name = self._session.cell, self._session.picture, self._case_name
        if cell is None or picture is None or not cell.chromosomes:
            self._session.message.emit("There is no karyogram to copy, open an analysed cell.")
            return
        style = self.choices.printed(self._session.case)

        def drawn(image: object) -> None:
            QGuiApplication.clipboard().setImage(image)
            self._session.message.emit("Karyogram copied.")

        self._session.lanes.pictures.submit(
            "Copy karyogram",
            lambda progress: karyogram_image(cell, picture, name, ExportWish(), style),
            done=drawn,
            failed=lambda error: self._session.message.emit(sentence_of(error)),
        )

    @property
    def _case_name(self) -> str:
        return self._session.case.name if self._session.case else ""

    # -- head ------------------------------------------------------------------------------------------

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(0, 3, 6, 3)
        head.setSpacing(1)
        self._title = title = QLabel("Karyogram")
        title.setObjectName("paneTitle")
        title.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
        head.addWidget(title)
        head.addWidget(self._counts, 1)
        for name in _BUTTONS:
            if name == "fit":
                head.addWidget(self._draw_button())
                head.addWidget(self._layout_button())
            button = _button()
            button.setDefaultAction(self._actions[name])
            head.addWidget(button)
            if name == "copy_karyogram":
                self._copy = button
        return head

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow pane the counts matter more than the word above them, then "Layout" more than Copy."""
        super().resizeEvent(event)
        self._title.setVisible(self.width() >= _ROOM_FOR_TITLE)
        self._copy.setVisible(self.width() >= theme.px(_ROOM_FOR_COPY))

    def _draw_button(self) -> QToolButton:
        button = _button()
        button.setDefaultAction(self._actions["draw_arrow"])
        button.setMenu(draw_menu(button, self._actions))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        return button

    def _layout_button(self) -> QToolButton:
        """Name of the template, and a menu of everything about the layout."""
        self.layout_menu = QMenu(self)
        self.layout_menu.aboutToShow.connect(
            lambda: fill_layout_menu(self.layout_menu, self._actions, self.choices)
        )
        button = _button()
        button.setText("Layout")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setToolTip("<b>Layout</b><br>Template, alignment and idiograms of the karyogram")
        button.setAccessibleName("Layout of the karyogram")
        button.setMenu(self.layout_menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def edit_templates(self) -> None:
        """Open the editor of templates."""
        from app.dialogs.templates import TemplatesDialog

        TemplatesDialog(self.window(), self.choices).exec()

    def _write(self, *_: object) -> None:
        cell, picture = self._session.cell, self._session.picture
        shown = cell is not None and picture is not None and bool(cell.chromosomes)
        if cell is None:
            self._empty.setText(_NO_CELL)
        else:
            self._empty.setText(_NO_PICTURE if picture is None and cell.chromosomes else _NOTHING_FOUND)
        self._stack.setCurrentIndex(0 if shown else 1)
        for name in ("export_karyogram", "copy_karyogram"):
            self._actions[name].setEnabled(shown)
        if cell is None or not cell.chromosomes:
            self._counts.clear()
            return
        unusual = unusual_counts(cell)
        parts = [f"{cell.count}"]
        if len(unusual) <= 6:
            parts += [f"{name} ×{number}" for name, number in unusual.items()]
        else:
            parts.append(f"{len(unusual)} classes unusual")
        if cell.unnamed:
            parts.append(f"{len(cell.unnamed)} without a class")
        self._counts.setText("  ·  ".join(parts))

    def _show_menu(self, position: QPoint) -> None:
        chromosome_menu(self, self._actions).popup(position)


def _button() -> QToolButton:
    button = QToolButton()
    button.setIconSize(QSize(17, 17))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button
