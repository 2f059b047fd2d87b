"""Sets of the benchmark that measure masks: composed crossings, and M-FISH cells."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from core.analysis.pipeline import Analyst
from models.evaluation.archives import ArchiveKind, LabelledArchive
from models.evaluation.rows import Row
from models.evaluation.score_crossings import crossing_rows
from models.evaluation.score_mfish import mfish_rows
from models.inference.outliner import OnnxOutliner

Measurement = Callable[..., list[Row]]
"""Measures a set; takes `progress`."""


def find_mfish(folder: Path, only: tuple[str, ...] = ()) -> tuple[Path, ...]:
    """Find archives with class maps of M-FISH cells in a folder; `only` as in `find_archives`."""
    return tuple(
        path
        for path in sorted(folder.rglob("*.zip"))
        if (not only or path.name.startswith(only)) and _has_class_maps(path)
    )


def instance_sets(
    archives: Sequence[LabelledArchive],
    mfish: Sequence[Path],
    analyst: Analyst,
    outliner: OnnxOutliner,
    *,
    release: str,
    sample: int | None = None,
) -> Iterator[tuple[str, Measurement]]:
    """Name each set and give the function that measures it.

    Parameters
    ----------
    archives
        Crossings are laid into those that hold metaphases.
    mfish
        Archives of M-FISH cells.
    analyst, outliner
        Active models; the outliner is also asked by boxes alone.
    release
        Name of what answers, for the rows.
    sample
        Only so many cells, evenly taken.
    """
    for archive in archives:
        if archive.kind is ArchiveKind.METAPHASES:
            measurement = partial(crossing_rows, archive, analyst, outliner, release=release, sample=sample)
            yield f"{archive.name} crossings", measurement
    for path in mfish:
        yield f"{path.stem} instances", partial(mfish_rows, path, analyst, release=release, sample=sample)


def _has_class_maps(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            if "index.csv" not in archive.namelist():
                return False
            head = next(csv.reader([archive.read("index.csv")[:400].decode("utf-8-sig").splitlines()[0]]))
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError, IndexError):
        return False
    return {"cell", "iscn", "class_map"}.issubset(head)
