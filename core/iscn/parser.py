"""Read a karyotype string into its tree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal, cast

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken, VisitError

from core.iscn.tree import (
    NUMERICAL,
    VARIANT,
    Abnormality,
    Breakpoint,
    CellLine,
    CellNumber,
    Count,
    Karyotype,
    Locus,
    SexComplement,
    Stemline,
    Technique,
)

_GRAMMAR: Final = Path(__file__).with_name("karyotype.lark")
_TECHNIQUE: Final = re.compile(r"\.?(nuc ish|ish|arr|rsa|mlpa|sseq|seq|ogm)")

_EXPECTED: Final = {
    "COUNT": "the number of chromosomes",
    "COMMA": "a comma",
    "SEX": "the sex chromosomes",
    "CHROMOSOME": "a chromosome",
    "KIND": "a change such as del(5)(q13q33)",
    "SIGN": "+ or -",
    "CELLS": "the number of cells in [ ]",
    "LPAR": "an opening parenthesis",
    "RPAR": "a closing parenthesis",
    "SEMICOLON": "a semicolon",
    "BAND": "a band such as q34",
    "$END": "the end",
}


class IscnSyntaxError(ValueError):
    """A string that is no karyotype: `position` is the offset of the first character that does not fit."""

    def __init__(self, position: int, what: str) -> None:
        super().__init__(f"error at {position + 1}: {what}")
        self.position = position
        self.what = what


def parse(text: str) -> Karyotype:
    """Read a karyotype.

    ASCII and typographic minus, `x` and `×`, `->` and `→` are the same to the reader. Whether the
    statement makes sense (count, bands, order) is for `core.iscn.check`.

    Raises
    ------
    IscnSyntaxError
        With the offset of the first character that does not fit, and what was expected there.

    References
    ----------
    ISCN 2024, DOI 10.1159/000538512.
    """
    if not text.strip():
        raise IscnSyntaxError(0, "expected a karyotype, got nothing")
    odd = next((index for index, letter in enumerate(text) if not letter.isprintable()), None)
    if odd is not None:
        raise IscnSyntaxError(odd, "expected one line of plain text, got a line break or control character")
    try:
        tree = _parser().parse(text, start="start")
    except UnexpectedInput as error:
        raise _syntax_error(text, error) from None
    try:
        return cast(Karyotype, _Builder().transform(tree))
    except VisitError as error:
        if isinstance(error.orig_exc, IscnSyntaxError):
            raise error.orig_exc from None
        raise


def parse_change(text: str) -> Abnormality:
    """Read one change by itself, such as `t(9;22)(q34;q11.2)` or `+der(22)t(9;22)`.

    Raises
    ------
    IscnSyntaxError
        With the offset of the first character that does not fit, and what was expected there.
    """
    if not text.strip():
        raise IscnSyntaxError(0, "expected a change such as del(5)(q13q33), got nothing")
    try:
        held = cast(_Held, _Builder().transform(_parser().parse(text, start="abnormality")))
    except UnexpectedInput as error:
        raise _syntax_error(text, error) from None
    if len(held.cells) > 1:
        raise IscnSyntaxError(held.cells[-1].at, "expected one number of cells here, got two")
    changes = cast("tuple[Abnormality, ...]", held.part)
    return _with_cells(changes, held.cells[0] if held.cells else None)


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(
        _GRAMMAR.read_text(encoding="utf-8"),
        parser="lalr",
        lexer="contextual",
        start=["start", "abnormality"],
        maybe_placeholders=False,
        propagate_positions=True,
    )


def _syntax_error(text: str, error: UnexpectedInput) -> IscnSyntaxError:
    position = len(text)
    names: set[str] = set()
    if isinstance(error, UnexpectedToken):
        names = set(error.accepts or error.expected)
        if error.token.type != "$END":
            position = _at(error.token)
    elif isinstance(error, UnexpectedCharacters):
        names = set(error.allowed or ())
        position = error.column - 1
    elif isinstance(error, UnexpectedEOF):
        names = set(error.expected)
    return IscnSyntaxError(position, _complaint(text, position, names))


def _complaint(text: str, position: int, names: set[str]) -> str:
    if position >= len(text):
        got = "the string ends here"
    elif text[position].isspace():
        return "no space belongs here"
    else:
        got = f"got {_shown(text, position)}"
    word = re.match(r"[A-Za-z]+(?= ?\()", text[position:])
    if word and "KIND" in names:
        return f"there is no kind of change '{word.group()}'"
    if "SIGN" in names:
        names = names - {"CHROMOSOME"}
    wanted = [words for name, words in _EXPECTED.items() if name in names]
    if not wanted:
        return f"this does not belong here: {_shown(text, position)}"
    return f"expected {' or '.join(wanted[:4])}, {got}"


def _shown(text: str, position: int) -> str:
    word = re.match(r"[A-Za-z]+|\d+|.", text[position:])
    return f"'{word.group() if word else text[position:]}'"


def _cells(token: Token) -> CellNumber:
    inner = token[1:-1]
    low, _, high = inner.removeprefix("cp").partition("~")
    return CellNumber(low=int(low), high=int(high or low), composite=inner.startswith("cp"), at=_at(token))


def _at(token: Token) -> int:
    return token.start_pos if token.start_pos is not None else 0


def _end(token: Token) -> int:
    return token.end_pos if token.end_pos is not None else 0


def _technique(token: Token) -> Technique:
    found = _TECHNIQUE.match(token)
    kind = found.group(1) if found else ""
    return Technique(kind=kind, text=token.removeprefix("."), at=_at(token))


class _Held:
    """A part of a line together with the cell numbers written behind it."""

    def __init__(self, part: object, cells: Sequence[CellNumber], end: int) -> None:
        self.part = part
        self.cells = list(cells)
        self.end = end


class _Builder(Transformer[Token, Any]):
    """Turn lark's tree into ours; method names are the names of the grammar's rules."""

    def start(self, children: list[Any]) -> Karyotype:
        only = children[0]
        if isinstance(only, Karyotype):
            return only
        return Karyotype(techniques=(_technique(only),))

    def karyotype(self, children: list[Any]) -> Karyotype:
        prefix = ""
        donor: Token | None = None
        lines: list[CellLine] = []
        for child in children:
            if isinstance(child, CellLine):
                lines.append(_with_donor(child) if donor is not None else child)
            elif child.type == "PREFIX":
                prefix = child.strip()
            elif child.type == "DONOR":
                if donor is not None:
                    raise IscnSyntaxError(_at(child), "// stands once, between recipient and donor")
                donor = child
        return Karyotype(
            lines=tuple(lines),
            prefix=cast(Literal["", "mos", "chi"], prefix),
            no_donor=donor is not None and donor is children[-1],
        )

    def line(self, children: list[Any]) -> CellLine:
        token, *rest = children
        low, _, high = token.partition("~")
        ploidy = ""
        if rest and isinstance(rest[0], Token) and rest[0].type == "PLOIDY":
            ploidy = rest.pop(0)[1:-1]
        count = Count(low=int(low), high=int(high or low), ploidy=ploidy, at=_at(token))
        techniques: tuple[Technique, ...] = ()
        end = _end(token)
        if rest and isinstance(rest[-1], Token):
            techniques = (_technique(rest.pop()),)
        held = cast("list[_Held]", rest)
        end = held[-1].end if held else end
        # A number behind the last part belongs to the line: `+8[12]`, and in `+8[3],-7[4][cp10]` the [cp10].
        cells = held[-1].cells.pop() if held and held[-1].cells else None
        sex: SexComplement | None = None
        stemline: Stemline | None = None
        incomplete = False
        changes: list[Abnormality] = []
        for index, item in enumerate(held):
            part = item.part
            if len(item.cells) > 1 or (item.cells and not isinstance(part, tuple)):
                raise IscnSyntaxError(item.cells[-1].at, "expected one number of cells here, got two")
            if isinstance(part, SexComplement):
                if index or sex:
                    raise IscnSyntaxError(
                        part.at, "the sex chromosomes stand once, right behind the number of chromosomes"
                    )
                sex = part
            elif isinstance(part, Stemline):
                if index:
                    raise IscnSyntaxError(part.at, "idem and sl stand right behind the number of chromosomes")
                stemline = part
            elif isinstance(part, tuple):
                changes.append(_with_cells(part, item.cells[0] if item.cells else None))
            else:
                incomplete = True
        return CellLine(
            count=count, sex=sex, stemline=stemline, abnormalities=tuple(changes), incomplete=incomplete,
            cells=cells, techniques=techniques, at=count.at, end=end,
        )  # fmt: skip

    def sex(self, children: list[Token]) -> _Held:
        token, *cells = children
        doubtful = token.endswith("?c")
        part = SexComplement(
            letters=token.removesuffix("?c").removesuffix("c"), constitutional=token.endswith("c"),
            doubtful=doubtful, at=_at(token),
        )  # fmt: skip
        return _Held(part, [_cells(cell) for cell in cells], _end(token))

    def stemline(self, children: list[Token]) -> _Held:
        token, *cells = children
        found = re.fullmatch(r"(idem|sdl|sl)(\d*)(?:[x×](\d+))?", token)
        if found is None:
            raise IscnSyntaxError(_at(token), f"expected idem, sl or sdl, got '{token}'")
        part = Stemline(
            kind=cast(Literal["idem", "sl", "sdl"], found.group(1)),
            number=int(found.group(2)) if found.group(2) else None,
            copies=int(found.group(3) or 1),
            at=_at(token),
        )
        return _Held(part, [_cells(cell) for cell in cells], _end(token))

    def inc(self, children: list[Token]) -> _Held:
        return _Held("inc", [_cells(cell) for cell in children[1:]], _end(children[0]))

    def abnormality(self, children: list[Any]) -> _Held:
        units = [child for child in children if isinstance(child, _Held)]
        changes = tuple(cast(Abnormality, unit.part) for unit in units)
        return _Held(changes, units[-1].cells, units[-1].end)

    def unit(self, children: list[Any]) -> _Held:
        core = next(child for child in children if isinstance(child, dict))
        cells: list[CellNumber] = []
        start = core["at"]
        end = core["end"]
        for child in children:
            if not isinstance(child, Token):
                continue
            start, end = min(start, _at(child)), max(end, _end(child))
            match child.type:
                case "UNCERTAIN":
                    core["uncertain"] = True
                case "SIGN":
                    core["sign"] = "+" if child == "+" else "-"
                case "MULTIPLIER":
                    core["multiplier"] = int(child[1:])
                case "ORIGIN":
                    core["origin"] = child.strip()
                case _:
                    cells.append(_cells(child))
        core["at"], core["end"] = start, end
        return _Held(Abnormality(**core), cells, end)

    def numerical(self, children: list[Token]) -> dict[str, Any]:
        (token,) = children
        return {
            "kind": NUMERICAL, "chromosomes": (_locus(token, ""),), "at": _at(token), "end": _end(token),
        }  # fmt: skip

    def marker(self, children: list[Token]) -> dict[str, Any]:
        (token,) = children
        found = re.fullmatch(r"(?:(\d+)(?:~(\d+))?)?([a-z]+)(\d*)", token)
        if found is None:
            raise IscnSyntaxError(_at(token), f"expected mar, r or dmin, got '{token}'")
        low, high, kind, index = found.groups()
        return {
            "kind": kind, "index": index, "amount": (int(low), int(high or low)) if low else None,
            "at": _at(token), "end": _end(token),
        }  # fmt: skip

    def variant(self, children: list[Token]) -> dict[str, Any]:
        (token,) = children
        name = re.match(r"\d+|[XY]", token)
        chromosome = name.group() if name else ""
        shown = re.sub("[−–]", "-", token)
        return {
            "kind": VARIANT, "chromosomes": (Locus(name=chromosome, at=_at(token)),),
            "detail": shown.removeprefix(chromosome), "at": _at(token), "end": _end(token),
        }  # fmt: skip

    def structural(self, children: list[Any]) -> dict[str, Any]:
        changes: list[dict[str, Any]] = []
        doubt = False
        for child in children:
            if isinstance(child, Token):
                doubt = True
                continue
            if doubt:
                child["uncertain"], doubt = True, False
            changes.append(child)
        first, *parts = changes
        first["parts"] = tuple(Abnormality(**part) for part in parts)
        if parts:
            first["end"] = parts[-1]["end"]
        return first

    def change(self, children: list[Any]) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for child in children:
            if isinstance(child, Token) and child.type == "MODIFIER":
                made["modifier"] = child.strip()
                made["at"] = _at(child)
            elif isinstance(child, Token):
                made["kind"] = str(child)
                made.setdefault("at", _at(child))
            else:
                made.update(child)
        return made

    def loci(self, children: list[Locus]) -> dict[str, Any]:
        last = children[-1]
        return {"chromosomes": tuple(children), "end": last.at + len(last.name) + len(last.attached) + 1}

    def locus(self, children: list[Token]) -> Locus:
        return _locus(children[0], str(children[1]) if len(children) > 1 else "")

    def bands(self, children: list[list[Token]]) -> dict[str, Any]:
        end = _end(children[-1][-1]) + 1
        if any(token.type != "BAND" for group in children for token in group):
            shown = ";".join("".join(group) for group in children).replace("→", "->")
            return {"detail": shown, "detail_at": _at(children[0][0]), "end": end}
        groups = tuple(
            tuple(Breakpoint(text=str(token), at=_at(token)) for token in group) for group in children
        )
        return {"breakpoints": groups, "end": end}

    def group(self, children: list[Token]) -> list[Token]:
        return children


def _locus(token: Token, attached: str) -> Locus:
    name = token.removeprefix("?") or "?"
    return Locus(name=name, uncertain=token.startswith("?") and name != "?", attached=attached, at=_at(token))


def _with_donor(line: CellLine) -> CellLine:
    return replace(line, donor=True)


def _with_cells(units: tuple[Abnormality, ...], cells: CellNumber | None) -> Abnormality:
    first, *others = units
    return replace(first, alternatives=tuple(others), cells=cells, end=units[-1].end)
