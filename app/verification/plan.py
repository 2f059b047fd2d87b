"""All looks of a verification, in order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from app.verification.installation import (
    look_at_files,
    look_at_folder,
    look_at_packages,
    look_at_program,
    look_at_weights,
)
from app.verification.looking import Planned, look_through
from app.verification.operation import (
    graphics_command,
    look_at_backup,
    look_at_database,
    look_at_graphics,
    look_at_report,
    look_at_round_trip,
)
from app.verification.performance import Performance
from core.paths import Folders
from core.progress import Progress
from core.store.database import utc_now
from core.verification.record import Part, Record

ROOT: Final = Path(__file__).resolve().parents[2]


def verify(
    folders: Folders,
    *,
    database_url: str = "",
    root: Path = ROOT,
    parts: Collection[Part] = tuple(Part),
    progress: Progress | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> Record:
    """Verify an installation.

    Parameters
    ----------
    folders
        The data folder of whoever verifies.
    database_url
        The database in use; the file in the data folder when empty.
    root
        The folder of the program.
    parts
        Which qualifications to run.
    progress
        Told each step; may cancel.

    Returns
    -------
    Record
        What was looked at and found; nothing is raised for a fault.

    Raises
    ------
    Cancelled
        Where `progress` says so; nothing is left behind.
    """
    planned = [one for one in looks(folders, database_url, root, clock) if one.part in parts]
    return look_through(planned, root=root, progress=progress, clock=clock)


def looks(
    folders: Folders, database_url: str, root: Path, clock: Callable[[], datetime]
) -> Sequence[Planned]:
    """Name every look with its share of the time, in order."""
    first, second, third = Part.INSTALLATION, Part.OPERATION, Part.PERFORMANCE
    place: str | Path = database_url or folders.database
    performance = Performance()
    return (
        Planned(part=first, title="Program", work=lambda told: look_at_program()),
        Planned(part=first, title="Files", work=lambda told: look_at_files(root, told), share=6),
        Planned(part=first, title="Weights", work=lambda told: look_at_weights(root, folders), share=2),
        Planned(part=first, title="Packages", work=lambda told: look_at_packages(root, told), share=6),
        Planned(part=first, title="Data folder", work=lambda told: look_at_folder(folders)),
        Planned(
            part=second,
            title="Graphics and display",
            work=lambda told: look_at_graphics(graphics_command(root)),
            share=2,
        ),
        Planned(part=second, title="Database in use", work=lambda told: look_at_database(place)),
        Planned(part=second, title="Database round trip", work=lambda told: look_at_round_trip(folders)),
        Planned(part=second, title="Backup round trip", work=lambda told: look_at_backup(folders), share=2),
        Planned(part=second, title="Report", work=lambda told: look_at_report(clock())),
        Planned(part=third, title="Reference cells", work=performance.look_at_answers, share=16),
        Planned(part=third, title="Speed", work=performance.look_at_speed),
    )
