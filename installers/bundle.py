"""Build everything that a machine without package indexes needs, in one command.

``--for linux``                  a relocatable folder with its own Python and the weights, as ``.tar.xz``, as
                               ``.deb`` and as signed update pack
``--for windows|macos``          program, weights and every wheel of that system, each with its hash, and
                               an install script for the system's own Python
``--for SYSTEM --pack training`` an optional pack, here with torch (see docs/installation.md)

Needs Python 3.11 and nothing else beforehand. What is built lies in ``dist/``. Bundles for Linux are built on
Linux, and run where the C library is at least as new as there.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))


def parser() -> argparse.ArgumentParser:
    """Declare the options."""
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--for", dest="system", choices=("linux", "windows", "macos"), required=True)
    made.add_argument("--machine", choices=("x86_64", "arm64"), help="processor (macos: arm64, else x86_64)")
    made.add_argument("--pack", choices=("training",), help="build this optional pack alone")
    made.add_argument("--key", type=Path, help="private signing key (see installers/keys.py)")
    made.add_argument("--out", type=Path, default=ROOT / "dist", help="folder for what is built (dist)")
    made.add_argument("--work", type=Path, default=ROOT / "build" / "bundle", help="folder for work between")
    made.add_argument("--folder-only", action="store_true", help="leave the archives out (linux, for trying)")
    return made


def main() -> int:
    """Do what the arguments say; returns the exit status."""
    arguments = parser().parse_args()
    from installers.dev import use_python_3_11

    use_python_3_11()
    from installers.bundling.order import Order, fulfil

    order = Order(
        system=arguments.system,
        machine=arguments.machine or ("arm64" if arguments.system == "macos" else "x86_64"),
        pack=arguments.pack,
        key=arguments.key,
        out=arguments.out.resolve(),
        work=arguments.work.resolve(),
        folder_only=arguments.folder_only,
    )
    try:
        fulfil(ROOT, order)
    except subprocess.CalledProcessError as failure:
        command = " ".join(str(part) for part in failure.cmd)
        print(f"bundle.py: expected status 0, got {failure.returncode} from: {command}", file=sys.stderr)
        return 1
    except (OSError, ValueError) as failure:
        print(f"bundle.py: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
