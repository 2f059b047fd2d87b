"""Originals stay what they were, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import StorageError
from core.store.blobs import Originals

ROOT = Path(__file__).resolve().parents[3]


def leftovers(folder: Path) -> list[Path]:
    return [path for path in folder.rglob(".unfinished-*") if path.is_file()]


@settings(max_examples=25, deadline=None)
@given(content=st.binary(max_size=5000))
def test_that_bytes_come_back_unchanged_under_their_sha256(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as place:
        originals = Originals(Path(place) / "originals")
        sha256 = originals.keep(content)
        assert sha256 == hashlib.sha256(content).hexdigest()
        assert originals.read(sha256) == content
        assert originals.holds(sha256)
        assert leftovers(originals.folder) == []


def test_that_a_file_is_kept_and_stays_where_it_was(tmp_path: Path) -> None:
    source = tmp_path / "x.tif"
    source.write_bytes(b"picture" * 400_000)
    originals = Originals(tmp_path / "originals")
    sha256 = originals.keep(source)
    assert originals.read(sha256) == source.read_bytes()
    assert originals.keep(source.read_bytes()) == sha256
    assert len(list(originals.folder.rglob(sha256))) == 1


def test_that_a_damaged_original_is_noticed_and_healed_by_the_same_image(tmp_path: Path) -> None:
    originals = Originals(tmp_path)
    sha256, other = originals.keep(b"picture"), originals.keep(b"another")
    path = originals.path_of(sha256)
    path.chmod(0o600)
    path.write_bytes(b"pictures")
    with pytest.raises(StorageError, match="changed or damaged"):
        originals.read(sha256)
    assert originals.damaged() == (sha256,)
    originals.keep(b"picture")
    assert originals.read(sha256) == b"picture"
    assert originals.damaged() == ()
    assert originals.read(other) == b"another"


def test_that_an_absent_original_and_a_wrong_name_are_told(tmp_path: Path) -> None:
    originals = Originals(tmp_path)
    with pytest.raises(StorageError, match="is not in"):
        originals.read("0" * 64)
    for name in ("", "../../etc/passwd", "A" * 64, "0" * 63):
        with pytest.raises(ValueError, match="hexadecimal"):
            originals.path_of(name)


@pytest.mark.skipif(os.name == "nt", reason="permissions of Windows are set otherwise")
def test_that_originals_are_for_their_owner_and_read_only(tmp_path: Path) -> None:
    originals = Originals(tmp_path / "home" / "originals")
    path = originals.path_of(originals.keep(b"picture"))
    assert path.stat().st_mode & 0o777 == 0o400
    for folder in (path.parent, path.parent.parent, tmp_path / "home"):
        assert folder.stat().st_mode & 0o077 == 0


def test_that_a_missing_file_cannot_be_kept(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be read"):
        Originals(tmp_path / "originals").keep(tmp_path / "nothing.png")


def test_that_a_store_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match=r"cannot be created|expected a folder"):
        Originals(tmp_path / "file" / "originals").keep(b"picture")
    if sys.platform == "linux":
        with pytest.raises(StorageError, match="cannot be created"):
            Originals(Path("/proc/originals")).keep(b"picture")


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit on the size of files")
def test_that_a_disk_that_fills_up_leaves_nothing_half_written(tmp_path: Path) -> None:
    code = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from core.errors import StorageError; from core.store.blobs import Originals\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "originals = Originals(Path(sys.argv[1]))\n"
        "small = originals.keep(b'small')\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try: originals.keep(b'x' * 3_000_000)\n"
        "except StorageError as error: print(error)\n"
        "assert originals.read(small) == b'small'\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "is full" in done.stdout
    assert "free some space" in done.stdout
    assert leftovers(tmp_path) == []
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions of Windows are set otherwise")
def test_that_a_read_only_folder_says_so() -> None:
    place = Path(tempfile.mkdtemp())
    try:
        place.chmod(0o555)
        code = (
            "import os, sys; from pathlib import Path\n"
            "from core.errors import StorageError; from core.store.blobs import Originals\n"
            "if os.geteuid() == 0: os.setgid(65534); os.setuid(65534)\n"
            "try: Originals(Path(sys.argv[1]) / 'originals').keep(b'picture')\n"
            "except StorageError as error: print(error)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(place)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert "cannot be created" in done.stdout
        assert "writable" in done.stdout
        assert list(place.iterdir()) == []
    finally:
        place.chmod(0o755)
        shutil.rmtree(place)


def test_that_many_may_keep_the_same_image_at_once(tmp_path: Path) -> None:
    originals, content = Originals(tmp_path), os.urandom(200_000)
    names: list[str] = []
    threads = [threading.Thread(target=lambda: names.append(originals.keep(content))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names == [hashlib.sha256(content).hexdigest()] * 8
    assert originals.read(names[0]) == content
    assert leftovers(tmp_path) == []


def test_that_only_old_leftovers_are_swept(tmp_path: Path) -> None:
    originals = Originals(tmp_path)
    sha256 = originals.keep(b"picture")
    fresh = originals.path_of(sha256).parent / ".unfinished-1"
    fresh.write_bytes(b"half")
    assert originals.sweep() == 0
    assert originals.sweep(now=fresh.stat().st_mtime + 90_000) == 1
    assert originals.read(sha256) == b"picture"
