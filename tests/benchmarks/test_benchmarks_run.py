"""The parts of the benchmark run at tiny sizes; how fast they are is measured, never asserted."""

from __future__ import annotations

import pytest

from tests.benchmarks.stopwatch import Row, Times, percentile, table
from tests.benchmarks.time_window import measured, options

pytestmark = pytest.mark.display


def test_that_every_part_of_the_open_window_is_timed(tmp_path):
    tiny = ["--cells=2", "--undos=1", "--moves=3", "--crowd=46,XX", "--cases=20", "--cells-each=1"]
    rows = measured(("cells", "undo", "drag", "worklist"), tmp_path / "home", options().parse_args(tiny))
    figures = [row.figures for row in rows]
    assert len({one["what"] for one in figures}) == len(figures) >= 14
    assert all(one["wall_ms"] > 0 and one["ratio"] > 0 and one["times"] > 0 for one in figures)
    assert table(rows).count("\n") == len(rows) + 1


def test_that_a_line_says_whether_its_median_kept_the_target():
    times = Times(wall=[9.0, 1.0, 2.0], own=[30.0, 1.0, 40.0])
    kept = Row(what="a", times=times, target=5.0, plain="b", plain_ms=0.5).figures
    missed = Row(what="a", times=times, target=5.0, plain="b", plain_ms=0.5, by="own").figures
    assert (kept["kept"], kept["ratio"], kept["wall_99_ms"]) == (True, 4.0, 9.0)
    assert (missed["kept"], missed["own_ms"]) == (False, 30.0)
    assert percentile(list(range(1000)), 0.99) == 990
