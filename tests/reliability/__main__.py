"""The reliability campaign: `python -m tests.reliability --out DIR [--only kills,fuzz] [--record]`.

What is done stands in DIR as lines of JSON; a second start goes on where the first one ended. `--record`
writes the numbers of DIR into `docs/reliability.md`, beside the sections that others wrote there.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[2]
PARTS: Final = ("kills", "disk", "seats", "surroundings", "fuzz", "endurance")
#: Processes are forked: libraries must not have started threads of their own.
ENVIRONMENT: Final = {
    "QT_QPA_PLATFORM": "offscreen", "QT_API": "pyside6", "PYQTGRAPH_QT_LIB": "PySide6", "NAPARI_CONFIG": "",
    "OMP_NUM_THREADS": "1",
}  # fmt: skip


def options() -> argparse.ArgumentParser:
    """Arguments of the campaign."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for results and scratch")
    parser.add_argument("--only", default=",".join(PARTS), help="parts, with commas: " + ", ".join(PARTS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=120.0, help="most time for each part (120)")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full numbers (1)")
    parser.add_argument("--record", action="store_true", help="write the numbers into docs/reliability.md")
    return parser


def command_of(part: str, out: Path, seed: int, scale: float) -> list[str]:
    """Tell the command that does a part."""

    def number(full: int) -> str:
        return str(max(1, round(full * scale)))

    module = [sys.executable, "-m"]
    if part == "kills":
        where, results = out / f"kills-{seed}", out / f"kills-{seed}.jsonl"
        return [*module, "tests.reliability.kills", str(where), str(results), str(seed), number(200)]
    if part == "fuzz":
        where, results = out / f"fuzz-{seed}", out / f"fuzz-{seed}.jsonl"
        return [*module, "tests.reliability.fuzz", str(results), str(where), str(seed), number(10_000)]
    if part == "endurance":
        where, results = out / f"endurance-{seed}", out / f"endurance-{seed}.jsonl"
        return [*module, "tests.reliability.endurance", str(where), str(results), number(1000), str(seed)]
    if part == "seats":
        return [*module, "tests.reliability.seats", str(out / "seats.json"), str(seed), number(500)]
    if part == "disk":
        volume = out / "volume"
        volume.mkdir(parents=True, exist_ok=True)
        inside = 'mount -t tmpfs -o size=48m tmpfs "$1" && exec "$2" -m tests.reliability.disk "$1" "$3"'
        return [
            "unshare",
            "-m",
            "sh",
            "-c",
            inside,
            "sh",
            str(volume),
            sys.executable,
            str(out / "disk.jsonl"),
        ]
    # Unshared, because a folder is mounted read-only in it.
    return [
        "unshare",
        "-m",
        *module,
        f"tests.reliability.{part}",
        str(out / part),
        str(out / f"{part}.jsonl"),
    ]


def finished(part: str, out: Path, seed: int) -> bool:
    """Tell whether a part that cannot go on in the middle is done."""
    if part in ("kills", "fuzz"):
        return False  # these count their own lines and go on
    name = {"endurance": f"endurance-{seed}.done", "seats": "seats.json"}.get(part, f"{part}.done")
    return (out / name).exists()


def summaries(out: Path) -> dict[str, Any]:
    """Sum up everything that DIR holds."""
    from tests.reliability import endurance, fuzz, kills

    found: dict[str, Any] = {}
    if lines := _lines(out, "kills*.jsonl"):
        found["kills"] = kills.judged(lines)
    if lines := _lines(out, "fuzz*.jsonl"):
        found["fuzz"] = fuzz.judged(lines)
    for path in sorted(out.glob("endurance*.jsonl")):
        found["endurance"] = endurance.judged(endurance.read_measures(path))
    if (out / "seats.json").exists():
        found["seats"] = json.loads((out / "seats.json").read_text(encoding="utf-8"))
    for part in ("disk", "surroundings"):
        if lines := _lines(out, f"{part}.jsonl"):
            found[part] = {"places": lines, "passed": not any(line["faults"] for line in lines)}
    return found


def _lines(out: Path, pattern: str) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for path in sorted(out.glob(pattern))
        for line in path.read_text().splitlines()
        if line
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is wanted, sum up, record."""
    chosen = options().parse_args(arguments)
    out: Path = chosen.out.absolute()
    out.mkdir(parents=True, exist_ok=True)
    for part in [name for name in PARTS if name in chosen.only.split(",")]:
        if finished(part, out, chosen.seed):
            continue
        start = time.monotonic()
        command = command_of(part, out, chosen.seed, chosen.scale)
        try:
            status = subprocess.run(
                command, cwd=ROOT, env={**os.environ, **ENVIRONMENT}, timeout=60 * chosen.minutes, check=False
            ).returncode
        except subprocess.TimeoutExpired:
            print(f"{part}: out of time, start again to go on", flush=True)
            continue
        if status == 0:
            (out / (f"{part}-{chosen.seed}.done" if part == "endurance" else f"{part}.done")).touch()
        print(f"{part}: status {status}, {time.monotonic() - start:.0f} s", flush=True)
    found = summaries(out)
    (out / "summary.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    if chosen.record:
        from tests.reliability.record import record

        record(ROOT / "docs" / "reliability.md", found)
    for part, summary in found.items():
        print(f"{part}: {'passed' if summary['passed'] else 'FAILED'}", flush=True)
    return 0 if all(summary["passed"] for summary in found.values()) else 1


if __name__ == "__main__":
    assert platform.system() == "Linux", "the campaign mounts, forks and kills as Linux does"
    sys.exit(main())
