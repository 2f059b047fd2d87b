"""Situations that one cell is in by itself: broken, doubled, two in one picture, blurred.

References
----------
FEATURES, "ISCN 2024" (tetraploidy in culture, random loss).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from core.analysis.mosaicism import exact_interval
from core.analysis.situation import (
    Looked,
    Situation,
    cells_in_words,
    counts_in_words,
    has_or_have,
    ids_of,
    is_tetraploid,
    is_triploid,
    lies_apart,
    paired_share,
)

_HYPODIPLOID: Final = 40
_TWO_CELLS: Final = 58
_BLURRED: Final = 0.35
_OFTEN: Final = 0.1


def broken_cells(looked: Looked) -> Iterable[Situation]:
    """Cells with far fewer than 46 chromosomes: broken, or really hypodiploid; nobody can tell from one."""
    few = [cell for cell in looked.cells if cell.count < _HYPODIPLOID]
    if few:
        yield Situation(
            name="Few chromosomes",
            seen=f"{cells_in_words(few)} {has_or_have(few)} fewer than {_HYPODIPLOID} chromosomes"
            f" ({counts_in_words(few)}).",
            advice="Broken on the slide, or a hypodiploid line: no karyotype before a person confirmed every"
            " chromosome.",
            cells=ids_of(few),
        )


def endoreduplication(looked: Looked) -> Iterable[Situation]:
    """About 92 chromosomes that lie in pairs side by side: one cell that copied its set twice."""
    for cell in looked.cells:
        if is_tetraploid(cell) and paired_share(cell) >= 0.5:
            yield Situation(
                name="Endoreduplication",
                seen=f"Cell {cell.label}: {cell.count} chromosomes, most beside their copy.",
                advice="An artefact of culture: not a tetraploid line, leave it out of the karyotype.",
                cells=(cell.id,),
            )


def tetraploidy(looked: Looked) -> Iterable[Situation]:
    """Cells of about four sets: usual in cultured fetal cells, a finding only when there are many."""
    found = [c for c in looked.cells if is_tetraploid(c) and paired_share(c) < 0.5]
    if not found:
        return
    share = len(found) / len(looked.cells)
    low, high = exact_interval(len(found), len(looked.cells))
    told = (
        f"{cells_in_words(found)} of {len(looked.cells)} with about four sets"
        f" ({100 * low:.0f} to {100 * high:.0f} %)."
    )
    many = len(found) > 1 and share > _OFTEN
    yield Situation(
        name="Tetraploidy" if many else "Tetraploidy in culture",
        seen=told,
        advice="More than culture explains: look at a second culture and at the direct preparation."
        if many
        else "Single tetraploid cells are usual in culture and do not enter the karyotype.",
        cells=ids_of(found),
    )


def two_cells(looked: Looked) -> Iterable[Situation]:
    """More chromosomes than one set of pairs holds, too few for four sets: two cells in one picture."""
    found = [c for c in looked.cells if c.count >= _TWO_CELLS and not is_tetraploid(c) and not is_triploid(c)]
    found += [c for c in looked.cells if is_tetraploid(c) and lies_apart(c)]
    for cell in found:
        yield Situation(
            name="Two cells in one picture",
            seen=f"Cell {cell.label}: {cell.count} chromosomes"
            + (", in two groups that lie apart." if lies_apart(cell) else "."),
            advice="Leave out the chromosomes of the other cell, or reject the picture; no karyotype of both"
            " together.",
            cells=(cell.id,),
        )


def out_of_focus(looked: Looked) -> Iterable[Situation]:
    """Blurred pictures: names and structure say little."""
    blurred = [c for c in looked.cells if c.quality is not None and c.quality.focus < _BLURRED]
    if blurred:
        yield Situation(
            name="Out of focus",
            seen=f"{cells_in_words(blurred)} {'is' if len(blurred) == 1 else 'are'} blurred.",
            advice="Capture again; until then count only, and do not rely on bands.",
            cells=ids_of(blurred),
        )
