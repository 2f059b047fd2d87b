"""The sex chromosomes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from core.iscn.ploidy import ploidy_of
from core.iscn.rules.remark import Remark, Rule, Setting, error, note
from core.iscn.tally import level_of
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
    """The letters show what is left, `45,X,-Y`; so letters and losses together make one complement.

    `46,XX,-Y` cannot be (the Y was never there), nor `45,XX,-X` (nobody has lost one of three X).
    """
    for line in karyotype.lines:
        if line.sex is None or line.sex.constitutional or set(line.sex.letters) - set(_SEX):
            continue
        lost = [
            change
            for change in line.abnormalities
            if change.is_numerical and change.sign == "-" and change.names[0] in _SEX
        ]
        number = sum(change.multiplier for change in lost)
        changed = sum(
            change.names.count(name)
            for change in line.abnormalities
            if not change.is_numerical and not change.sign and change.kind not in ("variant", "upd", "fra")
            for name in _SEX
        )
        if lost and len(line.sex.letters) + number + changed > max(2, level_of(line)):
            left = line.sex.letters
            for change in lost:
                left = left.replace(change.names[0], "", 1)
            if changed:
                what = f"no {lost[0].names[0]} is left to lose beside the changed one"
            elif left == line.sex.letters:
                what = f"there is no {lost[0].names[0]} to lose beside {line.sex.letters}"
            else:
                what = f"the letters show what is left, such as {left or 'X'},-{lost[0].names[0]}"
            yield error(lost[0].at, what)


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
    first = karyotype.lines[0].sex.letters if karyotype.lines and karyotype.lines[0].sex else ""
    donors = any(line.donor for line in karyotype.lines)
    if (normal | {first}) >= {"XX", "XY"} and karyotype.prefix != "chi" and not donors:
        yield note(
            karyotype.lines[0].at,
            "XX and XY lines: chi for a chimaera, // for donor cells; maternal cells are not reported",
        )


RULES: Final[tuple[Rule, ...]] = (
    sex_is_given, order_of_letters, an_x_is_needed, loss_of_what_was_there, sex_loss_in_a_constitution,
    number_of_letters, undisclosed, lines_of_both_sexes,
)  # fmt: skip
