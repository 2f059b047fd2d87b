from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from core.domain.metaphase import Banding
from core.learning.examination import Examination, drawn, part
from core.learning.example_store import Facts


def facts(case: str, cell: int, *, checked_by: str = "second", **changed: object) -> Facts:
    identity = hashlib.sha256(f"{case} {cell}".encode()).hexdigest()[:32]
    one = Facts(
        identity=identity,
        picture=identity,
        case=case,
        cell=f"{case} {cell}",
        source="archive",
        by="first",
        checked_by=checked_by,
        time=datetime(2026, 1, 1, tzinfo=UTC),
        release="shipped",
        banding=Banding.G,
        released=True,
        chromosomes=46,
        named=46,
        changed=2,
        contradicted=0.0,
    )
    return one.model_copy(update=changed)


def queue(cases: int, *, cells: int = 3, checked_by: str = "second") -> list[Facts]:
    return [facts(f"case {c}", k, checked_by=checked_by) for c in range(cases) for k in range(cells)]


def test_that_cells_of_a_case_are_never_parted() -> None:
    parted = part(queue(30))
    learned = {one.case for one in parted.training}
    examined = {one.case for one in parted.examination}
    assert learned
    assert examined
    assert not learned & examined
    assert len(parted.training) + len(parted.examination) == 90


def test_that_nothing_is_examined_on_that_only_one_person_saw() -> None:
    assert part(queue(30, checked_by="")).examination == ()
    assert part(queue(30, checked_by="First")).examination == ()


def test_that_few_checked_cells_still_make_an_examination_that_can_judge() -> None:
    parted = part(queue(20))
    assert len(parted.examination) >= 24
    assert len({one.case for one in parted.examination}) >= 8
    assert len(parted.training) >= 20


def test_that_many_checked_cells_are_mostly_learned_from() -> None:
    parted = part(queue(120))
    assert all(drawn(one.case) < 1 / 3 for one in parted.examination)
    assert len(parted.training) > len(parted.examination)


def test_that_what_was_learned_from_is_never_examined_on() -> None:
    learned = {one.case for one in part(queue(30)).examination}
    parted = part(queue(30), learned_cases=learned)
    assert not learned & {one.case for one in parted.examination}


def test_that_what_was_examined_on_is_never_learned_from() -> None:
    examined = {one.case for one in part(queue(12)).examination}
    more = [*queue(60), *(facts(case, 9, checked_by="") for case in sorted(examined))]
    parted = part(more, examined=examined)
    assert not examined & {one.case for one in parted.training}
    assert examined <= {one.case for one in parted.examination}


def test_that_two_answers_to_one_picture_are_both_held_back() -> None:
    one, other = facts("case 1", 1), facts("case 1", 2, picture=facts("case 1", 1).picture)
    parted = part([one, other])
    assert set(parted.contradictory) == {one, other}
    assert not parted.training
    assert not parted.examination


def test_that_doubted_and_unreleased_cells_are_held_back() -> None:
    doubted, waiting = facts("case 1", 1, contradicted=0.3), facts("case 2", 1, released=False)
    parted = part([doubted, waiting])
    assert parted.doubted == (doubted,)
    assert parted.waiting == (waiting,)
    assert not parted.training


def test_that_every_further_candidate_on_the_same_cells_is_counted(tmp_path: Path) -> None:
    examination = Examination(tmp_path / "examination.json")
    cells = queue(10)
    version = examination.version_of(cells)
    assert version.number == 1
    assert examination.version_of(cells) == version
    for number, candidate in enumerate(("a", "b", "c")):
        assert examination.looks_before(version, candidate) == number
        examination.note_look(version, candidate)
        examination.note_look(version, candidate)
    assert examination.looks_before(version, "a") == 0
    grown = examination.version_of([*cells, facts("case 99", 0)])
    assert grown.number == 2
    # One more cell does not make the others fresh.
    assert examination.looks_before(grown, "d") == 3
    assert examination.version_of(cells) == version
    assert "case 99" in examination.cases
