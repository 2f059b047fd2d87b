"""Chromosomes with known changes, made of real straightened ones: what the structure model learns from.

Every change is cut out of chromosomes of one cell by `core.derivative`; a normal one is as often cut and
put together again, so that a joint alone never means a change. Each sample is one chromosome beside its
homolog, with the class that the namer would give it.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.derivative.build import Derivative, Piece, build, build_from_pieces
from core.derivative.strip import Strip, strip_of_rows
from core.domain.bands import CLASSES, UNKNOWN, bands_of, centromere_fraction, relative_length
from core.domain.metaphase import Banding
from core.iscn.segments import CENTROMERE, PTER, QTER, Point, Segment
from models.inference.namer import run_namer
from models.inference.session import open_session
from models.inference.structure import BINS, ROWS, UNIT, laid, own_rows, settled_strip
from models.registry import newest
from models.training.chromosomes import Chromosomes, is_validation_case, read_cache, strips_from

_ACROCENTRIC: Final = ("13", "14", "15", "21", "22")
_LEVEL: Final = 400
_SURE: Final = 0.97
"""Probability from which the namer's word about an end is taken for true."""
_CUTS: Final = (0.35, 0.35, 0.25, 0.05)
"""How often a normal chromosome has no joint, one, two, three: about as often as a changed one."""
_LONE: Final = 0.12
"""Share of the samples without a homolog: its partner may be missing, or changed as well."""


class Kind(IntEnum):
    """What was done to a chromosome."""

    NORMAL = 0
    DELETION = 1
    DUPLICATION = 2
    INVERSION = 3
    FOREIGN = 4
    """Material of another chromosome: translocation, insertion, Robertsonian, dicentric, unknown origin."""
    ISOCHROMOSOME = 5
    RING = 6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Made:
    """One chromosome as the model is to see it, and the truth about it.

    `breaks` are up to two places on the idiogram of `name` (0 pter .. 1 qter), `size` the length of what is
    gained, lost or turned, in bands of the 400 level; `lesion` names what was made.
    """

    query: Strip | Derivative
    name: str
    kind: Kind
    heat: NDArray[np.bool_]
    breaks: tuple[float, ...]
    foreign: str
    size: float
    lesion: str
    sources: tuple[Strip, ...] = ()
    """Strips it was cut from: one of them beside it would give it away, pixel by pixel."""


class CellStrips(dict[str, list[Strip]]):
    """The straightened chromosomes of one cell by class, upright, on one scale."""


def cells_of(
    cache: Chromosomes, polarity: NDArray[np.integer] | None = None, *, validation: bool | None = None
) -> list[tuple[str, CellStrips]]:
    """Strips of the cells of a cache, with their cases.

    Parameters
    ----------
    polarity
        Where the p arm lies (1 row 0, -1 last row, 0 unknown: left out); that of the cache when None.
    validation
        Only cells of validation cases, or only of others; all when None.
    """
    where = cache.polarity if polarity is None else polarity
    rows: dict[int, list[int]] = defaultdict(list)
    for row, cell in enumerate(cache.cell):
        if where[row] != 0 and cache.label[row] < len(CLASSES):
            rows[int(cell)].append(row)
    found = []
    for cell, members in rows.items():
        case = cache.cases[cell]
        if validation is not None and is_validation_case(case) != validation:
            continue
        strips = CellStrips()
        for row in members:
            strip = _strip(cache, row, turned=where[row] < 0)
            if strip is not None:
                strips.setdefault(strip.chromosome, []).append(strip)
        if sum(len(one) for one in strips.values()) >= 30:
            found.append((case, strips))
    return found


def _strip(cache: Chromosomes, row: int, *, turned: bool) -> Strip | None:
    stain = cache.stain[row].astype(np.float32) / 255.0
    mask = cache.mask[row].astype(np.float32) / 255.0
    if turned:
        stain, mask = stain[::-1, ::-1], mask[::-1, ::-1]
    own = own_rows(stain, mask, float(cache.measures[row, 0]))
    return None if own is None else strip_of_rows(CLASSES[int(cache.label[row])], *own, scale=1.0)


# -- changes ---------------------------------------------------------------------------------------------


def point(name: str, fraction: float) -> Point:
    """A place on a chromosome by its share of the length."""
    bands = bands_of(name, 850)
    for band in bands:
        if fraction <= band.end:
            share = (fraction - band.start) / max(band.end - band.start, 1e-9)
            return Point(band=band.name, share=float(np.clip(share, 0.01, 0.99)))
    return Point(band=bands[-1].name, share=0.99)


def bands_in(name: str, share: float) -> float:
    """How many bands of the 400 level a share of a chromosome's length is."""
    return abs(share) * len(bands_of(name, _LEVEL))


def change(
    cell: CellStrips, kind: Kind, name: str, a: float, b: float, rng: np.random.Generator, *, other: str = ""
) -> Made | None:
    """Make one change of a chromosome at places `a` <= `b` of its idiogram; None where the cell has no strip.

    Parameters
    ----------
    other
        The other chromosome of a foreign piece; drawn when empty.
    """
    own = cell.get(name)
    if not own:
        return None
    source = own[int(rng.integers(len(own)))]
    where_a, where_b = point(name, a), point(name, b)
    centre = centromere_fraction(name, 850)

    def segment(begin: Point, finish: Point, chromosome: str = name) -> Segment:
        return Segment(chromosome=chromosome, begin=begin, finish=finish)

    foreign = ""
    breaks: tuple[float, ...]
    if kind is Kind.DELETION:
        if a <= 0.0:
            segments, breaks, lesion = [segment(where_b, QTER)], (b,), "terminal deletion"
        elif b >= 1.0:
            segments, breaks, lesion = [segment(PTER, where_a)], (a,), "terminal deletion"
        else:
            segments, breaks = [segment(PTER, where_a), segment(where_b, QTER)], (a, b)
            lesion = "interstitial deletion"
        size = b - a
    elif kind is Kind.DUPLICATION:
        middle = segment(where_a, where_b)
        if rng.random() < 0.25:
            middle = segment(where_b, where_a)
        segments = [segment(PTER, where_b), middle, segment(where_b, QTER)]
        breaks, size, lesion = (a, b), b - a, "duplication"
    elif kind is Kind.INVERSION:
        segments = [segment(PTER, where_a), segment(where_b, where_a), segment(where_b, QTER)]
        breaks, size = (a, b), b - a
        lesion = "pericentric inversion" if a < centre < b else "paracentric inversion"
    elif kind is Kind.ISOCHROMOSOME:
        arm = b > 0.5
        end = QTER if arm else PTER
        segments = [segment(end, CENTROMERE), segment(CENTROMERE, end)]
        breaks, size, lesion = (centre,), (1.0 - centre if arm else centre), "isochromosome"
    elif kind is Kind.RING:
        segments, breaks, lesion = [segment(where_a, where_b)], (a, b), "ring"
        size = a + (1.0 - b)
    else:
        made = _foreign(cell, name, a, b, rng, other)
        if made is None:
            return None
        segments, breaks, foreign, lesion, size = made
    sources = {name: source}
    for one in {s.chromosome for s in segments} - {name}:
        strips = cell.get(one, [])
        strip = _stranger(cell, name, rng)
        if one != UNKNOWN:
            strip = strips[int(rng.integers(len(strips)))] if strips else None
        if strip is None:
            return None
        sources[one] = strip
    try:
        derivative = build(sources, segments)
    except ValueError:
        return None
    return Made(
        query=derivative,
        name=name,
        kind=kind,
        heat=_heat(derivative, name),
        breaks=breaks,
        foreign=foreign,
        size=bands_in(name, size),
        lesion=lesion,
        sources=tuple(sources.values()),
    )


def _foreign(
    cell: CellStrips, name: str, a: float, b: float, rng: np.random.Generator, other: str
) -> tuple[list[Segment], tuple[float, ...], str, str, float] | None:
    """Segments of a chromosome that carries material of another one."""
    centre = centromere_fraction(name, 850)
    present = [one for one in CLASSES if one != name and cell.get(one)]
    if not present:
        return None
    partner = other or present[int(rng.integers(len(present)))]
    its = centromere_fraction(partner, 850)
    ours = Segment(chromosome=name, begin=PTER, finish=point(name, a))
    how = rng.random()
    if name in _ACROCENTRIC and how < 0.3 and (not other or other in _ACROCENTRIC):
        partner = other or [one for one in _ACROCENTRIC if one != name][int(rng.integers(4))]
        arms = [
            Segment(chromosome=name, begin=QTER, finish=CENTROMERE),
            Segment(chromosome=partner, begin=CENTROMERE, finish=QTER),
        ]
        size = (1.0 - its) * relative_length(partner) / relative_length(name)
        return arms, (centre,), partner, "Robertsonian translocation", size
    if how < 0.62 or other:
        # A reciprocal translocation, the derivative that keeps this centromere.
        if a > centre:
            at = float(rng.uniform(its + 0.05, 0.97)) if not other else b
            piece = Segment(chromosome=partner, begin=point(partner, at), finish=QTER)
            segments, lost, gained = [ours, piece], 1.0 - a, 1.0 - at
        else:
            at = float(rng.uniform(0.03, its)) if not other else b
            piece = Segment(chromosome=partner, begin=PTER, finish=point(partner, at))
            segments = [piece, Segment(chromosome=name, begin=point(name, a), finish=QTER)]
            lost, gained = a, at
        size = max(lost, gained * relative_length(partner) / relative_length(name))
        return segments, (a,), partner, "translocation", size
    if how < 0.8:
        start = float(rng.uniform(0.02, 0.8))
        stop = min(0.98, start + float(rng.uniform(0.08, 0.4)))
        middle = Segment(chromosome=partner, begin=point(partner, start), finish=point(partner, stop))
        segments = [ours, middle, Segment(chromosome=name, begin=point(name, a), finish=QTER)]
        share = (stop - start) * relative_length(partner) / relative_length(name)
        return segments, (a,), partner, "insertion", share
    if how < 0.92:
        length = float(rng.uniform(0.04, 0.2))
        strange = Segment(chromosome=UNKNOWN, length=length)
        if a > centre:
            segments, lost = [ours, strange], 1.0 - a
        else:
            segments, lost = [strange, Segment(chromosome=name, begin=point(name, a), finish=QTER)], a
        share = length * relative_length("1") / relative_length(name)
        return segments, (a,), UNKNOWN, "additional material", max(lost, share)
    at = float(rng.uniform(its + 0.3 * (1 - its), 0.98))
    back = Segment(chromosome=partner, begin=point(partner, at), finish=PTER)
    ours = Segment(chromosome=name, begin=PTER, finish=point(name, max(a, centre + 0.3 * (1 - centre))))
    size = at * relative_length(partner) / relative_length(name)
    return [ours, back], (max(a, centre + 0.3 * (1 - centre)),), partner, "dicentric", size


def _stranger(cell: CellStrips, name: str, rng: np.random.Generator) -> Strip | None:
    others = [strip for one, strips in cell.items() if one != name for strip in strips if strip.rows >= 30]
    if not others:
        return None
    return others[int(rng.integers(len(others)))]


def normal(cell: CellStrips, name: str, rng: np.random.Generator, *, cuts: int) -> Made | None:
    """A normal chromosome, cut at so many random places and put together again.

    Without a cut it is laid as all others are: whatever was done to a changed one was done to it as well.
    """
    own = cell.get(name)
    if not own:
        return None
    at = int(rng.integers(len(own)))
    places = np.sort(rng.uniform(0.04, 0.96, size=cuts))
    edges = [PTER, *(point(name, float(place)) for place in places), QTER]
    strips = [own[at]] * (len(edges) - 1)
    if cuts and len(own) > 1 and rng.random() < 0.3:
        strips[int(rng.integers(len(strips)))] = own[1 - at]
    try:
        query = build_from_pieces(
            [
                Piece(segment=Segment(chromosome=name, begin=begin, finish=finish), strip=strip)
                for begin, finish, strip in zip(edges[:-1], edges[1:], strips, strict=True)
            ]
        )
    except ValueError:
        return None
    return Made(
        query=query,
        name=name,
        kind=Kind.NORMAL,
        heat=np.zeros(query.rows, dtype=np.bool_),
        breaks=(),
        foreign="",
        size=0.0,
        lesion="recut" if cuts else "normal",
        sources=tuple(strips),
    )


def _heat(made: Derivative, name: str) -> NDArray[np.bool_]:
    """Rows that lie where the class has them not: out of place, turned, foreign, beside what is gone."""
    rows = made.rows
    hot = np.zeros(rows, dtype=np.bool_)
    centre = centromere_fraction(name, 850)
    main = -1
    for index, segment in enumerate(made.segments):
        if segment.chromosome == name:
            begin, finish = segment.span(850)
            if finish > begin and begin <= centre <= finish:
                main = index
                break
    seen: list[tuple[float, float]] = []
    for index, segment in enumerate(made.segments):
        own = made.piece == index
        if not own.any():
            continue
        begin, finish = (0.0, 0.0) if segment.is_unknown else segment.span(850)
        again = any(begin < stop - 0.01 and finish > start + 0.01 for start, stop in seen)
        if segment.chromosome != name or finish < begin or (again and index != main):
            hot |= own
        else:
            seen.append((begin, finish))
    for joint in made.joints:
        near = max(2.0, 0.03 * rows)
        hot |= np.abs(np.arange(rows) + 0.5 - joint) <= near
    first, last = made.fraction[0], made.fraction[-1]
    edge = max(3, round(0.05 * rows))
    if made.chromosome_at(0) == name and first > 0.04:
        hot[:edge] = True
    if made.chromosome_at(rows - 1) == name and last < 0.96:
        hot[-edge:] = True
    return hot


_KINDS: Final = (
    (Kind.DELETION, 0.30), (Kind.DUPLICATION, 0.13), (Kind.INVERSION, 0.20), (Kind.FOREIGN, 0.30),
    (Kind.ISOCHROMOSOME, 0.04), (Kind.RING, 0.03),
)  # fmt: skip


def any_change(cell: CellStrips, rng: np.random.Generator, *, least_bands: float = 1.0) -> Made | None:
    """Draw a change of any kind, of sizes from one band of the 400 level to most of an arm."""
    present = [name for name in CLASSES if cell.get(name)]
    name = present[int(rng.integers(len(present)))]
    kinds, shares = zip(*_KINDS, strict=True)
    kind = kinds[int(rng.choice(len(kinds), p=np.array(shares)))]
    bands = len(bands_of(name, _LEVEL))
    least = min(least_bands / bands, 0.4)
    share = float(np.exp(rng.uniform(np.log(least), np.log(0.55))))
    centre = centromere_fraction(name, 850)
    if kind is Kind.DELETION and rng.random() < 0.5:
        if rng.random() < 0.6 or centre < 0.12:
            share = min(share, 0.9 * (1.0 - centre))
            return change(cell, kind, name, 1.0 - share, 1.0, rng)
        return change(cell, kind, name, 0.0, min(share, 0.9 * centre), rng)
    if kind is Kind.RING:
        cut = float(rng.uniform(0.03, 0.15))
        return change(cell, kind, name, min(cut, 0.9 * centre), 1.0 - float(rng.uniform(0.03, 0.2)), rng)
    if kind is Kind.ISOCHROMOSOME:
        return change(cell, kind, name, 0.0, 1.0 if rng.random() < 0.75 or centre < 0.2 else 0.0, rng)
    if kind is Kind.FOREIGN:
        a = float(rng.uniform(0.04, 0.96))
        return change(cell, kind, name, a, a, rng)
    start = float(rng.uniform(0.02, max(0.03, 0.98 - share)))
    stop = min(0.98, start + share)
    if kind is Kind.DELETION and start < centre < stop:
        # The centromere stays: what is lost lies in one arm.
        if centre - start > stop - centre:
            stop = centre - 0.01
        else:
            start = centre + 0.01
        if bands_in(name, stop - start) < 0.8:
            return None
    return change(cell, kind, name, start, stop, rng)


# -- samples ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Samples:
    """Many samples as arrays, see `sample`; `size` and `lesion` are for measuring only."""

    query: NDArray[np.uint8]
    homolog: NDArray[np.uint8]
    name: NDArray[np.int64]
    sizes: NDArray[np.float32]
    kind: NDArray[np.int64]
    heat: NDArray[np.uint8]
    breaks: NDArray[np.int64]
    foreign: NDArray[np.int64]
    size: NDArray[np.float32]


def sample(cell: CellStrips, made: Made, rng: np.random.Generator) -> dict[str, object] | None:
    """One row of `Samples`: the chromosome beside a homolog of its class in the cell."""
    own = [strip for strip in cell.get(made.name, []) if not any(strip is one for one in made.sources)]
    homolog = own[int(rng.integers(len(own)))] if own and rng.random() > _LONE else None
    query, sizes = laid(made.query.stain, made.query.mask, made.name, UNIT)
    if homolog is None:
        beside, its = np.zeros_like(query), np.zeros_like(sizes)
    else:
        whole = settled_strip(homolog)
        beside, its = laid(whole.stain, whole.mask, made.name, UNIT)
    tokens = ROWS // 4
    at = np.minimum((np.arange(made.query.rows) + 0.5) * tokens / made.query.rows, tokens - 1).astype(int)
    heat = np.zeros(tokens, dtype=np.uint8)
    np.maximum.at(heat, at, made.heat.astype(np.uint8))
    breaks = np.full(2, -1, dtype=np.int64)
    for index, place in enumerate(made.breaks[:2]):
        breaks[index] = min(int(place * BINS), BINS - 1)
    return {
        "query": query,
        "homolog": beside,
        "name": CLASSES.index(made.name),
        "sizes": np.concatenate([sizes, its, [0.0 if homolog is None else 1.0]]).astype(np.float32),
        "kind": int(made.kind),
        "heat": heat,
        "breaks": breaks,
        "foreign": CLASSES.index(made.foreign) if made.foreign in CLASSES else -1,
        "size": np.float32(made.size),
    }


def draw(cells: list[tuple[str, CellStrips]], count: int, *, seed: int, abnormal: float = 0.5) -> Samples:
    """Draw samples, so many of them changed; normal ones are cut and joined as often as changed ones."""
    rng = np.random.default_rng(seed)
    rows: list[dict[str, object]] = []
    while len(rows) < count:
        _, cell = cells[int(rng.integers(len(cells)))]
        if rng.random() < abnormal:
            made = any_change(cell, rng)
        else:
            present = [name for name in CLASSES if cell.get(name)]
            cuts = int(rng.choice(4, p=_CUTS))
            made = normal(cell, present[int(rng.integers(len(present)))], rng, cuts=cuts)
        if made is not None and (row := sample(cell, made, rng)) is not None:
            rows.append(row)
    return Samples(**{key: np.array([row[key] for row in rows]) for key in rows[0]})


def write_samples(samples: Samples, path: Path) -> None:
    """Write samples; a stop in the middle leaves none."""
    partial = path.with_suffix(".partial.npz")
    np.savez(partial, **{key: getattr(samples, key) for key in Samples.__slots__})
    partial.replace(path)


def read_samples(paths: list[Path]) -> Samples:
    """Read and join files of samples."""
    parts = [np.load(path) for path in paths]
    return Samples(**{key: np.concatenate([part[key] for part in parts]) for key in Samples.__slots__})


def training_cells(
    crops: Path, metaphases: Path | None, polarity: Path | None, *, validation: bool
) -> list[tuple[str, CellStrips]]:
    """Cells of the caches of the namer: karyotyped crops, and outlined metaphases that the namer orients."""
    found = cells_of(read_cache(crops), validation=validation)
    if metaphases is not None and polarity is not None:
        cache = read_cache(metaphases)
        if not polarity.exists():
            np.savez(polarity, polarity=polarity_of(cache))
        found += cells_of(cache, np.load(polarity)["polarity"], validation=validation)
    return found


def polarity_of(cache: Chromosomes) -> NDArray[np.int8]:
    """Where the p arms of a cache lie, as the shipped namer reads it; 0 where it is not sure of it.

    Metaphases are labelled by class only; the namer is told the class and asked for the end.
    """
    session = open_session(newest("namer"), 1)
    found = np.zeros(len(cache.label), dtype=np.int8)
    order = np.argsort(cache.cell, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(cache.cell[order])) + 1):
        said = run_namer(session, strips_from(cache, rows), Banding.G)
        known = np.flatnonzero(cache.label[rows] < len(CLASSES))
        names = cache.label[rows][known]
        first, right = said["p_first"][known, names], said["probabilities"][known, names]
        up = np.where(first > _SURE, 1, np.where(first < 1.0 - _SURE, -1, 0))
        found[rows[known]] = np.where(right > 0.5, up, 0)
    return found


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("--crops", type=Path, required=True, help="cache of gband_karyotyped_crops_train")
    parser.add_argument("--metaphases", type=Path, help="cache of outlined metaphases")
    parser.add_argument("--polarity", type=Path, help="their polarity (.npz), read by the namer if missing")
    parser.add_argument("--out", type=Path, required=True, help="folder for the files of samples")
    parser.add_argument("--files", type=int, default=12)
    parser.add_argument("--each", type=int, default=5000)
    parser.add_argument("--first", type=int, default=0, help="number of the first file")
    parser.add_argument("--validation", action="store_true", help="of the cases kept for choosing")


def run(arguments: argparse.Namespace) -> int:
    """Draw the files that are missing."""
    cells = training_cells(
        arguments.crops, arguments.metaphases, arguments.polarity, validation=arguments.validation
    )
    arguments.out.mkdir(parents=True, exist_ok=True)
    word = "validation" if arguments.validation else "train"
    print(f"{len(cells)} cells", flush=True)
    for number in range(arguments.first, arguments.first + arguments.files):
        path = arguments.out / f"{word}_{number:03d}.npz"
        if not path.exists():
            seed = number + (10_000 if arguments.validation else 0)
            write_samples(draw(cells, arguments.each, seed=seed), path)
            print(path.name, flush=True)
    return 0


def main() -> int:
    """Run the command by itself."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_arguments(parser)
    return run(parser.parse_args())


if __name__ == "__main__":
    raise SystemExit(main())
