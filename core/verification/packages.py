"""The packages of an installation: their versions against the pins, their files against their own records."""

from __future__ import annotations

import base64
import csv
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

from packaging.markers import Marker

from core.errors import StorageError
from core.progress import NoProgress, Progress
from core.verification.record import Fault

_PIN: Final = re.compile(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)\s*(?:;\s*([^\\]+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A package that the program needs here, in the one version it was tested with."""

    name: str
    version: str


def read_pins(lock: Path) -> tuple[Pin, ...]:
    """Read the pins that concern this system from a file such as ``installers/requirements/run.txt``.

    Raises
    ------
    StorageError
        Where the file cannot be read.
    """
    try:
        text = lock.read_text(encoding="utf-8")
    except OSError as error:
        raise StorageError(
            f"{lock.name} cannot be read ({error.strerror or error})", "install Centromere again"
        ) from error
    pins = []
    for line in text.splitlines():
        found = _PIN.match(line)
        if found and (not found[3] or Marker(found[3].strip()).evaluate()):
            pins.append(Pin(name=re.sub(r"[-_.]+", "-", found[1]).lower(), version=found[2]))
    return tuple(pins)


def version_faults(pins: Iterable[Pin], *, absent_is_fault: bool = True) -> tuple[Fault, ...]:
    """Compare the versions that are installed with the pins.

    Parameters
    ----------
    absent_is_fault
        False where a bundle leaves packages out on purpose and its manifest tells what belongs to it.
    """
    faults = []
    for pin in pins:
        try:
            installed = metadata.version(pin.name)
        except metadata.PackageNotFoundError:
            if absent_is_fault:
                faults.append(Fault(file=pin.name, said=f"is not installed, expected {pin.version}"))
            continue
        if installed != pin.version:
            faults.append(Fault(file=pin.name, said=f"is version {installed}, expected {pin.version}"))
    return tuple(faults)


def file_faults(pins: Iterable[Pin], progress: Progress | None = None) -> tuple[int, tuple[Fault, ...]]:
    """Compare every file of the installed packages with the hash in the RECORD of its package.

    Returns
    -------
    tuple
        How many files were compared, and one fault for each that is missing or changed.
    """
    progress = progress or NoProgress()
    wanted = tuple(pins)
    compared, faults = 0, []
    for number, pin in enumerate(wanted):
        progress.step(number, len(wanted), f"Files of {pin.name}")
        try:
            distribution = metadata.distribution(pin.name)
        except metadata.PackageNotFoundError:
            continue  # told by the versions
        # Not `distribution.files`: the reader of metadata that other packages bring leaves out what is gone.
        record = distribution.read_text("RECORD")
        if not record:
            faults.append(Fault(file=pin.name, said="has no RECORD of its files"))
            continue
        for name, written, *_ in csv.reader(record.splitlines()):
            kind, _, value = written.partition("=")
            # Python itself writes compiled files anew, from sources that are compared here.
            if not value or "__pycache__" in name.split("/"):
                continue
            compared += 1
            said = _said_of(Path(str(distribution.locate_file(name))), kind, value)
            if said:
                faults.append(Fault(file=name, said=f"{said} (package {pin.name})"))
    return compared, tuple(faults)


def _said_of(path: Path, kind: str, expected: str) -> str:
    try:
        with path.open("rb") as opened:
            found = hashlib.file_digest(opened, kind).digest()
    except FileNotFoundError:
        return "is missing"
    except (OSError, ValueError) as error:
        return f"cannot be read ({error})"
    encoded = base64.urlsafe_b64encode(found).rstrip(b"=").decode()
    return "" if encoded == expected else "is not as it was installed"
