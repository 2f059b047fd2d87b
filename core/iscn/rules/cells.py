"""Numbers of cells in brackets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from core.iscn.rules.remark import Remark, Rule, Setting, error, note
from core.iscn.tree import CellLine, Karyotype


def numbers_in_tumours(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """In neoplasia the number of cells is always given."""
    if setting.context != "neoplastic":
        return
    for line in karyotype.lines:
        if line.cells is None and not line.techniques:
            yield error(line.end, "in neoplasia the number of cells stands in [ ]")


def numbers_in_constitutions(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """In a constitution the number of cells is given only with mosaicism, and then for every line."""
    if setting.context == "constitutional" and len(karyotype.lines) == 1 and karyotype.lines[0].cells:
        yield note(karyotype.lines[0].cells.at, "in a constitution cells are numbered only with mosaicism")
    if len(karyotype.lines) < 2:
        return
    numbered = [line.cells is not None or bool(line.techniques) for line in karyotype.lines]
    if all(numbered):
        return
    line = karyotype.lines[numbered.index(False)]
    if any(numbered):
        yield error(line.end, "every line has its number of cells, or none has")
    else:
        yield note(line.end, "lines are given with their numbers of cells in [ ]")


def at_least_one_cell(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """A line is seen in at least one cell, a composite one in at least two."""
    for line in karyotype.lines:
        for cells in (line.cells, *(change.cells for change in line.abnormalities)):
            if cells is None:
                continue
            if cells.high == 0:
                yield error(cells.at, "a line that was seen in no cell is not written")
            elif cells.composite and cells.high < 2:
                yield error(cells.at, "a composite karyotype needs at least two cells")
            elif cells.low > cells.high:
                yield error(cells.at, "a range runs from the lower to the higher number")


def cells_of_changes(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """Numbers behind single changes belong to composite karyotypes, and are no larger than the whole."""
    for line in karyotype.lines:
        for change in line.abnormalities:
            if change.cells is None:
                continue
            if line.cells is None or not line.cells.composite:
                yield error(
                    change.cells.at, "numbers behind single changes belong to a composite karyotype, [cp]"
                )
            elif change.cells.low > line.cells.high:
                yield error(change.cells.at, f"more cells than the {line.cells.high} of the line")


def clonal(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """A clone is two cells with the same gain or structural change, three with the same loss.

    FEATURES, "Clone". One cell may still be reported at follow-up or when another method confirms it.
    """
    if setting.context == "constitutional":
        return
    for line in karyotype.lines:
        if line.cells is None or line.cells.composite or line.donor or not line.abnormalities:
            continue
        enough = 3 if _only_losses(line) else 2
        if line.cells.low < enough and (setting.context == "neoplastic" or len(karyotype.lines) > 1):
            what = "a loss" if enough == 3 else "a change"
            yield note(
                line.cells.at,
                f"{what} in {line.cells.low} of the cells is a clone only when it is known or confirmed",
            )


def _only_losses(line: CellLine) -> bool:
    return all(change.is_numerical and change.sign == "-" for change in line.abnormalities)


RULES: Final[tuple[Rule, ...]] = (
    numbers_in_tumours, numbers_in_constitutions, at_least_one_cell, cells_of_changes, clonal,
)  # fmt: skip
