from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.errors import StorageError
from models.card import MODEL_NAME
from models.registry import newest
from models.releases import (
    NotPassed,
    Release,
    Releases,
    ReleaseState,
    Verdict,
    own_part,
)

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def releases(tmp_path: Path) -> Releases:
    return Releases(tmp_path / "weights")


def tuned(releases: Releases, name: str, verdict: Verdict = Verdict.PASSED) -> Release:
    """A release whose namer is a copy of the shipped one under its own name."""
    folder = releases.folder.parent / f"namer-of-{name}"
    shutil.copytree(newest("namer"), folder)
    base = releases.shipped
    record = Release(
        release=name,
        created=NOON,
        parent=base.release,
        parts={**base.parts, "namer": own_part(folder)},
        verdict=verdict,
    )
    return releases.add(record, {"namer": folder})


def test_that_the_shipped_release_answers_where_nobody_chose(releases: Releases) -> None:
    release, warning = releases.answering()
    assert release == releases.shipped
    assert not warning
    assert [releases.state_of(one) for one in releases.all()] == [ReleaseState.ACTIVE]


def test_that_a_passed_release_is_activated_and_taken_back_step_by_step(releases: Releases) -> None:
    for name in ("tuned-1", "tuned-2"):
        tuned(releases, name)
        releases.activate(name, by="MK", reason="fewer corrections")
    assert releases.answering()[0].release == "tuned-2"
    states = {one.release: releases.state_of(one) for one in releases.all()}
    assert states["tuned-1"] is ReleaseState.RETIRED
    assert releases.rollback(by="MK", reason="worse on focus").release == "tuned-1"
    # A restart reads the same from the files.
    again = Releases(releases.folder)
    assert again.active_name == "tuned-1"
    assert again.rollback(by="MK", reason="back to the start") == again.shipped
    with pytest.raises(StorageError, match="nothing is to be taken back"):
        again.rollback(by="MK", reason="once more")
    assert [turn.by for turn in again.turns] == ["MK"] * 4


@pytest.mark.parametrize("verdict", [Verdict.REFUSED, Verdict.CANDIDATE])
def test_that_only_a_passed_release_is_activated(releases: Releases, verdict: Verdict) -> None:
    tuned(releases, "tuned-1", verdict)
    with pytest.raises(NotPassed):
        releases.activate("tuned-1", by="MK", reason="looks good")
    assert releases.answering()[0] == releases.shipped


def test_that_a_person_and_a_reason_are_asked_for(releases: Releases) -> None:
    tuned(releases, "tuned-1")
    for by, reason in (("", "x"), ("MK", " ")):
        with pytest.raises(StorageError, match="person and a reason"):
            releases.activate("tuned-1", by=by, reason=reason)


def test_that_a_damaged_file_lets_the_shipped_release_answer_and_says_so(releases: Releases) -> None:
    release = tuned(releases, "tuned-1")
    releases.activate("tuned-1", by="MK", reason="fewer corrections")
    network = releases.folder_of(release, "namer") / MODEL_NAME
    content = bytearray(network.read_bytes())
    content[1000] ^= 1
    network.write_bytes(content)
    answering, warning = releases.answering()
    assert answering == releases.shipped
    assert "namer of tuned-1 was altered" in warning
    assert "the shipped models answer" in warning


def test_that_half_a_release_is_never_listed(releases: Releases) -> None:
    base = releases.shipped
    folder = releases.folder.parent / "half"
    shutil.copytree(newest("namer"), folder)
    record = Release(
        release="tuned-1", created=NOON, parts={**base.parts, "namer": own_part(folder)},
        verdict=Verdict.CANDIDATE,
    )  # fmt: skip
    (folder / MODEL_NAME).write_bytes(b"other")
    with pytest.raises(StorageError):
        releases.add(record, {"namer": folder})
    (releases.folder / "tuned-9").mkdir(parents=True)
    assert [one.release for one in releases.all()] == [base.release]
    assert list(releases.folder.iterdir()) == [releases.folder / "tuned-9"]


def test_that_a_record_of_a_newer_program_is_no_release_here(releases: Releases) -> None:
    tuned(releases, "tuned-1")
    path = releases.folder / "tuned-1" / "release.json"
    path.write_text(path.read_text().replace('"schema_version": 1', '"schema_version": 2'))
    assert len(releases.all()) == 1
    with pytest.raises(StorageError, match="newer program"):
        releases.get("tuned-1")


@pytest.mark.parametrize("name", ["../up", "Tuned 1", "shipped-2", ""])
def test_that_a_name_cannot_leave_the_folder(releases: Releases, name: str) -> None:
    record = Release(release=name, created=NOON, parts=releases.shipped.parts)
    with pytest.raises(StorageError, match="expected a name"):
        releases.add(record, {})
