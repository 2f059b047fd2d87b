"""The table that says of which culture, slide and colony each picture is."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

from core.domain.metaphase import Origin
from core.errors import MediaError

COLUMNS: Final = ("file", "culture", "slide", "colony", "x", "y")


def read_origins(path: Path) -> dict[str, Origin]:
    """Read a table with the columns file, culture, slide, colony, x, y.

    Parameters
    ----------
    path
        CSV, UTF-8, separated by comma or semicolon. Stage coordinates in micrometres; empty where
        not known.

    Returns
    -------
    dict
        Origin by file name.

    Raises
    ------
    MediaError
        Where the table cannot be read; the text names the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MediaError(f"the table cannot be read ({error})", "save it as CSV in UTF-8") from error
    first = text.split("\n", 1)[0]
    reader = csv.DictReader(text.splitlines(), delimiter=";" if ";" in first else ",")
    missing = [name for name in COLUMNS[:1] if name not in (reader.fieldnames or ())]
    if missing:
        raise MediaError(
            f"expected the columns {','.join(COLUMNS)}, got {first.strip() or 'an empty file'}",
            "put these names into the first line",
        )
    origins = {}
    for number, row in enumerate(reader, start=2):
        name = (row.get("file") or "").strip()
        if not name:
            raise MediaError(f"line {number} names no file", "fill the column file")
        origins[Path(name).name] = Origin(
            culture=(row.get("culture") or "").strip() or None,
            slide=(row.get("slide") or "").strip() or None,
            colony=(row.get("colony") or "").strip() or None,
            stage_x=_micrometres(row.get("x"), number),
            stage_y=_micrometres(row.get("y"), number),
        )
    return origins


def _micrometres(text: str | None, line: int) -> float | None:
    if text is None or not text.strip():
        return None
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        raise MediaError(
            f"line {line}: expected a stage coordinate in micrometres, got {text!r}", "write a number"
        ) from None
