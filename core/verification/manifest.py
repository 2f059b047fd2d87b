"""The manifest of an installation: every shipped file with its SHA-256, so that a changed byte is named.

The file is text. The first lines tell what was shipped, then there is one line for each file, and the last
line is the hash of all lines above it: a byte changed in the manifest itself is found as well.

```
centromere manifest 1
version 0.1.0
apart .venv
file 9f86d0…  1234  app/actions.py
link python3.11  python/bin/python3
whole 60303a…
```
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from core.atomic import whole_file
from core.errors import StorageError
from core.progress import NoProgress, Progress
from core.verification.record import Fault
from core.version import VERSION

MANIFEST_NAME: Final = "manifest.txt"
_FIRST: Final = "centromere manifest 1"
_COMPILED: Final = "__pycache__"
_LINE: Final = re.compile(r"file ([0-9a-f]{64})  (\d+)  (.+)|link (.+?)  (.+)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What was shipped.

    Attributes
    ----------
    root
        The folder that the paths are below.
    version
        Version of the program.
    apart
        Folders and files directly below `root` that are made after installation and are not looked at.
    files
        SHA-256 and size in bytes of each file, by its path below `root` with forward slashes.
    links
        Where each symbolic link leads, as it is written in the link.
    """

    root: Path
    version: str
    apart: tuple[str, ...] = ()
    files: dict[str, tuple[str, int]] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)


def write_manifest(root: Path, *, version: str = VERSION, apart: Sequence[str] = ()) -> Path:
    """Write the manifest of everything below a folder; the last step of making a bundle.

    Parameters
    ----------
    root
        Folder of the installation. Nothing in it may change afterwards.
    version
        Version of the program that is shipped.
    apart
        Names directly below `root` of what the installation itself makes later (such as ``.venv``).

    Returns
    -------
    Path
        ``manifest.txt`` in `root`.

    Raises
    ------
    StorageError
        Where a file cannot be read, a name holds a line break, or the manifest cannot be written.
    """
    lines = [_FIRST, f"version {version}", *(f"apart {name}" for name in sorted(apart))]
    for path in files_below(root, apart=apart):
        name = path.relative_to(root).as_posix()
        if "\n" in name or "\r" in name:
            raise StorageError(
                f"expected file names without line breaks, got {name!r}", "leave the file out of the bundle"
            )
        if path.is_symlink():
            lines.append(f"link {os.readlink(path)}  {name}")
        else:
            lines.append(f"file {sha256_of(path)}  {path.stat().st_size}  {name}")
    text = "\n".join(lines) + "\n"
    text += f"whole {hashlib.sha256(text.encode()).hexdigest()}\n"
    target = root / MANIFEST_NAME
    with whole_file(target) as unfinished:
        unfinished.write_bytes(text.encode())
    return target


def read_manifest(path: Path) -> Manifest:
    """Read a manifest.

    Raises
    ------
    StorageError
        Where it cannot be read or is not as it was written.
    """
    again = "install Centromere again"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StorageError(f"{path.name} cannot be read ({error.strerror or error})", again) from error
    head, mark, whole = content.rpartition(b"whole ")
    if not mark or whole != hashlib.sha256(head).hexdigest().encode() + b"\n":
        raise StorageError(f"{path.name} is not as it was shipped", again)
    first, version, *rest = head.decode().split("\n")[:-1]
    if first != _FIRST:
        raise StorageError(f"expected {path.name} to begin with {_FIRST!r}, got {first!r}", again)
    apart = tuple(line.removeprefix("apart ") for line in rest if line.startswith("apart "))
    files: dict[str, tuple[str, int]] = {}
    links: dict[str, str] = {}
    for line in rest[len(apart) :]:
        found = _LINE.fullmatch(line)
        if found is None:
            raise StorageError(f"expected a file in each line of {path.name}, got {line!r}", again)
        sha256, size, name, leads_to, link = found.groups()
        if sha256:
            files[name] = (sha256, int(size))
        else:
            links[link] = leads_to
    return Manifest(
        root=path.parent, version=version.removeprefix("version "), apart=apart, files=files, links=links
    )


def find_manifest(start: Path) -> Path | None:
    """Find the manifest in `start` or in one of the three folders above it; None where there is none."""
    for folder in (start, *list(start.parents)[:3]):
        place = folder / MANIFEST_NAME
        if place.is_file():
            return place
    return None


def faults_against(manifest: Manifest, progress: Progress | None = None) -> tuple[Fault, ...]:
    """Compare an installation with its manifest, byte by byte.

    Parameters
    ----------
    manifest
        What was shipped, and where it is now.
    progress
        Told each file; may cancel.

    Returns
    -------
    tuple of Fault
        One for each file that is missing, changed, unreadable, or was not shipped. Compiled Python files
        that came later (``__pycache__``) are no fault: a shipped one that was changed is.
    """
    progress = progress or NoProgress()
    faults = []
    total = len(manifest.files)
    for number, (name, (sha256, size)) in enumerate(manifest.files.items()):
        progress.step(number, total, "Files")
        said = _said_of_file(manifest.root / name, sha256, size)
        if said:
            faults.append(Fault(file=name, said=said))
    for name, leads_to in manifest.links.items():
        path = manifest.root / name
        if not path.is_symlink():
            faults.append(Fault(file=name, said="is missing" if not path.exists() else "is no link any more"))
        elif os.readlink(path) != leads_to:
            faults.append(Fault(file=name, said=f"leads to {os.readlink(path)}, was shipped as {leads_to}"))
    known = manifest.files.keys() | manifest.links.keys()
    for path in files_below(manifest.root, apart=manifest.apart):
        name = path.relative_to(manifest.root).as_posix()
        if name not in known and _COMPILED not in path.parts:
            faults.append(Fault(file=name, said="was not shipped"))
    return tuple(faults)


def files_below(root: Path, *, apart: Sequence[str] = ()) -> Iterator[Path]:
    """Give all files and links below a folder in the order of their names; the manifest is left out."""
    for folder, folders, files in os.walk(root):
        here = Path(folder)
        top = here == root
        linked = [name for name in folders if (here / name).is_symlink()]
        folders[:] = sorted(n for n in folders if n not in linked and not (top and n in apart))
        for name in sorted([*files, *linked]):
            if not (top and (name == MANIFEST_NAME or name in apart)):
                yield here / name


def sha256_of(path: Path) -> str:
    """SHA-256 of a file as 64 hexadecimal digits.

    Raises
    ------
    StorageError
        Where it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise StorageError(
            f"{path} cannot be read ({error.strerror or error})", "give yourself permission to read it"
        ) from error


def _said_of_file(path: Path, sha256: str, size: int) -> str:
    if path.is_symlink() or not path.is_file():
        return "is no longer a file" if path.exists() else "is missing"
    try:
        if path.stat().st_size != size:
            return f"has {path.stat().st_size} bytes, was shipped with {size}"
        return "" if sha256_of(path) == sha256 else "is not as it was shipped"
    except (StorageError, OSError) as error:
        return f"cannot be read ({error})"
