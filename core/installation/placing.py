"""Put the content of a checked pack in its place."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from core.installation.pack import OpenPack, Pack, check_place
from core.installation.sealed import PackRefused
from core.installation.versions import Installation, key_of
from core.paths import Folders

_SYSTEMS: Final = {"linux": "linux", "win32": "windows", "darwin": "macos"}
_MACHINES: Final = {"x86_64": "x86_64", "amd64": "x86_64", "arm64": "arm64", "aarch64": "arm64"}
#: No bundle is larger unpacked; an archive that claims more is not written.
_LARGEST_BUNDLE: Final = 4 << 30


def this_platform() -> str:
    """Tell system and processor of this computer as packs name them, such as ``linux-x86_64``."""
    machine = platform.machine().lower()
    return f"{_SYSTEMS.get(sys.platform, sys.platform)}-{_MACHINES.get(machine, machine)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What was installed, and where."""

    pack: Pack
    folder: Path


def packs_folder(folders: Folders) -> Path:
    """Tell where optional packages are, each in ``<name>/<version>``."""
    return folders.home / "packs"


def package_folders(folders: Folders) -> tuple[Path, ...]:
    """Return the folder of the newest version of every optional pack of packages, for `sys.path`."""
    there = packs_folder(folders)
    found = []
    for name in sorted(there.iterdir()) if there.is_dir() else ():
        versions = sorted(
            (v for v in name.iterdir() if not v.name.endswith(".part")), key=lambda v: key_of(v.name)
        )
        found += versions[-1:]
    return tuple(found)


def install_pack(
    path: Path,
    *,
    keys: Sequence[Ed25519PublicKey],
    folders: Folders,
    installation: Installation | None,
    version: str,
) -> Placed:
    """Check a pack and put it in its place; it is there whole or not at all.

    Parameters
    ----------
    path
        The file.
    keys
        Public keys whose signature is accepted.
    folders
        The data folders; optional packages and weights are installed there.
    installation
        Where versions of the program are installed; an update goes there.
    version
        The running version: an update must be newer.

    Raises
    ------
    PackRefused
        Where the pack is unsigned, altered, not for this computer or not newer; nothing was installed.
    NotInstalled
        Where the bundle in an update does not fit its own manifest.
    """
    with OpenPack(path, keys) as opened:
        pack = opened.pack
        if pack.platform not in ("any", this_platform()):
            raise PackRefused(
                f"the pack is for {pack.platform}, this computer is {this_platform()}",
                "ask for the one that fits",
            )
        if pack.kind == "update":
            return _update(opened, installation, version)
        if pack.kind == "models":
            return _models(opened, folders)
        return _packages(opened, folders)


def _update(opened: OpenPack, installation: Installation | None, version: str) -> Placed:
    pack = opened.pack
    if installation is None:
        raise PackRefused(
            "this copy of the program was not installed, so no version can be put beside it",
            "install the new version by its own install script",
        )
    if not installation.is_writable:
        raise PackRefused(
            f"you may not write to {installation.prefix}", "ask your administrator to install the new package"
        )
    if key_of(pack.version) <= key_of(version):
        raise PackRefused(
            f"the pack holds version {pack.version}, version {version} is running",
            "nothing to do; use step-back for the version before",
        )
    names = list(pack.files)
    if len(names) != 1 or not names[0].endswith(".tar.xz"):
        raise PackRefused("expected one bundle in the update, got other files", "ask for the pack again")
    versions = installation.folder(pack.version).parent
    with tempfile.TemporaryDirectory(dir=versions, suffix=".part") as work:
        archive = Path(work) / "bundle.tar.xz"
        opened.write_to(names[0], archive)
        unpacked = Path(work) / "bundle"
        unpack_tar(archive, unpacked)
        archive.unlink()
        found = installation.take(unpacked)
    if found != pack.version:
        installation.remove(found)
        raise PackRefused(
            f"expected version {pack.version} in the update, got {found}", "ask for the pack again"
        )
    installation.choose(found)
    return Placed(pack=pack, folder=installation.folder(found))


def unpack_tar(archive: Path, target: Path) -> None:
    """Unpack the one folder of a bundle's archive to `target`; all but plain files and folders is refused.

    Raises
    ------
    PackRefused
        Where a file would lie outside `target`, is a link or a device, or there is more than a bundle can be.
    """
    again = "ask for the pack again; nothing was installed"
    total = 0
    try:
        with tarfile.open(archive, "r:xz") as tar:
            for member in tar:
                place = check_place(member.name)
                if not (member.isfile() or member.isdir()):
                    raise PackRefused(f"the update holds a link or device: {member.name!r}", again)
                total += member.size
                if total > _LARGEST_BUNDLE:
                    raise PackRefused("the update is larger than any bundle can be", again)
                path = target.joinpath(*place.parts[1:])
                if member.isdir():
                    path.mkdir(parents=True, exist_ok=True)
                    continue
                path.parent.mkdir(parents=True, exist_ok=True)
                source = tar.extractfile(member)
                if source is None:
                    raise PackRefused(f"{member.name!r} in the update cannot be read", again)
                with source, path.open("xb") as out:
                    shutil.copyfileobj(source, out)
                path.chmod(0o755 if member.mode & 0o100 else 0o644)
    except (tarfile.TarError, EOFError, FileExistsError) as error:
        raise PackRefused(f"the update cannot be unpacked ({error})", again) from error


def _models(opened: OpenPack, folders: Folders) -> Placed:
    tops = {tuple(name.split("/")[:2]) for name in opened.pack.files}
    if any(len(name.split("/")) < 3 for name in opened.pack.files):
        raise PackRefused(
            "expected weights as <model>/<version>/<file>, got another layout", "ask for the pack again"
        )
    for model, version in tops:
        if (folders.weights / model / version).exists():
            raise PackRefused(f"{model} {version} is installed already in {folders.weights}", "nothing to do")
    folders.weights.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folders.weights, suffix=".part") as work:
        for name in opened.pack.files:
            opened.write_to(name, Path(work) / name)
        for model, version in sorted(tops):
            (folders.weights / model).mkdir(exist_ok=True)
            os.replace(Path(work) / model / version, folders.weights / model / version)
    return Placed(pack=opened.pack, folder=folders.weights)


def _packages(opened: OpenPack, folders: Folders) -> Placed:
    pack = opened.pack
    target = packs_folder(folders) / pack.name / pack.version
    if target.exists():
        raise PackRefused(f"{pack.name} {pack.version} is installed already in {target}", "nothing to do")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, suffix=".part") as work:
        site = Path(work) / "site"
        site.mkdir()
        for name in pack.files:
            if not name.endswith(".whl"):
                raise PackRefused(f"expected wheels only in the pack, got {name!r}", "ask for the pack again")
            wheel = Path(work) / "one.whl"
            opened.write_to(name, wheel)
            unpack_wheel(wheel, site)
            wheel.unlink()
        os.replace(site, target)
    return Placed(pack=pack, folder=target)


def unpack_wheel(wheel: Path, site: Path) -> None:
    """Unpack a wheel into the package folder `site`; its scripts and headers are left out.

    Raises
    ------
    PackRefused
        Where a file would lie outside `site`.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            for entry in archive.infolist():
                if entry.is_dir():
                    continue
                parts = check_place(entry.filename).parts
                if parts[0].endswith(".data"):
                    if len(parts) < 3 or parts[1] not in ("purelib", "platlib"):
                        continue
                    parts = parts[2:]
                path = site.joinpath(*parts)
                path.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(entry) as source, path.open("wb") as out:
                    shutil.copyfileobj(source, out)
                path.chmod(0o755 if (entry.external_attr >> 16) & 0o100 else 0o644)
    except (zipfile.BadZipFile, OSError) as error:
        raise PackRefused(
            f"a wheel of the pack cannot be unpacked ({error})", "ask for the pack again"
        ) from error
