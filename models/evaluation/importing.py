"""Labelled archives taken in as cells that a person confirmed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from core.analysis.pipeline import Analyst, NoMetaphase
from core.learning.example_store import ExampleStore
from core.learning.examples import MOST_CONTRADICTED, Example
from core.progress import NoProgress, Progress
from models.evaluation.archives import ArchiveKind, LabelledArchive, crops_of, metaphases_of
from models.evaluation.lessons import Confirmation, example_of_crops, example_of_metaphase
from models.inference.banding import NAMED
from models.inference.namer import OnnxNamer


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of the cells of an archive.

    `added` and `known` cells, their `chromosomes` and the answers of the program that the labels `changed`;
    `doubted` cells contradict so much that was sure that they wait for a second look; `unusable` ones with
    the reason.
    """

    archive: str
    added: int
    known: int
    chromosomes: int
    changed: int
    doubted: int
    unusable: tuple[tuple[str, str], ...]


def cells_in(archive: LabelledArchive) -> tuple[str, ...]:
    """Names of the cells of an archive, in its order."""
    if archive.kind is ArchiveKind.CROPS:
        return tuple(crops[0].cell for crops in crops_of(archive))
    return tuple(metaphase.file for metaphase in metaphases_of(archive))


def chosen_cells(
    archives: Sequence[LabelledArchive], number: int | None, seed: int
) -> list[tuple[LabelledArchive, frozenset[str]]]:
    """Choose so many of the cells of all archives together, whole, by lot; all where no number is told."""
    listed = [(archive, cell) for archive in archives for cell in cells_in(archive)]
    if number is not None:
        kept = sorted(np.random.default_rng(seed).permutation(len(listed))[:number].tolist())
        listed = [listed[place] for place in kept]
    return [(archive, frozenset(cell for of, cell in listed if of is archive)) for archive in archives]


def import_archive(
    archive: LabelledArchive,
    cells: frozenset[str],
    analyst: Analyst,
    namer: OnnxNamer,
    store: ExampleStore,
    said: Confirmation,
    progress: Progress | None = None,
) -> Imported:
    """Take cells of an archive in; what is known already adds nothing.

    Parameters
    ----------
    analyst, namer
        Of the release that answers: its answers are what the labels correct.
    """
    progress = progress or NoProgress()
    release = analyst.models.get("release", "")
    added = known = chromosomes = changed = doubted = 0
    unusable: list[tuple[str, str]] = []
    for done, (cell, example) in enumerate(_examples(archive, cells, analyst, namer, release, said)):
        progress.step(done, len(cells), f"{archive.name} {cell}")
        if isinstance(example, str):
            unusable.append((cell, example))
            continue
        if not store.add(example):
            known += 1
            continue
        added += 1
        chromosomes += len(example.chromosomes)
        changed += example.changed
        doubted += example.contradicted > MOST_CONTRADICTED
    return Imported(
        archive=archive.name, added=added, known=known, chromosomes=chromosomes, changed=changed,
        doubted=doubted, unusable=tuple(unusable),
    )  # fmt: skip


def _examples(
    archive: LabelledArchive,
    cells: frozenset[str],
    analyst: Analyst,
    namer: OnnxNamer,
    release: str,
    said: Confirmation,
) -> Iterator[tuple[str, Example | str]]:
    """Each cell with its example, or with the reason why there is none."""
    if archive.kind is ArchiveKind.CROPS:
        for crops in crops_of(archive):
            if crops[0].cell in cells:
                yield (
                    crops[0].cell,
                    _usable(partial(example_of_crops, crops, archive.name, namer, release, said)),
                )
        return
    for metaphase in metaphases_of(archive):
        if metaphase.file in cells:
            yield (
                metaphase.file,
                _usable(partial(example_of_metaphase, metaphase, archive.name, analyst, release, said)),
            )


def _usable(made: Callable[[], Example]) -> Example | str:
    try:
        example = made()
    except (NoMetaphase, ValueError) as error:
        return str(error)
    if example.banding not in NAMED:
        return (
            f"no model names chromosomes in {example.banding.value}-banding, nothing can be learned from it"
        )
    if not (example.truth.classes >= 0).any():
        return "no outline matches a labelled box"
    return example
