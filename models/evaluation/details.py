"""What stands behind the rows of the benchmark: by class, by difficulty, by resolution, calibration."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from core.domain.bands import CLASSES
from models.evaluation import rows as measures
from models.evaluation.curves import Curve, write_curves, write_table
from models.evaluation.metrics import bootstrap_over_cases
from models.evaluation.rows import BINS, CellScore

_MEASURES: Final[Mapping[str, Callable[[Sequence[CellScore]], float]]] = {
    "found_f1": measures.found_f1,
    "named": measures.named,
    "found_and_named": measures.found_and_named,
    "cell_right": measures.cell_right,
}
_ROUNDS: Final = 300
_CELL_BINS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """One annotated chromosome of one case; `found` and `right` are 0 or 1."""

    case: str
    found: int
    right: int


def write_details(
    folder: Path, cells: Sequence[CellScore], predictions: Sequence[Mapping[str, object]]
) -> None:
    """Write tables and curves about the cells of one set.

    Parameters
    ----------
    folder
        Where to; made when it is not there. ``classes.csv``, ``groups.csv``, ``reliability.csv`` and
        ``reliability.svg``, and for whole cells ``cells.csv`` are written.
    cells
        Scores of all cells.
    predictions
        Rows by the contract's columns, from the same cells.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_table(folder / "classes.csv", ("class", "n", "found", "low", "high", "named", "low", "high"),
                 _class_rows(predictions))  # fmt: skip
    write_table(
        folder / "groups.csv", ("group", "cells", "measure", "value", "low", "high"), _group_rows(cells)
    )
    curves = [
        reliability("class", [c for s in cells for c in s.confidences], [r for s in cells for r in s.correct])
    ]
    whole = [s for s in cells if s.right_probability is not None]
    if whole:
        sure = [s.right_probability or 0.0 for s in whole]
        curves.append(reliability("whole cell", sure, [s.right for s in whole], bins=_CELL_BINS))
    write_curves(folder / "reliability", curves, x="confidence", y="right", diagonal=True)
    write_table(
        folder / "cells.csv",
        ("cell", "case", "annotated", "predicted", "matched", "named", "right", "right_probability"),
        [
            (s.cell, s.case, s.annotated, s.predicted, s.matched, s.named, int(s.right),
             "" if s.right_probability is None else round(s.right_probability, 4))
            for s in sorted(cells, key=errors_of, reverse=True)
        ],
    )  # fmt: skip


def errors_of(cell: CellScore) -> int:
    """Chromosomes of a cell that somebody would have to touch: missed, extra or misnamed."""
    return (cell.annotated - cell.named) + max(0, cell.predicted - cell.matched)


def reliability(name: str, confidences: Sequence[float], right: Sequence[bool], *, bins: int = BINS) -> Curve:
    """Share that is right against the confidence, in bins of equal mass."""
    sure, correct = np.array(confidences, dtype=float), np.array(right, dtype=float)
    if len(sure) < bins:
        return Curve(name=name, x=(), y=())
    parts = np.array_split(np.argsort(sure, kind="stable"), bins)
    return Curve(
        name=name,
        x=tuple(float(sure[part].mean()) for part in parts),
        y=tuple(float(correct[part].mean()) for part in parts),
    )


def _class_rows(predictions: Sequence[Mapping[str, object]]) -> Iterable[tuple[object, ...]]:
    by_class: dict[str, list[_Named]] = {}
    for row in predictions:
        if row["truth_id"] == "":
            continue
        found = row["pred_id"] != ""
        by_class.setdefault(str(row["truth"]), []).append(
            _Named(
                case=str(row["case"]),
                found=int(found),
                right=int(found and row["truth"] == row["predicted_in_cell"]),
            )
        )
    for name in (*CLASSES, "unknown"):
        members = by_class.get(name, [])
        if not members:
            continue
        cases = [one.case for one in members]
        seen = bootstrap_over_cases(members, cases, _found_share, rounds=_ROUNDS)
        known = bootstrap_over_cases(members, cases, _right_share, rounds=_ROUNDS)
        yield (
            name, len(members), *(round(v, 5) for v in (seen.value, seen.low, seen.high)),
            *(round(v, 5) for v in (known.value, known.low, known.high)),
        )  # fmt: skip


def _found_share(members: Sequence[_Named]) -> float:
    return sum(one.found for one in members) / len(members)


def _right_share(members: Sequence[_Named]) -> float:
    found = sum(one.found for one in members)
    return sum(one.right for one in members) / found if found else float("nan")


def groups_of(cells: Sequence[CellScore]) -> dict[str, list[CellScore]]:
    """Cells by difficulty as listed, and by thirds of crowding and of resolution, where these are known."""
    groups: dict[str, list[CellScore]] = {"all": list(cells)}
    for cell in cells:
        if cell.difficulty:
            groups.setdefault(f"listed {cell.difficulty}", []).append(cell)
    for name, value in (("crowding", _crowding), ("chromosome length", _length)):
        known = [cell for cell in cells if value(cell) is not None]
        if len(known) < 9:
            continue
        ordered = sorted(known, key=lambda cell, value=value: value(cell) or 0.0)  # type: ignore[misc]
        for words, part in zip(
            ("lowest third", "middle third", "highest third"), np.array_split(np.arange(len(ordered)), 3),
            strict=True,
        ):  # fmt: skip
            members = [ordered[int(index)] for index in part]
            low, high = value(members[0]), value(members[-1])
            groups[f"{name}, {words} ({low:.2f} to {high:.2f})"] = members
    return groups


def _crowding(cell: CellScore) -> float | None:
    return cell.crowding


def _length(cell: CellScore) -> float | None:
    return cell.median_length


def _group_rows(cells: Sequence[CellScore]) -> Iterable[tuple[object, ...]]:
    for group, members in groups_of(cells).items():
        cases = [cell.case for cell in members]
        for name, measure in _MEASURES.items():
            if np.isfinite(measure(members)):
                one = bootstrap_over_cases(members, cases, measure, rounds=_ROUNDS)
                yield (
                    group, len(members), name, *(round(v, 5) for v in (one.value, one.low, one.high))
                )  # fmt: skip
