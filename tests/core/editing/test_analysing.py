from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.domain.ids import PersonName
from core.domain.metaphase import MarkKind, PairTick
from core.editing.operations import ClearTick, Refused, TickPair, WriteNotes
from tests.core.analysis.cells import cell_of

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def tick(name: str, cell, person: str = "Maria Keller") -> TickPair:
    ids = tuple(c.id for c in cell.counting if c.chromosome_class == name)
    return TickPair(
        tick=PairTick(chromosome_class=name, person=PersonName(person), time=NOON, chromosomes=ids)
    )


def test_that_a_tick_says_who_compared_which_chromosomes_and_sets_no_mark():
    cell = cell_of("001")
    ticked = tick("7", cell).apply(cell)
    assert ticked.tick("7").person == "Maria Keller"
    assert not ticked.is_stale(ticked.tick("7"))
    assert ticked.marked(MarkKind.ANALYSED) is None
    assert ticked.tick("8") is None


def test_that_a_tick_is_stale_when_another_chromosome_stands_there():
    cell = cell_of("001")
    ticked = tick("7", cell).apply(cell)
    first = next(c for c in ticked.chromosomes if c.chromosome_class == "7")
    renamed = replace(
        ticked,
        chromosomes=tuple(replace(c, chromosome_class="X") if c is first else c for c in ticked.chromosomes),
    )
    assert renamed.is_stale(renamed.tick("7"))


def test_that_a_second_tick_replaces_the_first_and_can_be_cleared():
    cell = cell_of("001")
    twice = tick("7", cell, "Jo Lind").apply(tick("7", cell).apply(cell))
    assert [one.person for one in twice.ticks] == ["Jo Lind"]
    assert ClearTick(chromosome_class="7").apply(twice).ticks == ()


def test_that_ticks_without_a_person_or_a_class_are_refused():
    cell = cell_of("001")
    with pytest.raises(Refused, match="needs a person"):
        tick("7", cell, " ").apply(cell)
    with pytest.raises(Refused, match="no pair 23"):
        tick("23", cell).apply(cell)
    with pytest.raises(Refused, match="not ticked"):
        ClearTick(chromosome_class="7").apply(cell)


def test_that_notes_are_kept_without_blank_ends():
    assert WriteNotes(notes=" 9qh+? \n").apply(cell_of("001")).notes == "9qh+?"
