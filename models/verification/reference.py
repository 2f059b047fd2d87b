"""Reference cells: simulated metaphases whose answers were stored together with the weights.

``python -m models.verification.reference`` stores the answers anew, in ``resources/verification``; it is run
whenever weights or analysis change. A verification draws the same cells again, analyses them and compares.
Nobody's cells are needed, and an installation that answers otherwise than the one it came from is noticed.
"""

from __future__ import annotations

import hashlib
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError
from scipy.optimize import linear_sum_assignment

from core.analysis.pipeline import Analyst
from core.domain.chromosome import Chromosome
from core.errors import StorageError
from core.progress import NoProgress, PartOfProgress, Progress
from core.simulation.metaphase import SimulatedMetaphase, simulate_metaphase
from core.verification.record import Fault

REFERENCE: Final = Path(__file__).resolve().parents[2] / "resources" / "verification" / "reference.json"
_CELLS: Final = (("46,XX", 11), ("47,XY,+21", 12), ("45,X", 13))

Box = tuple[float, float, float, float]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StoredChromosome(_Value):
    """One chromosome of a stored answer: its box (x1, y1, x2, y2 in pixels), class and confidence."""

    box: Box
    chromosome_class: str
    confidence: float


class StoredCell(_Value):
    """What is drawn (`karyotype`, `seed`; `drawn` is the hash of its pixels) and what was answered."""

    karyotype: str
    seed: int
    drawn: str
    chromosomes: tuple[StoredChromosome, ...]


class Tolerances(_Value):
    """How far an answer may lie from the stored one.

    Attributes
    ----------
    overlap
        Least intersection over union of two boxes that are the same chromosome.
    found
        Least share of stored chromosomes that are found again, and of found ones that were stored.
    named
        Least share of those that have the same class.
    count
        Largest difference of the number of chromosomes in a cell.
    confidence
        Largest mean difference of the confidence.
    """

    overlap: float = 0.7
    found: float = 0.95
    named: float = 0.95
    count: int = 1
    confidence: float = 0.05


class Reference(_Value):
    """The stored answers, with what gave them.

    Attributes
    ----------
    models
        Version of each learned stage.
    seconds
        Stated time of one cell, two threads.
    slowest
        How many times slower than stated is a fault; in between it is told.
    """

    models: dict[str, str]
    seconds: float = 2.0
    slowest: float = 20.0
    tolerances: Tolerances = Tolerances()
    cells: tuple[StoredCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One cell compared with its stored answer: shares 0..1, numbers of chromosomes, seconds."""

    karyotype: str
    found: float
    named: float
    stored: int
    answered: int
    confidence: float
    seconds: float
    same_picture: bool

    @property
    def said(self) -> str:
        """The comparison in one line."""
        return (
            f"{self.karyotype}: {self.answered} of {self.stored} found, {self.found:.0%} in place, "
            f"{self.named:.0%} named alike, confidence ±{self.confidence:.3f}"
        )


def read_reference(path: Path = REFERENCE) -> Reference:
    """Read the stored answers.

    Raises
    ------
    StorageError
        Where they are missing or cannot be read.
    """
    try:
        return Reference.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StorageError(
            f"{path.name} cannot be read ({error.strerror or error})", "install Centromere again"
        ) from error
    except ValidationError as error:
        raise StorageError(
            f"expected stored answers in {path.name}, got {error.error_count()} faults in it",
            "install Centromere again",
        ) from error


def drawn_cell(karyotype: str, seed: int) -> SimulatedMetaphase:
    """Draw a reference cell; on every system the same, up to the last bits of its arithmetic."""
    return simulate_metaphase(karyotype, seed=seed)


def answer_of(
    analyst: Analyst, cell: SimulatedMetaphase, progress: Progress | None = None
) -> tuple[StoredChromosome, ...]:
    """Analyse a drawn cell; the answer in the form that is stored."""
    analysis = analyst.analyse(cell.picture, progress=progress)
    return tuple(_stored(one) for one in analysis.proposal.chromosomes)


def compare(
    analyst: Analyst, reference: Reference, progress: Progress | None = None
) -> tuple[tuple[Compared, ...], tuple[Fault, ...]]:
    """Draw and analyse every reference cell and compare with the stored answers.

    Parameters
    ----------
    analyst
        With the shipped weights.
    progress
        Told each cell; may cancel.

    Returns
    -------
    tuple
        What was seen of each cell, and a fault for each that lies outside the tolerances.
    """
    progress = progress or NoProgress()
    if analyst.models != reference.models:
        got, known = (", ".join(sorted(models.values())) for models in (analyst.models, reference.models))
        return (), (Fault(file=REFERENCE.name, said=f"was stored for {known}; installed are {got}"),)
    seen, faults = [], []
    for number, stored in enumerate(reference.cells):
        progress.step(number, len(reference.cells), f"Reference cell {stored.karyotype}")
        cell = drawn_cell(stored.karyotype, stored.seed)
        began = time.monotonic()
        part = PartOfProgress(progress, first=number, last=number + 1, total=len(reference.cells))
        answer = answer_of(analyst, cell, part)
        seconds = time.monotonic() - began
        compared = _compared(stored, answer, reference.tolerances, _digest(cell) == stored.drawn, seconds)
        seen.append(compared)
        if not _within(compared, reference.tolerances):
            faults.append(Fault(file=REFERENCE.name, said=f"cell {compared.said}"))
    return tuple(seen), tuple(faults)


def seconds_of(seen: Sequence[Compared]) -> float:
    """Median time of one cell; the first one, which also warms the models up, counts where it is alone."""
    return statistics.median(one.seconds for one in (seen[1:] or seen))


def store_answers(analyst: Analyst, path: Path = REFERENCE) -> Reference:
    """Analyse the reference cells and write their answers; returns what was written."""
    cells = []
    for karyotype, seed in _CELLS:
        cell = drawn_cell(karyotype, seed)
        cells.append(
            StoredCell(
                karyotype=karyotype, seed=seed, drawn=_digest(cell), chromosomes=answer_of(analyst, cell)
            )
        )
    reference = Reference(models=analyst.models, cells=tuple(cells))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(reference.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return reference


def _compared(
    stored: StoredCell,
    answer: Sequence[StoredChromosome],
    tolerances: Tolerances,
    same_picture: bool,
    seconds: float,
) -> Compared:
    cost = [[-_overlap(one.box, other.box) for other in answer] for one in stored.chromosomes]
    rows, columns = linear_sum_assignment(cost) if cost and answer else ((), ())
    pairs = [
        (stored.chromosomes[row], answer[column])
        for row, column in zip(rows, columns, strict=True)
        if -cost[row][column] >= tolerances.overlap
    ]
    alike = [one.chromosome_class == other.chromosome_class for one, other in pairs]
    apart = [abs(one.confidence - other.confidence) for one, other in pairs]
    return Compared(
        karyotype=stored.karyotype,
        found=len(pairs) / max(len(stored.chromosomes), len(answer), 1),
        named=sum(alike) / max(len(alike), 1),
        stored=len(stored.chromosomes),
        answered=len(answer),
        confidence=sum(apart) / max(len(apart), 1),
        seconds=seconds,
        same_picture=same_picture,
    )


def _within(seen: Compared, tolerances: Tolerances) -> bool:
    return (
        seen.found >= tolerances.found
        and seen.named >= tolerances.named
        and abs(seen.answered - seen.stored) <= tolerances.count
        and seen.confidence <= tolerances.confidence
    )


def _stored(chromosome: Chromosome) -> StoredChromosome:
    xs, ys = zip(*chromosome.outline.points, strict=True)
    return StoredChromosome(
        box=(round(min(xs), 1), round(min(ys), 1), round(max(xs), 1), round(max(ys), 1)),
        chromosome_class=chromosome.chromosome_class,
        confidence=round(chromosome.confidence, 3),
    )


def _overlap(one: Box, other: Box) -> float:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return 0.0
    area = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return wide * high / (area - wide * high)


def _digest(cell: SimulatedMetaphase) -> str:
    return hashlib.sha256(cell.picture.tobytes()).hexdigest()


def main() -> int:
    """Store the answers of the shipped weights."""
    from models.inference.analyst import load_analyst
    from models.registry import WEIGHTS

    reference = store_answers(load_analyst(WEIGHTS))
    for cell in reference.cells:
        sys.stdout.write(f"{cell.karyotype}: {len(cell.chromosomes)} chromosomes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
