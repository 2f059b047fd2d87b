"""Installation: whether files, weights, packages and folders are what was shipped."""

from __future__ import annotations

import os
import platform
import stat
import sys
from pathlib import Path

import numpy

from app.verification.looking import Seen
from core.paths import Folders
from core.progress import Progress
from core.store.schema import NEWEST
from core.verification.checkout import faults_against_commit, is_checkout, read_checkout
from core.verification.manifest import MANIFEST_NAME, Manifest, faults_against, find_manifest, read_manifest
from core.verification.packages import file_faults, read_pins, version_faults
from core.verification.record import Fault
from core.version import VERSION
from models.verification.weights import read_weights


def manifest_of(root: Path) -> Manifest | None:
    """Read the manifest that an installation came with; None in a checkout."""
    place = find_manifest(root)
    return None if place is None else read_manifest(place)


def look_at_program() -> Seen:
    """Versions of program, Python and schema."""
    faults: list[Fault] = []
    if sys.version_info[:2] != (3, 11):
        faults.append(Fault(file="Python", said=f"is {platform.python_version()}, expected 3.11"))
    said = f"Centromere {VERSION}, Python {platform.python_version()}, schema {NEWEST}"
    return Seen(said=said, faults=tuple(faults))


def look_at_files(root: Path, progress: Progress) -> Seen:
    """Every shipped file against the manifest, or a checkout against its commit."""
    manifest = manifest_of(root)
    if manifest is not None:
        faults = faults_against(manifest, progress)
        if manifest.version != VERSION:
            faults += (Fault(file=MANIFEST_NAME, said=f"is of {manifest.version}, expected {VERSION}"),)
        count = len(manifest.files) + len(manifest.links)
        return Seen(said=f"{count} files compared with {MANIFEST_NAME}", faults=faults)
    if not is_checkout(root):
        missing = Fault(file=MANIFEST_NAME, said="is missing: nothing tells what was shipped")
        return Seen(said="", faults=(missing,))
    checkout = read_checkout(root)
    faults = faults_against_commit(checkout)
    return Seen(
        said=f"{len(checkout.blobs)} files compared with commit {checkout.commit[:12]}", faults=faults
    )


def look_at_weights(root: Path, folders: Folders) -> Seen:
    """Shipped weights and those tuned here, each against its card."""
    cards, faults = read_weights(root / "resources" / "weights")
    tuned, more = read_weights(folders.weights)
    if not cards and not faults:
        faults = (Fault(file="resources/weights", said="holds no weights"),)
    said = ", ".join(card.label for card in cards)
    if tuned:
        said += f"; tuned here: {', '.join(card.label for card in tuned)}"
    return Seen(said=said, faults=faults + more)


def look_at_packages(root: Path, progress: Progress) -> Seen:
    """Versions against the pins, and every file of a package against the record it came with."""
    pins = read_pins(root / "installers" / "requirements" / "run.txt")
    manifest = manifest_of(root)
    shipped = manifest is not None and _is_below(Path(numpy.__file__), manifest)
    faults = version_faults(pins, absent_is_fault=not shipped)
    if shipped:
        return Seen(said=f"{len(pins)} pins; files are part of {MANIFEST_NAME}", faults=faults)
    compared, more = file_faults(pins, progress)
    return Seen(said=f"{len(pins)} pins, {compared} files of packages compared", faults=faults + more)


def look_at_folder(folders: Folders) -> Seen:
    """The data folder: writable, and readable by its owner only."""
    faults = []
    for path in (folders.home, folders.database, folders.originals, folders.backups, folders.logs):
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            faults.append(Fault(file=str(path), said=f"could be read by others (permissions {mode:o})"))
    folders.made()
    said = f"{folders.home} can be written"
    if os.name == "nt":
        return Seen(said=f"{said}; who else may read it is set in Windows")
    return Seen(said=f"{said}, by its owner only" if not faults else said, faults=tuple(faults))


def _is_below(path: Path, manifest: Manifest) -> bool:
    try:
        name = path.resolve().relative_to(manifest.root.resolve()).as_posix()
    except ValueError:
        return False
    return name in manifest.files
