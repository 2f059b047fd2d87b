"""Gains and losses of single chromosomes: what is found in edited copies, and what is found for nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.analysis.numerical import findings_of
from core.atomic import whole_file
from core.domain.bands import AUTOSOMES
from core.domain.finding import FindingKind
from core.domain.metaphase import Metaphase
from models.evaluation.curves import Curve, write_curves
from models.evaluation.metrics import Interval, bootstrap_over_cases


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeScore:
    """One cell, edited or not.

    Attributes
    ----------
    case
        Patient.
    edited
        Whether a chromosome was added or removed; else the cell is as it was found, with 46 by its labels.
    gained
        Whether it was added.
    confidence
        Of an edited cell: confidence of the finding that names the right class and direction, 0 without
        one. Of an unedited cell: confidences of all its gains and losses, the surest first.
    """

    case: str
    edited: bool
    gained: bool = False
    confidence: tuple[float, ...] = ()


def is_plain(classes: Sequence[str]) -> bool:
    """Whether annotated classes are those of a cell without a numerical change."""
    counts = {name: classes.count(name) for name in {*classes, *AUTOSOMES}}
    sexes = counts.get("X", 0) + counts.get("Y", 0)
    return all(counts[name] == 2 for name in AUTOSOMES) and sexes == 2 and counts.get("X", 0) > 0


def confidences_of(cell: Metaphase) -> dict[tuple[str, FindingKind], float]:
    """Confidence of each gain and loss that the program sees in a cell, by class and kind."""
    return {
        (finding.chromosomes[0], finding.kind): finding.confidence
        for finding in findings_of(cell)
        if finding.kind in (FindingKind.GAIN, FindingKind.LOSS) and finding.chromosomes
    }


def score_change(
    case: str, seen: Mapping[tuple[str, FindingKind], float], changed: tuple[str, bool] | None
) -> ChangeScore:
    """Score what was seen in a cell; `changed` is the class that was edited and whether it was added."""
    if changed is None:
        return ChangeScore(case=case, edited=False, confidence=tuple(sorted(seen.values(), reverse=True)))
    name, gained = changed
    kind = FindingKind.GAIN if gained else FindingKind.LOSS
    # One X or Y more or less is one change of the sex chromosomes, whichever of the two it is called.
    names = ("X", "Y") if name in ("X", "Y") else (name,)
    sure = max((seen.get((one, kind), 0.0) for one in names), default=0.0)
    return ChangeScore(case=case, edited=True, gained=gained, confidence=(sure,) if sure > 0 else ())


def sensitivity(cells: Sequence[ChangeScore], least: float = 0.0) -> float:
    """Share of edited cells whose change is found with at least that confidence."""
    edited = [cell for cell in cells if cell.edited]
    return float(np.mean([_found(cell, least) > 0 for cell in edited])) if edited else float("nan")


def false_alarms(cells: Sequence[ChangeScore], least: float = 0.0) -> float:
    """Gains and losses found for nothing, for each 100 unedited cells."""
    plain = [cell for cell in cells if not cell.edited]
    return 100.0 * float(np.mean([_found(cell, least) for cell in plain])) if plain else float("nan")


def _found(cell: ChangeScore, least: float) -> int:
    return sum(1 for value in cell.confidence if value >= least)


def operating_curve(cells: Sequence[ChangeScore], name: str) -> Curve:
    """Sensitivity against false alarms in 100 cells, over all least confidences."""
    levels = sorted({value for cell in cells for value in cell.confidence}, reverse=True)
    points = [(false_alarms(cells, least), sensitivity(cells, least)) for least in levels]
    return Curve(name=name, x=tuple(p[0] for p in points), y=tuple(p[1] for p in points))


def at_alarms(cells: Sequence[ChangeScore], most: float = 5.0) -> tuple[float, Interval, Interval]:
    """Lowest least confidence with at most so many alarms in 100 cells; sensitivity and alarms there."""
    levels = sorted({value for cell in cells for value in cell.confidence})
    least = next((level for level in levels if false_alarms(cells, level) <= most), 1.0)
    cases = [cell.case for cell in cells]
    return (
        least,
        bootstrap_over_cases(cells, cases, lambda some: sensitivity(some, least), rounds=300),
        bootstrap_over_cases(cells, cases, lambda some: false_alarms(some, least), rounds=300),
    )


def write_changes(folder: Path, cells: Sequence[ChangeScore]) -> None:
    """Write the operating curve, and one line each for gains, losses and both at five alarms in 100 cells."""
    gains = [cell for cell in cells if not cell.edited or cell.gained]
    losses = [cell for cell in cells if not cell.edited or not cell.gained]
    write_curves(
        folder / "changes",
        [operating_curve(cells, "both"), operating_curve(gains, "gain"), operating_curve(losses, "loss")],
        x="false alarms in 100 unedited cells",
        y="sensitivity",
    )
    lines = ["change,edited,unedited,least confidence,sensitivity,low,high,alarms per 100,low,high"]
    for name, some in (("both", cells), ("gain", gains), ("loss", losses)):
        least, found, alarms = at_alarms(some)
        edited = sum(cell.edited for cell in some)
        lines.append(
            f"{name},{edited},{len(some) - edited},{least:.4f},{found.value:.4f},{found.low:.4f},"
            f"{found.high:.4f},{alarms.value:.2f},{alarms.low:.2f},{alarms.high:.2f}"
        )
    with whole_file(folder / "changes_at_five_alarms.csv") as unfinished:
        unfinished.write_text("\n".join(lines) + "\n", encoding="utf-8")
