"""The analyst with the weights of this installation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.analysis.pipeline import Analyst
from models.inference.finder import OnnxFinder
from models.inference.judge import JudgedOutliner
from models.inference.namer import OnnxNamer
from models.inference.outliner import OnnxOutliner
from models.inference.structure import OnnxComparer
from models.registry import WEIGHTS, newest
from models.releases import Release, Releases


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
    shelf = weights or WEIGHTS
    return _assembled(lambda stage: newest(stage, shelf), threads)


def load_release(releases: Releases, release: Release, *, threads: int = 2) -> Analyst:
    """Open the weights of a release.

    Raises
    ------
    StorageError
        Where weights are missing or damaged.
    """
    return _assembled(lambda stage: releases.folder_of(release, stage), threads, release=release.release)


def load_answering(weights: Path, *, threads: int = 2) -> tuple[Analyst, str]:
    """Open the release that answers in an installation.

    Parameters
    ----------
    weights
        Folder of tuned weights of the installation (`core.paths.Folders.weights`).

    Returns
    -------
    Analyst
        Of the active release; of the shipped one where that is damaged.
    str
        A sentence that says so; empty where the active release answers.
    """
    releases = Releases(weights)
    release, warning = releases.answering()
    return load_release(releases, release, threads=threads), warning


def _assembled(folder_of: Callable[[str], Path], threads: int, *, release: str = "") -> Analyst:
    """Put the stages together whose weights lie in the folders that `folder_of` names."""
    namer = OnnxNamer.open(folder_of("namer"), threads)
    outliner = OnnxOutliner.open(folder_of("outliner"), threads)
    return Analyst(
        OnnxFinder.open(folder_of("finder"), threads),
        JudgedOutliner.open(outliner, namer, folder_of("judge"), threads),
        namer,
        release=release,
        comparer=OnnxComparer.open(folder_of("structure"), threads),
    )
