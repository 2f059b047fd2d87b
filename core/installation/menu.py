"""Menu entry, icon, file types and command of one person on Linux, all leading to the current version."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.installation.versions import CURRENT, Installation


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """Where the menu of one person looks.

    Parameters
    ----------
    share
        `XDG_DATA_HOME`, by default ``~/.local/share``.
    commands
        Folder of that person's commands, ``~/.local/bin``.
    """

    share: Path
    commands: Path

    @property
    def entry(self) -> Path:
        """The menu entry."""
        return self.share / "applications" / "centromere.desktop"

    @property
    def command(self) -> Path:
        """The command ``centromere``."""
        return self.commands / "centromere"

    def places(self) -> dict[Path, str]:
        """Return what is copied: the place, and the file of the bundle below its folder ``share``."""
        icons = self.share / "icons" / "hicolor"
        return {
            self.entry: "centromere.desktop",
            self.share / "mime" / "packages" / "centromere.xml": "centromere-mime.xml",
            icons / "256x256" / "apps" / "centromere.png": "icons/256.png",
            icons / "48x48" / "apps" / "centromere.png": "icons/48.png",
            icons / "scalable" / "apps" / "centromere.svg": "icons/centromere.svg",
        }


def menu_of(environment: Mapping[str, str]) -> Menu:
    """Tell the menu of the person whose `environment` (usually `os.environ`) it is."""
    home = Path(environment.get("HOME") or Path.home())
    share = Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share")
    return Menu(share=share, commands=home / ".local" / "bin")


def write_menu(menu: Menu, installation: Installation) -> None:
    """Write menu entry, icons, file types and the command; they follow the link to the current version."""
    current = installation.prefix / CURRENT
    for place, name in menu.places().items():
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(current / "share" / name, place)
    quoted = '"' + str(current / "centromere").replace("\\", "\\\\").replace('"', '\\"') + '"'
    lines = menu.entry.read_text(encoding="utf-8").splitlines()
    told = [f"Exec={quoted} %F" if line.startswith("Exec=") else line for line in lines]
    menu.entry.write_text("\n".join(told) + "\n", encoding="utf-8")
    menu.commands.mkdir(parents=True, exist_ok=True)
    menu.command.unlink(missing_ok=True)
    menu.command.symlink_to(current / "centromere")
    _refresh(menu)


def remove_menu(menu: Menu, installation: Installation) -> None:
    """Delete what `write_menu` wrote for this installation; a command of another one stays."""
    if not (
        menu.command.is_symlink() and Path(os.readlink(menu.command)).is_relative_to(installation.prefix)
    ):
        return
    for place in menu.places():
        place.unlink(missing_ok=True)
    menu.command.unlink()
    _refresh(menu)


def _refresh(menu: Menu) -> None:
    for program, folder in (("update-mime-database", "mime"), ("update-desktop-database", "applications")):
        found = shutil.which(program)
        if found is not None:  # a bare system has neither, and then nothing reads their tables
            subprocess.run([found, str(menu.share / folder)], check=False, capture_output=True)
