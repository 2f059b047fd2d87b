"""Curves as a table and as a plain SVG picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from core.atomic import whole_file
from core.spreadsheet import TableWriter

_COLOURS: Final = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf")
_WIDTH, _HEIGHT, _EDGE = 520, 400, 56


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Points of one curve, in the order of `x`."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]


def write_curves(path: Path, curves: Sequence[Curve], *, x: str, y: str, diagonal: bool = False) -> None:
    """Write `path` with the suffixes ``.csv`` and ``.svg``.

    Parameters
    ----------
    path
        Without suffix.
    curves
        What to show; empty ones are left out.
    x, y
        Words at the axes.
    diagonal
        Whether to draw y = x, on which calibrated probabilities lie.
    """
    drawn = [curve for curve in curves if curve.x]
    points = [(c.name, round(a, 5), round(b, 5)) for c in drawn for a, b in zip(c.x, c.y, strict=True)]
    write_table(path.with_suffix(".csv"), ("curve", x, y), points)
    with whole_file(path.with_suffix(".svg")) as unfinished:
        unfinished.write_text(_svg(drawn, x, y, diagonal=diagonal), encoding="utf-8")


def write_table(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table as CSV, whole or not at all."""
    with whole_file(path) as unfinished, unfinished.open("w", newline="", encoding="utf-8") as file:
        writer = TableWriter(file)
        writer.row(head)
        writer.rows(rows)


def _svg(curves: Sequence[Curve], x: str, y: str, *, diagonal: bool) -> str:
    xs = [value for curve in curves for value in curve.x] or [0.0, 1.0]
    ys = [value for curve in curves for value in curve.y] or [0.0, 1.0]
    low_x, high_x = (0.0, 1.0) if diagonal else (min(xs), max(xs))
    low_y, high_y = (0.0, 1.0) if diagonal else (min(0.9, *ys), 1.0)
    span_x, span_y = max(high_x - low_x, 1e-9), max(high_y - low_y, 1e-9)

    def place(a: float, b: float) -> str:
        left = _EDGE + (a - low_x) / span_x * (_WIDTH - 2 * _EDGE)
        upper = _HEIGHT - _EDGE - (b - low_y) / span_y * (_HEIGHT - 2 * _EDGE)
        return f"{left:.1f},{upper:.1f}"

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}" '
        f'font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<path d="M{_EDGE},{_EDGE} V{_HEIGHT - _EDGE} H{_WIDTH - _EDGE}" fill="none" stroke="#444"/>',
        f'<text x="{_WIDTH / 2}" y="{_HEIGHT - 14}" text-anchor="middle">{escape(x)}</text>',
        f'<text x="16" y="{_HEIGHT / 2}" text-anchor="middle" transform="rotate(-90 16 {_HEIGHT / 2})">'
        f"{escape(y)}</text>",
    ]
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        a, b = low_x + share * span_x, low_y + share * span_y
        left, _ = place(a, low_y).split(",")
        _, upper = place(low_x, b).split(",")
        parts.append(f'<text x="{left}" y="{_HEIGHT - _EDGE + 16}" text-anchor="middle">{a:.3g}</text>')
        parts.append(f'<text x="{_EDGE - 6}" y="{upper}" text-anchor="end">{b:.3g}</text>')
    if diagonal:
        parts.append(f'<polyline points="{place(0, 0)} {place(1, 1)}" fill="none" stroke="#bbb"/>')
    for index, curve in enumerate(curves):
        colour = _COLOURS[index % len(_COLOURS)]
        points = " ".join(place(a, b) for a, b in zip(curve.x, curve.y, strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        line = _EDGE - 24 + 15 * index
        parts.append(f'<text x="{_EDGE + 10}" y="{line}" fill="{colour}">{escape(curve.name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"
