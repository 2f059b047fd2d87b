"""What the keys and buttons of the Case page do to the open cell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from app.actions import Actions
from app.analyses import Analyses
from app.session import CaseSession
from app.tasks import Urgency
from core.domain.bands import CLASSES, UNKNOWN
from core.domain.chromosome import ExclusionReason, ObjectType
from core.domain.metaphase import Banding, Mark, MarkKind, Verdict
from core.editing.operations import (
    ClearCountPoints,
    ClearMark,
    Confirm,
    CountPoint,
    Describe,
    Exclude,
    Judge,
    Reclassify,
    Restore,
    SetMark,
    SwapHomologs,
    Turn,
)

REJECTIONS: tuple[str, ...] = (
    "too few chromosomes spread", "too many overlaps", "bands too weak", "out of focus", "broken cell",
    "another cell lies in it", "chromosomes missing at the edge", "other",
)  # fmt: skip
BANDINGS = (Banding.G, Banding.Q, Banding.R, Banding.DAPI, Banding.C)
_TOOLS = (
    "cut", "cut_free", "overlap", "overlap_corners", "brush", "erase", "lasso", "polygon", "contour", "magic",
    "outline_box", "axis",
)  # fmt: skip
NOT_A_CHROMOSOME = {
    ExclusionReason.NUCLEUS: "&Nucleus", ExclusionReason.DEBRIS: "&Debris",
    ExclusionReason.OTHER_CELL: "Of &another cell", ExclusionReason.EDGE: "At the &edge",
    ExclusionReason.UNCLEAR: "&Unclear",
}  # fmt: skip


class CellCommands(QObject):
    """Connects actions to the open cell.

    Parameters
    ----------
    needs_name
        Asks for the person's name where none is known; false when the person declined.
    """

    def __init__(
        self,
        session: CaseSession,
        analyses: Analyses,
        actions: Actions,
        needs_name: Callable[[], bool],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._analyses = analyses
        self._actions = actions
        self._needs_name = needs_name
        self._window = window
        for name, call in (
            ("undo", lambda: self._move(session.undo)), ("redo", lambda: self._move(session.redo)),
            ("next_doubtful", session.next_doubtful),
            ("previous_doubtful", session.previous_doubtful), ("confirm", session.confirm_selection),
            ("confirm_cell", self._confirm_cell), ("select_all", self._select_all),
            ("previous_cell", lambda: self._step_cell(-1)), ("next_cell", lambda: self._step_cell(1)),
            ("previous_pair", lambda: self._step_class(-1)), ("next_pair", lambda: self._step_class(1)),
            ("turn", self._turn), ("swap", self._swap), ("exclude", self._ask_reason),
            ("restore", self._restore), ("clear_count", lambda: session.do(ClearCountPoints())),
            ("analyse", self._analyse),
            ("accept", lambda: self.judge(Verdict.ACCEPTED)),
            ("count_only", lambda: self.judge(Verdict.COUNT_ONLY)),
        ):  # fmt: skip
            actions[name].triggered.connect(lambda checked=False, call=call: call())
        for kind in MarkKind:
            action = actions[f"mark_{kind.value}"]
            action.triggered.connect(lambda checked=False, kind=kind: self.mark(kind))
        for banding in BANDINGS:
            action = actions[f"banding_{banding.value.lower()}"]
            action.triggered.connect(lambda checked=False, banding=banding: self.stain_with(banding))
        for signal in (
            session.cells_changed, session.cell_opened, session.selection_changed, session.busy_changed,
        ):  # fmt: skip
            signal.connect(self.refresh)
        self.refresh()

    # -- decisions -------------------------------------------------------------------------------------

    def name(self, chromosome_class: str, object_type: ObjectType) -> None:
        """Give the selection a class."""
        if self._selected():
            self._session.do(
                Reclassify(ids=self._ids(), chromosome_class=chromosome_class, object_type=object_type)
            )

    def exclude(self, reason: ExclusionReason) -> None:
        """Leave the selection out of the count."""
        if self._selected():
            self._session.do(Exclude(ids=self._ids(), reason=reason))

    def mark(self, kind: MarkKind) -> None:
        """Set or clear a mark in the name of the person here."""
        cell = self._session.cell
        if cell is None:
            self._session.message.emit("No cell is open, open one first.")
        elif cell.marked(kind) is not None:
            self._session.do(ClearMark(kind=kind))
        elif self._needs_name():
            mark = Mark(kind=kind, person=self._session.person, time=datetime.now(UTC))
            self._session.do(SetMark(mark=mark))
        self.refresh()

    def judge(self, verdict: Verdict, reason: str | None = None) -> None:
        """Accept or reject the cell; the same again takes it back."""
        cell = self._session.cell
        if cell is None:
            return
        again = cell.verdict is verdict and reason is None
        self._session.do(Judge(verdict=Verdict.OPEN if again else verdict, reason=reason))

    def reject(self, digit: int) -> None:
        """Reject the cell with the reason of that number, from 1."""
        if 1 <= digit <= len(REJECTIONS):
            self.judge(Verdict.REJECTED, REJECTIONS[digit - 1])
        else:
            self._session.message.emit(f"There is no reason {digit}, choose 1 to {len(REJECTIONS)}.")

    def count_click(self, point: tuple[float, float]) -> None:
        """Number one more chromosome."""
        self._session.do(CountPoint(point=point))

    # -- the actions -----------------------------------------------------------------------------------

    def _turn(self) -> None:
        if self._selected():
            self._session.do(Turn(ids=self._ids()))

    def _swap(self) -> None:
        cell, selected = self._session.cell, self._session.selected
        if cell is None:
            return
        if len(selected) == 1 and selected[0].chromosome_class != UNKNOWN:
            partners = [c for c in cell.counting if c.chromosome_class == selected[0].chromosome_class]
            selected = tuple(partners)
        if len(selected) != 2:
            self._session.message.emit("Swapping needs two homologs, select one of a pair or both.")
            return
        self._session.do(SwapHomologs(ids=(selected[0].id, selected[1].id)))

    def _restore(self) -> None:
        left_out = tuple(c.id for c in self._session.selected if c.excluded is not None)
        if left_out:
            self._session.do(Restore(ids=left_out))
        else:
            self._session.message.emit("Nothing in the selection is left out of the count.")

    def _ask_reason(self) -> None:
        if not self._selected():
            return
        menu = QMenu(self._window)
        menu.setAccessibleName("Why it is no chromosome of this cell")
        for reason, words in NOT_A_CHROMOSOME.items():
            action = menu.addAction(words)
            action.triggered.connect(lambda checked=False, reason=reason: self.exclude(reason))
        menu.setActiveAction(menu.actions()[1])
        menu.popup(self._window.cursor().pos())

    def _step_cell(self, by: int) -> None:
        order = [cell.id for cell in self._session.cells]
        if not order or self._session.cell is None:
            return
        to = order.index(self._session.cell.id) + by
        if 0 <= to < len(order):
            self._session.open_cell(order[to])
        else:
            self._session.message.emit("This is the last cell." if by > 0 else "This is the first cell.")

    def _confirm_cell(self) -> None:
        cell = self._session.cell
        open_ones = tuple(c.id for c in cell.counting if not c.confirmed) if cell else ()
        if open_ones:
            self._session.do(Confirm(ids=open_ones))
        else:
            self._session.message.emit("Every chromosome of this cell is confirmed.")

    def _select_all(self) -> None:
        if self._session.cell is not None:
            self._session.select(c.id for c in self._session.cell.counting)

    def _step_class(self, by: int) -> None:
        cell, selected = self._session.cell, self._session.selected
        if cell is None:
            return
        present = [name for name in (*CLASSES, UNKNOWN) if cell.class_counts.get(name)]
        if not present:
            return
        at = (
            present.index(selected[0].chromosome_class)
            if selected and selected[0].counts
            else -min(by, 0) - 1
        )
        name = present[(at + by) % len(present)]
        self._session.select(c.id for c in cell.counting if c.chromosome_class == name)

    def _move(self, step: Callable[[], None]) -> None:
        """Undo or redo; a step taken back under a running analysis would be overwritten by its result."""
        cell = self._session.cell
        if cell is not None and not self._session.acts_on_case and cell.id in self._analyses.working:
            self._session.message.emit(
                "This cell is being analysed; wait until it is done, or stop it with Ctrl+. first."
            )
            return
        step()

    def _analyse(self) -> None:
        if self._session.cell is not None:
            self._analyses.analyse([self._session.cell], Urgency.NOW)

    def stain_with(self, banding: Banding) -> None:
        """Say which banding the open cell shows, and read it again with that."""
        cell = self._session.cell
        if cell is not None and not (cell.banding_stated and cell.banding is banding):
            self._session.do(
                Describe(
                    origin=cell.origin, pixel_size_um=cell.pixel_size_um, banding=banding, banding_stated=True
                )
            )
            self._analyse()
        self.refresh()

    # -- what can be done now --------------------------------------------------------------------------

    def refresh(self, *_: object) -> None:
        """Enable what can be done and name what undo and redo would do."""
        session, actions = self._session, self._actions
        cell, selected = session.cell, session.selected
        for name, label in (("undo", session.undo_label), ("redo", session.redo_label)):
            actions[name].setText(f"{name.capitalize()}: {label}" if label else name.capitalize())
        some = bool(selected)
        for name in ("turn", "exclude", "confirm"):
            actions[name].setEnabled(some)
        actions["restore"].setEnabled(any(c.excluded is not None for c in selected))
        actions["join"].setEnabled(len(selected) >= 2)
        actions["swap"].setEnabled(some)
        for name in ("grow", "shrink", "delete_outline"):
            actions[name].setEnabled(some)
        actions["clear_count"].setEnabled(bool(cell and cell.counted_points))
        for name in ("analyse", "confirm_cell", "accept", "reject", "count_only", "select_all", *_TOOLS):
            actions[name].setEnabled(cell is not None)
        for kind in MarkKind:
            self._show_mark(actions[f"mark_{kind.value}"], kind)
        for banding in BANDINGS:
            action = actions[f"banding_{banding.value.lower()}"]
            action.setEnabled(cell is not None)
            action.setChecked(cell is not None and cell.banding is banding)

    def _show_mark(self, action: QAction, kind: MarkKind) -> None:
        cell = self._session.cell
        mark = cell.marked(kind) if cell else None
        action.setEnabled(cell is not None)
        action.setChecked(mark is not None)

    def _selected(self) -> bool:
        if self._session.selection:
            return True
        self._session.message.emit("Nothing is selected, click a chromosome or press Tab.")
        return False

    def _ids(self) -> tuple[str, ...]:
        return tuple(chromosome.id for chromosome in self._session.selected)
