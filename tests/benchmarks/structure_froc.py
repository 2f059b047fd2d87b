"""How surely changes of structure are found: made of chromosomes of held-out cases, against normal cells.

    python -m tests.benchmarks.structure_froc --data DATA [--weights FOLDER] [--each 150] [--json FILE]

Changes are made of the single crops of `gband_karyotyped_crops_dev_test`, none of whose cases was trained on.
A change is found where its class lies above the threshold that allows 0.1 alarms in a normal cell, or 0.2 in
a normal case of five cells. Alarms are counted on the same cells as they are, and with one homolog of each
class cut and put together again; the stricter threshold of both counts, so that a seam cannot help.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.analysis.structural import LEAST, MOST, pooled_breaks, pooled_deviation
from core.derivative.build import Derivative
from core.derivative.strip import Strip, strip_of_rows
from core.domain.bands import CLASSES, bands_of, breakpoint_fraction, centromere_fraction
from models.evaluation.archives import crops_of, find_archives
from models.inference.strips import dark_on_white, prepare_crop, strips_of
from models.inference.structure import UNIT, OnnxComparer, laid, own_rows, settled_strip
from models.registry import newest
from models.training.structure_samples import (
    CellStrips,
    Kind,
    Made,
    any_change,
    change,
    normal,
)

NAMED: Final = {
    "t(9;22)(q34;q11.2) on 9": ("9", Kind.FOREIGN, "q34", "22", "q11.2"),
    "t(9;22)(q34;q11.2) on 22": ("22", Kind.FOREIGN, "q11.2", "9", "q34"),
    "t(8;21)(q22;q22) on 8": ("8", Kind.FOREIGN, "q22", "21", "q22"),
    "t(8;21)(q22;q22) on 21": ("21", Kind.FOREIGN, "q22", "8", "q22"),
    "inv(16)(p13.1q22)": ("16", Kind.INVERSION, "p13.1", "", "q22"),
    "inv(3)(q21q26.2)": ("3", Kind.INVERSION, "q21", "", "q26.2"),
    "t(15;17)(q24;q21) on 15": ("15", Kind.FOREIGN, "q24", "17", "q21"),
    "t(15;17)(q24;q21) on 17": ("17", Kind.FOREIGN, "q21", "15", "q24"),
    "del(5)(q13q33)": ("5", Kind.DELETION, "q13", "", "q33"),
    "del(20)(q11.2q13.1)": ("20", Kind.DELETION, "q11.2", "", "q13.1"),
    "i(17)(q10)": ("17", Kind.ISOCHROMOSOME, "", "", "q"),
    "rob(13;14)(q10;q10)": ("13", Kind.FOREIGN, "rob", "14", ""),
    "i(X)(q10)": ("X", Kind.ISOCHROMOSOME, "", "", "q"),
    "t(11;22)(q23;q11.2) on 11": ("11", Kind.FOREIGN, "q23", "22", "q11.2"),
}
ALARMS: Final = (0.05, 0.1, 0.2, 0.5, 1.0)
"""Alarms in a normal cell or case, for the curve."""
_FIVE: Final = 5
Question = tuple[Strip | Derivative, Strip | Derivative | None, str]
"""A chromosome, the homolog beside it, and their class."""


def cells_of_archive(data: Path) -> list[tuple[str, CellStrips]]:
    """Straightened upright chromosomes of the held-out cells, with their cases."""
    archive = find_archives(data, ("gband_karyotyped_crops_dev_test",))[0]
    found = []
    for crops in crops_of(archive):
        known = [crop for crop in crops if crop.chromosome_class in CLASSES]
        prepared = [prepare_crop(dark_on_white(crop.grey)) for crop in known]
        strips = strips_of(prepared)
        cell = CellStrips()
        for row, (crop, one) in enumerate(zip(known, prepared, strict=True)):
            stain, mask = strips.stain[row], strips.mask[row]
            if one.axis[0][1] > one.axis[-1][1]:
                stain, mask = stain[::-1, ::-1], mask[::-1, ::-1]
            own = own_rows(stain, mask, float(strips.measures[row, 0]))
            if own is not None:
                name = crop.chromosome_class
                cell.setdefault(name, []).append(strip_of_rows(name, *own, scale=1.0))
        found.append((crops[0].case, cell))
    return found


class Asked:
    """Deviations of chromosomes, asked of the model many at a time."""

    def __init__(self, comparer: OnnxComparer) -> None:
        self._comparer = comparer

    def deviations(
        self, asked: Sequence[tuple[object, object | None, str]]
    ) -> list[tuple[float, list[float]]]:
        """For (strip, homolog or None, class): the deviation and the places of both breaks."""
        found = []
        for at in range(0, len(asked), 256):
            part = asked[at : at + 256]
            own = [laid(one.stain, one.mask, name, UNIT) for one, _, name in part]
            beside = [
                None if other is None else laid(other.stain, other.mask, name, UNIT)
                for _, other, name in part
            ]
            names = [name for *_, name in part]
            odds, heat, breaks, foreign, kinds = self._comparer.read_pictures(own, beside, names)
            for row, name in enumerate(names):
                said = self._comparer.suspicion(
                    name, float(odds[row]), heat[row], breaks[row], foreign[row], kinds[row]
                )
                places = [(int(chances.argmax()) + 0.5) / len(chances) for chances in breaks[row]]
                found.append((said.deviation, places))
        return found


def pairs_of(cell: CellStrips, name: str, made: Made | None) -> list[Question]:
    """What is asked of one class of one cell: each homolog beside the other, a changed one in its place."""
    own = list(cell.get(name, []))
    strips: list[Strip | Derivative] = [settled_strip(one) for one in own]
    if made is not None:
        at = next((i for i, one in enumerate(own) if any(one is s for s in made.sources)), 0)
        strips[at] = made.query
    return [(one, next((other for other in strips if other is not one), None), name) for one in strips[:2]]


def make_named(word: str, cell: CellStrips, rng: np.random.Generator) -> Made | None:
    """Make one of the named lesions in a cell."""
    name, kind, first, other, second = NAMED[word]
    if kind is Kind.ISOCHROMOSOME:
        return change(cell, kind, name, 0.0, 1.0, rng)
    if first == "rob":
        for _ in range(60):
            made = change(cell, kind, name, 0.5, 0.5, rng, other=other)
            if made is not None and made.lesion == "Robertsonian translocation":
                return made
        return None
    a = breakpoint_fraction(name, first, 850)
    b = breakpoint_fraction(other or name, second, 850)
    for _ in range(60):
        made = change(
            cell, kind, name, min(a, b) if not other else a, max(a, b) if not other else b, rng, other=other
        )
        if made is None or not other or made.lesion == "translocation":
            return made
    return None


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--weights", type=Path, help="folder of the structure model")
    parser.add_argument("--each", type=int, default=150, help="an eighth of the changes made")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    comparer = OnnxComparer.open(arguments.weights or newest("structure"), 1)
    asked = Asked(comparer)
    cells = cells_of_archive(arguments.data)
    rng = np.random.default_rng(1)
    rows: dict[str, object] = {
        "version": comparer.version,
        "cells": len(cells),
        "cases": len({c for c, _ in cells}),
    }

    # Normal cells as they are, and with one homolog of each class cut and put together again.
    scores = {"plain": np.full((len(cells), len(CLASSES)), np.nan)}
    scores["recut"] = scores["plain"].copy()
    seams: dict[str, list[float]] = {"plain": [], "recut": []}
    for number, (_, cell) in enumerate(cells):
        for word in scores:
            questions, owners = [], []
            for index, name in enumerate(CLASSES):
                made = normal(cell, name, rng, cuts=1 + int(rng.integers(2))) if word == "recut" else None
                for question in pairs_of(cell, name, made):
                    questions.append(question)
                    owners.append((index, made is None or question[0] is made.query))
            said = asked.deviations(questions)
            for index in range(len(CLASSES)):
                values = [said[at][0] for at, owner in enumerate(owners) if owner[0] == index]
                if values:
                    scores[word][number, index] = max(values)
            seams[word] += [said[at][0] for at, owner in enumerate(owners) if owner[1]]
    one, five = comparer.thresholds[1], comparer.thresholds[_FIVE]
    groups = [rng.choice(len(cells), _FIVE, replace=False) for _ in range(400)]
    points: dict[str, tuple[float, float]] = {}
    curve = np.full((len(ALARMS), 2), -np.inf)
    for word, values in scores.items():
        # A class that a cell lacks cannot raise an alarm there.
        means = np.array(
            [np.clip(np.nan_to_num(values[group], nan=LEAST), LEAST, MOST).mean(axis=0) for group in groups]
        )
        rows[f"{word}: alarms per cell"] = float((values >= one).sum() / len(cells))
        rows[f"{word}: alarms per five-cell case"] = float((means >= five).sum(axis=1).mean())
        seen = values[~np.isnan(values)]

        def at_one(alarms: float, seen: NDArray[np.float64] = seen) -> float:
            return float(np.quantile(seen, 1 - alarms * len(cells) / len(seen)))

        def at_five(alarms: float, means: NDArray[np.float64] = means) -> float:
            return float(np.quantile(means, 1 - alarms / means.shape[1]))

        points[word] = (at_one(0.1), at_five(0.2))
        for place, alarms in enumerate(ALARMS):
            curve[place] = np.maximum(curve[place], [at_one(alarms), at_five(alarms)])
    ranks = np.searchsorted(np.sort(seams["plain"]), seams["recut"]) / len(seams["plain"])
    rows["recut against uncut, area under the curve (0.5: no seam is seen)"] = float(ranks.mean())
    rows["thresholds of the card"] = [one, five]
    rows["thresholds at the allowed alarms"] = points
    # The stricter of both: what a seam alone could raise is no change.
    point_one = max(point[0] for point in points.values())
    point_five = max(point[1] for point in points.values())

    table: dict[str, list[tuple[float, float, float]]] = defaultdict(list)

    def measure(words: Sequence[str], makers: Callable[[CellStrips], Made | None]) -> None:
        deviations: list[float] = []
        places: list[tuple[float, list[float]]] = []
        truth: tuple[float, ...] = ()
        name = ""
        for number in rng.permutation(len(cells)):
            cell = cells[number][1]
            made = makers(cell)
            if made is None:
                continue
            name = made.name
            said = asked.deviations(pairs_of(cell, made.name, made))
            deviations.append(max(value for value, _ in said))
            best = max(said, key=lambda entry: entry[0])
            truth = made.breaks[: 1 if made.kind in (Kind.FOREIGN, Kind.ISOCHROMOSOME) else 2]
            places.append((best[0], best[1][: len(truth)]))
            if len(deviations) == _FIVE:
                break
        if len(deviations) == _FIVE and name:
            shown = [found for deviation, found in places if deviation >= 0.6 * one]
            told = pooled_breaks(shown or [max(places)[1]])
            bands = len(bands_of(name, 400))
            off = max(
                (abs(place - true) * bands for place, true in zip(told, truth, strict=False)), default=0.0
            )
            for word in words:
                table[word].append((deviations[0], pooled_deviation(deviations), off))

    def again(kind: Kind, name: str, a: float, b: float, other: str, cell: CellStrips) -> Made | None:
        return change(cell, kind, name, a, b, rng, other=other)

    def named(word: str, cell: CellStrips) -> Made | None:
        return make_named(word, cell, rng)

    for _ in range(8 * arguments.each):
        first = None
        while first is None:
            first = any_change(cells[int(rng.integers(len(cells)))][1], rng, least_bands=1.0)
        lot = first
        places = (lot.breaks + lot.breaks)[:2] if lot.breaks else (0.5, 0.5)
        a, b = min(places), max(places)
        if lot.lesion == "terminal deletion":
            a, b = (
                (lot.breaks[0], 1.0)
                if lot.breaks[0] > centromere_fraction(lot.name, 850)
                else (0.0, lot.breaks[0])
            )
        if lot.kind is Kind.ISOCHROMOSOME:
            a, b = 0.0, 1.0
        size = "1-2" if lot.size < 2 else "2-4" if lot.size < 4 else "4-8" if lot.size < 8 else "8+"
        words = [
            "all",
            f"size {size} bands",
            f"kind {lot.lesion}",
            *(["all of two bands or more"] if lot.size >= 2 else []),
        ]
        if lot.kind is Kind.FOREIGN:
            other = lot.foreign
            if lot.lesion != "translocation" or not other:
                continue
            at = float(rng.uniform(0.2, 0.9))
            measure(
                words,
                lambda cell, n=lot.name, a=a, at=at, o=other: change(
                    cell, Kind.FOREIGN, n, a, at, rng, other=o
                ),
            )
        else:
            measure(words, lambda cell, k=lot.kind, n=lot.name, a=a, b=b: change(cell, k, n, a, b, rng))
    for word in NAMED:
        for _ in range(max(5, arguments.each // 10)):
            measure([f"lesion {word}"], partial(named, word))

    print(json.dumps(rows, indent=1))
    print(f"{'':42}{'n':>5}{'one cell':>10}{'five cells':>12}{'<= 1 band':>11}{'<= 2 bands':>11}")
    summary: dict[str, list[float]] = {}
    rows["table"] = summary
    for word, found in sorted(table.items()):
        single = float(np.mean([entry[0] >= point_one for entry in found]))
        pooled = [entry for entry in found if entry[1] >= point_five]
        near = [
            float(np.mean([entry[2] <= limit for entry in pooled])) if pooled else 0.0 for limit in (1, 2)
        ]
        share = len(pooled) / len(found)
        summary[word] = [len(found), single, share, *near]
        print(f"{word:42}{len(found):>5}{single:>10.3f}{share:>12.3f}{near[0]:>11.2f}{near[1]:>11.2f}")
    told = table["all of two bands or more"]
    rows["curve"] = {
        "curve_alarms": list(ALARMS),
        "curve_thresholds_one": [round(float(one), 3) for one, _ in curve],
        "curve_thresholds_five": [round(float(five), 3) for _, five in curve],
        "curve_found_one": [round(float(np.mean([e[0] >= one for e in told])), 3) for one, _ in curve],
        "curve_found_five": [round(float(np.mean([e[1] >= five for e in told])), 3) for _, five in curve],
    }
    if arguments.json:
        arguments.json.write_text(json.dumps(rows, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
