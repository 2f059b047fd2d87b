"""One trial: install a bundle in a root without network, analyse, open the window, and remove it again.

``python trial.py PLAN.json OUTCOME.json`` is what runs inside the namespaces.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PERSON: Final = "person"
NUMBER: Final = 1000
DISPLAY: Final = ":1097"
EXPECTED: Final = "47,XY,+21"
#: Seconds that one step may take on a slow machine.
LONGEST: Final = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is tried where.

    Parameters
    ----------
    name
        `deb` or `tar`.
    root
        The minimal root.
    file
        What is installed.
    version
        Its version.
    evidence
        Folder for the picture of the window, the report and the output of the steps.
    """

    name: str
    root: Path
    file: Path
    version: str
    evidence: Path


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of a trial: times in seconds, sizes in bytes, and the steps that did not go as expected."""

    seconds: dict[str, float] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether every step went as expected."""
        return not self.failed


def try_out(trial: Trial) -> Outcome:
    """Run `trial` in namespaces of its own, without network; returns what came of it."""
    shutil.rmtree(trial.evidence, ignore_errors=True)
    trial.evidence.mkdir(parents=True)
    plan = trial.evidence / "plan.json"
    result = trial.evidence / "outcome.json"
    plan.write_text(json.dumps({name: str(value) for name, value in asdict(trial).items()}), encoding="utf-8")
    command = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    subprocess.run([*command, sys.executable, str(Path(__file__)), str(plan), str(result)], check=False)
    if not result.exists():
        return Outcome(failed=["the trial itself ended early"])
    return Outcome(**json.loads(result.read_text(encoding="utf-8")))


class Inside:
    """A root as seen from inside the namespaces: commands run in it, as root or as a person."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.outcome = Outcome()
        self.home = trial.root / "home" / PERSON

    def command(self, words: list[str], *, person: bool) -> list[str]:
        """Write how `words` run in the root."""
        environment = ["env", "-i", "PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LANG=C.UTF-8"]
        if not person:
            return ["chroot", str(self.trial.root), *environment, "HOME=/root", *words]
        environment += [f"HOME=/home/{PERSON}", f"USER={PERSON}", f"DISPLAY={DISPLAY}"]
        environment += [f"XDG_RUNTIME_DIR=/run/user/{NUMBER}", "QT_QPA_PLATFORM=xcb"]
        path = f"PATH=/home/{PERSON}/.local/bin:/usr/local/bin:/usr/bin:/bin"
        rights = ["setpriv", f"--reuid={NUMBER}", f"--regid={NUMBER}", "--clear-groups", "--no-new-privs"]
        inner = [*rights, *environment, path, "sh", "-c", 'cd "$HOME"; exec "$@"', "sh", *words]
        return ["chroot", str(self.trial.root), *inner]

    def step(self, name: str, words: list[str], *, person: bool = True, status: int = 0) -> str:
        """Run one step, note its time and whether it ended as expected; returns its output."""
        print(f"{self.trial.name}: {name}", flush=True)
        started = time.monotonic()
        done = subprocess.run(
            self.command(words, person=person),
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LONGEST,
        )
        self.outcome.seconds[name] = round(time.monotonic() - started, 1)
        (self.trial.evidence / f"{name.replace(' ', '-')}.txt").write_text(done.stdout, encoding="utf-8")
        if done.returncode != status:
            self.outcome.failed.append(f"{name}: status {done.returncode}: {done.stdout.strip()[-300:]}")
        return done.stdout

    def expect(self, name: str, *, holds: bool, said: str) -> None:
        """Note what was found, and that it failed where it does not hold."""
        self.outcome.said[name] = said
        if not holds:
            self.outcome.failed.append(f"{name}: {said}")

    # ------------------------------------------------------------------ the steps

    def prepare(self) -> None:
        """Give the root the few folders that a started system has, and a person."""
        root = self.trial.root
        run(["mount", "-t", "proc", "proc", str(root / "proc")])
        for name in ("null", "zero", "urandom", "random", "tty"):
            (root / "dev" / name).touch()
            run(["mount", "--bind", f"/dev/{name}", str(root / "dev" / name)])
        (root / "dev" / "shm").mkdir(exist_ok=True)
        run(["mount", "-t", "tmpfs", "tmpfs", str(root / "dev" / "shm")])
        sockets = root / "tmp" / ".X11-unix"
        sockets.mkdir(exist_ok=True)
        sockets.chmod(0o1777)
        Path("/tmp/.X11-unix").mkdir(exist_ok=True)
        run(["mount", "--bind", str(sockets), "/tmp/.X11-unix"])
        run(["chroot", str(root), "groupadd", "-g", str(NUMBER), PERSON])
        run(["chroot", str(root), "useradd", "-m", "-u", str(NUMBER), "-g", str(NUMBER), PERSON])
        runtime = root / "run" / "user" / str(NUMBER)
        runtime.mkdir(parents=True)
        os.chown(runtime, NUMBER, NUMBER)
        runtime.chmod(0o700)
        devices = [line.split(":")[0].strip() for line in Path("/proc/net/dev").read_text().splitlines()[2:]]
        routes = Path("/proc/net/route").read_text().splitlines()[1:]
        self.expect(
            "network", holds=devices == ["lo"] and not routes, said=f"devices {devices}, {len(routes)} routes"
        )

    def install(self) -> None:
        """Install the bundle in the way of this trial."""
        trial = self.trial
        if trial.name == "deb":
            shutil.copyfile(trial.file, trial.root / "root" / trial.file.name)
            self.step("install", ["dpkg", "-i", f"/root/{trial.file.name}"], person=False)
            (trial.root / "root" / trial.file.name).unlink()
            return
        # A minimal root has tar but no xz, so the archive is opened outside and unpacked inside.
        started = time.monotonic()
        command = self.command(["tar", "-xf", "-"], person=True)
        with subprocess.Popen(["xz", "-dc", str(trial.file)], stdout=subprocess.PIPE) as archive:
            done = subprocess.run(command, check=False, stdin=archive.stdout)
        self.outcome.seconds["unpack"] = round(time.monotonic() - started, 1)
        self.expect("unpack", holds=done.returncode == 0, said=f"status {done.returncode}")
        folder = trial.file.name.removesuffix(".tar.xz")
        self.step("install", [f"./{folder}/install.sh"])
        shutil.rmtree(self.home / folder)  # what was installed must not need it any more

    def installed_folder(self) -> Path:
        """Tell where the program is now."""
        place = "opt/centromere" if self.trial.name == "deb" else f"home/{PERSON}/.local/opt/centromere"
        return self.trial.root / place / "versions" / self.trial.version

    def analyse(self) -> None:
        """Analyse the sample with a report, and look at what came out."""
        folder = "/" + str(self.installed_folder().relative_to(self.trial.root))
        sample = f"{folder}/program/resources/samples/simulated_case"
        self.step("analyse", ["centromere", "analyse", sample, "--out", "result", "--report"])
        case = self.home / "result" / "case.json"
        found = json.loads(case.read_text(encoding="utf-8")) if case.exists() else {}
        karyotype = str(found.get("iscn") or found.get("karyotype") or "")
        whole = re.sub(r"\[\d+\]$", "", karyotype)
        self.expect("karyotype", holds=whole == EXPECTED, said=karyotype or "none")
        report = self.home / "result" / "report.pdf"
        size = report.stat().st_size if report.exists() else 0
        good = size > 10_000 and report.read_bytes().startswith(b"%PDF")
        self.expect("report", holds=good, said=f"{size / 1000:.0f} kB of PDF")
        if good:
            shutil.copyfile(report, self.trial.evidence / "report.pdf")

    def window(self) -> None:
        """Open the window first, three times warm, and once to import the sample."""
        seconds = self.outcome.seconds
        seconds["window first"], seconds["window first, processor"] = self.open_window([], stay=0)
        warm = sorted(self.open_window([], stay=0) for _ in range(3))
        seconds["window warm"] = warm[1][0]
        seconds["window warm, processor"] = sorted(time_used for _, time_used in warm)[1]
        self.open_window(["--sample"], stay=240)

    def open_window(self, words: list[str], *, stay: float) -> tuple[float, float]:
        """Start the program, wait for its window, then for the sample, `stay` s at most.

        Returns
        -------
        tuple of float
            Seconds until the window was on the screen: by the clock, and of the processor.
        """
        print(f"{self.trial.name}: window {' '.join(words)}", flush=True)
        log = self.trial.evidence / "window.txt"
        started = time.monotonic()
        with log.open("ab") as out:
            process = subprocess.Popen(
                self.command(["centromere", *words], person=True),
                stdout=out,
                stderr=out,
                stdin=subprocess.DEVNULL,
            )
        try:
            found = has_window()
            while not found and process.poll() is None and time.monotonic() - started < 240:
                time.sleep(0.05)
                found = has_window()
            seconds = round(time.monotonic() - started, 2)
            used = processor_seconds(process.pid)
            if not found:
                said = log.read_text(encoding="utf-8", errors="replace")[-400:]
                self.outcome.failed.append(f"window: none after {seconds} s: {said}")
                return seconds, used
            if stay:
                self.wait_for_the_sample(started + stay)
                # The first row of the worklist: the Case page draws with OpenGL.
                click = ["env", f"DISPLAY={DISPLAY}", "xdotool", "mousemove", "240", "118", "click"]
                run([*click, "--repeat", "2", "--delay", "80", "1"])
                time.sleep(40)
                picture = str(self.trial.evidence / "window.png")
                run(["import", "-display", DISPLAY, "-window", "root", picture])
        finally:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()
            process.wait()
            while has_window():
                time.sleep(0.05)
        return seconds, used

    def wait_for_the_sample(self, until: float) -> None:
        """Wait until the window has analysed every cell of the sample."""
        database = self.home / ".local" / "share" / "centromere" / "centromere.sqlite"
        cells = analysed = 0
        while time.monotonic() < until and not (cells == 5 and analysed >= 5):
            time.sleep(1)
            with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(database)) as opened:
                cells = opened.execute("SELECT count(*) FROM cells").fetchone()[0]
                analysed = opened.execute("SELECT count(*) FROM proposals").fetchone()[0]
        said = f"{cells} cells imported, {analysed} analysed"
        self.expect("sample in the window", holds=cells == 5 and analysed >= 5, said=said)

    def log(self) -> None:
        """Look for errors that the window noted."""
        path = self.home / ".local" / "share" / "centromere" / "logs" / "window.log"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        errors = [line for line in lines if " ERROR " in line]
        self.expect("errors in the log", holds=not errors, said=errors[0] if errors else "none")

    def remove(self) -> None:
        """Remove the program, and find the data where it said."""
        if self.trial.name == "deb":
            said = self.step("uninstall", ["dpkg", "-r", f"centromere-{self.trial.version}"], person=False)
        else:
            said = self.step("uninstall", ["centromere", "uninstall"])
        left = [self.installed_folder(), self.home / ".local" / "bin" / "centromere"]
        left += [self.trial.root / "usr" / "bin" / "centromere"]
        gone = not any(path.exists() or path.is_symlink() for path in left)
        database = self.home / ".local" / "share" / "centromere" / "centromere.sqlite"
        told = ".local/share/centromere" in said
        self.expect("program removed", holds=gone, said="yes" if gone else "something is left")
        self.expect(
            "data left and told", holds=database.exists() and told, said="yes" if told else said[-200:]
        )


def run(words: list[str]) -> None:
    """Run a command outside the root that must succeed."""
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def processor_seconds(process: int) -> float:
    """Tell the time of the processor that a running process has used so far; 0 where it has ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return round((int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), 2)


def has_window() -> bool:
    """Tell whether a window of the program is on the screen."""
    answer = subprocess.run(
        ["xwininfo", "-root", "-tree", "-display", DISPLAY], check=False, capture_output=True, text=True
    ).stdout
    sizes = re.findall(r'"[^"]*Centromere[^"]*".*?(\d+)x(\d+)\+', answer)
    return any(int(width) > 400 and int(height) > 300 for width, height in sizes)


@contextlib.contextmanager
def screen() -> Iterator[None]:
    """Run a screen without hardware while the block runs."""
    lock = Path(f"/tmp/.X{DISPLAY[1:]}-lock")
    lock.unlink(missing_ok=True)  # of a trial that was ended early: its process is in no namespace any more
    process = subprocess.Popen(
        ["Xvfb", DISPLAY, "-screen", "0", "1920x1080x24", "-nolisten", "tcp"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    asked = ["xwininfo", "-root", "-display", DISPLAY]
    try:
        while subprocess.run(asked, check=False, capture_output=True).returncode:
            if process.poll() is not None:
                raise OSError(f"expected a screen {DISPLAY}, got none from Xvfb")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()
        lock.unlink(missing_ok=True)


def main() -> int:
    """Run the trial of the plan, inside the namespaces."""
    plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    paths = {name: Path(plan[name]) for name in ("root", "file", "evidence")}
    inside = Inside(Trial(name=plan["name"], version=plan["version"], **paths))
    inside.prepare()
    inside.install()
    folder = inside.installed_folder()
    if folder.is_dir():
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        inside.outcome.said["unpacked"] = f"{size / 1e6:.0f} MB"
        inside.analyse()
        with screen():
            inside.window()
        inside.log()
        inside.step("verify", ["centromere", "verify", "--only", "installation"])
        inside.remove()
    Path(sys.argv[2]).write_text(json.dumps(asdict(inside.outcome), indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
