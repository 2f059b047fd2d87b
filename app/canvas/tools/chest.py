"""All tools of the canvas by their names."""

from __future__ import annotations

from collections.abc import Callable

from app.canvas.tools.axis import AxisTool
from app.canvas.tools.base import CanvasTool
from app.canvas.tools.brush import BrushTool, EraseTool
from app.canvas.tools.contour import ContourTool
from app.canvas.tools.crossing import CornersTool, StrokesTool
from app.canvas.tools.cut import CutTool, FreeCutTool
from app.canvas.tools.kinds import Tool
from app.canvas.tools.lasso import LassoTool, PolygonTool
from app.canvas.tools.magic import MagicTool
from app.outlining import Outlining
from app.session import CaseSession

_KINDS: dict[Tool, type[CanvasTool]] = {
    Tool.CUT: CutTool,
    Tool.CUT_FREE: FreeCutTool,
    Tool.OVERLAP: StrokesTool,
    Tool.CORNERS: CornersTool,
    Tool.BRUSH: BrushTool,
    Tool.ERASE: EraseTool,
    Tool.LASSO: LassoTool,
    Tool.POLYGON: PolygonTool,
    Tool.CONTOUR: ContourTool,
    Tool.MAGIC: MagicTool,
    Tool.AXIS: AxisTool,
}


def all_tools(
    outlining: Outlining, session: CaseSession, redraw: Callable[[], None]
) -> dict[Tool, CanvasTool]:
    """Make one of each."""
    return {name: kind(outlining, session, redraw) for name, kind in _KINDS.items()}
