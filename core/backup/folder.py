"""A folder of backups: sealed files that appear under their name only when they are whole.

    centromere-backups.json      format, and the key wrapped by the passphrase
    pieces/ab/<name>             one original, model or settings file, sealed; written once for all backups
    backups/<time>/database      the tables, compressed and sealed
    backups/<time>/contents      what the backup holds, sealed
    backups/<time>/checked       that it was restored beside and found equal, sealed

The name of a piece is an HMAC of its SHA-256, so that nobody without the passphrase can tell whether a known
picture is there.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import hmac
import json
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, BinaryIO, Final, cast

from core.backup.contents import Checked, Contents, checked_as_json, read_checked, read_contents
from core.backup.failures import BackupError, Damaged, writing_explained
from core.backup.lock import locked
from core.backup.passphrase import Hardness, WrappedKey, read_wrapped, unwrap, wrap
from core.backup.sealing import Opener, Sealer, derived, sealed_size

HEADER: Final = "centromere-backups.json"
_FORMAT: Final = 1
_UNFINISHED: Final = ".unfinished-"
_NAME: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{6}Z(-\d+)?")
_READ: Final = 1 << 20


class BackupFolder:
    """A folder of backups; `open_folder` and `new_folder` make it.

    Attributes
    ----------
    path
        Where it is.
    wrapped
        Its key, wrapped.
    """

    def __init__(self, path: Path, wrapped: WrappedKey) -> None:
        self.path = path
        self.wrapped = wrapped

    @property
    def identity(self) -> str:
        """Random text by which a kept key knows its folder, wherever the drive appears."""
        return self.wrapped.folder

    def unlock(self, passphrase: str) -> bytes:
        """Give the key; `WrongPassphrase` where the passphrase is another one."""
        return unwrap(self.wrapped, passphrase)

    def change_passphrase(self, before: str, after: str, hardness: Hardness | None = None) -> None:
        """Wrap the key with another passphrase; backups made before open with the new one."""
        key = self.unlock(before)
        self.wrapped = wrap(key, after, self.identity, hardness or self.wrapped.hardness)
        _write_header(self.path, self.wrapped)

    def lock(self) -> AbstractContextManager[None]:
        """Keep other programs from working in this folder."""
        return locked(self.path / ".lock")

    def names(self) -> tuple[str, ...]:
        """Names of all whole backups, the oldest first."""
        with writing_explained(self.path):
            found = [place.name for place in self._backups.iterdir()] if self._backups.is_dir() else []
        return tuple(sorted(name for name in found if _NAME.fullmatch(name)))

    def contents(self, key: bytes, name: str) -> Contents:
        """Read what a backup says about itself; `Damaged` where that cannot be trusted."""
        with self.read(key, name, "contents") as text:
            return read_contents(text.read())

    def checked(self, key: bytes, name: str) -> Checked | None:
        """Read whether a backup was found equal; None where nobody has checked it or that cannot be read."""
        if not (self._backups / name / "checked").exists():
            return None
        try:
            with self.read(key, name, "checked") as text:
                return read_checked(text.read())
        except BackupError:
            return None

    def note_checked(self, key: bytes, name: str, checked: Checked) -> None:
        """Write down that a backup was found equal."""
        place = self._backups / name
        beside = place / f"{_UNFINISHED}{secrets.token_hex(6)}"
        with writing_explained(self.path):
            try:
                _write_sealed(beside, key, f"{name}/checked", gzip.compress(checked_as_json(checked)))
                os.replace(beside, place / "checked")
            finally:
                beside.unlink(missing_ok=True)

    @contextmanager
    def read(self, key: bytes, name: str, part: str) -> Iterator[IO[bytes]]:
        """Open a part of a backup: its `database` as lines, `contents` or `checked`."""
        path = self._backups / name / part
        with _opened(path, key, f"{name}/{part}") as opener:
            try:
                with gzip.GzipFile(fileobj=opener, mode="rb") as inner:
                    yield cast("IO[bytes]", inner)
            except (EOFError, gzip.BadGzipFile) as error:
                raise Damaged(
                    f"the file {path} of the backup is damaged ({error})", "take another"
                ) from error

    @contextmanager
    def begin(self, key: bytes, name: str) -> Iterator[NewBackup]:
        """Give a new backup to fill; it appears under its name when the block ends well."""
        unfinished = self._backups / f"{_UNFINISHED}{secrets.token_hex(6)}"
        with writing_explained(self.path):
            self._header_is_there()
            unfinished.mkdir(parents=True, mode=0o700)
        try:
            yield NewBackup(unfinished, key, name)
            with writing_explained(self.path):
                _sync(unfinished)
                os.rename(unfinished, self._backups / name)
                _sync(self._backups)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)

    def free_name(self, wanted: str) -> str:
        """Tell a name that no backup has yet."""
        name, number = wanted, 1
        while (self._backups / name).exists():
            name, number = f"{wanted}-{number + 1}", number + 1
        return name

    def holds_piece(self, key: bytes, sha256: str, size: int) -> bool:
        """Tell whether a piece is there with the right number of bytes; `read_piece` reads all of it."""
        try:
            return self._piece(key, sha256).stat().st_size == sealed_size(size)
        except FileNotFoundError:
            return False
        except OSError as error:
            with writing_explained(self.path):
                raise error

    def put_piece(self, key: bytes, sha256: str, source: IO[bytes]) -> str:
        """Seal a file; returns its SHA-256, and keeps nothing where that is not the one expected."""
        target = self._piece(key, sha256)
        beside = target.parent / f"{_UNFINISHED}{secrets.token_hex(6)}"
        digest = hashlib.sha256()
        try:
            with writing_explained(self.path):
                self._header_is_there()
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                with _private(beside) as file:
                    sealer = Sealer(file, key, f"piece/{target.name}")
                    while content := _read(source):
                        digest.update(content)
                        sealer.write(content)
                    sealer.finish()
                    _to_disk(file)
                found = digest.hexdigest()
                if found == sha256:
                    os.replace(beside, target)
                return found
        finally:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)

    @contextmanager
    def read_piece(self, key: bytes, sha256: str) -> Iterator[Iterator[bytes]]:
        """Give the content of a piece in parts; `Damaged` after the last where it is another content."""
        path = self._piece(key, sha256)
        with _opened(path, key, f"piece/{path.name}") as opener:
            yield _checked_parts(opener, sha256, path)

    def set_aside(self, key: bytes, sha256: str) -> None:
        """Take the name from a damaged piece; it is removed with those that no backup needs."""
        path = self._piece(key, sha256)
        with writing_explained(self.path):
            os.replace(path, path.with_name(f"{path.name}.damaged"))

    def remove(self, name: str) -> None:
        """Remove a backup; its pieces stay until `sweep`."""
        gone = self._backups / f"{_UNFINISHED}{secrets.token_hex(6)}"
        with writing_explained(self.path):
            os.rename(self._backups / name, gone)  # at once: no half backup under its name
            shutil.rmtree(gone, ignore_errors=True)

    def sweep_unfinished(self) -> int:
        """Remove what a killed program left; only under `lock`. Returns how many files or folders."""
        left = [*self._backups.glob(f"{_UNFINISHED}*"), *self._pieces.glob(f"*/{_UNFINISHED}*")]
        left += self._backups.glob(f"*/{_UNFINISHED}*")
        for place in left:
            if place.is_dir():
                shutil.rmtree(place, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):
                    place.unlink()
        return len(left)

    def sweep_pieces(self, key: bytes, wanted: Callable[[], set[str]]) -> int:
        """Remove pieces that no backup needs; returns how many.

        Parameters
        ----------
        wanted
            SHA-256 of every piece that a backup needs. Where it fails, nothing is removed.
        """
        needed = {self._piece(key, sha256).name for sha256 in wanted()}
        removed = 0
        for path in self._pieces.glob("[0-9a-f][0-9a-f]/*"):
            if path.name not in needed and not path.name.startswith("."):
                with writing_explained(self.path):
                    path.unlink(missing_ok=True)
                removed += 1
        return removed

    def size_of(self, name: str) -> int:
        """Bytes of a backup without its pieces."""
        with contextlib.suppress(OSError):
            return sum(path.stat().st_size for path in (self._backups / name).iterdir())
        return 0

    @property
    def _backups(self) -> Path:
        return self.path / "backups"

    @property
    def _pieces(self) -> Path:
        return self.path / "pieces"

    def _piece(self, key: bytes, sha256: str) -> Path:
        name_key = derived(key, salt=b"", purpose="names of pieces")
        name = hmac.new(name_key, sha256.encode(), "sha256").hexdigest()
        return self._pieces / name[:2] / name

    def _header_is_there(self) -> None:
        # The empty folder on which a drive that is gone was mounted must not be filled.
        if not (self.path / HEADER).is_file():
            raise _absent(self.path)


class NewBackup:
    """A backup that is being written."""

    def __init__(self, folder: Path, key: bytes, name: str) -> None:
        self._folder = folder
        self._key = key
        self.name = name

    @contextmanager
    def part(self, part: str) -> Iterator[IO[bytes]]:
        """Give a file to write to; compressed and sealed."""
        with _private(self._folder / part) as file:
            sealer = Sealer(file, self._key, f"{self.name}/{part}")
            # Level 1: a higher one is slower than the drive and saves little.
            with gzip.GzipFile(fileobj=sealer, mode="wb", compresslevel=1, mtime=0) as inner:
                yield cast("IO[bytes]", inner)
            sealer.finish()
            _to_disk(file)


def open_folder(path: Path) -> BackupFolder:
    """Open a folder of backups.

    Raises
    ------
    BackupError
        Where there is none (a removable drive that is not connected), or one of a newer program.
    """
    try:
        values = json.loads((path / HEADER).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise _absent(path) from error
    except (ValueError, UnicodeDecodeError) as error:
        raise Damaged(f"{path / HEADER} is damaged ({error})", "put back a copy of this file") from error
    except OSError as error:
        raise BackupError(
            f"{path} cannot be read ({error.strerror or error})", "check the drive and its permissions"
        ) from error
    if not isinstance(values, dict) or values.get("format") != _FORMAT:
        raise BackupError(
            f"expected backups of format {_FORMAT} in {path}, got another one",
            "use the version of the program that made them, or a newer one",
        )
    return BackupFolder(path, read_wrapped(values, str(path / HEADER)))


def new_folder(path: Path, passphrase: str, hardness: Hardness | None = None) -> tuple[BackupFolder, bytes]:
    """Make a folder of backups; gives it and its key.

    Raises
    ------
    BackupError
        Where there is one already, the folder cannot be written, or the passphrase is too weak.
    """
    if (path / HEADER).exists():
        raise BackupError(f"there are backups in {path} already", "enter their passphrase")
    key = secrets.token_bytes(32)
    folder = BackupFolder(path, wrap(key, passphrase, secrets.token_hex(16), hardness))
    with writing_explained(path):
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        (path / "backups").mkdir(exist_ok=True, mode=0o700)
        (path / "pieces").mkdir(exist_ok=True, mode=0o700)
        _write_header(path, folder.wrapped)
    return folder, key


def _write_header(path: Path, wrapped: WrappedKey) -> None:
    text = json.dumps({"format": _FORMAT, **wrapped.as_json()}, indent=2) + "\n"
    beside = path / f"{_UNFINISHED}{secrets.token_hex(6)}"
    with writing_explained(path):
        try:
            with _private(beside) as file:
                file.write(text.encode())
                _to_disk(file)
            os.replace(beside, path / HEADER)
            _sync(path)
        finally:
            beside.unlink(missing_ok=True)


def _absent(path: Path) -> BackupError:
    return BackupError(
        f"there are no backups in {path}",
        "connect the drive or choose the folder that holds centromere-backups.json",
    )


@contextmanager
def _opened(path: Path, key: bytes, role: str) -> Iterator[Opener]:
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        raise Damaged(f"the file {path} of the backup is missing", "take another backup") from error
    except OSError as error:
        raise BackupError(
            f"the file {path} of the backup cannot be read ({error.strerror or error})",
            "check the drive and its permissions",
        ) from error
    with file:
        yield Opener(file, key, role, name=str(path))


def _read(source: IO[bytes]) -> bytes:
    try:
        return source.read(_READ)
    except OSError as error:
        raise BackupError(
            f"the file {source.name} cannot be read ({error.strerror or error})",
            "check the drive and its permissions",
        ) from error


def _checked_parts(opener: Opener, sha256: str, path: Path) -> Iterator[bytes]:
    digest = hashlib.sha256()
    while content := opener.read(_READ):
        digest.update(content)
        yield content
    if digest.hexdigest() != sha256:
        raise Damaged(f"the file {path} of the backup holds another picture", "take another backup")


def _write_sealed(path: Path, key: bytes, role: str, content: bytes) -> None:
    with _private(path) as file:
        sealer = Sealer(file, key, role)
        sealer.write(content)
        sealer.finish()
        _to_disk(file)


def _private(path: Path) -> BinaryIO:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o600), "wb", buffering=_READ)


def _to_disk(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:  # some network drives cannot; the files themselves are on the disk
        pass
    finally:
        os.close(descriptor)
