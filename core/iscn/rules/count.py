"""Does the number of chromosomes fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from core.iscn.ploidy import ploidy_near
from core.iscn.rules.remark import Remark, Rule, Setting, error, note
from core.iscn.tally import level_of, totals_of
from core.iscn.tree import CellLine, Karyotype


def count_fits(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """The count is the sum of autosomes, sex chromosomes, gains, losses and joined chromosomes."""
    for line, totals in zip(karyotype.lines, totals_of(karyotype), strict=True):
        if totals is None or (line.cells is not None and line.cells.composite):
            continue
        if any(line.count.low <= total <= line.count.high for total in totals):
            continue
        said = str(line.count.low) if not line.count.is_range else f"{line.count.low}~{line.count.high}"
        counted = " or ".join(str(total) for total in sorted(totals)[:4])
        yield error(line.count.at, f"the count says {said}, the changes make {counted}")


def range_is_explained(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """A range of counts belongs to a composite karyotype, or to `~` or `?` among the changes."""
    for line, totals in zip(karyotype.lines, totals_of(karyotype), strict=True):
        if not line.count.is_range or totals is None or (line.cells is not None and line.cells.composite):
            continue
        if line.count.low < min(totals) or line.count.high > max(totals):
            made = " or ".join(str(total) for total in sorted(totals)[:4])
            yield note(line.count.at, f"the changes make {made}; a wider range belongs to a composite, [cp]")


def range_runs_upwards(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """`45~48`, never `48~45`."""
    for line in karyotype.lines:
        if line.count.low > line.count.high:
            yield error(line.count.at, "a range runs from the lower to the higher number")


def composite_range_is_possible(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """A composite karyotype cannot have more chromosomes than all its gains together make."""
    for line in karyotype.lines:
        if line.cells is None or not line.cells.composite:
            continue
        if line.stemline is not None or line.incomplete:
            continue
        most = 22 * level_of(line) + len(line.sex.letters if line.sex else "") + _most_gained(line)
        if line.count.low > most:
            yield error(line.count.at, f"the gains listed make {most} chromosomes at most")


def _most_gained(line: CellLine) -> int:
    gained = 0
    for change in line.abnormalities:
        high = change.amount[1] if change.amount else 1
        if change.sign == "+" or any(name in ("X", "Y") for name in change.names):
            gained += high * change.multiplier * max(1, len(change.names))
    return gained


def ploidy_is_written(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """A count outside the range of the level that its changes are described against needs `<3n>`."""
    for line in karyotype.lines:
        if line.count.ploidy or line.stemline is not None or line.sex is None:
            continue
        near = ploidy_near(line.count.low)
        letters = line.sex.letters
        if near > 2 and letters in ("XX", "XY", "X"):
            yield note(
                line.count.at,
                f"{line.count.low} chromosomes are near {near}n; write the level, such as <{near}n>",
            )


def count_is_possible(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """A cell with fewer chromosomes than one haploid set less its autosomes is no cell."""
    for line in karyotype.lines:
        if line.count.low == 0:
            yield error(line.count.at, "a cell without chromosomes has no karyotype")
        elif setting.context == "constitutional" and line.count.high < 44:
            yield note(line.count.at, f"{line.count.high} chromosomes are not seen in a constitution")


RULES: Final[tuple[Rule, ...]] = (
    count_fits, range_is_explained, range_runs_upwards, composite_range_is_possible, ploidy_is_written,
    count_is_possible,
)  # fmt: skip
