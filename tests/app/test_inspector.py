from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.pages.inspector import Inspector
from app.plots.idiogram import level_near, stretched
from core.analysis.homologs import band_agreement, grey_range_of, haploid_length_of, lay_straight, measures_of
from core.editing.operations import Turn
from tests.app.simulated import fill_case
from tests.synthetic import simulated_cell


class Look:
    """An inspector beside an open cell."""

    def __init__(self, workplace, until) -> None:
        self.session, self.until = workplace.session, until
        self.inspector = Inspector(self.session)
        self.inspector.resize(900, 200)
        self.inspector.show()
        self.session.open_case(fill_case(workplace, cells=1))
        until(lambda: self.session.picture is not None)

    def of_class(self, name: str):
        return [c for c in self.session.cell.chromosomes if c.chromosome_class == name]

    @property
    def titles(self) -> list[str]:
        return [column.title.text() for column in self.inspector.columns.shown]


@pytest.fixture
def look(workplace, until):
    look = Look(workplace, until)
    yield look
    look.inspector.close()
    look.inspector.deleteLater()


def test_that_the_whole_cell_is_shown_while_nothing_is_selected(look):
    look.until(lambda: "47 chromosomes" in look.inspector.summary.count.text())
    assert look.inspector.summary.isVisible()
    assert "Quality" in look.inspector.summary.quality.text()
    assert "21: 3" in look.inspector.summary.counts.accessibleName()


def test_that_one_selected_chromosome_is_compared_with_its_homologs(look):
    look.session.select({look.of_class("21")[0].id})
    look.until(lambda: len(look.titles) == 3)
    assert look.inspector.plot.shown == 3
    assert [column.chosen for column in look.inspector.columns.shown].count(True) == 1


def test_that_the_difference_of_homologs_is_shown_plain_and_aligned(look):
    look.session.select({look.of_class("9")[0].id})
    look.until(lambda: len(look.titles) == 2)
    inspector = look.inspector
    assert inspector._aligned.isChecked()
    aligned = inspector.plot.heat.copy()
    inspector._aligned.click()
    assert inspector.plot.heat.shape == aligned.shape
    assert (inspector.plot.heat != aligned).any()


def test_that_one_chromosome_alone_has_no_difference(look):
    look.session.select({look.of_class("Y")[0].id})
    look.until(lambda: len(look.titles) == 1)
    assert look.inspector.plot.heat is None
    assert not look.inspector._aligned.isVisible()


def test_that_the_idiogram_beside_the_homologs_names_its_bands(look):
    look.session.select({look.of_class("1")[0].id})
    look.until(lambda: len(look.titles) == 2)
    pair, seen = look.inspector.pair, []
    pair.band_hovered.connect(seen.append)
    look.until(lambda: pair._axis is not None)
    top, long = pair._axis
    QTest.mouseMove(pair, QPoint(20, round(top + 0.02 * long)))
    look.until(lambda: any(name.startswith("1p36") for name in seen))


def test_that_every_chromosome_is_measured_sorted_and_written(look, tmp_path):
    look.until(lambda: "47 chromosomes" in look.inspector.summary.count.text())
    look.inspector._tabled.click()
    table = look.inspector.table
    look.until(lambda: all(row.measures.stain is not None for row in table.model.rows))
    assert len(table.shown) == 47
    assert table.shown[0].chromosome.chromosome_class == "1"
    table.table.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    lengths = [row.measures.length for row in table.shown]
    assert lengths == sorted(lengths)
    table.write(tmp_path / "measures.csv")
    lines = (tmp_path / "measures.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 48
    assert lines[1].split(",")[2] == table.shown[0].chromosome.chromosome_class
    table.copy()
    assert QGuiApplication.clipboard().text().count("\t") == 48 * 13


def test_that_a_table_that_cannot_be_written_says_why(look, tmp_path):
    look.until(lambda: look.session.cell is not None)
    look.inspector._tabled.click()
    look.until(lambda: look.inspector.table.shown)
    told = []
    look.session.message.connect(told.append)
    (tmp_path / "file").write_text("")
    look.inspector.table.write(tmp_path / "file" / "measures.csv")
    assert told
    assert "cannot be written" in told[-1]


def test_that_chromosomes_of_several_classes_are_compared_as_selected(look):
    look.session.select({look.of_class("9")[0].id, look.of_class("22")[0].id})
    look.until(lambda: len(look.titles) == 2)
    assert all(column.chosen for column in look.inspector.columns.shown)


def test_that_what_a_person_set_is_said(look):
    one = look.of_class("9")[0]
    look.session.do(Turn(ids=(one.id,)))
    look.session.select({one.id})
    look.until(
        lambda: (
            look.inspector.columns.shown
            and "p arm set by a person" in look.inspector.columns.shown[0].decided.text()
        )
    )


def test_that_the_level_of_the_idiogram_follows_the_choice(look):
    look.session.select({look.of_class("9")[0].id})
    look.until(lambda: len(look.titles) == 2)
    assert look.inspector.level == 550
    buttons = look.inspector._level_buttons
    QTest.mouseClick(buttons[850], Qt.MouseButton.LeftButton)
    assert look.inspector.level == 850


@pytest.mark.parametrize(("known", "level"), [(320.0, 400), (480.0, 550), (760.0, 850), (None, 400)])
def test_that_the_idiogram_matches_the_bands_of_the_cell(known, level):
    assert level_near(known, 400) == level


def test_that_arms_are_stretched_to_the_centromere():
    assert stretched(0.0, 0.3, 0.5) == 0.0
    assert stretched(0.3, 0.3, 0.5) == pytest.approx(0.5)
    assert stretched(1.0, 0.3, 0.5) == pytest.approx(1.0)


def test_that_homologs_agree_better_than_strangers_and_lengths_are_kept():
    cell, picture = simulated_cell("46,XX", seed=5)
    grey_range = grey_range_of(picture)
    straight = {c.id: lay_straight(picture, c, grey_range) for c in cell.chromosomes}
    pairs = {}
    for c in cell.chromosomes:
        pairs.setdefault(c.chromosome_class, []).append(straight[c.id])
    own = [band_agreement(*pairs[str(n)]) for n in range(1, 13)]
    strange = [band_agreement(pairs[str(n)][0], pairs[str(n % 12 + 1)][1]) for n in range(1, 13)]
    assert sum(own) / 12 > sum(strange) / 12 + 0.3
    haploid = haploid_length_of(cell)
    assert haploid is not None
    for c in cell.chromosomes:
        measures = measures_of(cell, c, haploid)
        assert abs(len(straight[c.id].profile) - measures.length) <= max(1.0, 0.03 * measures.length)
    ones = [measures_of(cell, c, haploid).relative for c in cell.chromosomes if c.chromosome_class == "1"]
    assert all(7.5 < share < 10.5 for share in ones)
