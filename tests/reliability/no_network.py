"""The whole journey suite in a network namespace of its own, with every connection watched.

    python -m tests.reliability.no_network [--record] [-- further words for pytest]

Needs Linux with `unshare`; with strace, calls of compiled libraries are seen as well. In the namespace there
is no network at all, not even a loopback address that answers, so that a connection that is tried fails, and
it is counted whether it fails or not. Before that, one is tried on purpose and must be seen. Journeys run in
the real window on a screen of their own (Xvfb), whose sockets are files. `--record` writes the outcome into
the section "No network" of docs/reliability.md.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from installers.servers import screen
from tests.reliability.connections import address_in, seen_inside, seen_outside, under_strace, watched

ROOT: Final = Path(__file__).resolve().parents[2]
RESULTS: Final = ROOT / "docs" / "reliability.md"
HEADING: Final = "## No network"
SUITES: Final = ("tests/journeys", "tests/app/test_report_page.py", "tests/app/test_importing.py")
_INSIDE: Final = "CENTROMERE_INSIDE_NAMESPACE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the suites came to, and what was seen."""

    summary: str
    passed: bool
    inside: tuple[str, ...]
    outside: tuple[str, ...]
    traced: bool
    seconds: float

    @property
    def good(self) -> bool:
        """Whether everything passed and nothing was tried."""
        return self.passed and not self.inside and not self.outside


def namespace() -> list[str]:
    """Words before a command that runs it without any network."""
    unshare = shutil.which("unshare")
    if unshare is None:
        raise SystemExit("no_network: expected the program unshare (util-linux), got none, install it")
    return [unshare, "--map-root-user", "--net", "--"]


def check_watching(folder: Path) -> None:
    """Try a connection on purpose; what does not see this one would see none."""
    seen, trace = folder / "control inside", folder / "control outside"
    script = "import socket; socket.socket().connect_ex(('192.0.2.1', 9))"
    subprocess.run(
        under_strace([sys.executable, "-c", script], trace), check=True, env=watched(os.environ, seen)
    )
    addresses = [address_in(call) for call in seen_outside(trace)]
    if not seen_inside(seen) or (trace.exists() and "192.0.2.1" not in addresses):
        raise SystemExit("no_network: expected to see the connection tried on purpose, got nothing")


def run_suites(words: list[str], folder: Path) -> Outcome:
    """Run the suites in this namespace and read what was seen."""
    seen, trace = folder / "inside", folder / "outside"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(words or SUITES)]
    start = time.monotonic()
    with screen() as display:
        environment = watched({**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}, seen)
        answer = subprocess.run(
            under_strace(command, trace),
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
            env=environment,
        )
    print(answer.stdout[-3000:], answer.stderr[-1000:], file=sys.stderr)
    lines = [line for line in answer.stdout.splitlines() if line.strip()]
    return Outcome(
        summary=", ".join(re.findall(r"\d+ (?:passed|failed|errors?|skipped)", lines[-1] if lines else "")),
        passed=answer.returncode == 0,
        inside=tuple(json.dumps(one) for one in seen_inside(seen)),
        outside=tuple(seen_outside(trace)),
        traced=trace.exists(),
        seconds=time.monotonic() - start,
    )


def section_of(outcome: Outcome, when: datetime.date) -> str:
    """Write the section of docs/reliability.md."""
    verdict = "nothing was tried" if not (outcome.inside or outcome.outside) else "connections were tried"
    watching = "Python audit hook in every process" + (" and strace" if outcome.traced else "")
    lines = [
        HEADING,
        "",
        "`python -m tests.reliability.no_network --record` runs the journeys through the real window, the",
        "import and the report in a network namespace without any network and watches every connection.",
        "",
        "| what | result |",
        "|---|---|",
        f"| run on | {when:%Y-%m-%d}, {platform.system()} {platform.machine()} |",
        f"| time | {outcome.seconds / 60:.0f} min |",
        f"| suites | {', '.join(f'`{suite}`' for suite in SUITES)} |",
        f"| tests | {outcome.summary} |",
        f"| watched by | {watching} |",
        "| a connection tried on purpose before | seen |",
        f"| connections, look-ups and ports tried by Python code | {len(outcome.inside)} |",
        f"| sockets of the Internet opened by any code | {_counted(outcome)} |",
        f"| verdict | {verdict} |",
        "",
    ]
    addresses = sorted({found for call in outcome.outside if (found := address_in(call))})
    lines += [f"- seen from outside: {address}" for address in addresses]
    lines += [f"- seen from inside: `{told[:300]}`" for told in outcome.inside[:20]]
    if addresses or outcome.inside:
        lines.append("")
    return "\n".join(lines)


def with_section(text: str, section: str) -> str:
    """Put the section in the place of the one that is there, or at the end."""
    before, heading, rest = text.partition(f"{HEADING}\n")
    if not heading:
        return f"{text.rstrip()}\n\n{section}".lstrip()
    following = re.search(r"^## ", rest, flags=re.MULTILINE)
    after = rest[following.start() :] if following else ""
    return f"{before}{section}{chr(10) if after else ''}{after}"


def _counted(outcome: Outcome) -> str:
    return str(len(outcome.outside)) if outcome.traced else "not watched (no strace)"


def main() -> int:
    """Enter a namespace, run the suites there, print and record the outcome."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="write the outcome into docs/reliability.md")
    parser.add_argument("words", nargs="*", help="for pytest, instead of the journeys")
    arguments = parser.parse_args()
    if not os.environ.get(_INSIDE):
        environment = {**os.environ, _INSIDE: "1"}
        command = [*namespace(), sys.executable, "-m", "tests.reliability.no_network", *sys.argv[1:]]
        return subprocess.run(command, cwd=ROOT, check=False, env=environment).returncode
    with tempfile.TemporaryDirectory(prefix="centromere-no-network-") as name:
        check_watching(Path(name))
        outcome = run_suites(arguments.words, Path(name))
    section = section_of(outcome, datetime.datetime.now(datetime.UTC).date())
    print(section)
    if arguments.record:
        text = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# Reliability\n"
        RESULTS.write_text(with_section(text, section), encoding="utf-8")
    return 0 if outcome.good else 1


if __name__ == "__main__":
    sys.exit(main())
