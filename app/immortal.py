"""Keeps `True`, `False` and `None` alive whatever the Qt binding does to their reference counts.

`Signal.emit` of PySide6 6.12.0 returns `True` without taking a reference to it: with Python 3.11 each emit
takes one reference away, and after some thousands the interpreter ends with "deallocating True or False".
Every call of Qt that returns nothing does the same to `None`; 6.11.3 does neither.
Python 3.12 and later never count these references.
"""

from __future__ import annotations

import ctypes
import sys

_MANY = 1 << 40


def make_booleans_immortal() -> None:
    """Give them so many references that no error can use them up; does nothing twice."""
    if sys.implementation.name != "cpython" or sys.version_info >= (3, 12):
        return
    for value in (True, False, None):
        if sys.getrefcount(value) < _MANY // 2:
            ctypes.c_ssize_t.from_address(id(value)).value += _MANY
