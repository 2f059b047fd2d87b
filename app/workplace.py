"""Everything a window works with, opened together and closed together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from app.analyses import Analyses
from app.backing_up import BackingUp
from app.case_summaries import CaseSummaries
from app.karyogram_choices import KaryogramChoices
from app.pictures import Pictures
from app.session import CaseSession
from app.settings import SettingsFile
from app.tasks import Lanes
from core.analysis.pipeline import Analyst
from core.paths import Folders
from core.readers.registry import read_picture
from core.store.blobs import Originals
from core.store.cases import CaseStore
from core.store.database import Database, open_database


class Workplace(QObject):
    """The open database, the lanes, the session and the analyses of one window.

    Parameters
    ----------
    load_analyst
        Builds the models; called in the compute lane when they are first needed.

    Raises
    ------
    StorageError
        When the folders or the database cannot be used; the text says what to do.
    """

    def __init__(self, folders: Folders, settings: SettingsFile, load_analyst: Callable[[], Analyst]) -> None:
        super().__init__()
        self.folders = folders
        self.settings = settings
        place = settings.current.database_url or folders.database
        self.database: Database = open_database(place, backups=folders.backups)
        self.store = CaseStore(self.database)
        self.originals = Originals(folders.originals)
        self.lanes = Lanes(self)
        self.pictures = Pictures(self.lanes.pictures, partial(_grey_of, self.originals), self)
        self.session = CaseSession(
            self.store, self.pictures, self.lanes, lambda: self.settings.current.person, self
        )
        self.karyogram = KaryogramChoices(self.session, settings, self)
        self.analyses = Analyses(self.session, load_analyst, self)
        self.backing_up = BackingUp(self.database, folders, settings, self.lanes.backup, self)
        self.summaries = CaseSummaries(self.session, self.analyses, self)

    @property
    def migration_told(self) -> str:
        """What opening did to a database of an older version; empty when nothing."""
        migration = self.database.migration
        if migration is None or migration.before is None:
            return ""
        copy = f", a copy of the old one is {migration.backup}" if migration.backup else ""
        return f"the database was brought up to version {migration.after}{copy}"

    @staticmethod
    def today() -> date:
        """Today, for due dates."""
        return date.today()

    def close(self) -> None:
        """Write what waits to be written, then close everything."""
        self.backing_up.close()
        self.lanes.close()
        self.database.close()


def _grey_of(originals: Originals, sha256: str, page: int) -> NDArray[np.generic]:
    return read_picture((originals.read(sha256), sha256[:12]), page).grey
