"""Writes the numbers of the campaign into docs/reliability.md."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from core.version import VERSION

BEGIN: Final = "<!-- campaign -->"
END: Final = "<!-- end of campaign -->"


def record(page: Path, found: Mapping[str, Any]) -> None:
    """Replace the section of the campaign, or put it behind the title; other sections stay."""
    before = page.read_text(encoding="utf-8") if page.exists() else "# Reliability\n"
    section = f"{BEGIN}\n{text_of(found)}{END}\n"
    if BEGIN in before:
        head, _, rest = before.partition(BEGIN)
        after = head + section + rest.partition(END + "\n")[2]
    else:
        title, _, rest = before.partition("\n")
        after = f"{title}\n\n{section}\n{rest.lstrip()}"
    page.write_text(after, encoding="utf-8")


def text_of(found: Mapping[str, Any]) -> str:
    """Write the section."""
    parts = [
        "## Campaign\n",
        "`python -m tests.reliability --out DIR --seed N --record` does all of it on Linux as root (it mounts a small"
        " volume); it goes on where it was broken off. Failures keep the seed and number that make them again.\n",
        f"Run on {datetime.now(UTC):%Y-%m-%d}, Centromere {VERSION}, Python {platform.python_version()}, SQLAlchemy "
        f"{version('SQLAlchemy')}, PySide6 {version('PySide6-Essentials')}, onnxruntime {version('onnxruntime')}, "
        f"{platform.system()} {platform.machine()}, two busy cores.\n",
    ]
    writers = {
        "kills": _kills, "disk": _disk, "seats": _seats, "surroundings": _places, "fuzz": _fuzz,
        "endurance": _endurance,
    }  # fmt: skip
    for name, write in writers.items():
        if name in found:
            parts.append(write(name, found[name]))
    return "\n".join(parts)


def _table(rows: Mapping[str, object]) -> str:
    return "| what | result |\n|---|---|\n" + "".join(
        f"| {name} | {value} |\n" for name, value in rows.items()
    )


def _kills(name: str, of: Mapping[str, Any]) -> str:
    kinds = ", ".join(f"{kind} {number}" for kind, number in of["by_kind"].items())
    rows = {
        "kills": f"{of['kills']} ({kinds}); seeds {', '.join(map(str, of['seeds']))}",
        "told as saved before the kills": f"{of['acknowledged']} steps and files, in {of['after_something_was_saved']} kills",
        "lost, half-written, broken logs, failed starts": of["faults"],
    }
    return (
        "### kill -9 at random moments\n\nProcesses with the window's own session, import, analysis, store and "
        "migration are forked from one that has loaded the libraries, and killed. The next start checks integrity, "
        "log, states, originals and result files against what had been said, and works on: import again, undo, redo."
        " Unfinished files under hidden names may stay; none stands under the name of a result.\n\n"
        + _table(rows)
    )


def _disk(name: str, of: Mapping[str, Any]) -> str:
    rows = {one["place"]: "; ".join(one["faults"][:1]) or one["words"] for one in of["places"]}
    return (
        f"### Disk full at {len(rows)} places\n\nEarlier data intact and work possible once there is space, at each"
        " place without another word; what a person is told:\n\n"
        + _table({k: _cell(v) for k, v in rows.items()})
    )


def _places(name: str, of: Mapping[str, Any]) -> str:
    title = "Database gone and back, clock, rights, locale, names"
    rows = {one["place"]: _cell("; ".join(one["faults"][:1]) or one["words"]) for one in of["places"]}
    return f"### {title}\n\n" + _table(rows)


def _seats(name: str, of: Mapping[str, Any]) -> str:
    rows = {
        "edits": f"{of['edits']}; seed {of['seed']}",
        "saved": of["saved"],
        "refused with words, for the author to repeat": of["refused_with_words"],
        "lost silently": of["lost_silently"],
        "words": _cell(of["words"]),
    }
    return "### Two seats on one PostgreSQL\n\nBoth edit one cell at once.\n\n" + _table(rows)


def _fuzz(name: str, of: Mapping[str, Any]) -> str:
    kinds = ", ".join(f"{kind} {number}" for kind, number in of["by_kind"].items())
    rows = {
        "inputs": f"{of['inputs']} ({kinds})",
        "refused with a reason": of["refused"],
        "crashes": of["crashes"],
        "hangs over 10 s of processor time": of["hangs"],
        "slowest": f"{of['slowest_s']:.1f} s",
        "most memory of a process": f"{of['peak_mb']:.0f} MB",
    }
    return "### Damaged inputs\n\nEach is made from its number alone (`fuzz_targets.try_one`).\n\n" + _table(
        rows
    )


def _endurance(name: str, of: Mapping[str, Any]) -> str:
    rows: dict[str, object] = {
        "cells in one process": f"{of['cells']} in {of['minutes']:.0f} min",
        f"growth of memory from cell {of['from_cell']} (resident, medians of 20 cells)": f"{of['rss_growth_percent']} %",
    }
    words = {
        "rss_mb": "resident memory, MB",
        "own_mb": "own memory, MB",
        "handles": "handles",
        "threads": "threads",
    }
    rows |= {words[key]: f"{of[key]['early']} → {of[key]['late']}" for key in words}
    return (
        "### Cells in a row\n\nSmall simulated pictures (14 chromosomes, 190 pixels) imported, analysed by the real "
        "models, edited, undone and reported through the window's own session. One handle more is a second connection"
        " of the pool, which is bounded.\n\n" + _table(rows)
    )


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "/").split())[:260]
