"""A situation, the case as its rules look at it, and what they ask of a cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from core.analysis.cell_changes import Change
from core.analysis.mosaicism import is_cultured
from core.analysis.numerical import constitution_of
from core.domain.case import Case
from core.domain.ids import CellId
from core.domain.metaphase import Metaphase

_TETRAPLOID: Final = (80, 104)
_PRENATAL: Final = ("amnio", "amniotic", "villi", "cvs", "chorion", "fetal", "foetal", "prenatal", "cord")
_DIRECT: Final = ("direct", "short-term", "uncultured")


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One situation.

    `name` is what the bench calls it, `seen` what was seen in one sentence, `advice` what to do, `cells`
    those that show it.
    """

    name: str
    seen: str
    advice: str
    cells: tuple[CellId, ...] = ()

    @property
    def line(self) -> str:
        """All in one line, for a report."""
        return f"{self.name}: {self.seen} {self.advice}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A case as the rules look at it: usable cells with their changes, and all that were not rejected."""

    case: Case
    cells: tuple[Metaphase, ...]
    usable: tuple[Metaphase, ...]
    changes: dict[CellId, frozenset[Change]]

    @property
    def specimen(self) -> str:
        """Specimen and protocol in small letters."""
        return f"{self.case.specimen} {self.case.protocol.name}".casefold()

    @property
    def prenatal(self) -> bool:
        """Whether the specimen is a prenatal one."""
        return any(word in self.specimen for word in _PRENATAL)

    def where(self) -> dict[Change, list[Metaphase]]:
        """Usable cells by change."""
        found: dict[Change, list[Metaphase]] = defaultdict(list)
        for cell in self.usable:
            for change in self.changes[cell.id]:
                found[change].append(cell)
        return found


def is_tetraploid(cell: Metaphase) -> bool:
    """Whether a cell has about four sets."""
    return _TETRAPLOID[0] <= cell.count <= _TETRAPLOID[1]


def is_triploid(cell: Metaphase) -> bool:
    """About three of every class, which two cells that lie together hardly give."""
    counts = constitution_of(cell)
    return 60 <= cell.count <= 78 and sum(1 for n in range(1, 23) if counts[str(n)] == 3) >= 15


def _middles(cell: Metaphase) -> list[tuple[float, float, str, float]]:
    found = []
    for one in cell.counting:
        xmin, ymin, xmax, ymax = one.outline.box
        found.append(
            ((xmin + xmax) / 2, (ymin + ymax) / 2, one.chromosome_class, max(xmax - xmin, ymax - ymin))
        )
    return found


def paired_share(cell: Metaphase) -> float:
    """Share of chromosomes whose nearest neighbour has the same name and lies within their length."""
    middles = _middles(cell)
    if len(middles) < 2:
        return 0.0
    beside = 0
    for x, y, name, length in middles:
        away, other = min(
            ((x - u) ** 2 + (y - v) ** 2, kind) for u, v, kind, _ in middles if (u, v) != (x, y)
        )
        beside += other == name and away <= length**2
    return beside / len(middles)


def lies_apart(cell: Metaphase) -> bool:
    """Whether the chromosomes lie in two groups of at least a fourth each, with a gap between them."""
    middles = _middles(cell)
    if len(middles) < 8:
        return False
    for places in (sorted(one[0] for one in middles), sorted(one[1] for one in middles)):
        spread = places[-1] - places[0]
        fourth = len(places) // 4
        widest = max(places[k + 1] - places[k] for k in range(fourth, len(places) - fourth - 1))
        if spread > 0 and widest > 0.2 * spread:
            return True
    return False


def is_direct(cell: Metaphase) -> bool:
    """Whether a cell comes from a direct preparation."""
    return not is_cultured(cell) or any(word in (cell.origin.culture or "").casefold() for word in _DIRECT)


def ids_of(cells: Iterable[Metaphase]) -> tuple[CellId, ...]:
    """Identities of cells."""
    return tuple(cell.id for cell in cells)


def cells_in_words(cells: Sequence[Metaphase]) -> str:
    """One cell by its label, several by their number."""
    return f"Cell {cells[0].label}" if len(cells) == 1 else f"{len(cells)} cells"


def has_or_have(cells: Sequence[Metaphase]) -> str:
    """The verb after `cells_in_words`."""
    return "has" if len(cells) == 1 else "have"


def counts_in_words(cells: Sequence[Metaphase]) -> str:
    """The first counts of some cells."""
    return ", ".join(str(cell.count) for cell in cells[:6]) + (" …" if len(cells) > 6 else "")
