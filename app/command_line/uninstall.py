"""`uninstall`: remove the program and leave the data, telling where they are."""

from __future__ import annotations

import argparse
import os
import sys

from app.command_line.installed import own_installation, places_of_data
from app.settings import SettingsFile
from core.errors import CentromereError
from core.installation.menu import menu_of, remove_menu
from core.installation.versions import NotInstalled
from core.paths import folders
from core.version import VERSION


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument(
        "--only-this-version", action="store_true", help=f"remove {VERSION} and leave the others"
    )


def run(arguments: argparse.Namespace) -> int:
    """Remove; 0 where it was done, 1 with one line on standard error where it was not."""
    try:
        installation = own_installation()
        if installation is None:
            raise NotInstalled("this copy of the program was not installed", "delete its folder to remove it")
        if not installation.is_writable:
            raise NotInstalled(
                f"you may not write to {installation.prefix}",
                f"let your administrator run: apt-get remove centromere-{VERSION}",
            )
        places = folders()
        told = places_of_data(places, SettingsFile(places.settings).current.database_url)
        others = [name for name in installation.versions() if name != VERSION]
        if arguments.only_this_version and others:
            was_current = installation.current == VERSION
            installation.remove(VERSION)
            if was_current:
                installation.choose(others[-1])
            print(f"removed version {VERSION}; version {installation.current} starts from now on")
        else:
            remove_menu(menu_of(os.environ), installation)
            for name in installation.versions():
                installation.remove(name)
            print(f"removed Centromere from {installation.prefix}")
    except (CentromereError, OSError) as error:
        print(f"uninstall: {error}", file=sys.stderr)
        return 1
    print(f"nothing of your data was touched: {told}")
    return 0
