"""Where the string, the stated changes and the words of the case say different things.

One function a rule; the table of rules stands in docs/user/karyotype.md.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from core.analysis.contradictions import Contradiction, Place
from core.analysis.numerical import constitution_of, why_no_karyotype
from core.domain.case import Case, Edition
from core.domain.metaphase import Metaphase, Verdict
from core.iscn.check import check
from core.iscn.parser import IscnSyntaxError, parse_change
from core.iscn.rules import Setting
from core.iscn.tree import NUMERICAL, Abnormality, Karyotype
from core.iscn.writer import write_abnormality

Rule = Callable[[Karyotype, Case, Sequence[Metaphase]], Iterator[Contradiction]]

_CLONAL: Final = 2
_MALE: Final = re.compile(r"\b(male|boy|man|father|männlich)\b(?! pattern)", re.IGNORECASE)
_FEMALE: Final = re.compile(r"\b(female|girl|woman|mother|weiblich)\b", re.IGNORECASE)
_NORMAL: Final = re.compile(r"\b(?:normal (?:male |female )?karyotype|no abnormalit\w+)\b", re.IGNORECASE)
_CELLS: Final = re.compile(
    r"\b(\d{1,3}) (?:cells|metaphases)\b(?: were| was)? ?(?:analysed|analyzed|counted)?"
)
_TRISOMY: Final = re.compile(r"\b(tri|mono|tetra)somy (?:of (?:chromosome )?)?(\d{1,2}|X|Y)\b", re.IGNORECASE)
_CHANGE: Final = re.compile(
    r"(?<![\w(])[+?]?(?:t|del|dup|inv|ins|i|add|der|rob|dic|idic|r)\([\dXY;?]+\)(?:\([^()\s]+\))?"
)
_EDITION: Final = re.compile(r"\bISCN[ -]*(\d{4})\b")
_DOWN: Final = {"down syndrome": "+21", "edwards syndrome": "+18", "patau syndrome": "+13"}


def contradictions_of_report(
    karyotype: Karyotype, case: Case, cells: Sequence[Metaphase]
) -> tuple[Contradiction, ...]:
    """Compare a string with the changes that people stated and with the words of the case.

    Parameters
    ----------
    karyotype
        As written.
    case
        Its referral, comment and edition.
    cells
        All cells of the case; rejected ones are passed over.
    """
    usable = [cell for cell in cells if cell.verdict is not Verdict.REJECTED]
    return tuple(one for rule in RULES for one in rule(karyotype, case, usable))


def _words(case: Case) -> str:
    return case.comment


def _changes(karyotype: Karyotype) -> tuple[Abnormality, ...]:
    found: list[Abnormality] = []
    for line in karyotype.lines:
        for change in (*line.abnormalities, *(o for c in line.abnormalities for o in c.alternatives)):
            found += [change, *change.parts]
    return tuple(found)


def _same(one: Abnormality, other: Abnormality) -> bool:
    """The same rearrangement of the same chromosomes, however finely its bands are written."""
    if (one.kind, one.names) != (other.kind, other.names):
        return False
    if not one.breakpoints or not other.breakpoints:
        return True
    pairs = zip(one.breakpoints, other.breakpoints, strict=False)
    return len(one.breakpoints) == len(other.breakpoints) and all(
        len(mine) == len(theirs)
        and all(
            (a.band or "").startswith(b.band or "") or (b.band or "").startswith(a.band or "")
            for a, b in zip(mine, theirs, strict=False)
        )
        for mine, theirs in pairs
    )


def stated_and_not_written(
    karyotype: Karyotype, case: Case, cells: Sequence[Metaphase]
) -> Iterator[Contradiction]:
    """A change that people state in two cells or more stands in the string."""
    written = _changes(karyotype)
    texts = Counter(change.text for cell in cells for change in cell.changes)
    for text, number in texts.items():
        change = _read(text)
        if number < _CLONAL or change is None or any(_same(change, one) for one in written):
            continue
        showing = tuple(cell for cell in cells if cell.stated(text))
        yield Contradiction(
            text=f"{number} cells are stated to show {text}, which the string does not say",
            cells=tuple(cell.id for cell in showing),
            classes=change.names,
        )


def written_and_not_stated(
    karyotype: Karyotype, case: Case, cells: Sequence[Metaphase]
) -> Iterator[Contradiction]:
    """Where structural changes are stated at all, those of the string are stated for some cell."""
    stated = [found for cell in cells for one in cell.changes if (found := _read(one.text)) is not None]
    if not stated:
        return
    for line in karyotype.lines:
        for change in line.abnormalities:
            if change.kind in (NUMERICAL, "mar", "variant") or change.is_constitutional:
                continue
            if not any(_same(change, one) for one in stated):
                shown = write_abnormality(change).split("[")[0]
                yield Contradiction(
                    text=f"the string says {shown}, no cell is stated to show it", classes=change.names
                )


def chromosomes_of_a_stated_change(
    karyotype: Karyotype, case: Case, cells: Sequence[Metaphase]
) -> Iterator[Contradiction]:
    """A change is stated for chromosomes of the classes that it names."""
    for cell in cells:
        for stated in cell.changes:
            change = _read(stated.text)
            names = {c.chromosome_class for c in cell.counting if c.id in stated.chromosomes}
            odd = names - set(change.names) if change is not None else set()
            if odd:
                shown = ", ".join(sorted(odd))
                yield Contradiction(
                    text=f"cell {cell.label}: {stated.text} is stated for a chromosome named {shown}",
                    cells=(cell.id,), classes=tuple(sorted(odd)),
                )  # fmt: skip


def words_name_a_gain(
    karyotype: Karyotype, case: Case, cells: Sequence[Metaphase]
) -> Iterator[Contradiction]:
    """`trisomy 18` in the text is +18 in the string."""
    text = _words(case)
    if "?" in text or not karyotype.lines:
        return
    written = {f"{c.sign}{c.names[0]}" for c in _changes(karyotype) if c.is_numerical}
    letters = {line.sex.letters for line in karyotype.lines if line.sex}
    for found in _TRISOMY.finditer(text):
        kind, name = found.group(1).lower(), found.group(2).upper()
        asked = f"{'-' if kind == 'mono' else '+'}{name}"
        if name in "XY":
            fits = any(one.count(name) == {"mono": 1, "tri": 3, "tetra": 4}[kind] for one in letters)
        else:
            # An extra long arm, as in rob(14;21),+21 or i(21)(q10), is a trisomy too.
            fits = asked in written or any(
                c.kind in ("rob", "der", "i") and name in c.names for c in _changes(karyotype)
            )
        if not fits and not _denied(text, found.start()):
            yield Contradiction(
                text=f"the text says {found.group()}, the string {_said(written)}", classes=(name,),
                place=Place.COMMENT, words=found.group(),
            )  # fmt: skip
    for words, asked in _DOWN.items():
        if words in text.lower() and asked not in written and not _denied(text, text.lower().index(words)):
            name = asked[1:]
            if not any(name in c.names and c.kind in ("rob", "der", "i") for c in _changes(karyotype)):
                yield Contradiction(
                    text=f"the text says {words.capitalize()}, the string {_said(written)}", classes=(name,),
                    place=Place.COMMENT, words=words,
                )  # fmt: skip


def words_name_a_change(
    karyotype: Karyotype, case: Case, cells: Sequence[Metaphase]
) -> Iterator[Contradiction]:
    """A change that the text writes in ISCN stands in the string."""
    written = _changes(karyotype)
    for found in _CHANGE.finditer(_words(case)):
        change = _read(found.group())
        told = change is not None and any(_same(change, one) for one in written)
        if change is not None and not told and not _denied(_words(case), found.start()):
            yield Contradiction(
                text=f"the text says {found.group()}, the string does not", classes=change.names,
                place=Place.COMMENT, words=found.group(),
            )  # fmt: skip


def words_name_the_sex(
    karyotype: Karyotype, case: Case, cells: Sequence[Metaphase]
) -> Iterator[Contradiction]:
    """`male` and `female` in the text go with a Y or none in the string."""
    own = [line for line in karyotype.lines if not line.donor and line.sex is not None]
    letters = {line.sex.letters for line in own if line.sex}
    if not letters or any(set(one) - {"X", "Y"} for one in letters):
        return
    has_y = any("Y" in one for one in letters) or any("Y" in c.names for c in _changes(karyotype))
    male, female = _MALE.search(_words(case)), _FEMALE.search(_words(case))
    if male and not female and not has_y:
        yield Contradiction(
            text=f"the text says {male.group()}, the string has no Y", classes=("Y",),
            place=Place.COMMENT, words=male.group(),
        )  # fmt: skip
    if female and not male and has_y:
        yield Contradiction(
            text=f"the text says {female.group()}, the string has a Y", classes=("Y",),
            place=Place.COMMENT, words=female.group(),
        )  # fmt: skip


def words_say_normal(karyotype: Karyotype, case: Case, cells: Sequence[Metaphase]) -> Iterator[Contradiction]:
    """`normal karyotype` in the text, an abnormal string."""
    found = _NORMAL.search(_words(case))
    if found and any(not line.is_normal for line in karyotype.lines):
        yield Contradiction(
            text=f"the text says {found.group()}, the string does not",
            place=Place.COMMENT, words=found.group(),
        )  # fmt: skip


def words_count_the_cells(
    karyotype: Karyotype, case: Case, cells: Sequence[Metaphase]
) -> Iterator[Contradiction]:
    """A number of cells in the text is that of the string."""
    numbers = [line.cells for line in karyotype.lines]
    if not numbers or any(number is None or number.low != number.high for number in numbers):
        return
    total = sum(number.high for number in numbers if number is not None)
    each = {number.high for number in numbers if number is not None}
    for found in _CELLS.finditer(_words(case)):
        if int(found.group(1)) not in each | {total}:
            words = found.group().strip()
            yield Contradiction(
                text=f"the text says {words}, the string {total} in all", place=Place.COMMENT, words=words
            )


def words_name_the_edition(
    karyotype: Karyotype, case: Case, cells: Sequence[Metaphase]
) -> Iterator[Contradiction]:
    """The edition in the text is that of the case, and the string is right by it."""
    for found in _EDITION.finditer(_words(case)):
        if found.group(1) != case.edition.value:
            yield Contradiction(
                text=f"the text says ISCN {found.group(1)}, the case is written by ISCN {case.edition.value}",
                place=Place.COMMENT, words=found.group(),
            )  # fmt: skip
    if case.edition is Edition.OF_2020:
        for remark in check(karyotype, Setting(edition=2020)):
            if "came with ISCN 2024" in remark.what:
                yield Contradiction(text=remark.what, place=Place.EDITION)


def sex_of_the_pictures(
    karyotype: Karyotype, case: Case, cells: Sequence[Metaphase]
) -> Iterator[Contradiction]:
    """A Y in most cells and none in the string, or the other way round: perhaps another patient's cells."""
    usable = [cell for cell in cells if why_no_karyotype(cell) is None]
    letters = {line.sex.letters for line in karyotype.lines if line.sex}
    if len(usable) < _CLONAL or not letters or any(set(one) - {"X", "Y"} for one in letters):
        return
    named = any("Y" in one for one in letters) or any("Y" in c.names for c in _changes(karyotype))
    with_y = tuple(cell.id for cell in usable if constitution_of(cell)["Y"] > 0)
    if 2 * len(with_y) > len(usable) and not named:
        yield Contradiction(
            text=f"{len(with_y)} of {len(usable)} cells have a Y, the string has none: is it this patient?",
            cells=with_y, classes=("Y",),
        )  # fmt: skip
    elif named and not with_y:
        yield Contradiction(
            text="the string has a Y, no cell shows one: is it this patient?",
            cells=tuple(cell.id for cell in usable), classes=("X",),
        )  # fmt: skip


def _denied(text: str, at: int) -> bool:
    """Whether `no`, `not` or `excluded` stands shortly before."""
    return bool(re.search(r"\b(no|not|without|excludes?|excluded|exclude)\b[^.]{0,24}$", text[:at], re.I))


def _said(written: set[str]) -> str:
    return f"says {', '.join(sorted(written))}" if written else "does not"


@lru_cache(maxsize=256)
def _read(text: str) -> Abnormality | None:
    try:
        return parse_change(text)
    except IscnSyntaxError:
        return None


RULES: Final[tuple[Rule, ...]] = (
    stated_and_not_written, written_and_not_stated, chromosomes_of_a_stated_change, sex_of_the_pictures,
    words_name_a_gain, words_name_a_change, words_name_the_sex, words_say_normal, words_count_the_cells,
    words_name_the_edition,
)  # fmt: skip
