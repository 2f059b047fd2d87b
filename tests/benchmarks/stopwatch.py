"""Times of the same thing done many times, beside the time of something plain on the same machine."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(kw_only=True)
class Times:
    """Milliseconds of one kind of step.

    Attributes
    ----------
    wall
        By the clock, as a person feels it; a busy machine adds to it.
    own
        Processor time of the thread of the window, or of the whole process for a start.
    """

    wall: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)

    @contextmanager
    def one(self, processor: Callable[[], float] = time.thread_time) -> Iterator[None]:
        """Time one step."""
        wall, own = time.perf_counter(), processor()
        yield
        self.wall.append((time.perf_counter() - wall) * 1e3)
        self.own.append((processor() - own) * 1e3)

    def add(self, wall: float, own: float) -> None:
        """Take note of a step that was timed elsewhere, in milliseconds."""
        self.wall.append(wall)
        self.own.append(own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table.

    Attributes
    ----------
    what
        What was done.
    times
        How long it took.
    target
        Milliseconds it may take; None where nothing was promised.
    by
        "wall" or "own": which of both is held against the target and the baseline.
    plain, plain_ms
        Name of the baseline, and its milliseconds by the same clock.
    """

    what: str
    times: Times
    target: float | None
    plain: str
    plain_ms: float
    by: str = "wall"

    @property
    def figures(self) -> dict[str, Any]:
        """The line as plain values."""
        counted = self.times.wall if self.by == "wall" else self.times.own
        middle = statistics.median(counted)
        return {
            "what": self.what,
            "times": len(counted),
            "wall_ms": round(statistics.median(self.times.wall), 2),
            "wall_99_ms": round(percentile(self.times.wall, 0.99), 2),
            "own_ms": round(statistics.median(self.times.own), 2),
            "own_99_ms": round(percentile(self.times.own, 0.99), 2),
            "by": self.by,
            "target_ms": self.target,
            "kept": None if self.target is None else middle <= self.target,
            "baseline": self.plain,
            "baseline_ms": round(self.plain_ms, 3),
            "ratio": round(middle / self.plain_ms, 1) if self.plain_ms > 0 else None,
        }


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which that share of the values lies; the largest where there are few."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median_ms(
    work: Callable[[], object], times: int = 9, clock: Callable[[], float] = time.perf_counter
) -> float:
    """Median milliseconds of a baseline."""
    taken = []
    for _ in range(times):
        start = clock()
        work()
        taken.append((clock() - start) * 1e3)
    return statistics.median(taken)


def table(rows: Sequence[Row]) -> str:
    """Write the rows as a table in Markdown."""
    lines = [
        "| step | median, 99 % by the clock | median, 99 % processor | target | baseline | ratio |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        f = row.figures
        wall, own = _both(f["wall_ms"], f["wall_99_ms"]), _both(f["own_ms"], f["own_99_ms"])
        if row.by == "wall":
            wall = f"**{wall}**"
        else:
            own = f"**{own}**"
        target = "" if row.target is None else f"{row.target:g} ms {'kept' if f['kept'] else 'missed'}"
        plain = f"{row.plain}: {short(row.plain_ms)}"
        lines.append(f"| {row.what} | {wall} ms | {own} ms | {target} | {plain} ms | {f['ratio']} |")
    return "\n".join(lines)


def short(value: float) -> str:
    """Write milliseconds with as many figures as mean something."""
    return f"{value:.0f}" if value >= 20 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def _both(middle: float, far: float) -> str:
    return f"{short(middle)}, {short(far)}"


def machine() -> str:
    """Tell what else the machine is doing."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()} cores{load}"
    )
