from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.paths import folders
from main import dispatch
from models.registry import newest
from models.releases import Release, Releases, Verdict, own_part


@pytest.fixture
def releases(private_home: Path, tmp_path: Path) -> Releases:
    """A refused and a passed release beside the shipped one."""
    found = Releases(folders().made().weights)
    for name, verdict in (("tuned-1", Verdict.REFUSED), ("tuned-2", Verdict.PASSED)):
        folder = tmp_path / name
        shutil.copytree(newest("namer"), folder)
        base = found.shipped
        record = Release(
            release=name,
            created=datetime(2026, 1, 1, 12, tzinfo=UTC),
            parent=base.release,
            parts={**base.parts, "namer": own_part(folder)},
            verdict=verdict,
        )
        found.add(record, {"namer": folder})
    return found


def states(tmp_path: Path) -> dict[str, str]:
    assert dispatch(["models", "--json", str(tmp_path / "list.json")]) == 0
    return {row["release"]: row["state"] for row in json.loads((tmp_path / "list.json").read_text())}


def test_that_releases_are_listed_activated_and_taken_back(releases, tmp_path, capsys) -> None:
    shipped = releases.shipped.release
    assert states(tmp_path) == {shipped: "active", "tuned-1": "refused", "tuned-2": "passed"}
    asked = ["--by", "MK", "--reason", "fewer corrections"]
    assert dispatch(["models", "activate", "tuned-2", *asked]) == 0
    assert states(tmp_path) == {shipped: "shipped", "tuned-1": "refused", "tuned-2": "active"}
    assert dispatch(["models", "rollback", *asked]) == 0
    assert states(tmp_path) == {shipped: "active", "tuned-1": "refused", "tuned-2": "retired"}
    assert f"{shipped} answers again" in capsys.readouterr().out


def test_that_a_refused_release_is_not_activated(releases, capsys) -> None:
    status = dispatch(["models", "activate", "tuned-1", "--by", "MK", "--reason", "try"])
    assert status == 3
    assert "refused by its examination" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["activate"], ["activate", "none", "--by", "MK", "--reason", "x"], ["activate", "tuned-2"]]
)
def test_that_bad_input_is_told_and_changes_nothing(releases, words, capsys) -> None:
    assert dispatch(["models", *words]) == 2
    assert capsys.readouterr().err
    assert releases.turns == ()
