"""`verify-graphics`: draw a picture with Qt and with OpenGL, read it back, and say what drew it, as JSON.

It is a process of its own: Qt ends the process where it finds no usable screen, and a broken driver may.
"""

from __future__ import annotations

import argparse
import json
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options: there are none."""


def run(arguments: argparse.Namespace) -> int:
    """Look, and write one line of JSON; returns 0 also where there are faults, they are in the line."""
    # Imported here: the options are told on computers without a screen and without its libraries.
    from PySide6.QtGui import QGuiApplication

    from app.graphics_drawing import seen_by

    sys.stdout.write(json.dumps(seen_by(QGuiApplication([sys.argv[0]]))) + "\n")
    return 0
