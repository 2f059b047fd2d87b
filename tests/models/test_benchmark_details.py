"""What stands behind the rows of the benchmark."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from core.domain.finding import FindingKind
from models.evaluation.changes import (
    ChangeScore,
    at_alarms,
    false_alarms,
    is_plain,
    operating_curve,
    score_change,
    sensitivity,
    write_changes,
)
from models.evaluation.curves import Curve, write_curves
from models.evaluation.details import errors_of, groups_of, reliability, write_details
from models.evaluation.robustness import blurred, compressed, flattened, noisy
from models.evaluation.rows import CellScore
from models.evaluation.worst_cells import draw_cell


def _cells() -> list[CellScore]:
    return [
        CellScore(
            case=f"case {k // 2}", cell=f"cell {k}", annotated=46, predicted=46, matched=46 - k % 3,
            named=46 - k % 3, confidences=[0.9] * 10, correct=[True] * 9 + [False],
            difficulty="plain" if k % 2 else "difficult", crowding=k / 20.0, median_length=60.0 + k,
            right_probability=k / 12.0,
        )
        for k in range(12)
    ]  # fmt: skip


def _predictions() -> list[dict[str, object]]:
    return [
        {"case": "case 0", "truth_id": "1", "pred_id": "a", "truth": "21", "predicted_in_cell": "21"},
        {"case": "case 1", "truth_id": "2", "pred_id": "b", "truth": "21", "predicted_in_cell": "22"},
        {"case": "case 1", "truth_id": "3", "pred_id": "", "truth": "X", "predicted_in_cell": ""},
        {"case": "case 1", "truth_id": "", "pred_id": "c", "truth": "", "predicted_in_cell": "5"},
    ]


def test_that_details_hold_a_line_for_each_class_that_occurs(tmp_path: Path) -> None:
    write_details(tmp_path, _cells(), _predictions())

    with (tmp_path / "classes.csv").open() as file:
        lines = list(csv.reader(file))
    assert [line[0] for line in lines[1:]] == ["21", "X"]
    assert lines[1][1] == "2"
    assert float(lines[1][5]) == pytest.approx(0.5)
    assert float(lines[2][2]) == 0.0
    assert (tmp_path / "reliability.svg").read_text().startswith("<svg")


def test_that_cells_are_grouped_by_difficulty_crowding_and_length() -> None:
    groups = groups_of(_cells())

    assert len(groups["listed difficult"]) == 6
    assert sum(name.startswith("crowding") for name in groups) == 3
    assert sum(name.startswith("chromosome length") for name in groups) == 3


def test_that_the_cell_with_most_to_touch_counts_most_errors() -> None:
    missed = CellScore(case="a", cell="a", annotated=46, predicted=45, matched=45, named=44)
    extra = CellScore(case="a", cell="b", annotated=46, predicted=49, matched=46, named=46)

    assert errors_of(missed) == 2
    assert errors_of(extra) == 3


def test_that_calibrated_answers_lie_on_the_diagonal() -> None:
    rng = np.random.default_rng(0)
    sure = rng.uniform(0.0, 1.0, 6000)

    curve = reliability("drawn", sure.tolist(), (rng.uniform(size=6000) < sure).tolist())

    assert np.abs(np.array(curve.x) - np.array(curve.y)).max() < 0.06


def test_that_too_few_answers_give_no_curve() -> None:
    assert reliability("few", [0.5], [True]).x == ()


def test_that_a_change_found_in_the_wrong_direction_is_not_found() -> None:
    seen = {("21", FindingKind.LOSS): 0.9}

    assert score_change("a", seen, ("21", True)).confidence == ()
    assert score_change("a", seen, ("21", False)).confidence == (0.9,)


def test_that_a_lost_x_called_a_lost_sex_chromosome_is_found() -> None:
    assert score_change("a", {("X", FindingKind.LOSS): 0.8}, ("Y", False)).confidence == (0.8,)


def test_that_the_operating_point_keeps_to_the_alarms_asked_for(tmp_path: Path) -> None:
    cells = [ChangeScore(case=str(k), edited=True, confidence=(0.5 + k / 100,)) for k in range(40)]
    cells += [ChangeScore(case=str(k), edited=False, confidence=(0.6,) if k < 10 else ()) for k in range(40)]

    least, found, alarms = at_alarms(cells, 5.0)

    assert least > 0.6
    assert alarms.value <= 5.0
    assert found.value == pytest.approx(sensitivity(cells, least))
    assert false_alarms(cells) == pytest.approx(25.0)
    assert operating_curve(cells, "both").y[-1] == 1.0
    write_changes(tmp_path, cells)
    assert (tmp_path / "changes_at_five_alarms.csv").read_text().count("\n") == 4


def test_that_only_46_with_pairs_and_an_x_is_plain() -> None:
    pairs = [name for n in range(1, 23) for name in (str(n), str(n))]

    assert is_plain([*pairs, "X", "Y"])
    assert not is_plain([*pairs, "Y", "Y"])
    assert not is_plain([*pairs, "X", "X", "21"])


def test_that_worse_pictures_are_worse_and_the_first_step_changes_nothing() -> None:
    grey = np.tile(np.linspace(20, 235, 64).astype(np.uint8), (48, 1))
    grey[::2] = 255 - grey[::2]

    assert np.array_equal(blurred(grey, 0.0), grey)
    assert np.array_equal(noisy(grey, 0.0), grey)
    assert blurred(grey, 2.0).std() < grey.std()
    assert flattened(grey, 0.5).std() < grey.std()
    assert compressed(grey, 10.0).shape == grey.shape
    assert np.array_equal(noisy(grey, 9.0), noisy(grey, 9.0))


def test_that_curves_are_written_as_table_and_picture(tmp_path: Path) -> None:
    write_curves(tmp_path / "noise", [Curve(name="a < b", x=(0.0, 1.0), y=(1.0, 0.5))], x="noise", y="found")

    assert "a < b,1.0,0.5" in (tmp_path / "noise.csv").read_text()
    assert "a &lt; b" in (tmp_path / "noise.svg").read_text()


def test_that_errors_are_drawn_in_colour() -> None:
    grey = np.full((80, 80), 200, dtype=np.uint8)
    rows = [
        {"truth_id": "1", "pred_id": "", "truth": "3", "predicted_in_cell": "", "box": ("", "", "", "")},
        {"truth_id": "2", "pred_id": "a", "truth": "4", "predicted_in_cell": "5", "box": (40, 40, 70, 70)},
    ]

    picture = draw_cell(grey, np.array([[5.0, 20.0, 30.0, 60.0], [40, 40, 70, 70]]), ("1", "2"), rows)

    assert (picture[20, 10] == (30, 30, 220)).all()
    assert (picture[40, 60] == (0, 140, 255)).all()
