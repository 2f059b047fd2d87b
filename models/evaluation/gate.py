"""The examination of a tuned release: better on cells it never learned from, and no harm elsewhere.

Everything is paired: the same cells are answered by the active release and by the candidate, and intervals
are of the difference, by bootstrap over cases.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.analysis.assignment import assign
from core.domain.bands import CLASSES
from core.domain.metaphase import Banding
from core.learning.examination import FEWEST_CASES, FEWEST_CELLS
from core.learning.examples import NONE, SURE, Example
from core.progress import NoProgress, Progress
from models.evaluation.lessons import prepared_of
from models.evaluation.rows import BINS
from models.inference.namer import OnnxNamer
from models.inference.strips import PreparedChromosome
from models.releases import Verdict

_ALPHA: Final = 0.025
"""One side of a 95 % interval, for the first candidate that is examined on a set of cells."""
_ROUNDS: Final = 8000
_POOLED_LOSS: Final = 0.005
_CLASS_LOSS: Final = 0.01
_CHANCE: Final = 0.05
_CALIBRATION_LOSS: Final = 0.02
_SURE_KEPT: Final = 0.97
_SLOWER: Final = 1.5
_MOST_MB: Final = 12.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """One cell of the examination: what is shown, and the n right answers as in `Answers`."""

    case: str
    prepared: Sequence[PreparedChromosome]
    banding: Banding
    classes: NDArray[np.int64]
    first: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answered:
    """What a release says of one cell: class and sureness of each of n chromosomes, and its p end."""

    classes: NDArray[np.int64]
    sure: NDArray[np.float64]
    first: NDArray[np.int64]
    end_sure: NDArray[np.float64]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRow:
    """One line of the table.

    Attributes
    ----------
    active, candidate
        The measure for each.
    low, high
        Interval of the difference candidate minus active; None where there is none.
    ok
        Whether the candidate may pass by this measure.
    """

    measure: str
    active: float
    candidate: float
    low: float | None
    high: float | None
    ok: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """Verdict and table; `cells` and `cases` of the examination, simulated `reference` cells."""

    verdict: Verdict
    rows: tuple[GateRow, ...]
    cells: int
    cases: int
    reference: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A release as the gate needs it: its namer, and what its own weights take on the disk (MB)."""

    namer: OnnxNamer
    stored_mb: float


def asked_of(example: Example) -> Asked:
    """Ask what an example has the answers of."""
    return Asked(
        case=example.case,
        prepared=prepared_of(example),
        banding=example.banding,
        classes=example.truth.classes,
        first=example.truth.first,
    )


def changed_copy(cell: Asked, seed: int) -> tuple[Asked, int] | None:
    """Copy a cell with one chromosome taken away or put in twice.

    Returns
    -------
    Asked
        The copy.
    int
        Index of the class whose number changed.
        None instead where nobody named a chromosome of the cell.
    """
    named = np.flatnonzero((cell.classes >= 0) & (cell.classes < NONE))
    if not len(named):
        return None
    rng = np.random.default_rng(seed)
    one = int(rng.choice(named))
    everything = np.arange(len(cell.classes))
    order = np.append(everything, one) if rng.random() < 0.5 else np.delete(everything, one)
    copy = replace(
        cell,
        prepared=[cell.prepared[i] for i in order.tolist()],
        classes=cell.classes[order],
        first=cell.first[order],
    )
    return copy, int(cell.classes[one])


def answer(namer: OnnxNamer, cell: Asked) -> Answered:
    """Let a namer answer about one cell, as in an analysis."""
    start = time.perf_counter()
    readings = namer.name(cell.prepared, cell.banding)
    seconds = time.perf_counter() - start
    assignment = assign(np.stack([reading.probabilities for reading in readings]))
    return Answered(
        classes=assignment.classes,
        sure=assignment.confidence,
        first=np.array([int(reading.p_at_start) for reading in readings], dtype=np.int64),
        end_sure=np.array([reading.p_confidence for reading in readings], dtype=np.float64),
        seconds=seconds,
    )


def edits(cell: Asked, said: Answered) -> int:
    """Corrections that a person has to make in the names and directions of a cell."""
    return int((~_class_right(cell, said)).sum() + (~_end_right(cell, said)).sum())


def _class_right(cell: Asked, said: Answered) -> NDArray[np.bool_]:
    known = cell.classes >= 0
    return np.asarray(said.classes[known] == cell.classes[known])


def _end_right(cell: Asked, said: Answered) -> NDArray[np.bool_]:
    known = (cell.first >= 0) & (cell.classes != NONE)
    return np.asarray(said.first[known] == cell.first[known])


def examine(
    active: Contender,
    candidate: Contender,
    examination: Sequence[Example],
    reference: Sequence[Example],
    *,
    looks_before: int = 0,
    progress: Progress | None = None,
) -> GateResult:
    """Examine a candidate.

    Parameters
    ----------
    active, candidate
        Who answers now, and who would.
    examination
        Cells of this laboratory that the candidate never learned from, each checked by a second person.
    reference
        Simulated cells.
    looks_before
        How many candidates were examined on these cells before; each halves the room for chance.
    """
    progress = progress or NoProgress()
    cases = {one.case for one in examination}
    enough = len(examination) >= FEWEST_CELLS and len(cases) >= FEWEST_CASES
    total = len(examination) * 2 + (len(reference) if enough else 0)
    told = _Told(progress, total)
    local = _asked_both(active, candidate, [asked_of(one) for one in examination], told)
    rows = _local_rows(local, _ALPHA / 2**looks_before) if examination else []
    if enough:
        copies = [changed_copy(pair.cell, seed) for seed, pair in enumerate(local)]
        made = [copy for copy in copies if copy is not None]
        asked = _asked_both(active, candidate, [copy for copy, _ in made], told)
        rows.append(_copies_row(asked, [index for _, index in made]))
        simulated = _asked_both(active, candidate, [asked_of(one) for one in reference], told)
        rows += _reference_rows(simulated)
        rows += _cost_rows(active, candidate, [*local, *asked, *simulated])
    verdict = Verdict.CANDIDATE
    if enough:
        verdict = Verdict.PASSED if all(row.ok for row in rows) else Verdict.REFUSED
    return GateResult(
        verdict=verdict,
        rows=tuple(rows),
        cells=len(examination),
        cases=len(cases),
        reference=len(reference) if enough else 0,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Pair:
    cell: Asked
    active: Answered
    candidate: Answered


class _Told:
    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def one(self) -> None:
        self._progress.step(self._done, self._total, "examining")
        self._done += 1


def _asked_both(active: Contender, candidate: Contender, cells: Sequence[Asked], told: _Told) -> list[_Pair]:
    pairs = []
    for cell in cells:
        told.one()
        # One after the other on the same cell: what else the computer does slows both alike.
        pairs.append(
            _Pair(cell=cell, active=answer(active.namer, cell), candidate=answer(candidate.namer, cell))
        )
    return pairs


def _difference(
    pairs: Sequence[_Pair], value: Callable[[Asked, Answered], tuple[float, float]], alpha: float
) -> tuple[float, float, float, float]:
    """A sum over a sum for active and candidate, and the interval of the difference over cases."""
    cases = {case: row for row, case in enumerate(sorted({pair.cell.case for pair in pairs}))}
    sums = np.zeros((len(cases), 3))
    for pair in pairs:
        before, weight = value(pair.cell, pair.active)
        after, _ = value(pair.cell, pair.candidate)
        sums[cases[pair.cell.case]] += (before, after, weight)
    before, after, weight = sums.sum(axis=0) / max(float(sums[:, 2].sum()), 1e-9)
    rng = np.random.default_rng(0)
    counts = rng.multinomial(len(cases), np.full(len(cases), 1 / len(cases)), size=_ROUNDS)
    drawn = counts @ sums
    differences = (drawn[:, 1] - drawn[:, 0]) / np.maximum(drawn[:, 2], 1e-9)
    low, high = np.quantile(differences, [alpha, 1.0 - alpha])
    return float(before), float(after), float(low), float(high)


def _local_rows(pairs: Sequence[_Pair], alpha: float) -> list[GateRow]:
    before, after, low, high = _difference(pairs, lambda cell, said: (edits(cell, said), 1.0), alpha)
    # The primary endpoint, declared beforehand; all others can only refuse.
    rows = [
        GateRow(measure="edits_per_cell", active=before, candidate=after, low=low, high=high, ok=high < 0.0)
    ]
    rows.append(_share_row("named_in_cell", pairs, _class_right))
    if any(len(_end_right(pair.cell, pair.active)) for pair in pairs):
        rows.append(_share_row("oriented", pairs, _end_right))
    calm = [_calibration(pairs, of) for of in (lambda pair: pair.active, lambda pair: pair.candidate)]
    rows.append(
        GateRow(
            measure="ece", active=calm[0], candidate=calm[1], low=None, high=None,
            ok=not calm[1] > calm[0] + _CALIBRATION_LOSS,
        )
    )  # fmt: skip
    rows.append(_sure_kept(pairs))
    return rows


def _share_row(
    measure: str, pairs: Sequence[_Pair], right: Callable[[Asked, Answered], NDArray[np.bool_]]
) -> GateRow:
    def value(cell: Asked, said: Answered) -> tuple[float, float]:
        found = right(cell, said)
        return float(found.sum()), float(len(found))

    before, after, low, high = _difference(pairs, value, _ALPHA)
    return GateRow(
        measure=measure, active=before, candidate=after, low=low, high=high,
        ok=after >= before - _POOLED_LOSS - 1e-12,
    )  # fmt: skip


def _calibration(pairs: Sequence[_Pair], of: Callable[[_Pair], Answered]) -> float:
    sure = np.concatenate([of(pair).sure[pair.cell.classes >= 0] for pair in pairs])
    right = np.concatenate([_class_right(pair.cell, of(pair)) for pair in pairs])
    if len(sure) < BINS:
        return float("nan")
    parts = np.array_split(np.argsort(sure), BINS)
    gaps = [len(part) * abs(float(sure[part].mean() - right[part].mean())) for part in parts]
    return float(sum(gaps) / len(sure))


def _sure_kept(pairs: Sequence[_Pair]) -> GateRow:
    """Sure answers of the active release that the candidate repeats.

    Needs no labels: where a queue teaches against everything that was sure, queue and examination may be
    wrong alike, and a person has to look first.
    """
    kept = total = 0
    for pair in pairs:
        for was, now, sure in (
            (pair.active.classes, pair.candidate.classes, pair.active.sure),
            (pair.active.first, pair.candidate.first, pair.active.end_sure),
        ):
            certain = sure >= SURE
            kept += int((was == now)[certain].sum())
            total += int(certain.sum())
    share = kept / total if total else 1.0
    return GateRow(
        measure="sure_answers_kept", active=1.0, candidate=share, low=None, high=None, ok=share >= _SURE_KEPT
    )


def _copies_row(pairs: Sequence[_Pair], changed: Sequence[int]) -> GateRow:
    """Share of changed copies in which the number of the changed class comes out right."""

    def right(cell: Asked, said: Answered, index: int) -> bool:
        named = cell.classes >= 0
        return bool((said.classes[named] == index).sum() == (cell.classes == index).sum())

    before = np.array([right(p.cell, p.active, i) for p, i in zip(pairs, changed, strict=True)], dtype=bool)
    after = np.array([right(p.cell, p.candidate, i) for p, i in zip(pairs, changed, strict=True)], dtype=bool)
    return GateRow(
        measure="changed_copies_right", active=float(before.mean()), candidate=float(after.mean()),
        low=None, high=None, ok=_no_worse(before, after, _POOLED_LOSS),
    )  # fmt: skip


def _no_worse(before: NDArray[np.bool_], after: NDArray[np.bool_], loss: float) -> bool:
    """Within the loss, or so few lost answers that chance alone gives them (one-sided sign test)."""
    if after.mean() >= before.mean() - loss - 1e-12:
        return True
    lost, won = int((before & ~after).sum()), int((~before & after).sum())
    changed = lost + won
    chance = sum(math.comb(changed, k) for k in range(lost, changed + 1)) / 2**changed
    return bool(chance > _CHANCE)


def _reference_rows(pairs: Sequence[_Pair]) -> list[GateRow]:
    if not pairs:
        return []
    rows = [
        _share_row("reference_named", pairs, _class_right),
        _share_row("reference_oriented", pairs, _end_right),
    ]
    truth = np.concatenate([pair.cell.classes[pair.cell.classes >= 0] for pair in pairs])
    before = np.concatenate([_class_right(pair.cell, pair.active) for pair in pairs])
    after = np.concatenate([_class_right(pair.cell, pair.candidate) for pair in pairs])
    losses = []
    for index, name in enumerate(CLASSES):
        members = truth == index
        if members.any():
            was, now = before[members], after[members]
            losses.append((float(was.mean() - now.mean()), name, was, now, _no_worse(was, now, _CLASS_LOSS)))
    # The class that lost most is shown; one that is refused comes before one that is not.
    _, name, was, now, _ = max(losses, key=lambda one: (not one[4], one[0]))
    rows.append(
        GateRow(
            measure=f"reference_worst_class_{name}", active=float(was.mean()), candidate=float(now.mean()),
            low=None, high=None, ok=all(fine for *_, fine in losses),
        )
    )  # fmt: skip
    return rows


def _cost_rows(active: Contender, candidate: Contender, pairs: Sequence[_Pair]) -> list[GateRow]:
    before = float(np.median([pair.active.seconds for pair in pairs]))
    ratio = float(np.median([pair.candidate.seconds / max(pair.active.seconds, 1e-6) for pair in pairs]))
    return [
        GateRow(
            measure="seconds_per_cell", active=before, candidate=before * ratio, low=None, high=None,
            ok=ratio <= _SLOWER,
        ),
        GateRow(
            measure="stored_mb", active=active.stored_mb, candidate=candidate.stored_mb, low=None, high=None,
            ok=candidate.stored_mb <= _MOST_MB,
        ),
    ]  # fmt: skip
