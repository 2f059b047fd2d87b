"""Prove the Linux bundle on bare machines: ``python3 installers/prove.py`` as root, some minutes.

Makes two minimal Debian roots with debootstrap, installs the ``.deb`` from ``dist/`` in one and, as a
person without rights, the ``.tar.xz`` in the other, both in a network namespace of their own where there is
no network at all. In each, the program then analyses the simulated sample, writes the report, opens its
window on a screen (Xvfb, which runs outside the root and inside the namespace), and is removed again. The
result is written to docs/proof-on-a-bare-machine.md. Nothing of the system that runs this is in the roots.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

RESULT: Final = ROOT / "docs" / "proof-on-a-bare-machine.md"


def main() -> int:
    """Build what is missing, run both proofs, and write the result; 0 where both passed."""
    from installers.bundling.program import version_of
    from installers.proving.report import written
    from installers.proving.roots import debian_root, missing_tools, suite_and_mirror
    from installers.proving.trial import Trial, try_out

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--dist", type=Path, default=ROOT / "dist", help="where the bundle lies")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "prove", help="folder for the roots")
    parser.add_argument("--result", type=Path, default=RESULT, help="where the result is written")
    arguments = parser.parse_args()
    if os.geteuid() != 0:
        print("prove.py: expected root, who alone may make roots and namespaces; use sudo", file=sys.stderr)
        return 2
    missing = missing_tools()
    if missing:
        print(f"prove.py: expected {', '.join(missing)}, got none; install them", file=sys.stderr)
        return 2
    version = version_of(ROOT)
    package = arguments.dist / f"centromere_{version}_amd64.deb"
    archive = arguments.dist / f"centromere-{version}-linux-x86_64.tar.xz"
    if not package.exists() or not archive.exists():
        command = [sys.executable, str(ROOT / "installers" / "bundle.py"), "--for", "linux"]
        subprocess.run([*command, "--out", str(arguments.dist)], check=True)

    suite, mirror = suite_and_mirror()
    work = arguments.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    outcomes = []
    for name, file in (("deb", package), ("tar", archive)):
        root = work / name
        print(f"{name}: making a minimal Debian {suite}", flush=True)
        packages = debian_root(root, suite=suite, mirror=mirror, cache=work / "cache")
        trial = Trial(name=name, root=root, file=file, version=version, evidence=work / "evidence" / name)
        outcomes.append((trial, packages, try_out(trial)))
        shutil.rmtree(root, ignore_errors=True)
    text = written(outcomes, suite=suite, version=version, now=datetime.now(UTC))
    arguments.result.parent.mkdir(parents=True, exist_ok=True)
    arguments.result.write_text(text, encoding="utf-8")
    print(text)
    return 0 if all(outcome.passed for _, _, outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
