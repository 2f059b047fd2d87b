"""Imports the heavy part of napari ahead of the first Case."""

from __future__ import annotations

import importlib
import threading


def warm_up() -> threading.Thread:
    """Import what needs no GUI thread in the background; the first Case then opens sooner."""
    thread = threading.Thread(
        target=lambda: importlib.import_module("napari.components"), name="warm-up", daemon=True
    )
    thread.start()
    return thread
