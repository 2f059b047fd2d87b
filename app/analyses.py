"""Analysis of cells on the compute lane: the open cell first, the others behind it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from app.errors import sentence_of
from app.gestures import Pieces, Scene
from app.session import CaseSession
from app.tasks import Task, Urgency
from core.analysis.pipeline import Analysis, Analyst
from core.analysis.stages import Outliner, Stain
from core.domain.bands import UNKNOWN
from core.domain.ids import CellId, ChromosomeId, PersonName
from core.domain.metaphase import Metaphase
from core.domain.proposal import Proposal
from core.editing.operations import Refused
from core.editing.operations.proposing import with_reading
from core.errors import CentromereError
from core.imaging.intensity import stain_of
from core.progress import NoProgress, Progress
from core.readers.metaphase import refuse_other_pictures

PROGRAM = PersonName("program")
"""In whose name the log keeps what the models proposed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A cell that could not be analysed."""

    label: str
    reason: str


class Analyses(QObject):
    """Queue of cells to analyse.

    Parameters
    ----------
    session
        Where results go and whose open cell comes first.
    load_analyst
        Builds the models; called once, in the compute lane, when they are first needed.
    """

    working_changed = Signal(object)
    """Frozenset of cells that are or wait to be analysed."""
    failed = Signal(object)
    """A `Failed` cell."""
    models_known = Signal(object)
    """Mapping of stage to version, when the models are loaded."""
    finished = Signal()
    """Nothing waits any more."""

    def __init__(
        self, session: CaseSession, load_analyst: Callable[[], Analyst], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._load_analyst = load_analyst
        self._analyst: Analyst | None = None
        self._tasks: dict[CellId, Task] = {}
        self._tried: set[CellId] = set()
        self._reasons: dict[CellId, str] = {}
        self._by_itself = True
        self._loading = threading.Lock()
        self._prepared = self._missing = False
        session.cells_changed.connect(self._look_for_work)
        session.cell_opened.connect(self._prefer)

    def reason_of(self, cell_id: CellId) -> str:
        """Why a cell could not be analysed; empty when it could, or nobody tried."""
        return self._reasons.get(cell_id, "")

    @property
    def working(self) -> frozenset[CellId]:
        """Cells that are or wait to be analysed."""
        return frozenset(self._tasks)

    @property
    def ready(self) -> bool:
        """Whether the models are loaded."""
        return self._analyst is not None

    def analyse(self, cells: Iterable[Metaphase], urgency: Urgency = Urgency.SOON) -> None:
        """Queue cells.

        Parameters
        ----------
        urgency
            NOW for the cell in sight, SOON for those of the open case, BATCH for an import; a cell that
            waits with less urgency moves forward.
        """
        for cell in cells:
            self._tried.add(cell.id)
            known = self._tasks.get(cell.id)
            if known is not None:
                if known.running or known.urgency <= urgency:
                    continue
                known.gone = None
                known.cancel()
            self._tasks[cell.id] = self._submit(cell, urgency)
        self.working_changed.emit(self.working)

    def cancel(self) -> None:
        """Stop the analysis in hand and drop what waits; what is finished stays."""
        for task in self._tasks.values():
            task.cancel()

    def work_by_itself(self, wanted: bool) -> None:
        """Analyse cells of the open case that never were, without being asked."""
        self._by_itself = wanted
        self._look_for_work()

    def _look_for_work(self) -> None:
        if self._by_itself:
            fresh = [c for c in self._session.cells if c.proposal is None and c.id not in self._tried]
            if fresh:
                self.analyse(fresh)

    def _prefer(self, cell_id: str) -> None:
        cell = self._session.cell
        if cell is not None and cell.id in self._tasks:
            self.analyse([cell], Urgency.NOW)

    def name_pieces(
        self,
        cell: Metaphase,
        pieces: Pieces,
        instead_of: Collection[ChromosomeId],
        done: Callable[[Pieces], None],
    ) -> None:
        """Let the models name new pieces, so that they come with their names in one step.

        Parameters
        ----------
        cell
            State before the pieces come.
        instead_of
            Chromosomes that the pieces replace.
        done
            Called once, with the pieces to show; without names where there are no models.
        """
        picture = self._session.picture
        self._session.lanes.gestures.submit(
            "Name pieces",
            lambda progress: self.named(cell, pieces, instead_of, picture),
            done=done,
            failed=lambda error: done(pieces),
            gone=lambda: done(pieces),
            urgency=Urgency.NOW,
        )

    # -- gestures --------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Load the models before the first gesture needs them."""
        if self._analyst is None and not self._prepared and self._session.picture is not None:
            self._prepared = True
            self._session.lanes.gestures.submit("Load models", lambda progress: self._for_gestures())

    def scene(
        self, cell: Metaphase, selection: frozenset[ChromosomeId], picture: NDArray[np.generic] | None
    ) -> Scene:
        """Show a gesture the cell with its stain and the outliner; call it in the lane of gestures."""

        def stain() -> Stain:
            if picture is None:
                raise Refused("the picture is still being read, try again in a moment")
            analyst = self._for_gestures()
            if analyst is not None:
                return analyst.stain(picture, dark_on_light=cell.dark_on_light)
            return stain_of(picture, dark_on_light=cell.dark_on_light)

        def outliner() -> Outliner | None:
            analyst = self._for_gestures()
            return None if analyst is None else analyst.outliner

        return Scene(cell=cell, selection=selection, stain=stain, outliner=outliner)

    def named(
        self,
        cell: Metaphase,
        pieces: Pieces,
        instead_of: Collection[ChromosomeId],
        picture: NDArray[np.generic] | None,
    ) -> Pieces:
        """Let the models read the pieces of a gesture; call it in the lane of gestures.

        Without models the pieces come back as they are. What a person decided about a piece stays.
        """
        analyst = self._for_gestures()
        if analyst is None or picture is None:
            return pieces
        rest = tuple(c for c in cell.chromosomes if c.id not in instead_of)
        readings = analyst.reread(picture, replace(cell, chromosomes=rest), pieces)
        read = dict(zip((piece.id for piece in pieces), readings[: len(pieces)], strict=True))
        return tuple(with_reading(piece, read[piece.id]) for piece in pieces)

    def _for_gestures(self) -> Analyst | None:
        """Return the models; None where there are none: a gesture is done without names then."""
        if self._analyst is None and self._missing:
            return None
        try:
            return self._loaded(NoProgress())
        except (CentromereError, OSError):
            self._missing = True
            return None

    def _loaded(self, progress: Progress) -> Analyst:
        """Return the models, loading them at first; in the lane of analysis or of gestures."""
        with self._loading:
            if self._analyst is None:
                progress.step(0, 0, "loading the models")
                self._analyst = self._load_analyst()
            return self._analyst

    def _submit(self, cell: Metaphase, urgency: Urgency) -> Task:
        def work(progress: Progress) -> Analysis:
            analyst = self._loaded(progress)
            grey = self._session.pictures.read_now(cell)
            refuse_other_pictures(grey)
            known = cell.proposal is not None
            return analyst.analyse(
                grey,
                dark_on_light=cell.dark_on_light if known else None,
                banding=cell.banding if cell.banding_stated else None,
                progress=progress,
            )

        def ended() -> None:
            self._tasks.pop(cell.id, None)
            self.working_changed.emit(self.working)
            if not self._tasks:
                self.finished.emit()

        def done(analysis: Analysis) -> None:
            if self._analyst is not None:
                self.models_known.emit(self._analyst.models)
            self._reasons.pop(cell.id, None)
            self._place(cell, analysis)
            if all(one.chromosome_class == UNKNOWN for one in analysis.proposal.chromosomes):
                why = analysis.proposal.banding_reason
                self._session.message.emit(f"{cell.label}: not named, {why}.")
            ended()

        def failed(error: Exception) -> None:
            reason = sentence_of(error)
            self._reasons[cell.id] = reason
            self.failed.emit(Failed(label=cell.label, reason=reason))
            self._session.message.emit(f"{cell.label}: {reason}")
            ended()

        return self._session.lanes.compute.submit(
            f"Analyse {cell.label}", work, done=done, failed=failed, gone=ended, urgency=urgency
        )

    def _place(self, cell: Metaphase, analysis: Analysis) -> None:
        place = analysis.proposal
        proposal = Proposal(
            id=place.proposal,
            cell=cell.id,
            created=datetime.now(UTC),
            models=analysis.models,
            chromosomes=place.chromosomes,
            excluded=place.excluded,
            unexplained=place.unexplained,
            passed_over=place.passed_over,
            leftover=place.leftover,
            quality=place.quality,
            right_probability=place.right_probability,
            banding=place.banding,
            banding_confidence=place.banding_confidence,
            banding_reason=place.banding_reason,
            dark_on_light=place.dark_on_light,
            seconds=analysis.seconds,
        )
        self._session.place(proposal, person=PROGRAM)
