"""The table that says of which culture, slide and colony each picture is."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from core.domain.metaphase import Origin
from core.errors import MediaError
from core.readers.gather import Source

COLUMNS: Final = ("file", "culture", "slide", "colony", "x", "y")


class Origins:
    """Origins by file name, or by its path below the folder that was given.

    Parameters
    ----------
    rows
        Origin by file name as the table names it, with forward slashes.
    """

    def __init__(self, rows: Mapping[str, Origin] | None = None) -> None:
        self._rows = dict(rows or {})
        self._used: set[str] = set()

    def of(self, source: Source) -> Origin | None:
        """Origin of a picture: the longest name that fits wins; None where the table has none."""
        names = (source.path.as_posix(), source.relative.as_posix(), source.under.as_posix(), source.name)
        for name in names:
            if name in self._rows:
                self._used.add(name)
                return self._rows[name]
        return None

    @property
    def unused(self) -> tuple[str, ...]:
        """Files of the table that no picture answered to."""
        return tuple(name for name in self._rows if name not in self._used)


def read_origins(path: Path) -> Origins:
    """Read a table with the columns file, culture, slide, colony, x, y.

    Parameters
    ----------
    path
        CSV, UTF-8, separated by comma or semicolon. Stage coordinates in micrometres; empty where
        not known.

    Raises
    ------
    MediaError
        Where the table cannot be read; the text names the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise MediaError(
            f"the table cannot be read ({error.strerror or error})", "check its name and folder"
        ) from error
    except UnicodeDecodeError as error:
        raise MediaError("the table is no UTF-8 text", "save it as CSV in UTF-8") from error
    lines = text.splitlines()
    first = lines[0] if lines else ""
    reader = csv.DictReader(lines, delimiter=";" if ";" in first else ",")
    try:
        return Origins(_rows(reader, first))
    except csv.Error as error:
        raise MediaError(f"line {reader.line_num}: no CSV ({error})", "save it as CSV in UTF-8") from error


def _rows(reader: csv.DictReader[str], first: str) -> dict[str, Origin]:
    columns = {(name or "").strip().casefold(): name for name in reader.fieldnames or ()}
    if "file" not in columns:
        raise MediaError(
            f"expected the columns {','.join(COLUMNS)}, got {first.strip()[:80] or 'an empty file'}",
            "put these names into the first line",
        )
    rows: dict[str, Origin] = {}
    for row in reader:
        line = reader.line_num
        values = {name: (row.get(column) or "").strip() for name, column in columns.items()}
        if not any(values.values()):
            continue
        name = PurePosixPath(values["file"].replace("\\", "/")).as_posix() if values["file"] else ""
        if not name:
            raise MediaError(f"line {line} names no file", "fill the column file")
        if name in rows:
            raise MediaError(f"line {line}: {name} is there twice", "keep one line for each picture")
        rows[name] = Origin(
            culture=values.get("culture") or None,
            slide=values.get("slide") or None,
            colony=values.get("colony") or None,
            stage_x=_micrometres(values.get("x", ""), line),
            stage_y=_micrometres(values.get("y", ""), line),
        )
    return rows


def _micrometres(text: str, line: int) -> float | None:
    if not text:
        return None
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise MediaError(
            f"line {line}: expected a stage coordinate in micrometres, got {text!r}", "write a number"
        )
    return value
