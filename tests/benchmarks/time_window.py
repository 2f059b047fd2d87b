"""How fast the window is: `python -m tests.benchmarks.time_window [--json] [--only undo,drag]`.

Not a test: machines differ, and this one may be busy. It needs a screen; Xvfb with a window manager will do,
with `LIBGL_ALWAYS_SOFTWARE=1 QT_QPA_PLATFORM=xcb`. Each line is held against a plain thing that the same
machine did in the same run, because milliseconds on a busy machine mean little. Targets are those for two
processor cores.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ |= {"NAPARI_CONFIG": "", "QT_API": "pyside6", "PYQTGRAPH_QT_LIB": "PySide6"}

from tests.benchmarks import batch_parts, cell_parts, starting
from tests.benchmarks.bench_window import Bench
from tests.benchmarks.stopwatch import Row, machine, table

PARTS = ("start", "cells", "undo", "drag", "gestures", "worklist")


def measured(parts: tuple[str, ...], home: Path, sizes: argparse.Namespace) -> list[Row]:
    """Measure the parts that are wanted, each start in a process of its own, the rest in one window."""
    rows: list[Row] = []
    if "start" in parts:
        rows += starting.measure(sizes.starts)
    if set(parts) == {"start"}:
        return rows
    bench = Bench(home)
    of_the_window: dict[str, Callable[[], list[Row]]] = {
        "cells": lambda: cell_parts.switching(bench, cells=sizes.cells),
        "undo": lambda: cell_parts.undo(bench, steps=sizes.undos),
        "drag": lambda: cell_parts.drags(bench, moves=sizes.moves, karyotype=sizes.crowd),
        "gestures": lambda: batch_parts.gestures(bench, images=sizes.images, rounds=sizes.rounds),
        "worklist": lambda: batch_parts.worklist(bench, cases=sizes.cases, cells_each=sizes.cells_each),
    }
    for name, work in of_the_window.items():
        if name in parts:
            print(f"{name} ...", file=sys.stderr, flush=True)
            rows += work()
    bench.close()
    return rows


def options() -> argparse.ArgumentParser:
    """Sizes of the run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, with commas: " + ", ".join(PARTS))
    parser.add_argument("--starts", type=int, default=3)
    parser.add_argument("--cells", type=int, default=30)
    parser.add_argument("--undos", type=int, default=15)
    parser.add_argument("--moves", type=int, default=100)
    parser.add_argument("--crowd", default=cell_parts.CROWD, help="karyotype of the cell of the drags")
    parser.add_argument("--images", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--cells-each", type=int, default=20)
    return parser


def main() -> None:
    """Measure and print."""
    sizes = options().parse_args()
    parts = tuple(name for name in PARTS if name in sizes.only.split(","))
    before = machine()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        rows = measured(parts, Path(folder) / "home", sizes)
    if sizes.json:
        print(json.dumps({"machine": before, "rows": [row.figures for row in rows]}, indent=2))
    else:
        print(f"{before} at the start; times in milliseconds, targets held against the bold pair\n")
        print(table(rows))


if __name__ == "__main__":
    main()
