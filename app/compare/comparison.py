"""The cells of the open case, straightened and compared off the GUI thread, kept until a cell changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from app.errors import sentence_of
from app.session import CaseSession
from app.tasks import Task, Urgency
from core.analysis.composite import ClassNumbers, numbers_of
from core.analysis.consensus import ClassStudy, study_class
from core.analysis.strands import CellStrands, Strand, lay_cell_straight
from core.domain.bands import CLASSES
from core.domain.ids import CellId, ChromosomeId
from core.domain.metaphase import Metaphase, Verdict
from core.imaging.intensity import dark_on_light_of
from core.progress import Progress
from core.report.karyogram_figure import UprightChromosome, upright_chromosome

_TELL_MS: Final = 60
"""Twenty-four studies that arrive one after the other redraw the page some times, not twenty-four."""
LEAST_CELLS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReadCell:
    """One cell as it is compared: straightened, and captured pixels only rotated."""

    strands: CellStrands
    upright: dict[ChromosomeId, UprightChromosome]

    @property
    def cell(self) -> Metaphase:
        """State that was read."""
        return self.strands.cell


class Comparison(QObject):
    """What the views of the Compare page show.

    Parameters
    ----------
    session
        Whose case is compared; nothing is read before `look` is called.
    """

    changed = Signal()
    """Cells or studies have arrived, or others are to be compared."""

    def __init__(self, session: CaseSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._lane = session.lanes.compare
        self._looking = False
        self._stopped = False
        self._accepted_only: bool | None = None
        self._case = ""
        self._read: dict[CellId, ReadCell] = {}
        self._failed: dict[str, str] = {}
        self._reading: dict[CellId, Task] = {}
        self._studies: dict[str, tuple[object, ClassStudy | None]] = {}
        self._studying: dict[str, tuple[object, Task]] = {}
        self._first = ""
        self._tell = QTimer(self, singleShot=True, interval=_TELL_MS)
        self._tell.timeout.connect(self.changed)
        self._look_again = QTimer(self, singleShot=True, interval=_TELL_MS)
        self._look_again.timeout.connect(self._go_on)
        for signal in (session.case_changed, session.cells_changed):
            signal.connect(self._session_changed)

    # -- what is compared ------------------------------------------------------------------------------

    @property
    def accepted_only(self) -> bool:
        """Whether only accepted cells are compared: by choice, else as soon as two are accepted."""
        if self._accepted_only is not None:
            return self._accepted_only
        return len(self._with(Verdict.ACCEPTED)) >= LEAST_CELLS

    def compare_accepted(self, only: bool) -> None:
        """Compare accepted cells only, or every analysed one that is not rejected."""
        self._accepted_only = only
        self._go_on()

    @property
    def accepted(self) -> tuple[Metaphase, ...]:
        """Accepted cells that have chromosomes."""
        return self._with(Verdict.ACCEPTED)

    @property
    def analysed(self) -> tuple[Metaphase, ...]:
        """Cells with chromosomes that are neither rejected nor for counting only."""
        return self._with(Verdict.ACCEPTED, Verdict.OPEN)

    @property
    def wanted(self) -> tuple[Metaphase, ...]:
        """Cells to compare, in the order of the case."""
        return self.accepted if self.accepted_only else self.analysed

    @property
    def cells(self) -> tuple[ReadCell, ...]:
        """Those of them that are read."""
        return tuple(self._read[cell.id] for cell in self.wanted if cell.id in self._read)

    @property
    def numbers(self) -> dict[str, ClassNumbers]:
        """Numbers of each class in the cells to compare."""
        return numbers_of(self.wanted)

    def study(self, name: str) -> ClassStudy | None:
        """Comparison of one class; None while it is not there."""
        found = self._studies.get(name)
        return found[1] if found else None

    @property
    def busy(self) -> bool:
        """Whether something is read or compared."""
        return bool(self._reading or self._studying)

    @property
    def progress(self) -> tuple[int, int]:
        """Parts that are done, and parts in all."""
        total = len(self.wanted) + len(CLASSES)
        waiting = len(self._studying) or (len(CLASSES) if self._reading else 0)
        return total - len(self._reading) - waiting, total

    @property
    def stopped(self) -> bool:
        """Whether a person stopped it half-way."""
        return self._stopped

    @property
    def failures(self) -> tuple[str, ...]:
        """Why cells could not be read or classes not be compared."""
        return tuple(self._failed.values())

    def upright(self, cell: CellId, chromosome: ChromosomeId) -> UprightChromosome | None:
        """Captured pixels of a chromosome, only rotated."""
        found = self._read.get(cell)
        return found.upright.get(chromosome) if found else None

    # -- work ------------------------------------------------------------------------------------------

    def look(self, looking: bool) -> None:
        """Work while somebody looks; what is done stays."""
        self._looking = looking
        if looking:
            self._go_on()

    def go_on(self) -> None:
        """Go on after it was stopped."""
        self._stopped = False
        self._failed = {}
        self._go_on()

    def stop(self) -> None:
        """Stop; what is finished stays."""
        if self.busy:
            self._stopped = True
            self._lane.cancel_all()

    def prefer(self, name: str) -> None:
        """Compare a class before the others."""
        self._first = name
        if self._looking:
            self._go_on()

    def _with(self, *verdicts: Verdict) -> tuple[Metaphase, ...]:
        return tuple(cell for cell in self._session.cells if cell.chromosomes and cell.verdict in verdicts)

    def _session_changed(self) -> None:
        case = self._session.case
        if (case.id if case else "") != self._case:
            self._case = case.id if case else ""
            self._accepted_only = None
            self._stopped = False
            self._lane.cancel_all()
            self._read, self._failed, self._studies = {}, {}, {}
            self._tell.start()
        if self._looking:
            self._look_again.start()

    def _go_on(self) -> None:
        if not self._looking:
            return
        if not self._stopped:
            stale = [cell for cell in self.wanted if self._is_stale(cell)]
            for cell in stale:
                self._read_cell(cell)
            if not self._reading:
                self._study_all()
        self._tell.start()

    def _is_stale(self, cell: Metaphase) -> bool:
        if cell.id in self._reading or cell.id in self._failed:
            return False
        known = self._read.get(cell.id)
        return known is None or not _reads_alike(known.cell, cell)

    def _read_cell(self, cell: Metaphase) -> None:
        before = self._read.get(cell.id)
        pictures = self._session.pictures

        def work(progress: Progress) -> ReadCell:
            progress.step(0, 1, f"cell {cell.label}")
            return read_cell(cell, pictures.read_now(cell), before, progress)

        def ended(then: Callable[[], None]) -> None:
            self._reading.pop(cell.id, None)
            then()
            if not self._reading:
                self._go_on()
            self._tell.start()

        def arrived(found: ReadCell) -> None:
            def keep() -> None:
                self._read[cell.id] = found

            ended(keep)

        def failed(error: Exception) -> None:
            def note() -> None:
                self._failed[cell.id] = f"Cell {cell.label}: {sentence_of(error)}"

            ended(note)

        self._reading[cell.id] = self._lane.submit(
            "Compare", work, done=arrived, failed=failed, gone=lambda: ended(lambda: None),
            urgency=Urgency.SOON,
        )  # fmt: skip

    def _study_all(self) -> None:
        for name in sorted(CLASSES, key=lambda one: one != self._first):
            strands = tuple(one for cell in self.cells for one in cell.strands.of_class(name))
            key = _key_of(strands)
            known, under_way = self._studies.get(name), self._studying.get(name)
            if known is not None and known[0] == key:
                continue
            if under_way is not None and under_way[0] == key:
                continue
            self._study_one(name, strands, key)

    def _study_one(self, name: str, strands: tuple[Strand, ...], key: object) -> None:
        def work(progress: Progress) -> ClassStudy | None:
            progress.step(0, 1, f"chromosome {name}")
            return study_class(strands)

        def ended() -> bool:
            current = self._studying.get(name)
            ours = current is not None and current[0] == key
            if ours:
                del self._studying[name]
            self._tell.start()
            return ours

        def arrived(found: ClassStudy | None) -> None:
            if ended():
                self._studies[name] = (key, found)

        def failed(error: Exception) -> None:
            if ended():
                self._failed[name] = f"Chromosome {name}: {sentence_of(error)}"
                self._studies[name] = (key, None)

        task = self._lane.submit(
            "Compare", work, done=arrived, failed=failed, gone=lambda: ended(),
            urgency=Urgency.NOW if name == self._first else Urgency.SOON,
        )  # fmt: skip
        self._studying[name] = (key, task)


def read_cell(
    cell: Metaphase, grey: NDArray[np.generic], before: ReadCell | None, progress: Progress | None = None
) -> ReadCell:
    """Straighten the chromosomes of a cell and cut them out upright.

    Parameters
    ----------
    before
        What was read of an earlier state of it; chromosomes that lie as they lay are taken over.
    """
    strands = lay_cell_straight(cell, grey, before=before.strands if before else None, progress=progress)
    old = {c.id: c for c in before.cell.chromosomes} if before else {}
    printed = dark_on_light_of(grey, dark_on_light=cell.dark_on_light)
    upright = {}
    for chromosome in cell.counting:
        known = before.upright.get(chromosome.id) if before and old.get(chromosome.id) == chromosome else None
        upright[chromosome.id] = known or upright_chromosome(printed, chromosome)
    return ReadCell(strands=strands, upright=upright)


def _reads_alike(one: Metaphase, other: Metaphase) -> bool:
    return one is other or (
        one.chromosomes == other.chromosomes
        and one.dark_on_light == other.dark_on_light
        and one.image == other.image
    )


def _key_of(strands: tuple[Strand, ...]) -> object:
    """What a study depends on: the same strands on the same scale give the same study."""
    return tuple((one.cell, one.id, id(one.straight), round(one.pixels, 4), one.waist) for one in strands)
