"""The files of one analysed picture: all of them, or none."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from core.atomic import whole_file

_SUFFIXES: Final = (".karyogram.png", ".overlay.png", ".json")
"""In the order of writing: where the result is, the pictures are."""
_REASONING: Final = ".reasoning.md"


def readable(text: str) -> str:
    """Replace bytes of a file name that are no text, so that it can be written as UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def write_results(base: Path, result: Mapping[str, Any], karyogram: bytes, overlay: bytes) -> None:
    """Write `BASE.karyogram.png`, `BASE.overlay.png` and `BASE.json`.

    Raises
    ------
    StorageError
        Where one cannot be written; none is left then.
    """
    contents = (karyogram, overlay, json_of(result))
    try:
        for suffix, content in zip(_SUFFIXES, contents, strict=True):
            write_whole(_beside(base, suffix), content)
    except BaseException:
        remove_results(base)
        raise


def remove_results(base: Path) -> None:
    """Remove the results of an earlier run, the JSON first; what is not there needs no removing."""
    for suffix in (*reversed(_SUFFIXES), _REASONING):
        with contextlib.suppress(OSError):
            _beside(base, suffix).unlink(missing_ok=True)


def write_reasoning(base: Path, text: str) -> None:
    """Write `BASE.reasoning.md`."""
    write_whole(_beside(base, _REASONING), text.encode("utf-8"))


def json_of(value: Mapping[str, Any]) -> bytes:
    """Write a result as JSON text."""
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is whole or not there."""
    with whole_file(path) as unfinished:
        unfinished.write_bytes(content)


def _beside(base: Path, suffix: str) -> Path:
    return base.with_name(base.name + suffix)
