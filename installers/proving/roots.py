"""Minimal Debian roots, made by debootstrap from the package source that this system is set up with."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

TOOLS: Final = ("debootstrap", "unshare", "chroot", "setpriv", "xz", "Xvfb", "xwininfo", "xdotool", "import")
_SOURCES: Final = Path("/etc/apt")


def missing_tools() -> list[str]:
    """Tell which programs the proof needs and this system lacks."""
    return [name for name in TOOLS if shutil.which(name) is None]


def suite_and_mirror() -> tuple[str, str]:
    """Read the suite and the address of Debian's packages from the settings of apt.

    Raises
    ------
    ValueError
        Where they name no Debian.
    """
    suite = ""
    for line in Path("/etc/os-release").read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition("=")
        if name == "VERSION_CODENAME":
            suite = value.strip('"')
    files = [_SOURCES / "sources.list", *sorted((_SOURCES / "sources.list.d").glob("*"))]
    for path in files:
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        text = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
        for block in text.split("\n\n"):
            address = re.search(r"^URIs:\s*(\S+)", block, re.M)
            suites = re.search(r"^Suites:(.*)$", block, re.M)
            if address and suites and suite in suites.group(1).split():
                return suite, address.group(1)
        old = re.search(rf"^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+{re.escape(suite)}\s+.*\bmain\b", text, re.M)
        if suite and old:
            return suite, old.group(1)
    raise ValueError(f"expected Debian's packages for {suite or 'this system'} in {_SOURCES}, got none")


def debian_root(root: Path, *, suite: str, mirror: str, cache: Path) -> int:
    """Make a root with the essential packages and apt only; returns how many packages are in it."""
    shutil.rmtree(root, ignore_errors=True)
    cache.mkdir(parents=True, exist_ok=True)
    command = ["debootstrap", "--variant=minbase", f"--cache-dir={cache}", suite, str(root), mirror]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    # Nothing may be fetched later, so nothing is left that tells from where.
    (root / "etc" / "apt" / "sources.list").write_text("", encoding="utf-8")
    for archive in (root / "var" / "cache" / "apt" / "archives").glob("*.deb"):
        archive.unlink()
    listed = subprocess.run(
        ["chroot", str(root), "dpkg-query", "--show"], check=True, capture_output=True, text=True
    )
    return len(listed.stdout.splitlines())
