"""Imports the heavy part of napari ahead of the first Case."""

from __future__ import annotations

import importlib
import threading


def warm_up() -> threading.Thread:
    """Import what needs no GUI thread in the background; the first Case then opens sooner."""
    thread = threading.Thread(target=_import, name="warm-up", daemon=True)
    thread.start()
    return thread


def _import() -> None:
    for module in ("napari.components", "scipy.signal"):
        importlib.import_module(module)
