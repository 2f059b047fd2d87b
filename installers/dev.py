"""Set Centromere up on a bare machine and run it, or run every check.

``python3 installers/dev.py run``    make .venv and open the window on the sample case; without a display
                                   analyse the sample and print where karyogram and report are
``python3 installers/dev.py test``   set up everything that the tests need and run every check; further
                                   arguments go to pytest and leave the other checks out

Both need Python 3.11 and nothing else beforehand, may be repeated, and cost little the second time.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = Path("resources", "samples", "simulated_case")
RESULTS = Path("results", "sample")
#: Seconds that one check may take; a whole run of all checks takes some minutes.
LONGEST_CHECK = 3600

sys.path.insert(0, str(ROOT))


def use_python_3_11() -> None:
    """Go on under Python 3.11, for which the packages are pinned; another one is looked for and told."""
    if sys.version_info[:2] == (3, 11):
        return
    got = ".".join(str(part) for part in sys.version_info[:2])
    launcher = shutil.which("py") if os.name == "nt" else None
    other = shutil.which("python3.11")
    command = [launcher, "-3.11"] if launcher else [other] if other else []
    if not command or os.environ.get("CENTROMERE_DEV_RESTARTED"):
        again = f"python3.11 {' '.join(sys.argv)}"
        sys.exit(f"dev.py: expected Python 3.11, got {got}; install Python 3.11 and run: {again}")
    environment = dict(os.environ, CENTROMERE_DEV_RESTARTED="1")
    status = subprocess.call([str(part) for part in command] + sys.argv, env=environment)
    sys.exit(status)


def has_display(python: Path) -> bool:
    """Tell whether a window can be opened here: a display is named, and Qt can connect to it."""
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    question = "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"
    command = [str(python), "-c", question]
    return subprocess.run(command, check=False, capture_output=True, stdin=subprocess.DEVNULL).returncode == 0


def run() -> int:
    """Set up, then open the sample case in the window, or analyse it where there is no display."""
    from installers.environment import child_environment, provide_environment
    from installers.system_packages import provide_packages

    complete = provide_packages(["environment", "window"])
    python = provide_environment(ROOT, ["run"])
    program = [str(python), str(ROOT / "main.py")]
    if has_display(python):
        print("opening the window on the sample case", flush=True)
        return subprocess.call([*program, "--sample"], env=child_environment(), cwd=ROOT)
    if not complete:
        print("going on without a window")
    print("no display: analysing the sample case", flush=True)
    arguments = ["analyse", str(SAMPLE), "--out", str(RESULTS), "--report"]
    status = subprocess.call([*program, *arguments], env=child_environment(), cwd=ROOT)
    for karyogram in sorted((ROOT / RESULTS).rglob("*.karyogram.png")):
        print(f"karyogram: {karyogram}")
    if (ROOT / RESULTS / "report.pdf").exists():
        print(f"report:    {ROOT / RESULTS / 'report.pdf'}")
    return status


def checks(python: Path, arguments: list[str]) -> list[tuple[str, list[str]]]:
    """Tell the checks by name, in the order in which they tell most for the time they take."""
    binaries = python.parent
    pytest = ("tests", [str(python), "-m", "pytest", *arguments])
    if arguments:
        return [pytest]
    return [
        ("ruff", [str(python), "-m", "ruff", "check", "."]),
        ("layers", [str(binaries / "lint-imports"), "--no-cache", "--no-logo"]),
        ("types", [str(python), "-m", "mypy"]),
        pytest,
    ]


def run_checks(python: Path, environment: dict[str, str], arguments: list[str]) -> int:
    """Run every check, also after one that failed, and print what came of each."""
    outcome = []
    for name, command in checks(python, arguments):
        print(f"== {name}", flush=True)
        started = time.monotonic()
        try:
            status = subprocess.call(
                command, env=environment, cwd=ROOT, stdin=subprocess.DEVNULL, timeout=LONGEST_CHECK
            )
        except subprocess.TimeoutExpired:
            status = 124
        outcome.append((name, status, time.monotonic() - started))
    print("== summary")
    for name, status, seconds in outcome:
        print(f"{name:<10}{'ok' if status == 0 else f'FAILED ({status})':<14}{seconds:6.0f} s")
    return 0 if all(status == 0 for _, status, _ in outcome) else 1


def test(arguments: list[str]) -> int:
    """Set up everything, start the servers, run the checks, and stop the servers whatever happened."""
    from installers.environment import child_environment, provide_environment
    from installers.system_packages import provide_packages

    started = time.monotonic()
    if not provide_packages(["environment", "window", "tests"]):
        return 1
    print(f"system packages: {time.monotonic() - started:.0f} s", flush=True)
    started = time.monotonic()
    python = provide_environment(ROOT, ["run", "train", "torch", "test"])
    print(f"environment: {time.monotonic() - started:.0f} s", flush=True)

    environment = child_environment()
    with contextlib.ExitStack() as servers:
        home = servers.enter_context(tempfile.TemporaryDirectory(prefix="centromere-test-"))
        environment.update(CENTROMERE_HOME=home, PYTHONUTF8="1")
        if sys.platform == "linux":
            # Elsewhere the person's own screen serves, and tests of PostgreSQL tell why they are left out.
            from installers.servers import ServerError, postgres_server, screen

            try:
                environment["DISPLAY"] = servers.enter_context(screen())
                environment["CENTROMERE_TEST_POSTGRES"] = servers.enter_context(postgres_server())
            except ServerError as failure:
                print(f"dev.py: {failure}", file=sys.stderr)
                return 1
            environment.update(XDG_RUNTIME_DIR=home, QT_QPA_PLATFORM="xcb", LIBGL_ALWAYS_SOFTWARE="1")
            environment.pop("WAYLAND_DISPLAY", None)
        return run_checks(python, environment, arguments)


def main() -> int:
    """Do what the first argument says."""
    arguments = sys.argv[1:]
    if arguments[:1] not in (["run"], ["test"]) or (arguments[0] == "run" and len(arguments) > 1):
        print(__doc__)
        return 0 if arguments in (["-h"], ["--help"]) else 2
    use_python_3_11()
    # A polite request to end must stop the servers too, so it takes the way of an exception.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return run() if arguments[0] == "run" else test(arguments[1:])
    except KeyboardInterrupt:
        return 130
    except subprocess.CalledProcessError as failure:
        command = " ".join(str(part) for part in failure.cmd)
        print(f"dev.py: expected status 0, got {failure.returncode} from: {command}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
