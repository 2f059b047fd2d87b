"""The analyst with the weights of this installation."""

from __future__ import annotations

from pathlib import Path

from core.analysis.pipeline import Analyst
from models.inference.finder import OnnxFinder
from models.inference.judge import JudgedOutliner
from models.inference.namer import OnnxNamer
from models.inference.outliner import OnnxOutliner
from models.registry import WEIGHTS, newest


def load_analyst(weights: Path | None = None, *, threads: int = 2) -> Analyst:
    """Open the newest weights of every stage.

    Parameters
    ----------
    weights
        Folder of weights; the shipped ones when None.
    threads
        Threads of the processor for each stage.

    Raises
    ------
    StorageError
        Where weights are missing or damaged.
    """
    weights = weights or WEIGHTS
    namer = OnnxNamer.open(newest("namer", weights), threads)
    outliner = OnnxOutliner.open(newest("outliner", weights), threads)
    judge = newest("judge", weights)
    return Analyst(
        OnnxFinder.open(newest("finder", weights), threads),
        JudgedOutliner.open(outliner, namer, judge, threads),
        namer,
    )
