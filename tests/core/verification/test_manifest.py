"""The manifest of an installation: whatever changed after shipping is named."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest

from core.errors import StorageError
from core.progress import CallbackProgress, Cancelled
from core.verification.manifest import (
    MANIFEST_NAME,
    faults_against,
    files_below,
    find_manifest,
    read_manifest,
    write_manifest,
)

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A copy of what is shipped, with its manifest."""
    root = tmp_path / "Centromere"
    for name in ("core", "resources", "installers"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "main.py", root)
    (root / "name with blanks äö.txt").write_text("text", encoding="utf-8")
    (root / "empty").write_bytes(b"")
    if os.name != "nt":
        (root / "link").symlink_to("main.py")
        (root / "folder").symlink_to("core", target_is_directory=True)
    write_manifest(root)
    return root


def _named(root: Path) -> set[str]:
    return {fault.file for fault in faults_against(read_manifest(root / MANIFEST_NAME))}


def _flip(path: Path, position: int, bit: int) -> None:
    # In place, with the old size and the old time: nothing but the byte tells.
    before = path.stat()
    with path.open("r+b") as file:
        file.seek(position)
        (byte,) = file.read(1)
        file.seek(position)
        file.write(bytes([byte ^ (1 << bit)]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_that_an_installation_as_shipped_has_no_fault(installed: Path) -> None:
    assert _named(installed) == set()
    manifest = read_manifest(installed / MANIFEST_NAME)
    assert len(manifest.files) > 200
    assert "core/verification/manifest.py" in manifest.files


def test_that_every_one_of_a_hundred_random_single_bytes_is_named(installed: Path) -> None:
    chance = random.Random(20261124)
    files = [path for path in files_below(installed) if not path.is_symlink() and path.stat().st_size]
    # Weighed by size, as chance would hit them, but no file twice.
    sizes = [path.stat().st_size for path in files]
    hit: dict[str, Path] = {}
    while len(hit) < 50:
        path = chance.choices(files, sizes if len(hit) < 10 else None)[0]
        hit[path.relative_to(installed).as_posix()] = path
    for _round in range(2):  # the second fifty at other places of the same files
        flipped = [(p, chance.randrange(p.stat().st_size), chance.randrange(8)) for p in hit.values()]
        for path, position, bit in flipped:
            _flip(path, position, bit)
        assert _named(installed) == set(hit)
        for path, position, bit in flipped:
            _flip(path, position, bit)
    assert _named(installed) == set()


def test_that_any_changed_byte_of_the_manifest_itself_is_noticed(installed: Path) -> None:
    path = installed / MANIFEST_NAME
    chance = random.Random(7)
    places = {0, path.stat().st_size - 1, *(chance.randrange(path.stat().st_size) for _ in range(40))}
    for position in places:
        bit = chance.randrange(8)
        _flip(path, position, bit)
        with pytest.raises(StorageError, match=MANIFEST_NAME):
            read_manifest(path)
        _flip(path, position, bit)
    read_manifest(path)


def test_that_missing_added_and_cut_files_are_named(installed: Path) -> None:
    (installed / "main.py").unlink()
    (installed / "core" / "numpy.py").write_text("print('not ours')")
    with (installed / "core" / "atomic.py").open("a") as file:
        file.write("#")
    (installed / "core" / "__pycache__").mkdir()
    (installed / "core" / "__pycache__" / "atomic.cpython-311.pyc").write_bytes(b"made later")
    said = {str(fault) for fault in faults_against(read_manifest(installed / MANIFEST_NAME))}
    assert len(said) == 3
    assert "main.py is missing" in said
    assert "core/numpy.py was not shipped" in said
    assert any(line.startswith("core/atomic.py has ") for line in said)


@pytest.mark.skipif(os.name == "nt", reason="links need rights that people on Windows do not have")
def test_that_a_link_that_leads_elsewhere_is_named(installed: Path) -> None:
    (installed / "link").unlink()
    (installed / "link").symlink_to("empty")
    (installed / "folder").unlink()
    assert _named(installed) == {"link", "folder"}


def test_that_what_the_installer_makes_later_is_left_apart(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("")
    write_manifest(tmp_path, apart=(".venv",))
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "pyvenv.cfg").write_text("")
    assert _named(tmp_path) == set()
    (tmp_path / "core" / ".venv").mkdir(parents=True)
    (tmp_path / "core" / ".venv" / "more.py").write_text("")
    assert _named(tmp_path) == {"core/.venv/more.py"}


def test_that_the_manifest_is_found_above_the_program(tmp_path: Path) -> None:
    program = tmp_path / "Centromere" / "program"
    program.mkdir(parents=True)
    assert find_manifest(program) is None
    written = write_manifest(tmp_path / "Centromere")
    assert find_manifest(program) == written


def test_that_looking_can_be_cancelled(installed: Path) -> None:
    progress = CallbackProgress()
    progress.cancel()
    with pytest.raises(Cancelled):
        faults_against(read_manifest(installed / MANIFEST_NAME), progress)
