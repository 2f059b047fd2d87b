"""`install-bundle`: install the running bundle for the person who runs it, beside other versions."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from app.command_line.installed import own_bundle
from core.errors import CentromereError
from core.installation.menu import menu_of, write_menu
from core.installation.versions import Installation, default_prefix
from core.paths import folders
from core.version import VERSION


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument(
        "--prefix", metavar="FOLDER", type=Path, help="folder for all versions (~/.local/opt/centromere)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Install; 0 where it was done, 1 with one line on standard error where it was not."""
    prefix = arguments.prefix or default_prefix(Path.home())
    installation = Installation(prefix=prefix.expanduser().absolute())
    menu = menu_of(os.environ)
    try:
        bundle = own_bundle()
        if Installation.of(bundle) == installation:
            print(f"version {VERSION} runs from {bundle} already")
        elif VERSION in installation.versions():
            print(f"version {VERSION} is installed already in {installation.folder(VERSION)}")
        else:
            installation.copy_in(bundle)
            print(f"installed version {VERSION} in {installation.folder(VERSION)}")
        installation.choose(VERSION)
        write_menu(menu, installation)
    except (CentromereError, OSError) as error:
        print(f"install-bundle: {error}", file=sys.stderr)
        return 1
    print(f"start it from the menu, or with {menu.command}")
    print(f"cases, pictures and settings will be in {folders().home}")
    return 0
