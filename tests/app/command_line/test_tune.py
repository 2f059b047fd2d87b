from __future__ import annotations

import argparse
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.command_line import import_archives, tune
from app.command_line.tuning_process import TuningTurn
from core.domain.bands import CLASSES
from core.errors import StorageError
from core.learning.example_store import ExampleStore
from models.evaluation.reference_cells import simulated_example


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CENTROMERE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """One cell of eight drawn chromosomes, as single crops."""
    drawn = simulated_example(103)
    rows = ["file,class,cell,case,p_dx,p_dy"]
    path = tmp_path / "crops_gband.zip"
    with zipfile.ZipFile(path, "w") as made:
        for number, (one, index) in enumerate(
            zip(drawn.chromosomes[:8], drawn.truth.classes[:8], strict=True)
        ):
            grey = np.where(one.mask, 255 - 255 * one.stain, 255).astype(np.uint8)
            made.writestr(f"{number}.png", cv2.imencode(".png", grey)[1].tobytes())
            rows.append(f"{number}.png,{CLASSES[index]},cell,case,,")
        made.writestr("index.csv", "\n".join(rows) + "\n")
    return path


def run_import(*words: str) -> int:
    parser = argparse.ArgumentParser()
    import_archives.add_arguments(parser)
    return import_archives.run(parser.parse_args(words))


def test_that_an_archive_taken_in_twice_adds_nothing(
    home: Path, archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_import(str(archive), "--by", "first") == 0
    assert "1 cells taken in, 0 known already; 8 chromosomes" in capsys.readouterr().out
    assert run_import(str(archive), "--by", "first", "--checked-by", "second") == 0
    assert "0 cells taken in, 1 known already" in capsys.readouterr().out
    (facts,) = ExampleStore(home / "learning" / "examples").all()
    assert (facts.by, facts.checked_by, facts.named) == ("first", "second", 8)


def test_that_one_person_cannot_check_themselves(
    home: Path, archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_import(str(archive), "--by", "first", "--checked-by", "First") == 2
    assert "two persons" in capsys.readouterr().err
    assert not (home / "learning").exists()


def test_that_an_empty_queue_is_told(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    tune.add_arguments(parser)
    assert tune.run(parser.parse_args(["--quick"])) == 2
    assert "expected confirmed cells to learn from, got none" in capsys.readouterr().err
    assert not list((home / "weights").iterdir())


def test_that_two_do_not_tune_at_once_and_a_killed_one_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "tune.lock"
    with TuningTurn(path), pytest.raises(StorageError, match="another tuning runs"), TuningTurn(path):
        pass
    path.write_text("999999999", encoding="ascii")
    with TuningTurn(path):
        assert path.exists()
    assert not path.exists()
