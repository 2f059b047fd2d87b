"""What was ordered on the command line of bundle.py, and who builds it."""

from __future__ import annotations

import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from installers.environment import child_environment, interpreter_in, is_usable
from installers.lock import blocks_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One run of bundle.py.

    Parameters
    ----------
    system, machine
        For which system (`linux`, `windows`, `macos`) and processor (`x86_64`, `arm64`).
    pack
        The optional pack to build alone, or None for the bundle.
    key
        File of the private signing key; None takes the one of this person, made where there is none.
    out, work
        Folders for what is built and for what is kept between two builds.
    folder_only
        Leave the archives out.
    """

    system: str
    machine: str
    pack: str | None
    key: Path | None
    out: Path
    work: Path
    folder_only: bool

    @property
    def platform(self) -> str:
        """System and processor in one word, as in file names."""
        return f"{self.system}-{self.machine}"


#: Packages of run.txt that the build itself uses: for signatures, and for icons in the forms of each system.
FROM_RUN: Final = ("cryptography", "cffi", "pycparser", "pillow")


def tools(root: Path, work: Path) -> Path:
    """Make the environment with the tools of the build and return its interpreter."""
    folder = work / "tools"
    requirements = root / "installers" / "requirements"
    run = blocks_of((requirements / "run.txt").read_text(encoding="utf-8"))
    wanted = (requirements / "bundle.txt").read_text(encoding="utf-8") + "".join(
        run[name] for name in FROM_RUN
    )
    if not is_usable(folder):
        print("making the environment of the build", flush=True)
        venv.EnvBuilder(with_pip=True, clear=True, symlinks=True).create(folder)
    python = interpreter_in(folder)
    lock = folder / "installed.txt"
    if not lock.exists() or lock.read_text(encoding="utf-8") != wanted:
        asked = folder / "wanted.txt"
        asked.write_text(wanted, encoding="utf-8")
        pip(python, ["install", "--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", str(asked)])
        asked.replace(lock)
    return python


def pip(python: Path, arguments: list[str]) -> None:
    """Run pip quietly, and end with an error where it fails."""
    command = [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input", "--retries", "10"]
    subprocess.run([*command, arguments[0], "-qq", *arguments[1:]], check=True, env=child_environment())


def fulfil(root: Path, order: Order) -> None:
    """Build what was ordered and print what lies where, with sizes."""
    order.out.mkdir(parents=True, exist_ok=True)
    order.work.mkdir(parents=True, exist_ok=True)
    python = tools(root, order.work)
    if order.pack is not None:
        from installers.bundling.packs import build_pack

        built = build_pack(root, order, python)
    elif order.system == "linux":
        if sys.platform != "linux":
            raise ValueError("expected Linux to build the bundle for Linux, got another system")
        from installers.bundling.linux import build_linux

        built = build_linux(root, order, python)
    else:
        from installers.bundling.wheels import build_wheels

        built = build_wheels(root, order, python)
    for path in built:
        size = (
            path.stat().st_size
            if path.is_file()
            else sum(f.stat().st_size for f in path.rglob("*") if f.is_file())
        )
        print(f"{path.name:<60}{size / 1e6:9.1f} MB")
