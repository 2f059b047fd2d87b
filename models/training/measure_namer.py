"""Measure a version of the namer on the `dev_test` parts and write the result into its card.

Run as `python -m models.training.measure_namer --data DIR --work DIR --out FOLDER --outliner FOLDER`.
Metaphases are measured on the annotated boxes, outlined; `main.py benchmark` measures the whole way from
the picture.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.card import Measured, read_card, write_card
from models.evaluation.metrics import bootstrap_over_cases
from models.inference.outliner import OnnxOutliner
from models.inference.session import OnnxSession, open_session
from models.inference.strips import network_input
from models.training.chromosomes import (
    STRANGER,
    Chromosomes,
    cells_of_crops,
    read_cache,
    strips_from,
    write_cache,
)
from models.training.more_chromosomes import cells_of_outlines

CROPS = "gband_karyotyped_crops_dev_test"
METAPHASES = "metaphases_dev_test"
_EVERY = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class CellScore:
    """What was right in one cell; `turned` counts the chromosomes whose polarity is known."""

    count: int
    alone: int
    in_cell: int
    turned: int
    oriented: int


def score_cells(session: OnnxSession, chromosomes: Chromosomes) -> tuple[list[CellScore], list[str]]:
    """Name every cell of a cache.

    Returns
    -------
    scores, cases
        One of each for each cell.
    """
    scores, cases = [], []
    for index, case in enumerate(chromosomes.cases):
        rows = np.flatnonzero(chromosomes.cell == index)
        strips = strips_from(chromosomes, rows)
        answer = session.run({"strips": network_input(strips), "measures": strips.measures})
        label = chromosomes.label[rows]
        known = label < STRANGER
        share = answer["probabilities"][:, :24]
        first = (share / np.maximum(share.sum(axis=1, keepdims=True), 1e-6) * answer["p_first"]).sum(axis=1)
        polarity = chromosomes.polarity[rows]
        scores.append(
            CellScore(
                count=int(known.sum()),
                alone=int((answer["alone"].argmax(axis=1) == label)[known].sum()),
                in_cell=int((answer["probabilities"].argmax(axis=1) == label)[known].sum()),
                turned=int((polarity != 0).sum()),
                oriented=int(((first >= 0.5) == (polarity > 0))[polarity != 0].sum()),
            )
        )
        cases.append(case)
    return scores, cases


def _share(part: str, whole: str, scores: Sequence[CellScore]) -> float:
    total: NDArray[np.int64] = np.array([getattr(score, whole) for score in scores])
    right = np.array([getattr(score, part) for score in scores])
    return float(right.sum()) / max(float(total.sum()), 1.0)


def _whole_cells(scores: Sequence[CellScore]) -> float:
    return float(np.mean([score.in_cell == score.count for score in scores]))


def measured_rows(name: str, scores: list[CellScore], cases: list[str]) -> tuple[Measured, ...]:
    """Rows for the card, with intervals over cases."""
    measures = {
        "named_alone": lambda some: _share("alone", "count", some),
        "named_in_cell": lambda some: _share("in_cell", "count", some),
        "cell_right, before the assignment": _whole_cells,
    }
    if any(score.turned for score in scores):
        measures["oriented"] = lambda some: _share("oriented", "turned", some)
    rows = []
    for measure, function in measures.items():
        interval = bootstrap_over_cases(scores, cases, function)
        cells = measure.startswith("cell_right")
        rows.append(
            Measured(
                set=name,
                measure=measure,
                value=round(interval.value, 5),
                low=round(interval.low, 5),
                high=round(interval.high, 5),
                n=len(scores) if cells else sum(score.count for score in scores),
            )
        )
    return tuple(rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the archives")
    parser.add_argument("--work", type=Path, required=True, help="folder of caches")
    parser.add_argument("--out", type=Path, required=True, help="folder of the version of the weights")
    parser.add_argument("--outliner", type=Path, required=True, help="folder of the weights of the outliner")
    chosen = parser.parse_args(arguments)
    session = open_session(chosen.out)
    rows: list[Measured] = []
    outlined = f"{METAPHASES}_outlined"
    for name, label in (
        (CROPS, CROPS),
        (outlined, f"{METAPHASES}, each 10th picture, annotated boxes outlined"),
    ):
        cache = chosen.work / "cache" / name
        if not (cache / "cells.json").exists():
            archive = chosen.data / f"{name.removesuffix('_outlined')}.zip"
            if name == CROPS:
                write_cache(cells_of_crops(archive), cache)
            else:
                outliner = OnnxOutliner.open(chosen.outliner)
                write_cache(cells_of_outlines(archive, outliner, every=_EVERY), cache)
        rows += measured_rows(label, *score_cells(session, read_cache(cache)))
    for row in rows:
        print(f"{row.set}: {row.measure} {row.value:.4f} ({row.low:.4f} to {row.high:.4f}), n {row.n}")
    write_card(read_card(chosen.out).model_copy(update={"measured": tuple(rows)}), chosen.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
