"""Repairs of strings that cannot be read: spaces, case, brackets, separators, slips in names."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from typing import Final

TextRepair = Callable[[str], str]

_KINDS: Final = (
    "t", "del", "dup", "inv", "ins", "i", "r", "der", "rob", "add", "dic", "idic", "ider", "rec", "trp",
    "trc", "qdp", "hsr", "fis", "fra", "tas", "upd", "neo", "cth",
)  # fmt: skip
_ALONE: Final = ("mar", "dmin", "ace", "idem", "sl", "sdl", "inc", "mos", "chi")
_WORDS: Final = (*_KINDS, *_ALONE)
_MEANT: Final = {
    "trans": "t", "tr": "t", "translocation": "t", "rcp": "t", "deletion": "del", "duplication": "dup",
    "inversion": "inv", "insertion": "ins", "iso": "i", "isochromosome": "i", "ring": "r", "marker": "mar",
    "robertsonian": "rob", "derivative": "der", "dicentric": "dic", "mosaic": "mos", "mo": "mos",
    "dm": "dmin", "dms": "dmin", "de": "del", "mark": "mar",
}  # fmt: skip


_SEX_PLACES: Final = (
    r"(?<=\d,)[xy]{1,6}", r"(?<=\d)[xy]{1,6}(?=[,\[/+\-]|$)", r"(?<=[(;+\-−])[xy](?=[;),\[/pq?]|$)",
)  # fmt: skip


def plain_signs(text: str) -> str:
    """Replace full-width and look-alike characters by the ones of the keyboard."""
    table = str.maketrans(
        {
            "，": ",", "；": ";", "（": "(", "）": ")", "［": "[", "］": "]", "＋": "+", "－": "-", "／": "/",
            "∕": "/", "⁄": "/", "—": "-", "‐": "-", "‑": "-", "∼": "~", "～": "~", "˜": "~", "∙": ".",
            "·": ".", "{": "(", "}": ")", "\u00a0": " ", "\u200b": None, "\ufeff": None, "Х": "X", "х": "x",
            "У": "Y", "_": "", "*": "x", '"': None, "'": None, "`": None, "“": None, "”": None,
        }
    )  # fmt: skip
    return text.translate(table)


def without_spaces(text: str) -> str:
    """Take out spaces, except the few that belong."""
    joined = re.sub(r"\s+", "", text)
    joined = re.sub(r"^(mos|chi)\.?(?=\d)", r"\1 ", joined, flags=re.IGNORECASE)
    joined = re.sub(r"(?<=[,+\-])(psu|inv|dir)(?=(?:dic|idic|dup|ins|trp)\()", r"\1 ", joined)
    joined = re.sub(r"nucish", "nuc ish", joined)
    joined = re.sub(r"\.(ish)(?=[a-z(])", r".\1 ", joined)
    return re.sub(r"(?<=[)\d])or(?=[a-z+\-])", " or ", joined)


def right_case(text: str) -> str:
    """X and Y large, everything else small."""
    small = text.lower()
    for place in _SEX_PLACES:
        small = re.sub(place, lambda found: found.group().upper(), small)
    return small


def sex_as_seen(text: str) -> str:
    """`XO` and `X0` are X; the count is followed by a comma."""
    text = re.sub(r"(?<=[,\d])X[O0o](?=[,\[/]|$)", "X", text)
    text = re.sub(r"(^|/| )(\d{2,3})\s*[;.:]?\s*([XY]{1,5}c?)(?=[,;.:\[/+\-]|$)", r"\1\2,\3", text)
    return re.sub(r"(?<=[XY])[;.:](?=[+\-a-z])", ",", text)


def commas_between_changes(text: str) -> str:
    """Put the missing comma before a sign or behind a closed change."""
    text = re.sub(r"(?<=[XYc])(?=[+\-](?:\d|[XYa-z]))", ",", text)
    text = re.sub(r"(?<=[\d)])(?=[+](?:\d|[XYa-z?]))", ",", text)
    text = re.sub(r"(?<=\))(?=-(?:\d|[XY]))", ",", text)
    text = re.sub(r"(?<=[XYc])(?=[a-z]{1,4}\()", ",", text)
    text = re.sub(r"(?<=\d)(?=(?:t|del|inv|add|der|dup|ins|i)\((?:\d|[XY]))", ",", text)
    return re.sub(r"(?<=\));(?=[+\-a-z])", ",", text)


def no_stray_commas(text: str) -> str:
    """Double, leading and trailing separators go."""
    text = re.sub(r",{2,}", ",", text)
    text = re.sub(r",(?=[\[/]|$)", "", text)
    text = re.sub(r";{2,}", ";", text)
    text = re.sub(r"([(]);|;(?=\))", r"\1", text)
    return text.strip(" ,;./")


def semicolons_inside(text: str) -> str:
    """Inside parentheses chromosomes and bands are parted by semicolons: `t(9,22)(q34,q11.2)`."""

    def inner(found: re.Match[str]) -> str:
        return re.sub(r"[,:/]", ";", found.group())

    return re.sub(r"\([^()]*\)", inner, text)


def sign_in_front(text: str) -> str:
    """`21+` is `+21`; a bare chromosome is taken as gained when the count says so."""
    text = re.sub(r"(?<=,)(\d{1,2}|[XY]|mar|r)([+\-−])(?=[,\[/]|$)", r"\2\1", text)
    more = re.match(r"(?:mos |chi )?(4[7-9])", text)
    less = re.match(r"(?:mos |chi )?(4[45])", text)
    sign = "+" if more else "-" if less else ""
    return re.sub(r"(?<=,)(\d{1,2}|mar)(?=[,\[/]|$)", rf"{sign}\1", text) if sign else text


_BAND: Final = r"[pq](?:ter|\d{1,2}(?:\.\d+)?)"


def bands_in_parentheses(text: str) -> str:
    """`del(5q31)`, `del(5)q31`, `del5q31`, `t(9q34;22q11.2)`, `i(17q)`, `t(9;22)(q34)(q11.2)`."""
    text = re.sub(rf"([a-z])\((\d+|[XY])({_BAND}(?:{_BAND})?)\)(?!\()", r"\1(\2)(\3)", text)
    text = re.sub(rf"t\((\d+|[XY])({_BAND});(\d+|[XY])({_BAND})\)", r"t(\1;\3)(\2;\4)", text)
    text = re.sub(rf"(\((?:\d+|[XY])\))({_BAND}(?:{_BAND})?)(?!\))", r"\1(\2)", text)
    text = re.sub(r"\bi\((\d+|[XY])([pq])\)", r"i(\1)(\g<2>10)", text)
    text = re.sub(r"\bi(?:so)?\(?(\d+|[XY])\)?([pq])(?=[,\[/]|$)", r"i(\1)(\g<2>10)", text)
    text = re.sub(rf"\b(del|inv|dup|add)(\d+|[XY])\(?({_BAND}(?:{_BAND})?)\)?", r"\1(\2)(\3)", text)
    text = re.sub(rf"(\((?:\d+|[XY]);(?:\d+|[XY])\))\(({_BAND})\)\(({_BAND})\)", r"\1(\2;\3)", text)
    return re.sub(r"\b(t|der|rob)(\d+|[XY])[;,](\d+|[XY])\(", r"\1(\2;\3)(", text)


def dots_in_bands(text: str) -> str:
    """`q112` is q11.2; `34.1` in bands lacks its arm and stays."""
    text = re.sub(r"([pq]\d\d)(\d{1,3})(?=[pq;)~])", r"\1.\2", text)
    return re.sub(r"([pq]\d\d),(\d{1,3})(?=[pq;)~])", r"\1.\2", text)


def arms_of_bands(text: str) -> str:
    """`del(5)(13q33)` lacks the arm of its first band, `del(5)(q13-33)` the one of its second."""
    return re.sub(r"(?<=\)\()(\d\d(?:\.\d+)?)(?=([pq])\d)", r"\2\1", text)


def closed_parentheses(text: str) -> str:
    """Close what was opened: `t(9;22)(q34;q11.2`, `t(9;22(q34;q11.2)`, `[20`."""
    text = re.sub(rf"(\((?:\d+|[XY])(?:;(?:\d+|[XY]))*)\((?={_BAND})", r"\1)(", text)
    text = re.sub(rf"(\((?:\d+|[XY])(?:;(?:\d+|[XY]))*)(?=;?{_BAND}[^()]*\))", r"\1)(", text)
    text = re.sub(rf"(\({_BAND}(?:;?{_BAND})*)(?=[,\[/]|$)", r"\1)", text)
    text = re.sub(r"\)\)+", ")", text)
    text = re.sub(r"\(\(+", "(", text)
    text = re.sub(r"(\[(?:cp)?\d+)(?=/|$|\))\)?", r"\1]", text)
    return re.sub(r"\[(?:cp)?\d+\)", lambda found: found.group()[:-1] + "]", text)


def brackets_for_cells(text: str) -> str:
    """Numbers of cells stand in square brackets: `46,XX(20)`, `[n=20]`, `[20 cells]`, `[20cp]`, `cp[20]`."""
    text = re.sub(r"(?<=[XYc)\d])\((?:n=)?(\d+)\)(?=/|$)", r"[\1]", text)
    text = re.sub(r"\[(?:n=)?\s*(\d+)\s*(?:cells?)?\]", r"[\1]", text)
    text = re.sub(r"\[(\d+)cp\]", r"[cp\1]", text)
    text = re.sub(r"cp\[(\d+)\]", r"[cp\1]", text)
    return re.sub(r"\[(\d+)[/%]\d*\]", r"[\1]", text)


def tilde_for_ranges(text: str) -> str:
    """Ranges are written with ~: `45-48,XX`, `q21-q24`, `q21-24`; two breakpoints stand side by side."""
    text = re.sub(rf"((?:del|dup|inv|trp|qdp)\((?:\d+|[XY])\)\({_BAND})[-→]>?({_BAND}\))", r"\1\2", text)
    text = re.sub(r"^(\d{2,3})-(\d{2,3})(?=[,<])", r"\1~\2", text)
    return re.sub(r"([pq]\d{1,2}(?:\.\d+)?)-(?=[pq]?\d)", r"\1~", text)


def separators_of_lines(text: str) -> str:
    """Lines are parted by a slash: `46,XX[3];45,X[17]`, `46,XX[3],45,X[17]`, backslash, `|`."""
    text = re.sub(r"\](?:[;,|\\]| )+(?=\d{2},)", "]/", text)
    return text.replace("\\", "/").replace("|", "/")


def nearest_words(text: str) -> str:
    """Replace words that are none by the nearest one that is."""

    def nearest(found: re.Match[str]) -> str:
        word = found.group()
        if word in _WORDS:
            return word
        if word in _MEANT:
            return _MEANT[word]
        fitting = _KINDS if text[found.end() : found.end() + 1] == "(" else _ALONE
        near = difflib.get_close_matches(word, fitting, n=1, cutoff=0.6)
        return near[0] if near else word

    return re.sub(r"(?<![a-z\d.)])[a-z]{2,}(?=\(|\d?(?:[,\[/]|$))|^[a-z]+(?= )", nearest, text)


def full_count(text: str) -> str:
    """A karyotype begins with a number: `XX` alone is 46,XX."""
    return re.sub(r"^(?=[XY]{1,5}(?:[,\[]|$))", "46,", text)


TEXT_REPAIRS: Final[tuple[TextRepair, ...]] = (
    plain_signs, without_spaces, right_case, sex_as_seen, separators_of_lines, tilde_for_ranges,
    brackets_for_cells, nearest_words, closed_parentheses, semicolons_inside, bands_in_parentheses,
    dots_in_bands, arms_of_bands, commas_between_changes, sign_in_front, no_stray_commas, full_count,
)  # fmt: skip
