"""Pixel sizes that a microscope can have; resolutions of printers are not among them."""

from __future__ import annotations

import math
from typing import Final

# A 0.4x relay on a 10x objective gives about 1.6 µm, a 100x objective with a small pixel 0.03 µm.
_LEAST_UM: Final = 0.01
_MOST_UM: Final = 2.0
_MOST_UNEVEN: Final = 0.02

MICROMETRES: Final = {
    "m": 1e6,
    "cm": 1e4,
    "mm": 1e3,
    "µm": 1.0,
    "μm": 1.0,
    "um": 1.0,
    "micron": 1.0,
    "microns": 1.0,
    "nm": 1e-3,
    "inch": 25_400.0,
}


def believable(x_um: float | None, y_um: float | None) -> float | None:
    """Take a pixel size where it can be one of a microscope.

    Parameters
    ----------
    x_um, y_um
        Sides of a pixel in micrometres as a file states them.

    Returns
    -------
    float or None
        Micrometres; None where a side is missing, outside 0.01..2 µm, or differs by over 2 %.
    """
    if x_um is None or y_um is None or not (math.isfinite(x_um) and math.isfinite(y_um)):
        return None
    if not (_LEAST_UM <= x_um <= _MOST_UM and _LEAST_UM <= y_um <= _MOST_UM):
        return None
    if abs(x_um - y_um) > _MOST_UNEVEN * max(x_um, y_um):
        return None
    return (x_um + y_um) / 2.0


def from_density(x: float, y: float, *, unit_um: float) -> float | None:
    """Turn pixels per unit into a pixel size; see `believable`."""
    if not (x > 0 and y > 0):
        return None
    return believable(unit_um / x, unit_um / y)
