"""Fit how the traces of a gain or a loss are weighed (`core.analysis.change_weights`).

Validation metaphases (cases cut from the training part, the laboratory part left out) are read as they are
and with one chromosome painted out or pasted in; what was found is edited as well: one chromosome taken out
of it, or one of another cell put in. So changes are known; a loss or gain in a cell as it is, is an alarm.
Written analyses are kept and used again.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from core.analysis.assignment import assign
from core.analysis.change_odds import (
    NAMES,
    Traces,
    gain_features,
    loss_features,
    name_of,
    outline_area,
    traces_of,
)
from core.analysis.change_weights import Weights
from core.domain.bands import CLASSES, UNKNOWN
from core.domain.chromosome import Chromosome
from core.domain.ids import CellId, ChromosomeId
from core.domain.metaphase import Metaphase
from core.editing.codec import from_json, to_json
from core.errors import MediaError
from models.evaluation.archives import LabelledMetaphase, find_archives, metaphases_of
from models.evaluation.edited import edited_copy
from models.evaluation.metrics import match_boxes
from models.inference.analyst import load_analyst
from models.training.metaphases import is_laboratory_part, is_validation_part

_EDITS: Final = 8
_PICTURE_WEIGHT: Final = 16.0
"""A painted picture went through the whole pipeline and weighs as many edits of what was found."""
_RIDGE: Final = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One class of one cell: how many are seen and are there, and where the cell comes from.

    `edited` is "" for a cell as it is, "picture" or "found" for an edited one.
    """

    name: str
    seen: int
    true: int
    edited: str
    loss: tuple[float, ...] | None
    gain: tuple[float, ...] | None


def read_states(data: Path, keep: Path) -> None:
    """Analyse the validation metaphases and their edited copies; those in `keep` stay."""
    keep.mkdir(parents=True, exist_ok=True)
    analyst = load_analyst(threads=1)
    for one in metaphases_of(find_archives(data, ("metaphases_train",))[0]):
        path = keep / f"{Path(one.file).stem}.json"
        if path.exists() or is_laboratory_part(one.case) or not is_validation_part(one.case):
            continue
        copy = edited_copy(one)
        got = []
        for picture, edit in ((one.grey, None), (None if copy is None else copy.picture, copy)):
            if picture is None:
                continue
            try:
                state = to_json(analyst.analyse(picture).proposal.apply(_bare(one)))
            except MediaError:
                continue
            told = None if edit is None else [edit.chromosome_class, edit.gained]
            got.append({"cell": state, "edit": told})
        row = {"classes": one.classes, "boxes": one.boxes.tolist(), "got": got}
        path.write_text(json.dumps(row), encoding="utf-8")


def _bare(one: LabelledMetaphase) -> Metaphase:
    height, width = one.grey.shape
    return Metaphase(id=CellId(one.file), label=one.file, image="", width=width, height=height)


def instances_in(keep: Path, rng: np.random.Generator) -> list[Instance]:
    """Every class of every cell, as it is and edited."""
    rows = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(keep.glob("*.json"))]
    plain: list[tuple[Metaphase, list[str], NDArray[np.float64]]] = []
    found: list[Instance] = []
    for row in rows:
        truth = _numbers(row["classes"])
        for got in row["got"]:
            cell = from_json(got["cell"], Metaphase)
            if got["edit"] is None:
                plain.append((cell, row["classes"], np.array(row["boxes"], dtype=np.float64)))
                found += _instances(cell, truth, "", NAMES)
            else:
                name = name_of(got["edit"][0])
                changed = truth | {name: truth[name] + (1 if got["edit"][1] else -1)}
                found += _instances(cell, changed, "picture", NAMES)
    guests = [guest for one in plain for guest in _alone(*one)]
    for cell, classes, boxes in plain:
        found += _edited(cell, classes, boxes, guests, rng)
    return found


def _numbers(classes: Sequence[str]) -> dict[str, int]:
    known = [name_of(name) for name in classes if name in CLASSES]
    return {name: known.count(name) for name in NAMES}


def _instances(
    cell: Metaphase, truth: dict[str, int], edited: str, names: Sequence[str]
) -> Iterator[Instance]:
    traces: Traces = traces_of(cell)
    for name in names:
        seen = traces.seen[name]
        yield Instance(
            name=name,
            seen=seen,
            true=truth[name],
            edited=edited,
            loss=loss_features(traces, name) if seen < 2 else None,
            gain=gain_features(traces, name) if seen > 2 else None,
        )


def _alone(
    cell: Metaphase, classes: Sequence[str], boxes: NDArray[np.float64]
) -> list[tuple[Chromosome, str, float]]:
    """Right chromosomes that cross no other, their class, and the median area of their cell."""
    members = cell.counting
    bounds = np.array([one.outline.box for one in members], dtype=np.float64).reshape(-1, 4)
    middle = float(np.median([outline_area(one.outline) for one in members])) if members else 1.0
    return [
        (members[found], classes[box], middle)
        for found, box, _ in match_boxes(bounds, boxes).pairs
        if not members[found].overlaps
    ]


def _edited(
    cell: Metaphase,
    classes: Sequence[str],
    boxes: NDArray[np.float64],
    guests: Sequence[tuple[Chromosome, str, float]],
    rng: np.random.Generator,
) -> Iterator[Instance]:
    own = _alone(cell, classes, boxes)
    truth = _numbers(classes)
    if not own:
        return
    for at in rng.permutation(len(own))[:_EDITS]:
        gone, name = own[int(at)][0], name_of(own[int(at)][1])
        left = replace(cell, chromosomes=tuple(c for c in cell.chromosomes if c.id != gone.id))
        yield from _instances(_named_again(left), truth | {name: truth[name] - 1}, "found", (name,))
    for _ in range(_EDITS):
        guest, known, middle = guests[int(rng.integers(len(guests)))]
        name, scale = name_of(known), float(np.sqrt(own[0][2] / middle))
        outline = replace(
            guest.outline,
            points=tuple((x * scale, y * scale) for x, y in guest.outline.points),
            holes=(),
        )
        newcomer = replace(guest, id=ChromosomeId("guest"), outline=outline)
        more = replace(cell, chromosomes=(*cell.chromosomes, newcomer))
        yield from _instances(_named_again(more), truth | {name: truth[name] + 1}, "found", (name,))


def _named_again(cell: Metaphase) -> Metaphase:
    """Names as the assignment gives them for what is there now."""
    names = (*CLASSES, UNKNOWN)
    read = np.full((cell.count, len(names)), 1e-6)
    for row, one in enumerate(cell.counting):
        for other in one.alternatives:
            read[row, names.index(other.chromosome_class)] = other.probability
    found = assign(read / read.sum(axis=1, keepdims=True))
    named = zip(cell.counting, found.classes, found.confidence, strict=True)
    return replace(
        cell,
        chromosomes=tuple(
            replace(one, chromosome_class=names[int(at)], confidence=float(sure)) for one, at, sure in named
        ),
    )


def fitted(instances: Sequence[Instance], *, gained: bool) -> Weights:
    """Fit one kind of change.

    Parameters
    ----------
    instances
        From `instances_in`; changed and unchanged ones must be among them.
    gained
        Gains, else losses.
    """

    def features(one: Instance) -> tuple[float, ...] | None:
        return one.gain if gained else one.loss

    real = [one for one in instances if one.edited and (one.true > 2 if gained else one.true < 2)]
    looks = [one for one in real if features(one) is not None]
    alarms = [
        one for one in instances if one.true == 2 and one.edited != "found" and features(one) is not None
    ]
    pictures = [one for one in real if one.edited == "picture"]
    as_it_is = [one for one in instances if not one.edited and one.true == 2]
    x = np.array([features(one) for one in (*looks, *alarms)], dtype=np.float64)
    y = np.concatenate([np.ones(len(looks)), np.zeros(len(alarms))])
    weight = np.array([_PICTURE_WEIGHT if one.edited == "picture" else 1.0 for one in looks])
    weight = np.concatenate([weight / weight.sum(), np.full(len(alarms), 1.0 / len(alarms))]) * len(alarms)
    mean = np.average(x, axis=0, weights=weight)
    spread = np.sqrt(np.average((x - mean) ** 2, axis=0, weights=weight)) + 1e-6
    z = (x - mean) / spread

    def cost(b: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        said = z @ b[:-1] + b[-1]
        value = float((weight * (np.logaddexp(0.0, said) - y * said)).sum())
        slope = weight * (1.0 / (1.0 + np.exp(-said)) - y)
        return value + 0.5 * _RIDGE * float((b[:-1] ** 2).sum()), np.append(
            z.T @ slope + _RIDGE * b[:-1], slope.sum()
        )

    best = minimize(cost, np.zeros(z.shape[1] + 1), jac=True, method="L-BFGS-B").x
    return Weights(
        mean=tuple(float(v) for v in mean),
        spread=tuple(float(v) for v in spread),
        weight=tuple(float(v) for v in best[:-1]),
        offset=float(best[-1]),
        seen_if_real=float(np.mean([features(one) is not None for one in pictures or real])),
        seen_if_not=float(np.mean([features(one) is not None for one in as_it_is])),
    )


def main() -> int:
    """Read what is missing, fit, and print both sets of weights."""
    parser = argparse.ArgumentParser(description="Fit how traces of gains and losses are weighed.")
    parser.add_argument("--data", type=Path, required=True, help="folder with metaphases_train.zip")
    parser.add_argument("--keep", type=Path, required=True, help="folder for the analyses")
    arguments = parser.parse_args()
    read_states(arguments.data, arguments.keep)
    instances = instances_in(arguments.keep, np.random.default_rng(0))
    for name, gained in (("LOSS", False), ("GAIN", True)):
        print(f"{name} = {fitted(instances, gained=gained)!r}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
