"""What the commands for installing and updating ask first: which installation this is."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from core.installation.versions import Installation, NotInstalled, bundle_of
from core.paths import Folders

ROOT: Final = Path(__file__).resolve().parents[2]
#: Public keys whose signature on updates and packs is accepted.
KEYS: Final = ROOT / "resources" / "keys"


def own_bundle() -> Path:
    """Tell the bundle that is running.

    Raises
    ------
    NotInstalled
        In a checkout.
    """
    bundle = bundle_of(ROOT)
    if bundle is None:
        raise NotInstalled(
            "this is a checkout, not a bundle", "build one: python3 installers/bundle.py --for linux"
        )
    return bundle


def own_installation() -> Installation | None:
    """Tell the installation that the running bundle is a version of; None where it was not installed."""
    bundle = bundle_of(ROOT)
    return None if bundle is None else Installation.of(bundle)


def places_of_data(folders: Folders, database_url: str) -> str:
    """Write where cases, pictures and settings are."""
    where = f"pictures, settings and backups are in {folders.home}"
    if database_url:
        return f"cases are in the database set by the administrator; {where}"
    return f"cases, {where}"
