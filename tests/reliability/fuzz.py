"""Ten thousand damaged inputs: no crash, no hang over 10 s, no more than 2 GB."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any, Final

from tests.reliability.fuzz_inputs import KINDS
from tests.reliability.fuzz_inputs import kind_of as kind_of_number
from tests.reliability.processes import Say, forked

EACH: Final = 250
MOST_SECONDS: Final = 10.0
MOST_MB: Final = 2048.0


def _chunk(first: int, count: int, scratch: Path, say: Say) -> None:
    from tests.reliability.fuzz_targets import try_one

    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    scratch.mkdir(parents=True, exist_ok=True)
    for number in range(first, first + count):
        say(at=number)
        start = time.process_time()
        line: dict[str, Any] = {"number": number}
        try:
            line["kind"], line["answer"] = try_one(number, scratch)
        except Exception as error:  # noqa: BLE001 - every exception that is not documented is a fault
            line |= {
                "kind": kind_of_number(number),
                "answer": "crash",
                "error": f"{type(error).__name__}: {error}"[:300],
            }
            line["trace"] = "".join(traceback.format_exception(error)[-3:])[-900:]
        line["seconds"] = round(time.process_time() - start, 3)
        line["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
        say(**line)


def run(results: Path, scratch: Path, *, seed: int, inputs: int, until: float = float("inf")) -> None:
    """Go on until that many inputs are in the results; a process tries 250 of them."""
    known = results.read_text().splitlines() if results.exists() else []
    base = seed * 10_000_000
    at = max((json.loads(line)["number"] + 1 - base for line in known), default=0)
    while at < inputs and time.time() < until:
        place = scratch / "inside"
        count = min(EACH, inputs - at)
        child = forked(lambda say, at=at, count=count, place=place: _chunk(base + at, count, place, say))
        begun, current, read = time.monotonic(), -1, 0
        hung = False
        open_ = True
        while open_:
            open_ = child.listen(0.5)
            if len(child.said) > read:
                read, begun = len(child.said), time.monotonic()
                current = next((line["at"] for line in reversed(child.said) if "at" in line), current)
            elif (
                time.monotonic() - begun > MOST_SECONDS and _cpu_of(child.pid) - _cpu_at(child) > MOST_SECONDS
            ):
                hung = True
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child.pid, signal.SIGKILL)
        status = child.finish(10.0)
        done = [line for line in child.said if "answer" in line]
        if status or hung:
            done.append(
                {
                    "number": current,
                    "kind": kind_of_number(current),
                    "answer": "hang" if hung else "crash",
                    "error": f"the process ended with {status}",
                    "seconds": 0,
                    "peak_mb": 0,
                }
            )
        with results.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in done)
        at = done[-1]["number"] + 1 - base
        shutil.rmtree(place, ignore_errors=True)


_MARKS: dict[int, tuple[int, float]] = {}


def _cpu_of(pid: int) -> float:
    import psutil

    with contextlib.suppress(psutil.Error):
        used = psutil.Process(pid).cpu_times()
        return float(used.user + used.system)
    return 0.0


def _cpu_at(child: Any) -> float:
    """Processor time of the process when its present input began, as far as it was seen."""
    known, used = _MARKS.get(child.pid, (-1, 0.0))
    if known != len(child.said):
        used = _cpu_of(child.pid)
        _MARKS[child.pid] = (len(child.said), used)
    return used


def try_again(results: Path, scratch: Path) -> int:
    """Try the inputs once more that crashed or hung, after a fault was mended; how many there were."""
    lines = [json.loads(line) for line in results.read_text().splitlines()]
    faults = [line["number"] for line in lines if line["answer"] in ("crash", "hang")]
    for number in faults:
        child = forked(lambda say, number=number: _chunk(number, 1, scratch / "inside", say))
        child.finish(120.0)
        found = [line for line in child.said if "answer" in line]
        lines = [line if line["number"] != number or not found else found[0] for line in lines]
    results.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return len(faults)


def judged(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Sum up."""
    crashes = [line for line in lines if line["answer"] == "crash"]
    slow = [line for line in lines if line["answer"] == "hang" or line["seconds"] > MOST_SECONDS]
    peak = max((line["peak_mb"] for line in lines), default=0.0)
    return {
        "inputs": len(lines),
        "by_kind": {kind: sum(line["kind"] == kind for line in lines) for kind, _ in KINDS},
        "refused": sum(line["answer"] in ("refused", "error") for line in lines),
        "crashes": len(crashes),
        "hangs": len(slow),
        "slowest_s": max((line["seconds"] for line in lines), default=0.0),
        "peak_mb": peak,
        "passed": bool(lines) and not crashes and not slow and peak <= MOST_MB,
    }


def load_everything() -> None:
    """Import what the inputs need, so that a forked process need not."""
    import cv2
    import gdcm
    import pydicom

    import core.readers.dicom
    import tests.reliability.fuzz_targets

    cv2.setNumThreads(0)
    assert all((gdcm, pydicom, core, tests))


if __name__ == "__main__":
    load_everything()
    if Path(sys.argv[1]).exists():
        try_again(Path(sys.argv[1]), Path(sys.argv[2]))
    run(Path(sys.argv[1]), Path(sys.argv[2]), seed=int(sys.argv[3]), inputs=int(sys.argv[4]))
