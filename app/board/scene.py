"""The board as a scene: slots and chromosomes of the open cell, only what changed is painted anew."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGraphicsScene

from app.board.annotation_item import AnnotationItem
from app.board.chromosome_item import ChromosomeItem
from app.board.dropping import Target, target_in
from app.board.idiogram_item import GroupItem, IdiogramItem
from app.board.layout import MEASURES, OUT_SLOT, TRAYS, BoardLayout, lay_out
from app.board.slot_item import Offer, SlotItem
from app.board.upright import UprightPictures
from app.board.words import unusual_counts
from core.domain.annotation import AnnotationId
from core.domain.ids import ChromosomeId
from core.domain.karyogram import annotations_of
from core.domain.metaphase import Metaphase
from core.report.karyogram_style import KaryogramStyle

PAPER = QColor("#ffffff")
_REACH = 4.0


class BoardScene(QGraphicsScene):
    """Items of one cell. It knows nothing of the session: the view tells it what to show."""

    def __init__(self) -> None:
        super().__init__()
        self.setBackgroundBrush(PAPER)
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.pictures = UprightPictures()
        self._cell: Metaphase | None = None
        self._layout: BoardLayout | None = None
        self._space = (600.0, 400.0)
        self._slots: list[SlotItem] = []
        self._items: dict[ChromosomeId, ChromosomeItem] = {}
        self._annotations: dict[AnnotationId, AnnotationItem] = {}
        self._idiograms: list[IdiogramItem] = []
        self._groups: list[GroupItem] = []
        self._style = KaryogramStyle()
        self._is_bare = False
        self._selection: frozenset[ChromosomeId] = frozenset()
        self._hover: ChromosomeId | None = None

    # -- state -----------------------------------------------------------------------------------------

    @property
    def layout(self) -> BoardLayout | None:
        """Where everything stands; None without a cell."""
        return self._layout

    @property
    def slots(self) -> tuple[SlotItem, ...]:
        """Slots and trays in the order of reading."""
        return tuple(self._slots)

    def item_of(self, chromosome_id: ChromosomeId) -> ChromosomeItem | None:
        """Item of a chromosome; None when it is not on the board."""
        return self._items.get(chromosome_id)

    @property
    def middles(self) -> dict[ChromosomeId, QPointF]:
        """Middle of each chromosome."""
        return {chromosome_id: item.body_area.center() for chromosome_id, item in self._items.items()}

    def show_cell(self, cell: Metaphase | None, picture: NDArray[np.generic] | None) -> None:
        """Take the state of a cell; without a picture nothing is shown."""
        self._cell = cell if picture is not None else None
        self.pictures.show(cell, picture)
        self._arrange()

    def show_style(self, style: KaryogramStyle) -> None:
        """Take another template, alignment or idiograms."""
        if style != self._style:
            self._style = style
            self._arrange()

    def fit_into(self, width: float, height: float) -> None:
        """Take another space; everything is arranged anew."""
        if (width, height) != self._space:
            self._space = (width, height)
            self._arrange()

    def light(self, selection: frozenset[ChromosomeId], hover: ChromosomeId | None) -> None:
        """Show selection and hover."""
        changed = (self._selection ^ selection) | ({self._hover, hover} if hover != self._hover else set())
        self._selection, self._hover = selection, hover
        for chromosome_id in changed:
            item = self._items.get(chromosome_id) if chromosome_id is not None else None
            if item is not None:
                item.light(selected=chromosome_id in selection, hovered=chromosome_id == hover)

    def bare(self, bare: bool) -> None:
        """Leave rings and checks away, or show them again."""
        self._is_bare = bare
        for item in self._items.values():
            item.bare(bare)
        for annotation in self._annotations.values():
            annotation.setVisible(not bare)

    def preview(self, ids: frozenset[ChromosomeId], offset: QPointF, degrees: float) -> None:
        """Show chromosomes moved and turned, with what is drawn on them, before that is done."""
        for chromosome_id in ids:
            item = self._items.get(chromosome_id)
            if item is not None:
                item.preview(offset, degrees)
        for annotation in self._annotations.values():
            if annotation.owner.id in ids:
                annotation.follow()

    @property
    def annotations(self) -> dict[AnnotationId, AnnotationItem]:
        """Everything drawn on the chromosomes."""
        return dict(self._annotations)

    @property
    def idiograms(self) -> tuple[IdiogramItem, ...]:
        """Idiograms in the order of their slots."""
        return tuple(self._idiograms)

    # -- finding ---------------------------------------------------------------------------------------

    def chromosome_at(self, point: QPointF) -> ChromosomeId | None:
        """Chromosome at a point, the nearest where several are within reach."""
        found: list[tuple[float, ChromosomeId]] = []
        for chromosome_id, item in self._items.items():
            area = item.body_area.adjusted(-_REACH, -_REACH, _REACH, _REACH)
            if area.contains(point):
                away = area.center() - point
                found.append((abs(away.x()) / area.width() + abs(away.y()) / area.height(), chromosome_id))
        return min(found)[1] if found else None

    def chromosomes_in(self, area: QRectF) -> frozenset[ChromosomeId]:
        """Chromosomes that a rectangle touches at their middle."""
        return frozenset(i for i, item in self._items.items() if area.contains(item.body_area.center()))

    def nearest_chromosome(self, point: QPointF) -> ChromosomeId | None:
        """Chromosome that a mark at a point means: the one there, else the nearest."""
        there = self.chromosome_at(point)
        if there is not None or not self._items:
            return there

        def away(item: ChromosomeItem) -> float:
            area = item.body_area
            dx = max(area.left() - point.x(), 0.0, point.x() - area.right())
            dy = max(area.top() - point.y(), 0.0, point.y() - area.bottom())
            return dx * dx + dy * dy

        return min(self._items.values(), key=away).id

    def annotation_at(self, point: QPointF, reach: float) -> AnnotationItem | None:
        """Annotation at a point, the uppermost where several are."""
        for item in reversed(self._annotations.values()):
            if item.isVisible() and item.is_at(point, reach):
                return item
        return None

    def band_at(self, point: QPointF) -> str:
        """Band of an idiogram at a point; empty for none."""
        return next((band for item in self._idiograms if (band := item.band_at(point))), "")

    def label_at(self, point: QPointF) -> SlotItem | None:
        """Slot whose line or label is at a point."""
        return next((slot for slot in self._slots if slot.place.line.contains(point)), None)

    def slot_at(self, point: QPointF) -> SlotItem | None:
        """Slot that a drop at a point means: the one there, else the nearest in that row."""
        inside = [slot for slot in self._slots if slot.place.area.contains(point)]
        if inside:
            return inside[0]
        row = [s for s in self._slots if s.place.area.top() <= point.y() <= s.place.area.bottom()]
        near = [(abs(s.place.area.center().x() - point.x()) - s.place.area.width() / 2, s) for s in row]
        closest = min(near, key=lambda entry: entry[0], default=None)
        return closest[1] if closest is not None and closest[0] < 24 else None

    def target_at(self, point: QPointF, carried: tuple[ChromosomeId, ...]) -> Target | None:
        """Place that a drop at a point means; None outside all slots."""
        slot = self.slot_at(point)
        if slot is None:
            return None
        middles = {member: self._items[member].body_area.center().x() for member in slot.place.members}
        return target_in(slot.place, point.x(), carried, middles)

    def offer(self, target: Target | None, *, carrying: bool, forbidden: bool = False) -> None:
        """Show where one may drop, where one would, and where one may not."""
        for slot in self._slots:
            if target is not None and slot.place.name == target.slot and forbidden:
                slot.show_offer(Offer.FORBIDDEN)
            elif target is not None and slot.place.name == target.slot:
                marked = target.mark if slot.place.name not in TRAYS else None
                slot.show_offer(Offer.HERE, marked)
            else:
                slot.show_offer(Offer.POSSIBLE if carrying else Offer.NONE)

    # -- arranging -------------------------------------------------------------------------------------

    def _arrange(self) -> None:
        cell = self._cell
        if cell is None or not cell.chromosomes:
            self._layout = None
            self._drop_items(set())
            for slot in self._slots:
                self.removeItem(slot)
            self._slots = []
            self._show_idiograms(None, cell)
            self._show_annotations(cell)
            return
        layout = lay_out(cell, self.pictures.bodies, *self._space, style=self._style)
        self._layout = layout
        self.setSceneRect(0, 0, layout.width, layout.height)
        self._show_slots(cell, layout)
        self._drop_items(set(layout.stands))
        for chromosome in cell.chromosomes:
            stand, picture = layout.stands.get(chromosome.id), self.pictures.get(chromosome.id)
            if stand is None or picture is None:
                continue
            item = self._items.get(chromosome.id)
            if item is None:
                item = ChromosomeItem(chromosome, picture)
                self._items[chromosome.id] = item
                self.addItem(item)
                item.light(selected=chromosome.id in self._selection, hovered=chromosome.id == self._hover)
            else:
                item.show_chromosome(chromosome, picture)
            item.stand(stand)
        self._show_idiograms(layout, cell)
        self._show_annotations(cell)

    def _show_annotations(self, cell: Metaphase | None) -> None:
        shown = annotations_of(cell) if cell is not None and self._style.annotations else {}
        wanted = {
            annotation.id: (annotation, self._items[owner])
            for owner, those in shown.items()
            if owner in self._items
            for annotation in those
        }
        for gone in set(self._annotations) - set(wanted):
            self.removeItem(self._annotations.pop(gone))
        for name, (annotation, owner) in wanted.items():
            item = self._annotations.get(name)
            if item is None:
                item = AnnotationItem(annotation, owner)
                item.setVisible(not self._is_bare)
                self._annotations[name] = item
                self.addItem(item)
            else:
                item.show_annotation(annotation, owner)

    def _show_idiograms(self, layout: BoardLayout | None, cell: Metaphase | None) -> None:
        wanted = [slot.idiogram for slot in layout.slots if slot.idiogram is not None] if layout else []
        while len(self._idiograms) > len(wanted):
            self.removeItem(self._idiograms.pop())
        level = self._style.level_for(cell) if cell is not None else 550
        for at, idiogram in enumerate(wanted):
            if at == len(self._idiograms):
                self._idiograms.append(IdiogramItem(idiogram, level))
                self.addItem(self._idiograms[at])
            self._idiograms[at].show_idiogram(idiogram, level)
        for group in self._groups:
            self.removeItem(group)
        self._groups = [GroupItem(mark, MEASURES.group_label) for mark in layout.groups] if layout else []
        for group in self._groups:
            self.addItem(group)

    def _show_slots(self, cell: Metaphase, layout: BoardLayout) -> None:
        unusual = unusual_counts(cell)
        left_out = Counter(thing.reason.value.replace("_", " ") for thing in cell.excluded)
        note = ", ".join(f"{number} {reason}" for reason, number in left_out.most_common())
        while len(self._slots) > len(layout.slots):
            self.removeItem(self._slots.pop())
        for at, place in enumerate(layout.slots):
            if at == len(self._slots):
                self._slots.append(SlotItem(place))
                self.addItem(self._slots[at])
            own_note = f"+ {sum(left_out.values())} in the picture" if place.name == OUT_SLOT and note else ""
            self._slots[at].show_place(place, unusual.get(place.name), own_note)
            self._slots[at].setToolTip(f"Left out by the program: {note}" if own_note else "")

    def _drop_items(self, staying: set[ChromosomeId]) -> None:
        for chromosome_id in set(self._items) - staying:
            self.removeItem(self._items.pop(chromosome_id))
