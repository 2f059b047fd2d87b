"""Measure a version of the namer on the `dev_test` parts and write the result into its card.

Run as `python -m models.training.measure_namer --data DIR --work DIR --out FOLDER --outliner FOLDER`.
Metaphases are measured on the annotated boxes, outlined; `main.py benchmark` measures the whole way from
the picture.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.domain.metaphase import Banding
from models.card import Measured, read_card, write_card
from models.evaluation.metrics import bootstrap_over_cases
from models.inference.banding import recognise
from models.inference.namer import run_namer
from models.inference.outliner import OnnxOutliner
from models.inference.session import OnnxSession, open_session
from models.training.chromosomes import (
    STRANGER,
    Chromosomes,
    LabelledCell,
    cells_of_crops,
    is_validation_case,
    read_cache,
    strips_from,
    write_cache,
)
from models.training.dapi_chromosomes import cells_of_dapi
from models.training.more_chromosomes import cells_of_outlines

CROPS = "gband_karyotyped_crops_dev_test"
METAPHASES = "metaphases_dev_test"
Q_CROPS = "bioimlab_qband_crops_dev_test"
R_CROPS = "karyonet_rband_crops_train"
DAPI = "mfish_train"
FOREIGN = "metaphases_foreign_matter"
_EVERY = 10
_BINS = 15
_ROUNDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """One set to measure on: its cache, how it is called, its banding and which cells of it count."""

    cache: str
    label: str
    banding: Banding
    cells: Callable[[Path, Path], Iterator[LabelledCell]]
    held_back: bool = False


def _outlined(data: Path, outliner: Path) -> Iterator[LabelledCell]:
    return cells_of_outlines(data / f"{METAPHASES}.zip", OnnxOutliner.open(outliner), every=_EVERY)


TESTED = (
    Tested(
        cache=CROPS,
        label=CROPS,
        banding=Banding.G,
        cells=lambda data, _: cells_of_crops(data / f"{CROPS}.zip"),
    ),
    Tested(
        cache=f"{METAPHASES}_outlined",
        label=f"{METAPHASES}, each 10th picture, annotated boxes outlined",
        banding=Banding.G,
        cells=_outlined,
    ),
    Tested(
        cache=Q_CROPS,
        label=Q_CROPS,
        banding=Banding.Q,
        cells=lambda data, _: cells_of_crops(data / f"{Q_CROPS}.zip", upright=False),
    ),
    Tested(
        cache=f"{R_CROPS}_real",
        label=f"{R_CROPS}, 92 real chromosomes, none of them trained on",
        banding=Banding.R,
        cells=lambda data, _: cells_of_crops(data / f"{R_CROPS}.zip", upright=False, flips=False),
    ),
    Tested(
        cache=DAPI,
        label=f"{DAPI}, slides 06, 13, 24 (held back, used for calibration), chromosomes nothing crosses",
        banding=Banding.DAPI,
        cells=lambda data, _: cells_of_dapi(data / f"{DAPI}.zip"),
        held_back=True,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CellScore:
    """What was right in one cell; `turned` counts the chromosomes whose polarity is known.

    `sure_alone` and `sure_in_cell` are (n, 2): confidence, and 1 where that answer was right; `alike` is
    (m, 2): likeness of two chromosomes of the cell, and 1 where they are homologs.
    """

    count: int
    alone: int
    in_cell: int
    turned: int
    oriented: int
    recognised: bool
    sure_alone: NDArray[np.float64]
    sure_in_cell: NDArray[np.float64]
    alike: NDArray[np.float64]


def _sure(probabilities: NDArray[np.float32], label: NDArray[np.int16]) -> NDArray[np.float64]:
    right = probabilities.argmax(axis=1) == label
    return np.stack([probabilities.max(axis=1).astype(np.float64), right.astype(np.float64)], axis=1)


def score_cells(
    session: OnnxSession, chromosomes: Chromosomes, banding: Banding, cells: Sequence[int]
) -> tuple[list[CellScore], list[str]]:
    """Name some cells of a cache, told their banding.

    Returns
    -------
    scores, cases
        One of each for each cell.
    """
    scores, cases = [], []
    dark = banding in (Banding.G, Banding.R)
    for index in cells:
        rows = np.flatnonzero(chromosomes.cell == index)
        strips = strips_from(chromosomes, rows)
        blind = run_namer(session, strips, Banding.G if dark else Banding.Q)
        sureness = float(blind["alone"].max(axis=1).mean())
        shown = recognise(blind["bandings"], dark_on_light=dark, sureness=sureness)
        answer = run_namer(session, strips, banding)
        label = chromosomes.label[rows]
        known = label < STRANGER
        share = answer["probabilities"][:, :24]
        first = (share / np.maximum(share.sum(axis=1, keepdims=True), 1e-6) * answer["p_first"]).sum(axis=1)
        polarity = chromosomes.polarity[rows]
        upper = np.triu(known[:, None] & known[None, :], 1)
        likeness = (answer["embedding"] @ answer["embedding"].T)[upper]
        same = (label[:, None] == label[None, :])[upper]
        scores.append(
            CellScore(
                count=int(known.sum()),
                alone=int((answer["alone"].argmax(axis=1) == label)[known].sum()),
                in_cell=int((answer["probabilities"].argmax(axis=1) == label)[known].sum()),
                turned=int((polarity != 0).sum()),
                oriented=int(((first >= 0.5) == (polarity > 0))[polarity != 0].sum()),
                recognised=shown.banding is banding,
                sure_alone=_sure(answer["alone"], label)[known],
                sure_in_cell=_sure(answer["probabilities"], label)[known],
                alike=np.stack([likeness.astype(np.float64), same.astype(np.float64)], axis=1),
            )
        )
        cases.append(chromosomes.cases[index])
    return scores, cases


def _share(part: str, whole: str, scores: Sequence[CellScore]) -> float:
    total: NDArray[np.int64] = np.array([getattr(score, whole) for score in scores])
    right = np.array([getattr(score, part) for score in scores])
    return float(right.sum()) / max(float(total.sum()), 1.0)


def _whole_cells(scores: Sequence[CellScore]) -> float:
    return float(np.mean([score.in_cell == score.count for score in scores]))


def _calibration_error(sure: NDArray[np.float64]) -> float:
    """Expected calibration error over bins of equal mass."""
    parts = np.array_split(sure[np.argsort(sure[:, 0])], _BINS)
    return float(sum(len(p) * abs(p[:, 0].mean() - p[:, 1].mean()) for p in parts if len(p)) / len(sure))


def pairing_auc(alike: NDArray[np.float64]) -> float:
    """Probability that two homologs are more alike than two others of the same cell."""
    order = np.argsort(alike[:, 0], kind="stable")
    ranks = np.empty(len(order))
    ranks[order] = np.arange(1, len(order) + 1)
    same = alike[:, 1] > 0
    pairs, others = int(same.sum()), int((~same).sum())
    if pairs == 0 or others == 0:
        return float("nan")
    return float((ranks[same].sum() - pairs * (pairs + 1) / 2) / (pairs * others))


def measured_rows(name: str, scores: list[CellScore], cases: list[str]) -> tuple[Measured, ...]:
    """Rows for the card, with intervals over cases."""
    measures: dict[str, Callable[[Sequence[CellScore]], float]] = {
        "named_alone": lambda some: _share("alone", "count", some),
        "named_in_cell": lambda some: _share("in_cell", "count", some),
        "cell_right, before the assignment": _whole_cells,
        "cells whose banding is recognised": lambda some: float(np.mean([s.recognised for s in some])),
        "calibration error alone": lambda some: _calibration_error(
            np.concatenate([s.sure_alone for s in some])
        ),
        "calibration error in cell": lambda some: _calibration_error(
            np.concatenate([s.sure_in_cell for s in some])
        ),
        "pairing AUC": lambda some: pairing_auc(np.concatenate([s.alike for s in some])),
    }
    if any(score.turned for score in scores):
        measures["oriented"] = lambda some: _share("oriented", "turned", some)
    rows = []
    for measure, function in measures.items():
        interval = bootstrap_over_cases(scores, cases, function, rounds=_ROUNDS)
        cells = measure.startswith("cell")
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


def strangers_rows(session: OnnxSession, chromosomes: Chromosomes) -> tuple[Measured, ...]:
    """How often debris in a cell is called unknown, and how often its chromosomes are."""
    called: dict[str, list[bool]] = {"foreign matter called unknown": [], "chromosomes called unknown": []}
    for index, case in enumerate(chromosomes.cases):
        if not is_validation_case(case):
            continue
        rows = np.flatnonzero(chromosomes.cell == index)
        answer = run_namer(session, strips_from(chromosomes, rows), Banding.G)
        unknown = answer["probabilities"].argmax(axis=1) == STRANGER
        foreign = chromosomes.label[rows] == STRANGER
        called["foreign matter called unknown"] += unknown[foreign].tolist()
        called["chromosomes called unknown"] += unknown[~foreign].tolist()
    rows_of_card = []
    for measure, each in called.items():
        share, count = float(np.mean(each)), len(each)
        spread = 1.96 * float(np.sqrt(max(share * (1 - share), 1e-9) / max(count, 1)))
        rows_of_card.append(
            Measured(
                set="metaphases_train, held-back cases, debris beside the chromosomes",
                measure=measure,
                value=round(share, 5),
                low=round(max(share - spread, 0.0), 5),
                high=round(min(share + spread, 1.0), 5),
                n=count,
            )
        )
    return tuple(rows_of_card)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the archives")
    parser.add_argument("--work", type=Path, required=True, help="folder of caches")
    parser.add_argument("--out", type=Path, required=True, help="folder of the version of the weights")
    parser.add_argument("--outliner", type=Path, required=True, help="folder of the weights of the outliner")
    parser.add_argument("--only-caches", action="store_true", help="straighten the sets and stop")
    chosen = parser.parse_args(arguments)
    caches = chosen.work / "cache"
    for tested in TESTED:
        if not (caches / tested.cache / "cells.json").exists():
            write_cache(tested.cells(chosen.data, chosen.outliner), caches / tested.cache)
    if chosen.only_caches:
        return 0
    session = open_session(chosen.out)
    rows: list[Measured] = []
    for tested in TESTED:
        found = read_cache(caches / tested.cache)
        cells = [
            index
            for index, case in enumerate(found.cases)
            if not tested.held_back or is_validation_case(case)
        ]
        rows += measured_rows(tested.label, *score_cells(session, found, tested.banding, cells))
    if (caches / FOREIGN / "cells.json").exists():
        rows += strangers_rows(session, read_cache(caches / FOREIGN))
    for row in rows:
        print(f"{row.set}: {row.measure} {row.value:.4f} ({row.low:.4f} to {row.high:.4f}), n {row.n}")
    write_card(read_card(chosen.out).model_copy(update={"measured": tuple(rows)}), chosen.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
