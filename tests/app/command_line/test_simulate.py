"""`main.py simulate`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def simulate(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), "simulate", *arguments],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_that_cells_are_written_and_named_as_simulated(tmp_path: Path) -> None:
    done = simulate("47,XY,+21", "--out", str(tmp_path / "new"), "--cells", "2", "--seed", "4")
    assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert names == [
        f"simulated-47_XY_+21.00{cell}.A.{kind}" for cell in (1, 2) for kind in ("png", "truth.json")
    ]
    assert done.stdout.count("\n") == 4


def test_that_a_bad_karyotype_is_one_line_and_status_2(tmp_path: Path) -> None:
    done = simulate("46,XX,t(9;22", "--out", str(tmp_path / "none"))
    assert done.returncode == 2
    assert done.stderr.startswith("46,XX,t(9;22: error at")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "none").exists()


def test_that_a_folder_that_cannot_be_made_is_one_line_and_status_2(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here already")
    done = simulate("46,XX", "--out", str(tmp_path / "file"))
    assert done.returncode == 2
    assert "choose another folder" in done.stderr
