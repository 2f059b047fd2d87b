"""Backups while the window is open: when they are due, and what they came to."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.errors import sentence_of
from app.settings import SettingsFile
from app.tasks import Lane, Task, Urgency
from core.backup.check import check_backup
from core.backup.folder import HEADER, BackupFolder, new_folder, open_folder
from core.backup.kept_key import KEY_FILE, forget_key, keep_key, kept_key
from core.backup.run import back_up
from core.backup.schedule import due, may_try, next_one
from core.backup.status import BackupStatus, read_status, write_status
from core.errors import CentromereError
from core.paths import Folders
from core.progress import Progress
from core.store.database import Database

_log = logging.getLogger(__name__)
_LOOK_EVERY_MS = 60_000
_FIRST_LOOK_MS = 30_000


class BackingUp(QObject):
    """Makes the backups of one window, one at a time, in a lane of their own.

    Parameters
    ----------
    lane
        Where the work is done.
    now
        The time with the zone of this computer.
    """

    changed = Signal()
    """Status, progress or key changed."""
    message = Signal(str)

    def __init__(
        self,
        database: Database,
        folders: Folders,
        settings: SettingsFile,
        lane: Lane,
        parent: QObject | None = None,
        *,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        super().__init__(parent)
        self._database = database
        self._folders = folders
        self._settings = settings
        self._lane = lane
        self._now = now
        self._task: Task | None = None
        lane.changed.connect(self.changed)
        self._timer = QTimer(self, interval=_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        # A timer of its own: a single shot without one outlives a window that was closed before it.
        self._first = QTimer(self, singleShot=True, interval=_FIRST_LOOK_MS)
        self._first.timeout.connect(self.look)
        self._first.start()

    @property
    def status(self) -> BackupStatus:
        """What the last backup came to."""
        return read_status(self._folders)

    @property
    def running(self) -> Task | None:
        """The backup or check in hand; None while there is none."""
        return None if self._task is None or self._task.finished else self._task

    @property
    def has_key(self) -> bool:
        """Whether a folder is chosen and a key is kept; neither drive nor key is tried."""
        return bool(self._settings.current.backup.folder) and (self._folders.home / KEY_FILE).exists()

    @property
    def next_at(self) -> datetime | None:
        """When the next backup is made by itself; None where none is."""
        return next_one(self._settings.current.backup.schedule(), self._last, self._now())

    @property
    def _last(self) -> datetime | None:
        return self._settings.current.backup.last_of(self.status)

    def look(self) -> None:
        """Begin a backup where one is due; a failed one is tried again after a while."""
        now, status = self._now(), self.status
        schedule = self._settings.current.backup.schedule()
        if self.running or due(schedule, self._last, now) is None or not may_try(status.tried, now):
            return
        self.begin()

    def begin(self) -> None:
        """Begin a backup now."""
        if self.running:
            return
        plan = self._settings.current.backup.plan()

        def work(progress: Progress) -> BackupStatus:
            return back_up(plan, self._key(), self._database, self._folders, progress=progress)

        self._run("Backup", work, self._made)

    def check(self) -> None:
        """Read the whole last backup again."""
        if self.running:
            return

        def work(progress: Progress) -> BackupStatus:
            folder, key = self._opened()[0], self._key()
            with folder.lock():
                status = self.status
                name = status.name if status.name in folder.names() else folder.names()[-1]
                checked = check_backup(folder, key, name, self._folders.backups, progress=progress)
            told = replace(status, checked=checked.when, checked_all=checked.when, tried=None, error="")
            write_status(self._folders, told)
            return told

        self._run("Check of the backup", work, lambda status: self.message.emit("The backup is equal"))

    def stop(self) -> None:
        """Let the backup in hand end without a trace."""
        if self._task is not None:
            self._task.cancel()

    def close(self) -> None:
        """Look no more; what is in hand ends with its lane."""
        self._timer.stop()
        self._first.stop()

    def use_folder(
        self, path: Path, passphrase: str, done: Callable[[], None], failed: Callable[[str], None]
    ) -> None:
        """Choose a folder of backups, made anew where there is none, and keep its key.

        Parameters
        ----------
        done, failed
            Called when that is finished, `failed` with what is wrong, such as another passphrase.
        """

        def work(progress: Progress) -> None:
            if is_new(path):
                folder, key = new_folder(path, passphrase)
            else:
                folder = open_folder(path)
                key = folder.unlock(passphrase)
            keep_key(self._folders, folder, key)

        def used(_: object) -> None:
            chosen = self._settings.current.backup
            every = "day" if chosen.every == "never" and not chosen.folder else chosen.every
            self.choose(folder=str(path), every=every)
            done()

        self._lane.submit(
            "Backups", work, done=used, failed=lambda error: failed(sentence_of(error)), urgency=Urgency.NOW
        )

    def change_passphrase(
        self, before: str, after: str, done: Callable[[], None], failed: Callable[[str], None]
    ) -> None:
        """Change the passphrase of the folder; backups made before open with the new one."""

        def work(progress: Progress) -> None:
            self._opened()[0].change_passphrase(before, after)

        self._lane.submit(
            "Passphrase",
            work,
            done=lambda _: done(),
            failed=lambda error: failed(sentence_of(error)),
            urgency=Urgency.NOW,
        )

    def choose(self, **values: object) -> None:
        """Change the settings of backups."""
        backup = self._settings.current.backup.model_copy(update=values)
        try:
            if not backup.folder:
                forget_key(self._folders)
            self._settings.change(backup=backup)
        except CentromereError as error:
            self.message.emit(sentence_of(error))
        self.changed.emit()

    def _run(
        self, title: str, work: Callable[[Progress], BackupStatus], done: Callable[[BackupStatus], None]
    ) -> None:
        self._task = self._lane.submit(
            title, work, done=done, failed=self._failed, gone=self.changed.emit, urgency=Urgency.BATCH
        )
        self.changed.emit()

    def _made(self, status: BackupStatus) -> None:
        notes = f", {status.notes[0]}" if status.notes else ""
        self.message.emit(f"Backed up and found equal: {status.cases} cases{notes}")
        self.changed.emit()

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, CentromereError):
            _log.error("backup failed", exc_info=error)
        # A key or drive that is missing is noticed before the backup itself could write it down.
        write_status(self._folders, replace(self.status, tried=self._now(), error=str(error)))
        self.message.emit(f"No backup was made: {sentence_of(error)}")
        self.changed.emit()

    def _opened(self) -> tuple[BackupFolder, bytes | None]:
        folder = open_folder(self._settings.current.backup.plan().folder)
        return folder, kept_key(self._folders, folder)

    def _key(self) -> bytes:
        key = self._opened()[1]
        if key is None:
            raise CentromereError(
                "the key of this folder of backups is not kept on this computer",
                "choose the folder again in the settings and enter its passphrase",
            )
        return key


def is_new(path: Path) -> bool:
    """Tell whether a folder holds no backups yet, so that a passphrase is chosen and not asked for."""
    try:
        open_folder(path)
    except CentromereError:
        return not (path / HEADER).exists()
    return False
