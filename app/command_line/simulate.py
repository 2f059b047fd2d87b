"""`simulate`: draw metaphases of a karyotype with their truth."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

import numpy as np

from core.simulation.complement import cell_lines_of
from core.simulation.metaphase import simulate_metaphase
from core.simulation.settings import MetaphaseSettings
from core.simulation.writing import write_metaphase

_MOST_CELLS: Final = 10_000
_BAD_INPUT: Final = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("karyotype", metavar="ISCN", help="karyotype to draw, e.g. 47,XY,+21")
    parser.add_argument(
        "--out", metavar="DIR", type=Path, required=True, help="folder for pictures and truth"
    )
    parser.add_argument("--cells", metavar="N", type=_cells, default=1, help="number of metaphases (1)")
    parser.add_argument("--seed", metavar="N", type=_seed, default=0, help="same seed, same pictures (0)")
    parser.add_argument(
        "--varied",
        action="store_true",
        help="let crowding, light, dirt and condensation vary as in a laboratory",
    )


def run(arguments: argparse.Namespace) -> int:
    """Draw the metaphases; 0 when all are written, 2 with one line on standard error when not."""
    karyotype: str = arguments.karyotype.strip()
    folder: Path = arguments.out
    try:
        cell_lines_of(karyotype)
    except ValueError as error:
        print(f"{karyotype}: {error}", file=sys.stderr)
        return _BAD_INPUT
    for number in range(1, arguments.cells + 1):
        seed = arguments.seed * _MOST_CELLS + number
        look = MetaphaseSettings.varied if arguments.varied else MetaphaseSettings.easy
        metaphase = simulate_metaphase(karyotype, seed=seed, settings=look(np.random.default_rng(seed)))
        try:
            folder.mkdir(parents=True, exist_ok=True)
            written = write_metaphase(metaphase, folder, cell=number)
        except OSError as error:
            reason = error.strerror or str(error)
            print(f"{folder}: cannot be written ({reason}), choose another folder", file=sys.stderr)
            return _BAD_INPUT
        for path in written:
            print(path)
    return 0


def _cells(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_CELLS:
        raise argparse.ArgumentTypeError(f"expected a number of cells from 1 to {_MOST_CELLS}, got {text}")
    return int(text)


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a seed of 0 or more, got {text}")
    return int(text)
