"""Names of the tools."""

from __future__ import annotations

from enum import Enum


class Tool(Enum):
    """What the left button does on the canvas; the value is the name of the tool's action."""

    SELECT = "select"
    CUT = "cut"
    CUT_FREE = "cut_free"
    OVERLAP = "overlap"
    CORNERS = "overlap_corners"
    BRUSH = "brush"
    ERASE = "erase"
    LASSO = "lasso"
    POLYGON = "polygon"
    CONTOUR = "contour"
    MAGIC = "magic"
    AXIS = "axis"
    COUNT = "count_clicks"
