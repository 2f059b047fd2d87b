"""Start Centromere: the window, or one command without it.

Without arguments the workstation window opens. ``main.py --help`` lists the commands. Each command is a
module with ``add_arguments(parser)`` and ``run(arguments) -> int``, imported only when it is asked for, so
that a command never waits for Qt and the window never waits for a command.
"""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent

#: Read by napari, qtpy and pyqtgraph at their import: no settings file of another napari, one Qt binding.
ENVIRONMENT: Final = {"NAPARI_CONFIG": "", "QT_API": "pyside6", "PYQTGRAPH_QT_LIB": "PySide6"}

WINDOW: Final = "app.bootstrap"
COMMANDS: Final = {
    "analyse": ("app.command_line.analyse", "karyotype metaphases: files or whole folders"),
    "backup": ("app.command_line.backup", "back everything up, sealed and checked; list and check backups"),
    "benchmark": ("app.command_line.benchmark", "measure the active models on labelled archives"),
    "import": ("app.command_line.import_archives", "take labelled archives into the queue to learn from"),
    "install-bundle": (
        "app.command_line.install_bundle",
        "install this bundle for you",
    ),
    "install-pack": ("app.command_line.install_pack", "check and install a signed update or pack"),
    "iscn": ("app.command_line.iscn", "check and explain ISCN strings"),
    "restore": ("app.command_line.restore", "bring a backup back onto this computer"),
    "models": ("app.command_line.models", "releases: list, activate, take back"),
    "simulate": ("app.command_line.simulate", "draw metaphases of a karyotype with their truth"),
    "step-back": ("app.command_line.step_back", "return to the version before the last update"),
    "train finder": ("models.training.train_finder", "train the model that finds chromosomes (extra train)"),
    "train outliner": ("models.training.train_outliner", "train the model that outlines them (extra train)"),
    "train structure": ("models.training.train_structure", "train the model of structure (extra train)"),
    "train namer": ("models.training.train_namer", "train the model that names them (extra train)"),
    "tune": ("app.command_line.tune", "train a candidate release from confirmed cells and examine it"),
    "uninstall": ("app.command_line.uninstall", "remove the program and leave the data"),
    "verify": ("app.command_line.verify", "check this installation, every file of it"),
    "verify-graphics": ("app.graphics_look", "the part of verify that needs a screen, as JSON"),
    "worker": ("models.training.worker", "run one job of a job folder in this process"),
}


def own_interpreter(root: Path) -> Path | None:
    """Tell the interpreter of ``.venv`` in `root`, or None where there is none or it is the running one."""
    folder = root / ".venv"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists() or Path(sys.prefix).resolve() == folder.resolve():
        return None
    return python


def enter_own_interpreter(python: Path, arguments: Sequence[str]) -> int:
    """Run this program again under `python`; returns its exit status where the process cannot be replaced."""
    command = [str(python), str(ROOT / "main.py"), *arguments]
    if os.name == "nt":  # there, exec returns to the shell before the program has ended
        return subprocess.run(command, check=False).returncode
    return os.execv(command[0], command)


def available(commands: Mapping[str, tuple[str, str]], root: Path) -> dict[str, tuple[str, str]]:
    """Leave out commands whose module is not part of this installation."""
    return {
        name: (module, summary)
        for name, (module, summary) in commands.items()
        if (root / (module.replace(".", "/") + ".py")).exists()
    }


def overview(commands: Mapping[str, tuple[str, str]]) -> str:
    """Write the text of ``--help``."""
    lines = ["usage: main.py [--sample]", "       main.py COMMAND ...", ""]
    lines += ["Without a command the workstation window opens.", ""]
    lines += [f"  {name:<16}{summary}" for name, (_, summary) in commands.items()]
    lines += ["", "main.py COMMAND --help tells the options of a command."]
    return "\n".join(lines)


def named_in(arguments: Sequence[str], commands: Mapping[str, tuple[str, str]]) -> str | None:
    """Tell the command that `arguments` begin with; some have two words, as in ``train finder``."""
    for words in (2, 1):
        name = " ".join(arguments[:words])
        if name in commands:
            return name
    return None


def add_packs() -> None:
    """Let what was installed as optional pack (torch) be found, after everything that ships."""
    from core.installation.placing import package_folders
    from core.paths import folders

    sys.path.extend(str(folder) for folder in package_folders(folders()))


def dispatch(arguments: Sequence[str]) -> int:
    """Import what `arguments` ask for and run it; returns the exit status."""
    commands = available(COMMANDS, ROOT)
    if arguments and arguments[0] in ("-h", "--help"):
        print(overview(commands))
        return 0
    name = named_in(arguments, commands)
    if name is not None:
        module_name, summary = commands[name]
        parser = argparse.ArgumentParser(prog=f"main.py {name}", description=summary)
        rest = arguments[len(name.split()) :]
    elif arguments and not arguments[0].startswith("-") and not Path(arguments[0]).exists():
        known = ", ".join(commands)
        print(f"main.py: expected one of {known}; got {arguments[0]}, see main.py --help", file=sys.stderr)
        return 2
    else:
        module_name = WINDOW
        parser = argparse.ArgumentParser(prog="main.py", description="open the workstation window")
        rest = arguments
    if module_name.startswith("models.training"):
        add_packs()
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as missing:
        package = (missing.name or "").split(".")[0]
        if package in ("app", "core", "models"):
            raise
        print(
            f"main.py: expected the package {package}, got none, run: python3 installers/dev.py run",
            file=sys.stderr,
        )
        return 1
    module.add_arguments(parser)
    status: int = module.run(parser.parse_args(rest))
    return status


def main() -> int:
    """Set the environment of the process, enter ``.venv`` where it exists, and run what was asked for."""
    os.environ.update(ENVIRONMENT)
    arguments = sys.argv[1:]
    python = own_interpreter(ROOT)
    if python is not None:
        return enter_own_interpreter(python, arguments)
    from core.network import refuse_unset_connections

    refuse_unset_connections()
    try:
        return dispatch(arguments)
    except KeyboardInterrupt:
        print("main.py: stopped by the keyboard", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
