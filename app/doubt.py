"""The order in which chromosomes are worth a look."""

from __future__ import annotations

from core.domain.chromosome import Chromosome
from core.domain.ids import ChromosomeId
from core.domain.metaphase import Metaphase

WORTH_A_LOOK = 0.02
"""Below this doubt a look costs more than it finds; such a chromosome is never visited by Tab."""

_Place = tuple[float, str]


class DoubtOrder:
    """Walks a cell from the most doubtful chromosome down, and back.

    It remembers where it is by doubt, not by chromosome: what is confirmed on the way leaves the order,
    and the next step still goes on from there.
    """

    def __init__(self) -> None:
        self._at: _Place | None = None
        self._last: ChromosomeId | None = None

    def step(
        self, cell: Metaphase, selection: frozenset[ChromosomeId], *, forward: bool
    ) -> Chromosome | None:
        """Return the next (or previous) doubtful chromosome; None when nothing is doubtful.

        Parameters
        ----------
        selection
            When it is one chromosome that is still doubtful, the walk goes on from that one.
        """
        places = _ordered(cell)
        if not places:
            self._at = None
            return None
        if len(selection) == 1:
            (selected,) = selection
            known = next((place for place, c in places if c.id == selected), None)
            if known is not None:
                self._at = known
            elif selected != self._last:
                self._at = None
        if self._at is None:
            chosen = places[0] if forward else places[-1]
        elif forward:
            chosen = next((entry for entry in places if entry[0] > self._at), places[0])
        else:
            chosen = next((entry for entry in reversed(places) if entry[0] < self._at), places[-1])
        self._at, self._last = chosen[0], chosen[1].id
        return chosen[1]


def doubtful(cell: Metaphase) -> tuple[Chromosome, ...]:
    """Chromosomes worth a look, the most doubtful first."""
    return tuple(chromosome for _, chromosome in _ordered(cell))


def _ordered(cell: Metaphase) -> list[tuple[_Place, Chromosome]]:
    found = [((-c.doubt, c.id), c) for c in cell.chromosomes if c.doubt > WORTH_A_LOOK]
    return sorted(found, key=lambda entry: entry[0])
