"""Tables for spreadsheets: what people typed is never run there as a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Final, Protocol

#: A text that begins so is run as a formula by spreadsheets (OWASP, CSV injection).
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


class _Stream(Protocol):
    def write(self, text: str, /) -> object:
        """Take a text."""


class TableWriter:
    """Writes rows as CSV (RFC 4180); every table that this program writes goes through it.

    Parameters
    ----------
    stream
        Open for text, without translation of line ends (``newline=""``).
    separator
        Comma for a file, tab for the clipboard.
    line_end
        What ends a row.
    """

    def __init__(self, stream: _Stream, *, separator: str = ",", line_end: str = "\r\n") -> None:
        self._writer = csv.writer(stream, delimiter=separator, lineterminator=line_end)

    def head(self, titles: Iterable[str]) -> None:
        """Write the titles of the columns, which are words of this program, as they are."""
        self._writer.writerow(titles)

    def row(self, cells: Iterable[object]) -> None:
        """Write one row; numbers stay as they are, a text that could be a formula gets an apostrophe."""
        self._writer.writerow([safe(cell) if isinstance(cell, str) else cell for cell in cells])

    def rows(self, rows: Iterable[Iterable[object]]) -> None:
        """Write many rows."""
        for row in rows:
            self.row(row)


def safe(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run; it shows the text without it."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
