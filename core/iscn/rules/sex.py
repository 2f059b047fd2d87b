"""The sex chromosomes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from core.iscn.ploidy import ploidy_of
from core.iscn.rules.remark import Remark, Rule, Setting, error, note
from core.iscn.tree import CellLine, Karyotype

_SEX: Final = ("X", "Y")


def sex_is_given(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """Behind the count stand the sex chromosomes, or idem, sl or sdl."""
    for line in karyotype.lines:
        if line.sex is not None or line.stemline is not None:
            continue
        changed = any(name in _SEX for change in line.abnormalities for name in change.names)
        if not changed:
            yield error(line.end, "expected the sex chromosomes behind the count")


def order_of_letters(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """X is written before Y."""
    for line in karyotype.lines:
        if line.sex is not None and "YX" in line.sex.letters:
            yield error(line.sex.at, "X is written before Y")


def an_x_is_needed(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """A cell without any X does not live."""
    for line in karyotype.lines:
        if line.sex is None or set(line.sex.letters) != {"Y"} or ploidy_of(line) < 2:
            continue
        if not _names_an_x(line):
            yield error(line.sex.at, "a cell without an X does not live")


def _names_an_x(line: CellLine) -> bool:
    return any("X" in change.names for change in line.abnormalities)


def loss_of_what_was_there(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """`46,XX,-Y` cannot be: the Y was never there; and the letters show what is left, `45,X,-Y`."""
    for line in karyotype.lines:
        if line.sex is None or line.sex.constitutional:
            continue
        for change in line.abnormalities:
            if not change.is_numerical or change.sign != "-" or change.names[0] not in _SEX:
                continue
            if change.names[0] == "Y" and line.sex.letters in ("XX", "XXX"):
                yield error(change.at, "a cell with two X and no other Y has none to lose")
            elif line.sex.letters == "XY" and len(line.sex.letters) + 44 > line.count.low:
                yield error(change.at, "the letters show what is left, such as X,-Y")


def sex_loss_in_a_constitution(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """Constitutional loss or gain of X and Y is written by the letters alone: `45,X`, `47,XXY`."""
    if setting.context != "constitutional":
        return
    for line in karyotype.lines:
        for change in line.abnormalities:
            if change.is_numerical and change.names[0] in _SEX:
                yield error(
                    change.at, f"in a constitution the letters say it, without {change.sign}{change.names[0]}"
                )


def number_of_letters(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """Letters beyond what was ever seen are a slip of the keyboard."""
    for line in karyotype.lines:
        if line.sex is None:
            continue
        letters = line.sex.letters
        if len(letters) > 1 and ("?" in letters or "U" in letters):
            yield error(line.sex.at, "undisclosed or unknown sex chromosomes are written U or ?")
        elif len(letters) > 8:
            yield error(line.sex.at, f"{len(letters)} sex chromosomes are too many")


def undisclosed(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """`U` hides the sex, `?` says it is unknown; both are fine."""
    for line in karyotype.lines:
        if line.sex is not None and line.sex.letters == "U":
            yield note(line.sex.at, "the sex chromosomes are not disclosed")


def lines_of_both_sexes(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """46,XX beside 46,XY is a chimaera, a transplant or maternal cells, each written differently."""
    normal = {line.sex.letters for line in karyotype.lines if line.is_normal and line.sex}
    donors = any(line.donor for line in karyotype.lines)
    if normal >= {"XX", "XY"} and karyotype.prefix != "chi" and not donors:
        yield note(
            karyotype.lines[0].at,
            "XX and XY lines: chi for a chimaera, // for donor cells; maternal cells are not reported",
        )


RULES: Final[tuple[Rule, ...]] = (
    sex_is_given, order_of_letters, an_x_is_needed, loss_of_what_was_there, sex_loss_in_a_constitution,
    number_of_letters, undisclosed, lines_of_both_sexes,
)  # fmt: skip
