"""Packages against pins and records."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import importlib
from pathlib import Path

import pytest

from core.verification.packages import Pin, file_faults, read_pins, version_faults

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def stain_pen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installed package of two files."""
    code = tmp_path / "stain_pen" / "code.py"
    code.parent.mkdir()
    code.write_bytes(b"ink = 1\n")
    digest = base64.urlsafe_b64encode(hashlib.sha256(b"ink = 1\n").digest()).rstrip(b"=").decode()
    about = tmp_path / "stain_pen-2.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Name: stain-pen\nVersion: 2.0\n")
    (about / "RECORD").write_text(f"stain_pen/code.py,sha256={digest},8\nstain_pen-2.0.dist-info/RECORD,,\n")
    monkeypatch.syspath_prepend(tmp_path)
    return code


def test_that_the_pins_of_this_system_are_read() -> None:
    pins = {pin.name: pin.version for pin in read_pins(ROOT / "installers" / "requirements" / "run.txt")}
    assert "numpy" in pins
    assert "pyside6-essentials" in pins
    assert len(pins) > 90


def test_that_wrong_and_absent_versions_are_named(stain_pen: Path) -> None:
    pins = (
        Pin(name="stain-pen", version="2.0"),
        Pin(name="stain_pen", version="2.1"),
        Pin(name="no-such-pen", version="1.0"),
    )
    assert [str(fault) for fault in version_faults(pins)] == [
        "stain_pen is version 2.0, expected 2.1",
        "no-such-pen is not installed, expected 1.0",
    ]
    assert len(version_faults(pins, absent_is_fault=False)) == 1


def test_that_a_changed_or_missing_file_of_a_package_is_named(stain_pen: Path) -> None:
    # Once imported, the newer reader of metadata answers for everybody, and leaves missing files out.
    with contextlib.suppress(ImportError):
        importlib.import_module("importlib_metadata")
    pins = (Pin(name="stain-pen", version="2.0"),)
    assert file_faults(pins) == (1, ())
    stain_pen.write_bytes(b"ink = 2\n")
    (fault,) = file_faults(pins)[1]
    assert str(fault) == "stain_pen/code.py is not as it was installed (package stain-pen)"
    stain_pen.unlink()
    (fault,) = file_faults(pins)[1]
    assert "is missing" in str(fault)
