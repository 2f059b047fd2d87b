from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from core.analysis.common_axis import SLACK, lay_on_axis
from core.analysis.homologs import StraightChromosome, grey_range_of, lay_straight, measures_of
from core.analysis.measure_table import COLUMNS, csv_of, measure_rows
from tests.synthetic import simulated_cell


def straight(profile: np.ndarray, centromere: float | None) -> StraightChromosome:
    image = np.full((len(profile), 9), 200, dtype=np.uint8)
    return StraightChromosome(image=image, profile=profile.astype(np.float32), centromere=centromere)


def bands(rows: int, bend: float = 0.0) -> np.ndarray:
    t = np.linspace(0, 1, rows)
    t = t + bend * np.sin(np.pi * t)
    return 0.5 + 0.3 * np.sin(17 * t) + 0.15 * np.cos(37 * t)


def test_that_arms_lie_on_arms_whatever_the_lengths():
    axis = lay_on_axis([straight(bands(80), 30.0), straight(bands(120), 45.0)], waist=0.3)
    assert axis.waist == 0.3
    assert np.abs(axis.difference(aligned=False)).max() < 0.05
    at = int(0.3 * axis.plain.shape[1])
    assert axis.plain[0, at] == pytest.approx(np.interp(30.0, np.arange(80) + 0.5, bands(80)), abs=0.05)


def test_that_the_warp_undoes_a_little_stretch_and_no_more():
    pair = [straight(bands(100), None), straight(bands(100, 0.03), None)]
    axis = lay_on_axis(pair)
    assert np.abs(axis.difference(aligned=True)).mean() < 0.5 * np.abs(axis.difference(aligned=False)).mean()
    assert np.abs(axis.moved).max() <= SLACK + 0.02
    assert (axis.moved[0] == 0).all()


def test_that_a_lost_band_stays_a_difference_after_the_warp():
    whole = bands(100)
    lost = whole.copy()
    lost[40:60] = whole[40:60].mean()
    axis = lay_on_axis([straight(whole, 35.0), straight(lost, 35.0)])
    heat = np.abs(axis.heat(aligned=True))
    assert heat[96:144].max() > 2.0
    assert heat[:80].max() < 1.0


def test_that_one_chromosome_differs_from_nothing_and_three_from_their_mean():
    one = straight(bands(60), 20.0)
    assert not lay_on_axis([one]).difference(aligned=True).any()
    other = bands(60)
    other[20:40] = other[20:40].mean()
    three = lay_on_axis([one, straight(other, 20.0), one])
    two = lay_on_axis([one, straight(other, 20.0)])
    reach = [np.abs(axis.difference(aligned=False)).max() for axis in (three, two)]
    assert reach[0] == pytest.approx(reach[1] / 2, rel=0.3)


def test_that_a_homolog_that_is_darker_all_along_does_not_differ():
    axis = lay_on_axis([straight(bands(60), 20.0), straight(0.6 * bands(60) + 0.2, 20.0)])
    assert np.abs(axis.difference(aligned=False)).max() < 0.01


def test_that_no_chromosome_has_no_axis():
    with pytest.raises(ValueError, match="at least one"):
        lay_on_axis([])


def test_that_the_table_measures_every_chromosome_in_order():
    cell, picture = simulated_cell("46,XX", seed=100)
    reach = grey_range_of(picture)
    rows = measure_rows(cell, {c.id: lay_straight(picture, c, reach) for c in cell.chromosomes[:5]})
    assert len(rows) == cell.count
    assert [row.chromosome.chromosome_class for row in rows[:4]] == ["1", "1", "2", "2"]
    assert {row.number for row in rows} == {1, 2}
    shares = [row.measures.relative for row in rows if row.chromosome.chromosome_class not in ("X", "Y")]
    assert sum(shares) == pytest.approx(200.0, abs=0.5)
    first = rows[0].measures
    assert first.of_diploid == pytest.approx(first.relative / 2)
    assert 10 * first.length < first.area < 40 * first.length
    assert sum(row.measures.stain is not None for row in rows) == 5
    assert all(0.0 < row.measures.stain < 1.0 for row in rows if row.measures.stain is not None)


def test_that_a_table_holds_what_was_measured():
    cell, _ = simulated_cell("46,XX", seed=100)
    rows = measure_rows(cell)
    read = list(csv.reader(io.StringIO(csv_of("A-1", cell, rows))))
    assert read[0] == ["case", "cell", *COLUMNS]
    assert len(read) == len(rows) + 1
    assert read[1][:3] == ["A-1", cell.label, "1"]
    assert float(read[1][5]) == pytest.approx(rows[0].measures.length, abs=0.001)
    assert read[1][6] == ""


@pytest.mark.parametrize("name", ["=1+2", "+SUM(A1)", "-2", "@cmd", "\tx", "\rx", "|calc"])
def test_that_no_name_is_run_as_a_formula(name):
    cell, _ = simulated_cell("46,XX", seed=100)
    cell = replace(cell, label=name)
    text = csv_of(name, cell, measure_rows(cell)[:2])
    for line in list(csv.reader(io.StringIO(text, newline="")))[1:]:
        assert line[0] == line[1] == f"'{name}"


def test_that_the_clipboard_gets_tabs():
    cell, _ = simulated_cell("46,XX", seed=100)
    text = csv_of("A-1", cell, measure_rows(cell)[:1], separator="\t")
    assert text.splitlines()[0].split("\t")[:3] == ["case", "cell", "class"]


def test_that_an_area_leaves_holes_out():
    cell, _ = simulated_cell("46,XX", seed=100)
    one = cell.chromosomes[0]
    hole = ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0))
    holed = replace(one, outline=replace(one.outline, holes=(hole,)))
    assert measures_of(cell, one, None).area - measures_of(cell, holed, None).area == pytest.approx(16.0)
