"""The page that tells what came of the proof."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from installers.proving.trial import Outcome, Trial

_HEAD: Final = """# Proof on a bare machine

Written by `python3 installers/prove.py` (root, some minutes, not part of every check).

| | |
|---|---|
"""
_HOW: Final = """
Each root is what `debootstrap --variant=minbase` makes: no Python, no X, no OpenGL, no fonts, no keyboard
layouts. It lies in a network namespace of its own with nothing but an unconnected loopback, and has no
package source. The screen (Xvfb) runs outside the root and inside that namespace, without a window manager.
Everything but the installation of the `.deb` and its removal is done by a person without any right. "window
warm" is the middle one of three starts after the first, from the command to a window on the screen;
"processor" is what the program itself used of it, on a machine where other work took the rest. A
minimal Debian has no `xz`, so the archive is decompressed outside and unpacked by the root's own `tar`.
"""


def written(
    outcomes: Sequence[tuple[Trial, int, Outcome]], *, suite: str, version: str, now: datetime
) -> str:
    """Write the page from the trials, with how many packages each root had."""
    packages = outcomes[0][1]
    passed = all(outcome.passed for _, _, outcome in outcomes)
    rows = [
        ("date", f"{now:%Y-%m-%d}"),
        ("version", version),
        ("root", f"Debian {suite}, minimal, {packages} packages"),
        ("processor", processor()),
        ("load while it ran", load()),
        ("result", "passed, both ways" if passed else "FAILED"),
    ]
    text = _HEAD + "".join(f"| {name} | {said} |\n" for name, said in rows)
    for trial, _, outcome in outcomes:
        text += f"\n## {trial.file.name}\n\n| step | found |\n|---|---|\n"
        text += f"| file | {trial.file.stat().st_size / 1e6:.0f} MB |\n"
        for name, said in outcome.said.items():
            text += f"| {name} | {said} |\n"
        for name, seconds in outcome.seconds.items():
            text += f"| {name} | {seconds} s |\n"
        for failure in outcome.failed:
            text += f"| **failed** | {failure.replace(chr(10), ' ').replace('|', '/')} |\n"
    return text + _HOW


def processor() -> str:
    """Tell name and number of the processor's cores."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} x {names[0]}" if names else "unknown"


def load() -> str:
    """Tell how many processes wanted to run at once during the last quarter of an hour."""
    return Path("/proc/loadavg").read_text(encoding="utf-8").split()[2]
