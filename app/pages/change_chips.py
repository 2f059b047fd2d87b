"""The changes of a written karyotype one by one, each with what can be done to it."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel

from app import theme
from core.iscn.edit import with_cell_numbers, without_change
from core.iscn.related import with_stemlines
from core.iscn.tree import Karyotype
from core.iscn.writer import write, write_abnormality


class ChangeChips(QLabel):
    """A row for each cell line: its changes with a cross that takes them out, and the cells.

    Signals
    -------
    written
        Karyotype after a click; to be kept as one step.
    change_wanted
        Text of a change that was clicked, to be edited.
    """

    written = Signal(str)
    change_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._karyotype: Karyotype | None = None
        self._numbers: tuple[int | None, ...] = ()
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self.setAccessibleName("Changes of the karyotype, one by one")
        self.linkActivated.connect(self.follow)

    def show_tree(self, karyotype: Karyotype | None, numbers: tuple[int | None, ...]) -> None:
        """Show a karyotype.

        Parameters
        ----------
        numbers
            How many cells of the case show each line, None where that cannot be told.
        """
        self._karyotype, self._numbers = karyotype, numbers
        colours = theme.current()
        rows: list[str] = []
        if karyotype is not None:
            for at, line in enumerate(karyotype.lines):
                parts = []
                for index, change in enumerate(line.abnormalities):
                    text = escape(write_abnormality(change))
                    parts.append(
                        f"<a style='color:{colours.text};text-decoration:none' href='edit:{at}:{index}'>"
                        f"{text}</a>&nbsp;<a style='color:{colours.quiet};text-decoration:none'"
                        f" href='drop:{at}:{index}'>✕</a>"
                    )
                if parts:
                    rows.append(" · ".join(parts))
            more = []
            if self._with_numbers() not in (None, write(karyotype)):
                more.append("<a href='cells'>[n] from the cells</a>")
            if len(karyotype.lines) > 1:
                for word in ("idem", "sl"):
                    if write(with_stemlines(karyotype, word=word)) != write(karyotype):
                        more.append(f"<a href='{word}'>{word}</a>")
            if more:
                rows.append("Write " + " · ".join(more).replace("<a ", f"<a style='color:{colours.accent}' "))
        self.setText("<br>".join(rows))
        self.setVisible(bool(rows))

    def _with_numbers(self) -> str | None:
        if self._karyotype is None or not self._numbers or None in self._numbers or 0 in self._numbers:
            return None
        return write(with_cell_numbers(self._karyotype, self._numbers))

    def follow(self, link: str) -> None:
        """Do what a link stands for."""
        if self._karyotype is None:
            return
        word, *places = link.split(":")
        if word == "drop":
            self.written.emit(write(without_change(self._karyotype, int(places[0]), int(places[1]))))
        elif word == "edit":
            change = self._karyotype.lines[int(places[0])].abnormalities[int(places[1])]
            self.change_wanted.emit(write_abnormality(change).split("[")[0])
        elif word == "cells":
            self.written.emit(self._with_numbers() or write(self._karyotype))
        elif word in ("idem", "sl"):
            made = with_stemlines(self._karyotype, word="idem" if word == "idem" else "sl")
            self.written.emit(write(made))
