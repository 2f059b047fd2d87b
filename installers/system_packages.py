"""The one list of system packages that Centromere needs on Debian, and their installation."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from typing import Final

#: Package names of Debian 12 and 13, by what needs them.
SYSTEM_PACKAGES: Final[dict[str, tuple[str, ...]]] = {
    # Python's own venv module, split off by Debian; left out where the interpreter brings it.
    "environment": ("python3-venv",),
    # Qt's xcb platform plugin, fonts to write with, and Mesa, which draws OpenGL without a graphics card.
    "window": (
        "fonts-dejavu-core",
        "libdbus-1-3",
        "libegl1",
        "libfontconfig1",
        "libgl1",
        "libgl1-mesa-dri",
        "libglib2.0-0",
        "libglx-mesa0",
        "libopengl0",
        "libwayland-cursor0",
        "libwayland-egl1",
        "libx11-xcb1",
        "libxcb-cursor0",
        "libxcb-icccm4",
        "libxcb-image0",
        "libxcb-keysyms1",
        "libxcb-randr0",
        "libxcb-render-util0",
        "libxcb-shape0",
        "libxcb-sync1",
        "libxcb-xfixes0",
        "libxcb-xinerama0",
        "libxcb-xkb1",
        "libxkbcommon-x11-0",
        "libxkbcommon0",
    ),
    # A screen with a window manager (without one no window is ever active), and a database server.
    "tests": ("openbox", "postgresql", "xvfb"),
}


def wanted_packages(purposes: Iterable[str]) -> tuple[str, ...]:
    """Tell the packages that `purposes` (keys of SYSTEM_PACKAGES) need on this interpreter, sorted."""
    names: set[str] = set()
    for purpose in purposes:
        if purpose == "environment" and importlib.util.find_spec("ensurepip") is not None:
            continue
        names.update(SYSTEM_PACKAGES[purpose])
    return tuple(sorted(names))


def names_in(listing: str) -> frozenset[str]:
    """Read the packages that are there from a `dpkg-query` listing.

    Parameters
    ----------
    listing
        One line a package: ``status TAB name TAB provided names``. A package counts when its status is
        ``installed``; the names it provides count too (``libglib2.0-0`` is provided by ``libglib2.0-0t64``
        in Debian 13).
    """
    names: set[str] = set()
    for line in listing.splitlines():
        status, name, provided = (*line.split("\t"), "", "")[:3]
        if status != "installed":
            continue
        names.add(name.split(":")[0])
        names.update(part.split("(")[0].split(":")[0].strip() for part in provided.split(",") if part.strip())
    return frozenset(names)


def missing_packages(wanted: Sequence[str]) -> tuple[str, ...]:
    """Tell which of `wanted` are not installed; nothing where the system is no Debian."""
    if shutil.which("dpkg-query") is None or shutil.which("apt-get") is None:
        return ()
    form = "${db:Status-Status}\t${Package}\t${Provides}\n"
    answer = subprocess.run(
        ["dpkg-query", "--show", "--showformat", form], check=True, capture_output=True, text=True
    )
    there = names_in(answer.stdout)
    return tuple(name for name in wanted if name not in there)


def install_command(packages: Sequence[str]) -> list[str]:
    """Write the command that installs `packages`; root runs it as it is, others with sudo before it."""
    return [
        "apt-get", "install", "--yes", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", *packages,
    ]  # fmt: skip


def provide_packages(purposes: Iterable[str]) -> bool:
    """Install what is missing for `purposes` as root on Debian, or print the command for it.

    Returns
    -------
    bool
        True where everything is there now or where the system is no Debian and cannot be asked.
    """
    missing = missing_packages(wanted_packages(purposes))
    if not missing:
        return True
    command = install_command(missing)
    if os.name != "posix" or os.geteuid() != 0:
        print("expected these system packages, got none of them; install them and run this again:")
        print("  sudo apt-get update && sudo " + " ".join(command), flush=True)
        return False
    print(f"installing {len(missing)} system packages: {' '.join(missing)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    quiet = subprocess.DEVNULL
    subprocess.run(["apt-get", "update", "-qq"], check=True, env=environment, stdin=quiet)
    subprocess.run(command, check=True, env=environment, stdin=quiet, stdout=quiet)
    return True
