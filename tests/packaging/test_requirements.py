"""The pins: complete, hashed, and free of packages that must never be installed."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from installers.lock import blocks_of, groups_of

ROOT = Path(__file__).resolve().parents[2]
LOCKED = ("run", "train", "test", "bundle")


def pins_of(group: str) -> dict[str, str]:
    return blocks_of((ROOT / "installers" / "requirements" / f"{group}.txt").read_text(encoding="utf-8"))


def project() -> dict[str, object]:
    table: dict[str, object] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return table


@pytest.mark.parametrize("group", LOCKED)
def test_that_every_pinned_requirement_has_a_hash(group: str) -> None:
    pins = pins_of(group)
    assert pins
    assert [name for name, block in pins.items() if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("group", LOCKED)
def test_that_no_line_of_a_lock_file_is_anything_but_a_pin_a_hash_or_a_comment(group: str) -> None:
    text = (ROOT / "installers" / "requirements" / f"{group}.txt").read_text(encoding="utf-8")
    allowed = re.compile(r"#|[A-Za-z0-9._-]+(\[[^\]]*\])?==[^\s;]+|    --hash=sha256:[0-9a-f]{64}( \\)?$")
    assert [line for line in text.splitlines() if not allowed.match(line)] == []


def test_that_no_package_is_pinned_twice() -> None:
    names = [name for group in LOCKED for name in pins_of(group)]
    assert sorted(names) == sorted(set(names))


def test_that_everything_asked_for_in_pyproject_is_pinned() -> None:
    groups, torch = groups_of(project())
    pinned = {name for group in LOCKED for name in pins_of(group)}
    asked = {
        re.sub(r"[-_.]+", "-", found.group()).lower()
        for names in groups.values()
        for name in names
        if (found := re.match(r"[A-Za-z0-9._-]+", name))
    }
    assert asked - pinned == set()
    assert torch == (ROOT / "installers" / "requirements" / "torch.txt").read_text(encoding="utf-8").split()


def test_that_one_qt_binding_and_one_opencv_are_installed() -> None:
    pinned = {name for group in LOCKED for name in pins_of(group)}
    assert {name for name in pinned if re.match(r"pyqt\d|pyside\d", name)} == {"pyside6-essentials"}
    assert {name for name in pinned if name.startswith("opencv")} == {"opencv-python-headless"}
    assert {name for name in pinned if name.startswith("onnxruntime")} == {"onnxruntime"}


def test_that_nothing_brings_torch_cuda_or_a_licence_we_cannot_ship() -> None:
    pinned = {name for group in LOCKED for name in pins_of(group)}
    never = {"torch", "pylibjpeg-libjpeg", "pymupdf", "opencv-python", "iscn-authenticator"}
    assert pinned & never == set()
    assert [name for name in pinned if name.startswith("nvidia")] == []


def test_that_a_lock_file_is_split_into_one_block_a_package() -> None:
    lock = (
        "# comment\n"
        "alpha==1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n"
        "Beta_Two[extra]==2 ; sys_platform == 'win32' \\\n    --hash=sha256:cc\n"
    )
    assert blocks_of(lock) == {
        "alpha": "alpha==1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n",
        "beta-two": "Beta_Two[extra]==2 ; sys_platform == 'win32' \\\n    --hash=sha256:cc\n",
    }
