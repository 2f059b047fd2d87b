"""What the keys and menus of the karyogram do."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.actions import Actions
from app.board.view import BoardView
from app.session import CaseSession
from core.domain.annotation import AnnotationKind
from core.domain.chromosome import Chromosome, ObjectType
from core.editing.operations import SetKind, ShowMirrored, ShowStraight, StandAsCaptured

_PENS = {
    "draw_arrow": AnnotationKind.ARROW, "draw_text": AnnotationKind.TEXT,
    "draw_circle": AnnotationKind.CIRCLE, "draw_box": AnnotationKind.BOX,
}  # fmt: skip
_KINDS = {
    "kind_normal": ObjectType.NORMAL, "kind_derivative": ObjectType.DERIVATIVE,
    "kind_ring": ObjectType.RING, "kind_dicentric": ObjectType.DICENTRIC,
    "kind_fragment": ObjectType.ACENTRIC_FRAGMENT, "kind_marker": ObjectType.MARKER,
    "kind_dmin": ObjectType.DMIN,
}  # fmt: skip
_NEEDS_SELECTION = ("mirror", "straight", "rotate_left", "rotate_right", *_KINDS)
_STEP = 1.0


class BoardCommands(QObject):
    """Connects the actions of the karyogram to the board and the open cell."""

    def __init__(self, session: CaseSession, actions: Actions, view: BoardView) -> None:
        super().__init__(view)
        self._session, self._actions, self._view = session, actions, view
        choices = view.choices
        for name, call in (
            ("rotate_left", lambda: view.rotate(session.selection, -_STEP)),
            ("rotate_right", lambda: view.rotate(session.selection, _STEP)),
            ("mirror", self._mirror), ("straight", self._straight), ("straight_all", self._straight_all),
            ("stand_as_captured", self._back), ("loupe", view.toggle_loupe),
            ("align_centromeres", lambda: choices.choose(alignment="centromere")),
            ("align_baseline", lambda: choices.choose(alignment="baseline")),
        ):  # fmt: skip
            actions[name].triggered.connect(lambda checked=False, call=call: call())
        actions["idiograms"].triggered.connect(lambda on: choices.choose(idiograms=on))
        actions["print_idiograms"].triggered.connect(lambda on: choices.choose(print_idiograms=on))
        for name, kind in _PENS.items():
            actions[name].triggered.connect(lambda on, kind=kind: view.take_pen(kind if on else None))
        for name, kind in _KINDS.items():
            actions[name].triggered.connect(lambda checked=False, kind=kind: self._call_kind(kind))
        choices.changed.connect(self.refresh)
        view.pen.changed.connect(self.refresh)
        for signal in (session.selection_changed, session.cell_opened, session.cell_changed):
            signal.connect(self.refresh)
        self.refresh()

    def _mirror(self) -> None:
        chosen = self._chosen()
        if chosen:
            on = not all(c.mirrored for c in chosen)
            self._session.do(ShowMirrored(ids=tuple(c.id for c in chosen), mirrored=on))

    def _straight(self) -> None:
        chosen = self._chosen()
        if chosen:
            on = not all(c.straightened for c in chosen)
            self._session.do(ShowStraight(ids=tuple(c.id for c in chosen), straightened=on))

    def _straight_all(self) -> None:
        cell = self._session.cell
        shown = [c for c in cell.chromosomes if c.excluded is None] if cell else []
        if not shown:
            self._session.message.emit("There is no karyogram yet, open an analysed cell.")
            return
        on = not all(c.straightened for c in shown)
        self._session.do(ShowStraight(ids=tuple(c.id for c in shown), straightened=on))

    def _back(self) -> None:
        chosen = [c for c in self._session.selected if _stands_otherwise(c)]
        if chosen:
            self._session.do(StandAsCaptured(ids=tuple(c.id for c in chosen)))
        else:
            self._session.message.emit("The selection stands as captured.")

    def _call_kind(self, kind: ObjectType) -> None:
        chosen = self._chosen()
        if chosen:
            self._session.do(SetKind(ids=tuple(c.id for c in chosen), object_type=kind))

    def _chosen(self) -> tuple[Chromosome, ...]:
        self._view.tweak.flush()
        if not self._session.selected:
            self._session.message.emit("Nothing is selected, click a chromosome or press Tab.")
        return self._session.selected

    def refresh(self, *_: object) -> None:
        """Check and enable what fits."""
        actions, session, kept = self._actions, self._session, self._view.choices.kept
        actions["idiograms"].setChecked(kept.idiograms)
        actions["print_idiograms"].setChecked(kept.print_idiograms)
        actions["align_centromeres"].setChecked(kept.alignment == "centromere")
        actions["align_baseline"].setChecked(kept.alignment == "baseline")
        for name, kind in _PENS.items():
            actions[name].setChecked(self._view.pen.kind is kind)
            actions[name].setEnabled(session.cell is not None)
        some = bool(session.selection)
        for name in _NEEDS_SELECTION:
            actions[name].setEnabled(some)
        actions["stand_as_captured"].setEnabled(any(_stands_otherwise(c) for c in session.selected))
        actions["straight_all"].setEnabled(session.cell is not None)
        actions["loupe"].setEnabled(session.cell is not None)


def _stands_otherwise(chromosome: Chromosome) -> bool:
    return bool(chromosome.turned or chromosome.mirrored or chromosome.straightened or any(chromosome.nudged))
