"""kill -9 at random moments of import, analysis, editing, sign-off and migration."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any, Final

from tests.reliability.kill_checks import faults_after
from tests.reliability.kill_works import WORKS, fill, old_database, without_output, write_drop
from tests.reliability.processes import Say, answered, forked

KINDS: Final = tuple(WORKS)
_OPEN_ENDED: Final = {"editing": 1.5, "sign-off": 1.5}
"""Seconds in which works without an end of their own are killed."""
_AFTER_WORDS: Final = 0.7
"""Share of the rounds in which the program has first said that something is saved."""


def _template(folder: Path, kind: str) -> Path:
    """Make the home that a round of this kind begins with."""
    home = folder / f"template-{kind}"
    if home.exists():
        return home
    making = folder / f"making-{kind}"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)

    def make(say: Say) -> None:
        without_output()
        if kind in ("import", "analysis"):
            write_drop(making / "drop")
        if kind == "analysis":
            from tests.reliability.kill_works import Window

            window = Window(making)
            window.take(sorted((making / "drop").glob("8000.*.png")))
            window.workplace.close()
        if kind in ("editing", "sign-off"):
            fill(making)
        if kind == "migration":
            fill(making, cells=2, cases=12)
            old_database(making)
            with sqlite3.connect(making / "centromere.sqlite") as connection:
                rows = {
                    table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                    for table in ("cases", "cells", "states", "log", "proposals")
                }
            (making / "rows.json").write_text(json.dumps(rows))

    answered(make)
    making.rename(home)
    return home


def one_round(folder: Path, seed: int, number: int, longest: dict[str, float]) -> dict[str, Any]:
    """Let the program work, kill it, look at what is left; `killed` is False where it was done before."""
    rng = random.Random(seed * 1_000_003 + number)
    kind = KINDS[number % len(KINDS)]
    works = WORKS[kind]
    work = works[number // len(KINDS) % len(works)]
    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(_template(folder, kind), home)
    name = work.__name__

    def program(say: Say) -> None:
        without_output()
        work(home, rng, say)

    child = forked(program)
    child.until_said(120.0)
    start = time.monotonic()
    if rng.random() < _AFTER_WORDS:
        # By the clock alone a busy machine would be killed before it had saved anything.
        for _ in range(rng.randint(1, 5)):
            child.until_said(60.0)
        after = rng.uniform(0.0, 0.4)
    else:
        after = rng.uniform(0.0, longest.get(name, _OPEN_ENDED.get(kind, 4.0)))
    ended = not child.listen(after)
    moment = time.monotonic() - start
    if ended:
        longest[name] = 0.9 * moment
        status = child.finish(60.0)
    else:
        child.kill()
        status = child.status or 0
    errors = [line for line in child.said if "error" in line]
    left = [str(p.relative_to(home)) for p in home.rglob(".*") if p.is_file()]

    def look(say: Say) -> None:
        without_output()
        say(faults=faults_after(home, kind, child.said))

    try:
        faults = answered(look)[-1]["faults"]
    except RuntimeError as error:
        faults = [f"the next start failed: {error}"]
    faults += [f"the program failed by itself: {line}" for line in errors]
    if faults:
        shutil.copytree(home, folder / f"fault-{seed}-{number}", dirs_exist_ok=True)
    return {
        "seed": seed, "number": number, "kind": kind, "work": name, "killed": status == -9,
        "after_s": round(moment, 4), "acknowledged": len(child.said) - 1, "faults": faults,
        "unfinished_left": len(left),
    }  # fmt: skip


def run(folder: Path, results: Path, *, seed: int, kills: int, until: float = float("inf")) -> None:
    """Go on until that many kills are in the results, or until the time `until`."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.loads(line) for line in results.read_text().splitlines()] if results.exists() else []
    number = max((line["number"] for line in lines), default=-1) + 1
    killed = sum(line["killed"] for line in lines)
    longest: dict[str, float] = {}
    while killed < kills and time.time() < until:
        line = one_round(folder, seed, number, longest)
        with results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        killed += line["killed"]
        number += 1


def judged(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Sum up."""
    killed = [line for line in lines if line["killed"]]
    return {
        "kills": len(killed),
        "by_kind": {kind: sum(line["kind"] == kind for line in killed) for kind in KINDS},
        "acknowledged": sum(line["acknowledged"] for line in killed),
        "after_something_was_saved": sum(line["acknowledged"] > 0 for line in killed),
        "ended_before_the_kill": len(lines) - len(killed),
        "faults": sum(len(line["faults"]) for line in lines),
        "seeds": sorted({line["seed"] for line in lines}),
        "passed": bool(killed) and not any(line["faults"] for line in lines),
    }


def load_everything() -> None:
    """Import what the rounds use, so that a forked process need not."""
    import alembic.command
    import alembic.config
    import cv2
    import onnxruntime

    import app.bootstrap
    import app.command_line.analyse
    import app.importing
    import models.inference.analyst

    cv2.setNumThreads(0)
    assert all((alembic, onnxruntime, app, models))


if __name__ == "__main__":
    load_everything()
    run(Path(sys.argv[1]), Path(sys.argv[2]), seed=int(sys.argv[3]), kills=int(sys.argv[4]))
