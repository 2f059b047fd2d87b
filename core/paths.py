"""Where the program keeps its database, originals, settings and tuned models."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

from core.errors import StorageError

HOME_VARIABLE: Final = "CENTROMERE_HOME"
_OWNER_ONLY: Final = 0o700


def home_folder(environment: Mapping[str, str]) -> Path:
    """Tell the folder of this installation, without creating it.

    Parameters
    ----------
    environment
        Usually `os.environ`. `CENTROMERE_HOME` names the folder where it is set and not empty.

    Returns
    -------
    Path
        Absolute; by default the platform's folder for the data of one user.
    """
    named = environment.get(HOME_VARIABLE, "").strip()
    if named:
        return Path(named).expanduser().absolute()
    return Path(platformdirs.user_data_dir("centromere", appauthor=False, roaming=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """The places below the home folder; a place exists after `made`."""

    home: Path

    @property
    def database(self) -> Path:
        """The SQLite file, used where no other database URL is set."""
        return self.home / "centromere.sqlite"

    @property
    def originals(self) -> Path:
        """Original image files under their SHA-256."""
        return self.home / "originals"

    @property
    def backups(self) -> Path:
        """Copies of the database made before a migration."""
        return self.home / "backups"

    @property
    def weights(self) -> Path:
        """Models tuned here, laid out like `resources/weights`."""
        return self.home / "weights"

    @property
    def jobs(self) -> Path:
        """One folder for each batch or training process."""
        return self.home / "jobs"

    @property
    def learning(self) -> Path:
        """Confirmed cells to learn from, and what was computed from them; made when there are some."""
        return self.home / "learning"

    @property
    def logs(self) -> Path:
        """Diagnostic logs; they hold no image and no name of a patient."""
        return self.home / "logs"

    @property
    def settings(self) -> Path:
        """The settings of this installation."""
        return self.home / "settings.json"

    def made(self) -> Folders:
        """Create the folders, readable by their owner only; those that were open to others are closed.

        Returns
        -------
        Folders
            Itself.

        Raises
        ------
        StorageError
            Where a folder cannot be created or written.
        """
        for folder in (self.home, self.originals, self.backups, self.weights, self.jobs, self.logs):
            make_private_folder(folder)
            _close_to_others(folder)
        return self


def _close_to_others(folder: Path) -> None:
    """Take a folder that was there before from everybody else, unless it was made to be shared.

    The set-group-id bit is how an administrator says so: a folder of several seats keeps its permissions.
    """
    known = folder.stat()
    if os.name == "nt" or known.st_uid != os.getuid() or known.st_mode & stat.S_ISGID:
        return
    if known.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        with contextlib.suppress(OSError):
            folder.chmod(stat.S_IMODE(known.st_mode) & _OWNER_ONLY)


def folders(environment: Mapping[str, str] | None = None) -> Folders:
    """Tell the folders of this installation.

    Parameters
    ----------
    environment
        The variables to obey; those of this process when None.
    """
    return Folders(home=home_folder(os.environ if environment is None else environment))


def make_private_folder(folder: Path) -> None:
    """Create a folder that only its owner can enter; parents as well.

    Parameters
    ----------
    folder
        The folder; one that exists already keeps its permissions.

    Raises
    ------
    StorageError
        Where it cannot be created, or exists and is not a writable folder.
    """
    try:
        missing = [place for place in (folder, *folder.parents) if not place.exists()]
        for place in reversed(missing):
            place.mkdir(mode=_OWNER_ONLY, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"the folder {folder} cannot be created ({error.strerror or error})",
            f"make its parent folder writable or set {HOME_VARIABLE} to another folder",
        ) from error
    if not folder.is_dir():
        raise StorageError(
            f"expected a folder at {folder}, got a file",
            f"move the file away or set {HOME_VARIABLE} to another folder",
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StorageError(
            f"the folder {folder} is read-only",
            f"give yourself write permission or set {HOME_VARIABLE} to another folder",
        )
