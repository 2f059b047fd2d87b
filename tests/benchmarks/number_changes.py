"""Gains and losses: composed cells, real aneuploid cells one by one, and cases of several cells.

    python -m tests.benchmarks.number_changes --data DATA --keep FOLDER [--sample N] [--whole N]

Crops: cells of karyotyped crops that were never trained on, with one chromosome taken out (loss, 45,X) or one
of another cell put in (gain, XXY), named together; outlines are perfect there, so this measures names and
numbers. `--whole N`: so many metaphases and an edited copy of each through the whole pipeline. What was
read is kept in FOLDER, a second run goes on from there.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.analysis.assignment import assign
from core.analysis.case_numbers import numbers_of_case
from core.analysis.change_odds import NAMES, SEX, ChangeOdds, change_odds, name_of
from core.analysis.mosaicism import exact_interval
from core.domain.bands import AUTOSOMES, CLASSES, UNKNOWN
from core.domain.chromosome import Alternative, Chromosome
from core.domain.ids import CellId, ChromosomeId
from core.domain.metaphase import Banding, Metaphase
from core.domain.outline import Outline
from core.editing.codec import from_json, to_json
from core.errors import MediaError
from models.evaluation.archives import LabelledCrop, crops_of, find_archives, metaphases_of
from models.evaluation.edited import edited_copy
from models.evaluation.score_crops import angle_of, turned
from models.inference.analyst import load_analyst
from models.inference.namer import OnnxNamer, PreparedChromosome
from models.inference.strips import dark_on_white, prepare_crop
from models.registry import newest

KINDS = ("loss", "gain", "XXY", "45,X")
SIZES = (1, 5, 10, 20)


def cell_of_crops(
    namer: OnnxNamer, name: str, prepared: Sequence[PreparedChromosome], areas: Sequence[float]
) -> Metaphase:
    """The cell as the program reads it, every outline right."""
    readings = namer.name(prepared, Banding.G)
    found = assign(np.stack([one.probabilities for one in readings]))
    names = (*CLASSES, UNKNOWN)
    chromosomes = []
    for row, (reading, area) in enumerate(zip(readings, areas, strict=True)):
        left = 30.0 * row
        best = np.argsort(-reading.probabilities)[:5]
        chromosomes.append(
            Chromosome(
                id=ChromosomeId(f"{row}"),
                outline=Outline(
                    points=((left, 0.0), (left + 10.0, 0.0), (left + 10.0, area / 10), (left, area / 10))
                ),
                chromosome_class=names[int(found.classes[row])],
                confidence=float(found.confidence[row]),
                alternatives=tuple(
                    Alternative(chromosome_class=names[k], probability=float(reading.probabilities[k]))
                    for k in best
                ),
            )
        )
    return Metaphase(
        id=CellId(name), label=name, image="0" * 64, width=2000, height=2000, banding=Banding.G, proposal="p",
        chromosomes=tuple(chromosomes), leftover=(),
    )  # fmt: skip


class Held:
    """Crops of one cell, prepared once."""

    def __init__(self, crops: Sequence[LabelledCrop]) -> None:
        self.cell, self.case = crops[0].cell, crops[0].case
        self.classes = [crop.chromosome_class for crop in crops]
        pictures = [turned(dark_on_white(crop.grey), angle_of(crop.file)) for crop in crops]
        self.prepared = [prepare_crop(picture) for picture in pictures]
        self.areas = [one.area for one in self.prepared]

    @property
    def text(self) -> str:
        """What the labels say is out of the ordinary."""
        counts = {name: self.classes.count(name) for name in CLASSES}
        sex = "X" * counts["X"] + "Y" * counts["Y"]
        off = [f"{'+' if counts[n] > 2 else '-'}{n}" for n in AUTOSOMES if counts[n] != 2]
        return ",".join([str(len(self.classes)), sex, *off])

    @property
    def plain(self) -> bool:
        """46 with two of each."""
        return self.text in ("46,XX", "46,XY")


def compositions(
    cells: Sequence[Held], number: int
) -> Iterator[tuple[str, str, Held, int, Held | None, int]]:
    """Kind, class changed, cell, place taken out (-1 for none), donor and its place."""
    rng = np.random.default_rng(46)
    plain = [cell for cell in cells if cell.plain]
    for at in range(number):
        cell = plain[at % len(plain)]
        out = int(rng.integers(len(cell.classes)))
        yield "loss", cell.classes[out], cell, out, None, -1
        donor = plain[int(rng.integers(len(plain)))]
        place = int(rng.integers(len(donor.classes)))
        yield "gain", donor.classes[place], cell, -1, donor, place
        wanted = "X" if "Y" in cell.classes else "Y"
        donors = [one for one in plain if wanted in one.classes and one is not cell]
        donor = donors[int(rng.integers(len(donors)))]
        yield "XXY", wanted, cell, -1, donor, donor.classes.index(wanted)
        gone = "Y" if "Y" in cell.classes else "X"
        yield "45,X", gone, cell, cell.classes.index(gone), None, -1


def read_crops(data: Path, keep: Path, number: int) -> None:
    """Read what is missing in `keep`, one JSON line for each cell."""
    archive = find_archives(data, ("gband_karyotyped_crops_dev_test",))[0]
    cells = [Held(crops) for crops in crops_of(archive)]
    namer = OnnxNamer.open(newest("namer"), 1)
    path = keep / "crops.jsonl"
    done = {json.loads(line)["id"] for line in path.read_text().splitlines()} if path.exists() else set()
    with path.open("a") as out:

        def write(name: str, kind: str, changed: str, cell: Held, state: Metaphase) -> None:
            odds = {n: (o.seen, o.lost, o.gained) for n, o in change_odds(state).items()}
            row = {"id": name, "kind": kind, "changed": changed, "text": cell.text, "case": cell.case}
            out.write(json.dumps({**row, "count": state.count, "odds": odds}) + "\n")
            out.flush()

        for cell in cells:
            name = f"as it is {cell.cell}"
            if name not in done:
                write(name, "as it is", "", cell, cell_of_crops(namer, name, cell.prepared, cell.areas))
        for at, (kind, changed, cell, gone, donor, place) in enumerate(compositions(cells, number)):
            name = f"{kind} {at}"
            if name in done:
                continue
            kept = [k for k in range(len(cell.prepared)) if k != gone]
            prepared, areas = [cell.prepared[k] for k in kept], [cell.areas[k] for k in kept]
            if donor is not None:
                scale = float(np.median(cell.areas) / np.median(donor.areas))
                prepared, areas = [*prepared, donor.prepared[place]], [*areas, donor.areas[place] * scale]
            write(name, kind, changed, cell, cell_of_crops(namer, name, prepared, areas))


def read_whole(data: Path, keep: Path, number: int) -> None:
    """Analyse metaphases and an edited copy of each; states are kept as JSON."""
    folder = keep / "test"
    folder.mkdir(parents=True, exist_ok=True)
    analyst = load_analyst(threads=1)
    every = list(metaphases_of(find_archives(data, ("metaphases_dev_test",))[0]))
    chosen = [every[int(k * len(every) / number)] for k in range(number)]
    for metaphase in chosen:
        path = folder / f"{Path(metaphase.file).stem}.json"
        if path.exists():
            continue
        height, width = metaphase.grey.shape
        bare = Metaphase(
            id=CellId(metaphase.file), label=metaphase.file, image="", width=width, height=height
        )
        copy = edited_copy(metaphase)
        got = []
        for picture, edit in ((copy.picture if copy else None, copy), (metaphase.grey, None)):
            if picture is None:
                continue
            try:
                state = to_json(analyst.analyse(picture).proposal.apply(bare))
            except MediaError:
                state = None
            told = None if edit is None else [edit.chromosome_class, edit.gained, edit.count]
            got.append({"cell": state, "edit": told})
        row = {"file": metaphase.file, "case": metaphase.case, "classes": metaphase.classes, "got": got}
        path.write_text(json.dumps(row))


Cell = tuple[str, dict[str, ChangeOdds], str, bool]
"""Case, odds, the name that was changed (empty for none) and whether it was gained."""


def _odds(raw: dict[str, list[float]]) -> dict[str, ChangeOdds]:
    return {
        name: ChangeOdds(name=name, seen=int(seen), normal=2, lost=lost, gained=gained)
        for name, (seen, lost, gained) in raw.items()
    }


def _as(odds: dict[str, ChangeOdds], name: str, target: str) -> dict[str, ChangeOdds]:
    """The same cell with two names exchanged, so that cells of one case show one change."""
    swapped = dict(odds)
    swapped[name], swapped[target] = odds[target], odds[name]
    return {key: replace(one, name=key) for key, one in swapped.items()}


def _blank(name: str) -> Metaphase:
    square = Outline(points=((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0)))
    members = tuple(Chromosome(id=ChromosomeId(f"{k}"), outline=square) for k in range(46))
    return Metaphase(
        id=CellId(name), label=name, image="", width=9, height=9, banding=Banding.G, chromosomes=members
    )


def show_cases(title: str, cells: Sequence[Cell]) -> None:
    """Share of cases of k cells that are called abnormal, disjoint cases, exact intervals."""
    rng = np.random.default_rng(2)
    kinds = {
        "no change": [c for c in cells if not c[2]],
        "gain": [c for c in cells if c[2] and c[3]],
        "loss of X or Y": [c for c in cells if c[2] and not c[3]],
    }
    print(f"\n{title}\nk, kind, cases, called abnormal, low, high, cannot tell")
    for size in SIZES:
        for kind, members in kinds.items():
            order = rng.permutation(len(members))
            groups = [order[at : at + size] for at in range(0, len(order) - size + 1, size)]
            if not groups:
                continue
            abnormal = unclear = 0
            for group in groups:
                odds = {}
                for at in group:
                    _, own, name, gained = members[int(at)]
                    odds[CellId(str(at))] = _as(own, name, "21" if gained else SEX) if name else own
                call = numbers_of_case([_blank(key) for key in odds], odds=odds).call
                abnormal += call == "abnormal"
                unclear += call == "cannot tell"
            low, high = exact_interval(abnormal, len(groups))
            print(
                f"{size}, {kind}, {len(groups)}, {abnormal / len(groups):.3f}, {low:.3f}, {high:.3f},"
                f" {unclear / len(groups):.3f}"
            )


def show_cells(title: str, cells: Sequence[tuple[str, Cell]]) -> None:
    """Share of cells whose change is seen at all, and at five false alarms in 100 unchanged cells."""
    print(f"\n{title}")
    plain = [cell for kind, cell in cells if not cell[2]]
    alarms = sorted(
        (
            float(value)
            for _, odds, _, _ in plain
            for one in odds.values()
            for value in ([one.lost] if one.seen < 2 else [one.gained] if one.seen > 2 else [])
        ),
        reverse=True,
    )
    allowed = int(0.05 * len(plain))
    least = alarms[allowed] if allowed < len(alarms) else 0.0
    print(f"{len(plain)} unchanged cells, {len(alarms)} alarms; ratio at five in 100: {least:.1f}")
    print("kind, cells, number seen right, low, high, found at five alarms, low, high")
    for kind in sorted({kind for kind, cell in cells if cell[2]}):
        some = [cell for one, cell in cells if one == kind]
        seen = [odds[name] for _, odds, name, _ in some]
        right = [o.seen == (3 if c[3] else 1) for o, c in zip(seen, some, strict=True)]
        found = [
            r and (o.gained if c[3] else o.lost) > least for r, o, c in zip(right, seen, some, strict=True)
        ]
        a, b = exact_interval(sum(right), len(some)), exact_interval(sum(found), len(some))
        print(
            f"{kind}, {len(some)}, {np.mean(right):.3f}, {a[0]:.3f}, {a[1]:.3f},"
            f" {np.mean(found):.3f}, {b[0]:.3f}, {b[1]:.3f}"
        )


def show(keep: Path) -> None:
    """Print all tables from what was read."""
    path = keep / "crops.jsonl"
    if path.exists():
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        cells = []
        print("Real cells with a change, one by one (labels; what is seen)")
        for row in rows:
            odds = _odds(row["odds"])
            if row["kind"] != "as it is":
                cells.append(
                    (
                        row["kind"],
                        (row["case"], odds, name_of(row["changed"]), row["kind"] in ("gain", "XXY")),
                    )
                )
            elif row["text"] in ("46,XX", "46,XY"):
                cells.append(("", (row["case"], odds, "", False)))
            else:
                off = [
                    f"{n} x{o.seen} (ratio {o.gained if o.seen > 2 else o.lost:.0f})"
                    for n, o in odds.items()
                    if o.seen != 2
                ]
                print(f"  {row['id'][9:]}: {row['text']}; {', '.join(off) or 'two of each'}")
        show_cells("Crops, perfect outlines: cells", cells)
        some = [c for kind, c in cells if kind in ("", "gain", "45,X")]
        show_cases("Crops, perfect outlines: cases (threshold 0.5)", some)
    whole = []
    counts: dict[int, list[int]] = {}
    for file in sorted((keep / "test").glob("*.json")):
        row = json.loads(file.read_text())
        numbers = dict.fromkeys(NAMES, 0)
        for name in row["classes"]:
            if name in CLASSES:
                numbers[name_of(name)] += 1
        usual = all(number == 2 for number in numbers.values())
        for got in row["got"]:
            truth = len(row["classes"]) if got["edit"] is None else got["edit"][2]
            cell = None if got["cell"] is None else from_json(got["cell"], Metaphase)
            counts.setdefault(truth, []).append(abs((cell.count if cell else 0) - truth))
            if cell is None or not usual:
                continue
            changed, gained = (got["edit"][0], got["edit"][1]) if got["edit"] else ("", False)
            kind = "" if not changed else "gain" if gained else "loss"
            whole.append(
                (kind, (row["case"], change_odds(cell), name_of(changed) if changed else "", gained))
            )
    if whole:
        show_cells("Whole pipeline: cells", whole)
        show_cases("Whole pipeline: cases (threshold 0.5)", [c for _, c in whole])
        print("\nCount: true, cells, mean error")
        for truth, errors in sorted(counts.items()):
            print(f"{truth}, {len(errors)}, {np.mean(errors):.2f}")
        print(f"macro-averaged {np.mean([np.mean(e) for e in counts.values()]):.2f}")


def main() -> int:
    """Read what is missing and print the tables."""
    parser = argparse.ArgumentParser(description="Measure gains and losses of cells and cases.")
    parser.add_argument("--data", type=Path, required=True, help="folder with the labelled archives")
    parser.add_argument("--keep", type=Path, required=True, help="folder for what was read")
    parser.add_argument("--sample", type=int, default=300, help="composed cells of each kind")
    parser.add_argument("--whole", type=int, default=0, help="metaphases through the whole pipeline")
    parser.add_argument("--show", action="store_true", help="only print what was read before")
    arguments = parser.parse_args()
    arguments.keep.mkdir(parents=True, exist_ok=True)
    if not arguments.show:
        read_crops(arguments.data, arguments.keep, arguments.sample)
        if arguments.whole:
            read_whole(arguments.data, arguments.keep, arguments.whole)
    show(arguments.keep)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
