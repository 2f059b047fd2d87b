"""A report of what nobody expected: a text file for people to read before they give it to anybody.

It says where in the program it happened and on what system, and holds no message, value, path of a person,
name or pixel: a message may quote a file name, and a file name may be that of a patient. It is never sent.
"""

from __future__ import annotations

import contextlib
import faulthandler
import platform
import re
import traceback
from datetime import datetime
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Final

from core.atomic import write_whole
from core.errors import StorageError
from core.paths import Folders
from core.version import VERSION

_ROOT: Final = Path(__file__).resolve().parents[1]
_KEPT: Final = 20
_NATIVE: Final = "stopped.txt"
_LIBRARIES: Final = ("PySide6-Essentials", "napari", "numpy", "onnxruntime", "SQLAlchemy", "psycopg")
_HEAD: Final = (
    "This report was written by Centromere on this computer. It was sent to nobody. It holds no names, no\n"
    "pictures and no messages; read it before you give it to anybody.\n"
)


def write_crash_report(
    folders: Folders,
    error: BaseException,
    trace: TracebackType | None,
    *,
    now: datetime,
) -> Path | None:
    """Write a report of an error that nobody expected; None where even that fails.

    Parameters
    ----------
    trace
        Where it happened; that of the error when None.
    now
        For its name.
    """
    lines: list[str] = []
    one: BaseException | None = error
    while one is not None:
        lines += [
            f"{type(one).__module__}.{type(one).__qualname__}",
            *_frames(trace or one.__traceback__),
            "",
        ]
        one, trace = one.__cause__ or one.__context__, None
    return _write(folders, "\n".join(lines), now)


def watch_for_native_crashes(folders: Folders, *, now: datetime) -> Path | None:
    """Note where the program stands if a compiled library ends it; gives the report of the last time.

    The file stays open for the rest of the process: nothing can be opened any more when it is needed.
    """
    place = folders.logs / _NATIVE
    left = ""
    with contextlib.suppress(OSError):
        left = place.read_text(encoding="utf-8", errors="replace")
    report = _write(folders, _shortened(left), now) if left.strip() else None
    with contextlib.suppress(OSError):
        faulthandler.enable(place.open("w", encoding="utf-8"), all_threads=True)
    return report


def _frames(trace: TracebackType | None) -> list[str]:
    return [
        f"  {_place(frame.filename)}, line {frame.lineno}, in {frame.name}"
        for frame in traceback.extract_tb(trace)
    ]


def _place(file: str) -> str:
    """Name a file of the program or of a library without the folder that it was installed in."""
    path = Path(file)
    if path.is_relative_to(_ROOT) and "site-packages" not in path.parts:
        return path.relative_to(_ROOT).as_posix()
    if "site-packages" in path.parts:
        return "/".join(path.parts[path.parts.index("site-packages") + 1 :])
    return path.name


def _shortened(text: str) -> str:
    return re.sub(r'File "([^"]*)"', lambda found: f'File "{_place(found[1])}"', text)


def _write(folders: Folders, what: str, now: datetime) -> Path | None:
    path = folders.logs / f"crash-{now:%Y%m%d-%H%M%S}.txt"
    about = [f"Centromere {VERSION}", f"{platform.system()} {platform.release()} {platform.machine()}"]
    about.append(f"Python {platform.python_version()}")
    for library in _LIBRARIES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            about.append(f"{library} {metadata.version(library)}")
    text = "\n".join((_HEAD, *about, "", what.rstrip(), ""))
    try:
        write_whole(path, lambda beside: beside.write_text(text, encoding="utf-8"))
        for old in sorted(folders.logs.glob("crash-*.txt"))[:-_KEPT]:
            old.unlink(missing_ok=True)
    except (StorageError, OSError):
        return None
    return path
