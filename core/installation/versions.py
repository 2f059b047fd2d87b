"""Versions of the program side by side, and the link that tells which one starts.

``PREFIX/versions/<version>`` holds a whole bundle each, and the link ``PREFIX/current`` leads to one of them.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.errors import CentromereError
from core.verification.manifest import MANIFEST_NAME, faults_against, read_manifest

VERSIONS: Final = "versions"
CURRENT: Final = "current"
PROGRAM: Final = "program"


class NotInstalled(CentromereError):
    """A version of the program cannot be installed, found or chosen."""


def key_of(version: str) -> tuple[int, ...]:
    """Order versions by their numbers, so that 0.10 comes after 0.9."""
    return tuple(int(part) if part.isdecimal() else -1 for part in version.split("."))


def bundle_of(root: Path) -> Path | None:
    """Tell the bundle that the program folder `root` is part of; None in a checkout."""
    bundle = root.parent
    return bundle if root.name == PROGRAM and (bundle / MANIFEST_NAME).is_file() else None


def default_prefix(home: Path) -> Path:
    """Tell where one person's versions are installed, below that person's home folder."""
    return home / ".local" / "opt" / "centromere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """The versions below one prefix."""

    prefix: Path

    @staticmethod
    def of(bundle: Path) -> Installation | None:
        """Tell the installation that `bundle` is a version of; None where it lies somewhere by itself."""
        place = bundle.resolve()
        return Installation(prefix=place.parent.parent) if place.parent.name == VERSIONS else None

    def folder(self, version: str) -> Path:
        """Tell where `version` is or would be."""
        return self.prefix / VERSIONS / version

    def versions(self) -> tuple[str, ...]:
        """Return the installed versions, oldest first."""
        there = self.prefix / VERSIONS
        found = (
            [path.name for path in there.iterdir() if (path / MANIFEST_NAME).is_file()]
            if there.is_dir()
            else []
        )
        return tuple(sorted((name for name in found if not name.endswith(".part")), key=key_of))

    @property
    def is_writable(self) -> bool:
        """Whether the running person may choose another version here."""
        return os.access(self.prefix, os.W_OK)

    @property
    def current(self) -> str | None:
        """The version that starts; None where none was chosen."""
        link = self.prefix / CURRENT
        return link.resolve().name if link.is_symlink() and link.exists() else None

    def choose(self, version: str) -> None:
        """Let `version` be the one that starts; the link changes at once or not at all.

        Raises
        ------
        NotInstalled
            Where it is not there or the link cannot be changed.
        """
        if version not in self.versions():
            raise NotInstalled(f"version {version} is not installed in {self.prefix}", "install it first")
        link = self.prefix / CURRENT
        unfinished = self.prefix / f"{CURRENT}.part"
        try:
            unfinished.unlink(missing_ok=True)
            unfinished.symlink_to(Path(VERSIONS) / version, target_is_directory=True)
            os.replace(unfinished, link)
        except OSError as error:
            reason = error.strerror or str(error)
            raise NotInstalled(
                f"the link {link} cannot be changed ({reason})", "ask your administrator"
            ) from error

    def take(self, unpacked: Path) -> str:
        """Move the bundle `unpacked`, on the same disk, to its place among the versions; returns its version.

        Raises
        ------
        NotInstalled
            Where a file of it is missing or differs from its manifest, or the version is there already.
        """
        manifest = read_manifest(unpacked / MANIFEST_NAME)
        faults = faults_against(manifest)
        if faults:
            first = faults[0]
            more = f" and {len(faults) - 1} more" if len(faults) > 1 else ""
            raise NotInstalled(
                f"{first.file} {first.said}{more}", "get the file again; nothing was installed"
            )
        target = self.folder(manifest.version)
        if target.exists():
            raise NotInstalled(
                f"version {manifest.version} is installed already in {target}", "nothing to do"
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(unpacked, target)
        return manifest.version

    def copy_in(self, bundle: Path) -> str:
        """Copy `bundle` to its place among the versions, whole or not at all; returns its version.

        Raises
        ------
        NotInstalled
            As `take` does, and where there is no room.
        """
        unfinished = self.prefix / VERSIONS / f"{os.getpid()}.part"
        try:
            unfinished.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(bundle, unfinished, symlinks=True)
            return self.take(unfinished)
        except OSError as error:
            reason = error.strerror or str(error)
            raise NotInstalled(
                f"the program cannot be copied to {self.prefix} ({reason})", "free some room"
            ) from error
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)

    def remove(self, version: str) -> None:
        """Delete `version`; the link goes where it led there."""
        if self.current == version:
            (self.prefix / CURRENT).unlink()
        shutil.rmtree(self.folder(version))
        for folder in (self.prefix / VERSIONS, self.prefix):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
