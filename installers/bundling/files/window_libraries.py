"""Lets the window find its libraries on a system that lacks some: the system's own first, then carried ones.

Python reads this file at every start as `sitecustomize`. It does nothing until PySide6 is imported.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

BUNDLE = Path(sys.prefix).resolve().parent
CARRIED = BUNDLE / "libraries"

find_on_the_system = ctypes.util.find_library


def load(folder: Path) -> None:
    """Load what ``order.txt`` of `folder` names, each from the system where it has it, else from `folder`."""
    for name in (folder / "order.txt").read_text(encoding="utf-8").split():
        try:
            ctypes.CDLL(name)
        except OSError:
            ctypes.CDLL(str(folder / name))


def on_the_system(name: str) -> bool:
    """Tell whether the system has the library `name`."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def find_carried(name: str) -> str | None:
    """Find a library as `ctypes.util.find_library` does, then among the carried ones."""
    found = find_on_the_system(name)
    if found is None:
        for folder in (CARRIED, CARRIED / "graphics"):
            for path in sorted(folder.glob(f"lib{name}.so*")):
                return str(path)
    return found


def provide() -> None:
    """Load the libraries of the window, and name places for what libraries look up in files."""
    graphics = CARRIED / "graphics"
    bare = not on_the_system("libGL.so.1")
    load(CARRIED)
    ctypes.util.find_library = find_carried
    if bare:
        load(graphics)
        os.environ.setdefault("LIBGL_DRIVERS_PATH", str(graphics / "dri"))
        os.environ.setdefault("__EGL_VENDOR_LIBRARY_DIRS", str(graphics))
    share = BUNDLE / "share"
    for variable, usual, carried in (
        ("FONTCONFIG_FILE", "/etc/fonts/fonts.conf", share / "fonts.conf"),
        ("XKB_CONFIG_ROOT", "/usr/share/X11/xkb", share / "X11" / "xkb"),
        ("XLOCALEDIR", "/usr/share/X11/locale", share / "X11" / "locale"),
        ("LIBDRM_DATA", "/usr/share/libdrm", share / "libdrm"),
    ):
        if not os.path.exists(usual) and carried.exists():
            os.environ.setdefault(variable, str(carried))


class BeforeTheWindow(MetaPathFinder):
    """Notices the first import of PySide6, provides the libraries, and leaves."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find nothing itself."""
        if fullname == "PySide6":
            sys.meta_path.remove(self)
            provide()
        return None


if CARRIED.is_dir():
    sys.meta_path.insert(0, BeforeTheWindow())
