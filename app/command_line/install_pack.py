"""`install-pack`: check the signature of an update or pack, and install it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from app.command_line.installed import KEYS, own_installation
from core.errors import CentromereError
from core.installation.placing import install_pack
from core.installation.sealed import trusted_keys
from core.paths import folders
from core.version import VERSION


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("pack", metavar="FILE", type=Path, help="a file *.centromere-pack")


def run(arguments: argparse.Namespace) -> int:
    """Install; 0 where it was done, 1 with one line on standard error where the pack was refused."""
    try:
        placed = install_pack(
            arguments.pack,
            keys=trusted_keys(KEYS),
            folders=folders().made(),
            installation=own_installation(),
            version=VERSION,
        )
    except (CentromereError, OSError) as error:
        print(f"install-pack: {error}", file=sys.stderr)
        return 1
    pack = placed.pack
    print(f"installed {pack.name} {pack.version} in {placed.folder}")
    if pack.kind == "update":
        print(f"it starts from now on; {VERSION} stays beside it, and step-back returns to it")
    return 0
