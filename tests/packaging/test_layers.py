"""The contracts of the layers hold, and a breach of them is noticed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def contracts_in(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lint-imports"
    return subprocess.run(
        [program, "--no-cache", "--no-logo"], check=False, capture_output=True, text=True, cwd=folder
    )


def test_that_the_contracts_of_the_layers_hold() -> None:
    answer = contracts_in(ROOT)
    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("core/breach.py", "import PySide6", "core knows no Qt"),
        ("core/breach.py", "import models.inference", "never the other way"),
        ("models/breach.py", "import torch", "torch is imported in models.networks"),
        ("models/evaluation/breach.py", "import onnxruntime", "onnxruntime is imported"),
        ("app/breach.py", "import models.networks.breach", "app never reaches torch"),
        ("app/pages/breach.py", "from napari.layers import Labels", "napari is imported in app.canvas only"),
        ("app/pages/breach.py", "import pyqtgraph", "pyqtgraph is imported in app.plots only"),
        ("app/command_line/breach.py", "from PySide6 import QtCore", "the command line needs no Qt"),
    ],
)
def test_that_a_breach_is_noticed(tmp_path: Path, module: str, line: str, contract: str) -> None:
    for package in ("core", "models", "app"):
        for initial in (ROOT / package).rglob("__init__.py"):
            copy = tmp_path / initial.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text('"""Empty."""\n', encoding="utf-8")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "models" / "networks" / "breach.py").write_text("import torch\n", encoding="utf-8")
    assert contracts_in(tmp_path).returncode == 0
    (tmp_path / module).write_text(line + "\n", encoding="utf-8")
    answer = contracts_in(tmp_path)
    assert answer.returncode == 1
    broken = " ".join(answer.stdout.partition("Broken contracts")[2].split())
    assert contract in broken
