"""The content of a signed pack: its manifest, and files whose places and hashes the manifest tells."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from core.installation.sealed import PackRefused, check_signature, seal

MANIFEST: Final = "manifest.json"
KINDS: Final = ("update", "packages", "models")
_LONGEST_MANIFEST: Final = 16 << 20
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_VERSION: Final = re.compile(r"\d{1,4}(\.\d{1,4}){1,3}")
#: Names that Windows gives to devices, whatever follows the dot.
_DEVICES: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_ASK: Final = "ask for the pack again where it came from; nothing was installed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedFile:
    """A file of a pack: its size in bytes and its SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """What a pack says of itself.

    Parameters
    ----------
    kind
        One of KINDS: a new version of the program, packages of Python, or weights.
    name, version
        What it is (`centromere`, `training`, `engines`, name of the models) and which.
    platform
        System and processor it is for, `any` for weights.
    files
        Place inside the pack to size and hash.
    """

    kind: str
    name: str
    version: str
    platform: str
    files: Mapping[str, PackedFile]


def check_place(name: str) -> PurePosixPath:
    """Tell the place that `name` of an archive means, below the folder it is unpacked to.

    Raises
    ------
    PackRefused
        Where it would lead out of that folder, or means different places on different systems.
    """
    parts = name.split("/")
    strange = any(character in '\\:*?"<>|' or ord(character) < 32 for character in name)
    if not name or strange or unicodedata.normalize("NFC", name) != name:
        raise PackRefused(f"the pack holds a file whose name is not allowed: {name!r}", _ASK)
    if any(
        part in ("", ".", "..") or part.endswith((".", " ")) or _DEVICES.fullmatch(part) for part in parts
    ):
        raise PackRefused(f"the pack holds a file that would be written outside its folder: {name!r}", _ASK)
    return PurePosixPath(*parts)


def read_manifest(text: bytes) -> Pack:
    """Read a manifest.

    Raises
    ------
    PackRefused
        Where it is not as expected.
    """
    try:
        found = json.loads(text)
        if found["format"] != 1 or found["kind"] not in KINDS:
            raise PackRefused(
                "the pack was made for a newer version of the program", "update the program first"
            )
        pack = Pack(
            kind=str(found["kind"]),
            name=str(found["name"]),
            version=str(found["version"]),
            platform=str(found["platform"]),
            files={
                str(name): PackedFile(size=int(told["bytes"]), sha256=str(told["sha256"]))
                for name, told in dict(found["files"]).items()
            },
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise PackRefused(f"the list of files in the pack cannot be read ({error})", _ASK) from error
    if not _NAME.fullmatch(pack.name) or not _VERSION.fullmatch(pack.version):
        raise PackRefused(f"expected a name and a version, got {pack.name!r} and {pack.version!r}", _ASK)
    for name in pack.files:
        check_place(name)
    if len({name.casefold() for name in pack.files}) != len(pack.files):
        raise PackRefused("the pack holds two files whose names differ in capitals only", _ASK)
    return pack


class OpenPack:
    """A pack whose signature was checked; its files are checked as they are read.

    Use as a context manager. The file stays open from the check to the last read, so that what is unpacked
    is what was checked.

    Raises
    ------
    PackRefused
        Where the signature, the list of files or the archive is not as it must be.
    """

    def __init__(self, path: Path, keys: Sequence[Ed25519PublicKey]) -> None:
        try:
            self._stream: BinaryIO = path.open("rb")
        except OSError as error:
            reason = error.strerror or str(error)
            raise PackRefused(
                f"the pack {path} cannot be read ({reason})", "name a file that is there"
            ) from error
        try:
            check_signature(self._stream, keys)
            self._archive = zipfile.ZipFile(self._stream)
            self.pack = self._checked()
        except (zipfile.BadZipFile, KeyError, OSError, EOFError, NotImplementedError, RuntimeError) as error:
            self._stream.close()
            raise PackRefused(f"the pack cannot be unpacked ({error})", _ASK) from error
        except BaseException:
            self._stream.close()
            raise

    def __enter__(self) -> OpenPack:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()
        self._stream.close()

    def _checked(self) -> Pack:
        entries = self._archive.infolist()
        names = [entry.filename for entry in entries]
        if names.count(MANIFEST) != 1 or self._archive.getinfo(MANIFEST).file_size > _LONGEST_MANIFEST:
            raise PackRefused("expected one list of files in the pack, got none or several", _ASK)
        pack = read_manifest(self._archive.read(MANIFEST))
        if sorted(names) != sorted([MANIFEST, *pack.files]):
            raise PackRefused("the pack holds other files than it lists", _ASK)
        for entry in entries:
            told = pack.files.get(entry.filename)
            if told is not None and entry.file_size != told.size:
                raise PackRefused(
                    f"expected {told.size} bytes of {entry.filename}, got {entry.file_size}", _ASK
                )
        return pack

    def write_to(self, name: str, target: Path) -> None:
        """Write one file to `target`, checked by its hash; a file that does not fit is not left there.

        Raises
        ------
        PackRefused
            Where its bytes are not those that were listed.
        """
        told = self.pack.files[name]
        found = hashlib.sha256()
        written = 0
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with self._archive.open(name) as stream, target.open("xb") as out:
                while chunk := stream.read(1 << 20):
                    written += len(chunk)
                    found.update(chunk)
                    if written > told.size:
                        break
                    out.write(chunk)
        except (zipfile.BadZipFile, EOFError) as error:
            target.unlink(missing_ok=True)
            raise PackRefused(f"{name} in the pack is damaged ({error})", _ASK) from error
        if written != told.size or found.hexdigest() != told.sha256:
            target.unlink(missing_ok=True)
            raise PackRefused(f"{name} in the pack is not what its list says", _ASK)


def make_pack(
    content: Path, target: Path, key: Ed25519PrivateKey, *, kind: str, name: str, version: str, platform: str
) -> Pack:
    """Make and sign a pack from all files below `content`; returns what it says of itself."""
    paths = {
        path.relative_to(content).as_posix(): path for path in sorted(content.rglob("*")) if path.is_file()
    }
    files = {}
    for place, path in paths.items():
        with path.open("rb") as stream:
            files[place] = {
                "bytes": path.stat().st_size,
                "sha256": hashlib.file_digest(stream, "sha256").hexdigest(),
            }
    told = {"format": 1, "kind": kind, "name": name, "version": version, "platform": platform, "files": files}
    text = json.dumps(told, indent=1, ensure_ascii=False).encode()
    pack = read_manifest(text)
    archive = target.with_name(f"{target.name}.zip.part")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as out:
        out.writestr(MANIFEST, text)
        for place, path in paths.items():
            out.write(path, place)
    seal(archive, target, key)
    archive.unlink()
    return pack
