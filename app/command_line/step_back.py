"""`step-back`: return to the version before the last update, while nothing was written since."""

from __future__ import annotations

import argparse
import sys

from app.command_line.installed import own_installation
from app.settings import SettingsFile
from core.errors import CentromereError
from core.installation.steps import CannotStepBack, last_step, step_back
from core.installation.versions import Installation
from core.paths import folders
from core.store.database import open_database, utc_now
from core.version import VERSION


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command; there is none."""
    parser.description = (
        f"Return from version {VERSION} to the one before. The database is put back to the copy made before "
        "the update where its schema changed. Refused where cases were changed since, or a window is open."
    )


def run(arguments: argparse.Namespace) -> int:
    """Step back; 0 where it was done, 1 with the reason on standard error where it was refused."""
    del arguments
    try:
        return _run(own_installation())
    except CentromereError as error:
        print(f"step-back: {error}", file=sys.stderr)
        return 1


def _run(installation: Installation | None) -> int:
    places = folders().made()
    before = last_step(places, VERSION).before
    if installation is not None and before not in installation.versions():
        raise CannotStepBack(
            f"version {before} is no longer installed in {installation.prefix}",
            f"install {before} again first",
        )
    settings = SettingsFile(places.settings).current
    database = open_database(settings.database_url or places.database, backups=places.backups)
    try:
        step = step_back(places, database, version=VERSION, now=utc_now())
    finally:
        database.close()
    if step.migrated:
        print(
            f"the database is as it was before {step.after}; that of {step.after} is kept in {places.backups}"
        )
    if installation is None:
        print(f"start version {before} now")
    elif installation.is_writable and installation.current is not None:
        installation.choose(before)
        print(f"version {before} starts from now on; {VERSION} stays in {installation.folder(VERSION)}")
    else:
        place = installation.folder(before) / "centromere"
        print(f"start version {before} with {place}, or let your administrator choose it for everybody:")
        print(f"  update-alternatives --set centromere {place}")
    return 0
