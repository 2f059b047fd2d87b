"""Cells confirmed in the window, taken from the database as examples to learn from."""

from __future__ import annotations

from datetime import UTC, datetime

from app.settings import SettingsFile
from core.errors import CentromereError
from core.learning.example_store import ExampleStore, Facts
from core.paths import Folders
from core.progress import Progress
from core.readers.registry import read_picture
from core.store.blobs import Originals
from core.store.database import open_database
from core.store.learning import LearningStore
from models.evaluation.lessons import example_of_confirmed
from models.inference.banding import NAMED

WINDOW = "window"


def collect(places: Folders, store: ExampleStore, progress: Progress) -> tuple[str, ...]:
    """Bring the examples of the window up to date with the database.

    A cell that stands confirmed is an example as it stands; one that does not any more is none. Nothing is
    written to the database.

    Returns
    -------
    tuple of str
        A line for each cell that cannot be used, with the reason.
    """
    url = SettingsFile(places.settings).current.database_url
    if not url and not places.database.exists():
        return ()
    database = open_database(url or places.database, backups=places.backups)
    try:
        return _collect(LearningStore(database), Originals(places.originals), store, progress)
    finally:
        database.close()


def _collect(
    learning: LearningStore, originals: Originals, store: ExampleStore, progress: Progress
) -> tuple[str, ...]:
    known: dict[str, list[Facts]] = {}
    for facts in store.all():
        if facts.source == WINDOW:
            known.setdefault(facts.cell, []).append(facts)
    confirmed = learning.confirmed_cells()
    unusable = []
    for done, cell in enumerate(confirmed):
        progress.step(done, len(confirmed), "reading confirmed cells")
        found = learning.load_confirmed(cell)
        if found is None:
            continue
        before = known.pop(str(cell), [])
        if any(one.time == _utc(found.time) for one in before):
            continue
        try:
            grey = read_picture(
                (originals.read(found.cell.image), found.cell.image[:12]), found.cell.page
            ).grey
            example = example_of_confirmed(found, grey)
            if example.banding not in NAMED:
                raise ValueError(f"no model names chromosomes in {example.banding.value}-banding")
            store.add(example)
        except (CentromereError, ValueError) as error:
            unusable.append(f"{found.cell.label}: {error}")
            continue
        store.remove(one.identity for one in before if one.identity != example.identity)
    store.remove(one.identity for gone in known.values() for one in gone)
    return tuple(unusable)


def _utc(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=UTC)
