"""The reasoning as a text that people read and a list that programs read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from core.domain.ids import CellId
from core.domain.metaphase import Metaphase
from core.reasoning.step import ReasoningLevel, Steps, of_level
from core.reasoning.words import per_cent

HEADINGS: Final = {
    ReasoningLevel.BANDS: "Bands",
    ReasoningLevel.CHROMOSOME: "Chromosomes",
    ReasoningLevel.CELL: "Cell",
    ReasoningLevel.CASE: "Case",
}
_FOOT: Final = (
    "Every line was computed from this case; nothing is added. An arrow marks what changed an answer."
    " Research use only."
)


def text_of(title: str, steps: Steps) -> str:
    """Write the steps as Markdown, one heading for each level.

    Parameters
    ----------
    title
        Names the cell or the case.
    """
    lines = [f"# {title}", ""]
    for level, heading in HEADINGS.items():
        chosen = of_level(steps, level)
        if not chosen:
            continue
        lines += [f"## {heading}", ""]
        for step in chosen:
            sure = "" if step.probability is None else f" [{per_cent(step.probability)}]"
            hence = f" → {step.hence}" if step.hence else ""
            lines.append(f"- {'**→** ' if step.changed else ''}{step.seen}{sure}{hence}")
        lines.append("")
    lines += [_FOOT, ""]
    return "\n".join(lines)


def json_of(steps: Steps, cells: Sequence[Metaphase]) -> str:
    """Write the steps as JSON: a list of {level, seen, hence, changed, probability, chromosomes, cells}.

    Cells are named by their labels.
    """
    labels: Mapping[CellId, str] = {cell.id: cell.label for cell in cells}
    rows: list[dict[str, Any]] = [
        {
            "level": step.level.value,
            "seen": step.seen,
            "hence": step.hence,
            "changed": step.changed,
            "probability": None if step.probability is None else round(step.probability, 4),
            "chromosomes": list(step.chromosomes),
            "cells": [labels.get(cell, str(cell)) for cell in step.cells],
        }
        for step in steps
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1)
