"""Write the hash-locked pins in installers/requirements/ from the dependencies that pyproject.toml names.

``python3 installers/lock.py`` keeps every version that is pinned already and adds what is missing;
``--upgrade`` takes the newest of everything; ``--constraint FILE`` holds versions to those in FILE.

The pins are for CPython 3.11 on Linux, Windows and macOS together. torch is left out on purpose: which file
of it is right depends on the machine (CPU or GPU build), so it has a version but no hash (``torch.txt``);
what torch itself needs is locked in ``train.txt``.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ROOT / "installers" / "requirements"
HEADER = "# Written by installers/lock.py from pyproject.toml; CPython 3.11 on Linux, Windows and macOS.\n"

#: What torch asks for, so that it can be installed without letting it choose.
NEEDED_BY_TORCH = ("filelock", "fsspec", "jinja2", "networkx", "setuptools", "sympy", "typing-extensions")


def blocks_of(lock: str) -> dict[str, str]:
    """Split the text of a lock file into one block a package: its pin and its hashes."""
    blocks: dict[str, str] = {}
    name = ""
    for line in lock.splitlines():
        found = re.match(r"([A-Za-z0-9][A-Za-z0-9._-]*)(\[[^\]]*\])?==", line)
        if found:
            name = re.sub(r"[-_.]+", "-", found.group(1)).lower()
            blocks[name] = line + "\n"
        elif name and line.startswith("    "):
            blocks[name] += line + "\n"
        else:
            name = ""
    return blocks


def groups_of(project: dict[str, object]) -> tuple[dict[str, list[str]], list[str]]:
    """Read from the `project` table what each group asks for, and the pin of torch."""
    dependencies = project["dependencies"]
    extras = project["optional-dependencies"]
    if not isinstance(dependencies, list) or not isinstance(extras, dict):
        raise ValueError("expected dependencies and optional-dependencies in pyproject.toml, got neither")
    torch = [name for name in extras["train"] if name.startswith("torch==")]
    groups = {
        "run": list(dependencies),
        "train": [name for name in extras["train"] if name not in torch] + list(NEEDED_BY_TORCH),
        "test": list(extras["test"]),
        "bundle": list(extras["bundle"]),
    }
    return groups, torch


def compile_pins(uv: Path, wanted: list[str], known: str, options: list[str], folder: Path) -> dict[str, str]:
    """Resolve `wanted` for all platforms; versions in the lock text `known` are kept where they still fit."""
    source = folder / "wanted.in"
    target = folder / "pins.txt"
    source.write_text("\n".join(wanted) + "\n", encoding="utf-8")
    target.write_text(known, encoding="utf-8")
    command = [
        str(uv), "pip", "compile", str(source), "--output-file", str(target), "--quiet", "--universal",
        "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate",
        "--only-binary", ":all:", *options,
    ]  # fmt: skip
    # The resolver is to see the index alone; a mirror of one machine holds files for that machine only.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    subprocess.run(command, check=True, env=environment)
    return blocks_of(target.read_text(encoding="utf-8"))


def main() -> int:
    """Resolve and write run.txt, train.txt, test.txt, bundle.txt and torch.txt."""
    parser = argparse.ArgumentParser(description="Write the hash-locked pins from pyproject.toml.")
    parser.add_argument("--upgrade", action="store_true", help="take the newest version of everything")
    parser.add_argument("--constraint", type=Path, help="hold versions to those in this file")
    arguments = parser.parse_args()

    groups, torch = groups_of(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"])
    options = ["--upgrade"] if arguments.upgrade else []
    if arguments.constraint:
        options += ["--constraint", str(arguments.constraint.resolve())]

    REQUIREMENTS.mkdir(exist_ok=True)
    (REQUIREMENTS / "torch.txt").write_text("\n".join(torch) + "\n", encoding="utf-8")
    locks = [REQUIREMENTS / f"{group}.txt" for group in groups]
    known = "".join(path.read_text(encoding="utf-8") for path in locks if path.exists())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        venv.create(folder / "venv", with_pip=True)
        binaries = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
        subprocess.run([binaries / "python", "-m", "pip", "install", "--quiet", "uv"], check=True)
        written: set[str] = set()
        wanted: list[str] = []
        for group, names in groups.items():
            # Each group is resolved together with the ones before it, so that they fit each other.
            wanted += names
            pins = compile_pins(binaries / "uv", wanted, known, options, folder)
            own = {package: block for package, block in pins.items() if package not in written}
            written |= set(own)
            text = HEADER + "".join(own.values())
            (REQUIREMENTS / f"{group}.txt").write_text(text, encoding="utf-8")
            print(f"{group}.txt: {len(own)} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
