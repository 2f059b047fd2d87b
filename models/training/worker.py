"""`main.py worker FOLDER`: run one job of a job folder in this process."""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
from pathlib import Path
from typing import Final

from core.errors import CentromereError
from core.learning.tuning_job import JobFolder
from core.progress import Cancelled

BAD_INPUT: Final = 2
CANCELLED: Final = 5
NO_TORCH: Final = 6
_NEEDED: Final = ("torch", "onnx")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="folder of the job")


def run(arguments: argparse.Namespace) -> int:
    """Run the job; 0, 2 for bad input, 5 when it was cancelled, 6 where torch is missing."""
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        print(
            f"tune: expected the package {missing[0]}, got none, install the training pack with "
            "main.py install-pack FILE, or into this Python with pip install torch onnx "
            "(without a network: pip install --no-index --find-links FOLDER torch onnx)",
            file=sys.stderr,
        )
        return NO_TORCH
    import torch

    from models.training.tuning.learning import run_job

    if "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(2)

    def said(done: int, total: int, text: str) -> None:
        print(f"{done}\t{total}\t{text}", flush=True)

    try:
        run_job(JobFolder(arguments.folder), said)
    except Cancelled:
        print("tune: cancelled", file=sys.stderr)
        return CANCELLED
    except (CentromereError, ValueError) as error:
        print(f"tune: {error}", file=sys.stderr)
        return BAD_INPUT
    return 0
