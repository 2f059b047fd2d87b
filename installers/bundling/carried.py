"""Libraries of the build system that a bundle carries, for systems that lack them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

#: Parts of the C library, which every system brings and which must never be mixed.
OF_THE_SYSTEM: Final = (
    "linux-vdso.so", "ld-linux", "libc.so", "libm.so", "libdl.so", "libpthread.so", "librt.so", "libutil.so",
    "libresolv.so", "libanl.so", "libnsl.so", "libmvec.so", "libthread_db.so", "libBrokenLocale.so",
)  # fmt: skip

#: Opened by name while the program runs, so no file says that it needs them: OpenGL, Mesa.
OPENED_BY_NAME: Final = (
    "libGL.so.1", "libEGL.so.1", "libGLX.so.0", "libOpenGL.so.0", "libX11.so.6", "libxcb-cursor.so.0",
    "libwayland-cursor.so.0", "libwayland-egl.so.1",
)  # fmt: skip
GRAPHICS_BY_NAME: Final = ("libGLX_mesa.so.0", "libEGL_mesa.so.0")
DRIVER: Final = "dri/swrast_dri.so"

#: Libraries of 54 MB that others need for what drawing never calls (a solver for analysis, encodings of
#: XML): who needs it, which one, and how the names of its functions begin (those of ICU end with its number).
NEVER_CALLED: Final = (("libLLVM-", "libz3.so", "Z3_"), ("libxml2.so", "libicuuc.so", ""))
NOT_CARRIED: Final = ("libz3.so", "libicuuc.so", "libicudata.so")

#: Plugins of Qt for printing and for the looks of GTK: they work where the system has those libraries.
LEFT_TO_THE_SYSTEM: Final = ("libcupsprintersupport.so", "libqgtk3.so")


def is_elf(path: Path) -> bool:
    """Tell whether `path` is a program or library of Linux."""
    with path.open("rb") as stream:
        return stream.read(4) == b"\x7fELF"


def elf_files(folder: Path) -> list[Path]:
    """Return all programs and libraries below `folder`."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and is_elf(path)
    ]


def needed_by(files: Iterable[Path], own: Path) -> dict[str, Path]:
    """Ask the loader where the libraries are that `files` need, those inside the folder `own` left out.

    Returns
    -------
    dict
        Name to path, each after the ones that it needs itself.

    Raises
    ------
    ValueError
        Where one is not on this system: it could not be carried.
    """
    found: dict[str, Path] = {}
    missing: set[str] = set()
    for file in files:
        answer = subprocess.run(["ldd", str(file)], check=False, capture_output=True, text=True).stdout
        order: dict[str, Path] = {}
        for line in answer.splitlines():
            name, arrow, rest = line.strip().partition(" => ")
            if not arrow or name.startswith(OF_THE_SYSTEM):
                continue
            if rest.startswith("not found"):
                missing.add(f"{name} (for {file.name})")
                continue
            place = Path(rest.split(" (")[0])
            if not place.resolve().is_relative_to(own.resolve()):
                order[name] = place
        # ldd tells what is needed first and what that needs later; a library comes after what it needs.
        for name, place in reversed(order.items()):
            found.setdefault(name, place)
    own_names = {path.name for path in own.rglob("*.so*")}
    missing = {name for name in missing if name.split(" ")[0] not in own_names}
    if missing:
        raise ValueError(
            f"expected every library on this system, got no {', '.join(sorted(missing))}; install them"
        )
    return found


def library_folder() -> Path:
    """Tell where this system keeps its libraries."""
    return Path("/usr/lib") / f"{os.uname().machine}-linux-gnu"


def needs_of(path: Path) -> list[str]:
    """Tell the names of the libraries that `path` asks the loader for itself."""
    answer = subprocess.run(["objdump", "-p", str(path)], check=True, capture_output=True, text=True).stdout
    return [line.split()[1] for line in answer.splitlines() if line.strip().startswith("NEEDED")]


def in_loading_order(libraries: Mapping[str, Path]) -> list[str]:
    """Sort names so that each comes after those that it needs directly."""
    direct = {name: needs_of(place) for name, place in libraries.items()}
    done: list[str] = []

    def visit(name: str) -> None:
        if name in done or name not in direct:
            return
        for other in direct[name]:
            visit(other)
        if name not in done:
            done.append(name)

    for name in sorted(direct):
        visit(name)
    return done


def copy_libraries(libraries: Mapping[str, Path], target: Path, licences: Path) -> None:
    """Copy each library under the name it is asked for by, and the licence text of its system package."""
    target.mkdir(parents=True, exist_ok=True)
    for name, place in libraries.items():
        shutil.copyfile(place.resolve(), target / name)
        (target / name).chmod(0o755)
        copy_licence(place, licences)


def copy_licence(place: Path, licences: Path) -> None:
    """Copy the licence text of the system package that `place` belongs to.

    Raises
    ------
    ValueError
        Where the file belongs to no package: nobody could say under which licence it is passed on.
    """
    package = owner_of(place)
    text = Path("/usr/share/doc") / package / "copyright"
    if not text.exists():
        raise ValueError(f"expected the licence of {package} at {text}, got no file")
    licences.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(text, licences / f"{package}.txt")


def owner_of(place: Path) -> str:
    """Tell the Debian package that `place` belongs to."""
    tries = {
        str(place),
        str(place.resolve()),
        str(place).removeprefix("/usr"),
        str(place.resolve()).removeprefix("/usr"),
    }
    for path in sorted(tries):
        answer = subprocess.run(
            ["dpkg-query", "-S", path], check=False, capture_output=True, text=True
        ).stdout
        if answer:
            return answer.split(":")[0].split(",")[0]
    raise ValueError(f"expected a Debian package that owns {place}, got none")
