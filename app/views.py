"""The view of the open cell: what is seen in place of the captured picture, on canvas and board alike."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from app.session import CaseSession
from app.tasks import Task, Urgency
from core.domain.chromosome import Chromosome
from core.domain.ids import CellId, ChromosomeId
from core.domain.view import PLAIN, CellView, ChromosomeView, View
from core.editing.case_operations import LookThrough
from core.imaging.views import own_outlines, seen_cell

_HELD: Final = 6
Seen = NDArray[np.uint8]


class Views(QObject):
    """Keeps the views of the case and makes the picture that is seen, off the GUI thread.

    Parameters
    ----------
    session
        The open case; its views are part of it and are written as steps that no undo takes back.
    """

    changed = Signal()
    """Another picture is to be seen, or the captured one again."""
    view_changed = Signal()
    """Another view is in use, before its picture is made."""

    def __init__(self, session: CaseSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._live: CellView | None = None
        self._shown: tuple[CellView, Seen] | None = None
        self._held: OrderedDict[object, Seen] = OrderedDict()
        self._task: Task | None = None
        self._captured = False
        session.cell_opened.connect(self._other_cell)
        session.picture_changed.connect(self._make)
        session.case_changed.connect(self._case_changed)
        session.cell_changed.connect(self._cell_changed)

    @property
    def view(self) -> CellView:
        """View of the open cell, as it is being chosen or as it is kept."""
        cell, case = self._session.cell, self._session.case
        if self._live is not None:
            return self._live
        return case.view_of(cell.id) if case and cell else CellView(cell=CellId(""))

    @property
    def seen(self) -> Seen | None:
        """Picture [y, x] in place of the captured one; None where that one is shown."""
        cell = self._session.cell
        if self._shown is None or self._captured or cell is None or self._shown[0].cell != cell.id:
            return None
        return self._shown[1]

    def look(self, captured: Seen, chromosome: Chromosome) -> Seen:
        """Return what is seen for a captured picture, dark on light; see `app.board.upright.Look`."""
        seen, cell = self.seen, self._session.cell
        if seen is None or cell is None or seen.shape != captured.shape:
            return captured
        return seen if cell.dark_on_light else np.asarray(255 - seen, dtype=np.uint8)

    def of(self, ids: frozenset[ChromosomeId]) -> View:
        """View of these chromosomes (of the first of them), or of the picture when there are none."""
        return self.view.of(min(ids)) if ids else self.view.view

    def with_view(self, view: View, ids: frozenset[ChromosomeId]) -> CellView:
        """Return the view of the open cell with another one for these chromosomes, or for the picture."""
        if not ids:
            return replace(self.view, view=view)
        others = tuple(own for own in self.view.chromosomes if own.chromosome not in ids)
        own = () if view == self.view.view else tuple(
            ChromosomeView(chromosome=one, view=view) for one in sorted(ids)
        )  # fmt: skip
        return replace(self.view, chromosomes=(*others, *own))

    def try_on(self, view: CellView) -> None:
        """Look through a view without keeping it yet."""
        if self._session.cell is not None and view != self.view:
            self._live = view
            self.view_changed.emit()
            self._make()

    def keep(self) -> None:
        """Keep the view that was tried on."""
        if self._live is not None and self._session.case is not None:
            if self._live != self._session.case.view_of(self._live.cell):
                self._session.do(LookThrough(views=(self._live,)))
            else:
                self._live = None

    def reset(self) -> None:
        """Show the open cell as captured, all its chromosomes too."""
        self.try_on(CellView(cell=self.view.cell))
        self.keep()

    def use_everywhere(self) -> None:
        """Look at every cell of the case through the view of this picture; views of chromosomes stay."""
        case = self._session.case
        if case is None or self._session.cell is None:
            return
        view = self.view.view
        views = tuple(replace(case.view_of(cell), view=view) for cell in case.cells)
        changed = tuple(one for one in views if one != case.view_of(one.cell))
        if changed:
            self._session.do(LookThrough(views=changed))
            self._session.message.emit(f"All {len(case.cells)} cells are looked at like this one.")
        else:
            self._session.message.emit("All cells are looked at like this one already.")

    def show_captured(self, captured: bool) -> None:
        """Show the captured picture while a key is held."""
        if captured != self._captured:
            self._captured = captured
            self.changed.emit()

    # -- making the picture ----------------------------------------------------------------------------

    def _other_cell(self, cell_id: str) -> None:
        if self._live is not None and self._live.cell != cell_id:
            # Slider still in hand when another cell was opened: what was chosen is kept for its cell.
            live, self._live = self._live, None
            if self._session.case is not None and live.cell in self._session.case.cells:
                self._session.do(LookThrough(views=(live,)))
        self._shown = None
        self.view_changed.emit()

    def _case_changed(self) -> None:
        case = self._session.case
        if self._live is not None and case is not None and case.view_of(self._live.cell) == self._live:
            self._live = None
        self.view_changed.emit()
        self._make()

    def _cell_changed(self, *_: object) -> None:
        if self.view.chromosomes:
            self._make()

    def _make(self) -> None:
        cell, picture, view = self._session.cell, self._session.picture, self.view
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if cell is None or picture is None or view.is_plain:
            if self._shown is not None:
                self._shown = None
                self.changed.emit()
            return
        key = (view, cell.image, cell.page, tuple(own_outlines(cell, view).values()))
        known = self._held.get(key)
        if known is not None:
            self._arrived(view, key, known)
            return
        self._task = self._session.lanes.pictures.submit(
            "Look through a view",
            lambda progress: seen_cell(picture, view, cell),
            done=lambda seen: self._arrived(view, key, seen),
            failed=lambda error: self._session.message.emit(f"The view could not be made: {error}"),
            urgency=Urgency.NOW,
        )

    def _arrived(self, view: CellView, key: object, seen: Seen) -> None:
        self._held[key] = seen
        self._held.move_to_end(key)
        while len(self._held) > _HELD:
            self._held.popitem(last=False)
        if view == self.view:
            same = self._shown is not None and self._shown[1] is seen
            self._shown = (view, seen)
            if not same:
                self.changed.emit()


#: Names of views that are often wanted.
PRESETS: Final[dict[str, View]] = {
    "As captured": PLAIN,
    "Even light": View(flatten=1.0),
    "Weak bands": View(flatten=0.6, local_contrast=0.35, sharpen=0.4),
    "Sharp bands": View(sharpen=0.7),
    "Grainy picture": View(flatten=0.6, denoise=0.7),
    "Pale picture": View(flatten=0.6, low=0.1, high=0.95, gamma=0.7),
    "Inverted": View(invert=True),
}
