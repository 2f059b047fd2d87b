"""Changes as people type them in haste, written out: `t 9 22`, `9;22`, `del5q`, `inv16`, `i17q`, `-7`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from core.domain.bands import AUTOSOMES, CLASSES
from core.iscn.change import judge_change
from core.iscn.repair_text import TEXT_REPAIRS

RECURRENT: Final = (
    "t(9;22)(q34;q11.2)", "t(8;21)(q22;q22)", "t(15;17)(q24;q21)", "inv(16)(p13.1q22)",
    "t(16;16)(p13.1;q22)", "inv(3)(q21q26.2)", "t(3;3)(q21;q26.2)", "t(6;9)(p23;q34)", "t(9;11)(p21;q23)",
    "t(4;11)(q21;q23)", "t(11;19)(q23;p13.1)", "t(1;19)(q23;p13.3)", "t(12;21)(p13;q22)",
    "t(8;14)(q24;q32)", "t(14;18)(q32;q21)", "t(11;14)(q13;q32)", "t(4;14)(p16;q32)", "t(11;22)(q23;q11.2)",
    "t(11;22)(q24;q12)", "t(2;5)(p23;q35)", "t(2;13)(q36;q14)", "t(12;16)(q13;p11)", "del(5)(q13q33)",
    "del(7)(q22q36)", "del(20)(q11.2q13.1)", "del(13)(q12q14)", "del(11)(q22q23)", "del(6)(q13q23)",
    "del(17)(p13)", "del(22)(q11.2q11.2)", "del(15)(q11.2q13)", "del(4)(p16.3)", "del(5)(p15.2)",
    "i(17)(q10)", "i(X)(q10)", "i(12)(p10)", "i(7)(q10)", "i(18)(p10)", "idic(15)(q13)", "idic(X)(q13)",
    "idic(Y)(q11.2)", "rob(13;14)(q10;q10)", "rob(14;21)(q10;q10)", "rob(14;15)(q10;q10)",
    "rob(13;21)(q10;q10)", "rob(21;22)(q10;q10)", "der(1;7)(q10;p10)", "inv(2)(p11.2q13)",
    "inv(9)(p12q13)",
)  # fmt: skip
"""Changes that come again and again, offered while one types; the bands as they are mostly written."""

_MARK: Final = re.compile(r"[\s();,:]+")


def completions(typed: str, *, most: int = 6) -> tuple[str, ...]:
    """Changes that may be meant by what was typed so far, the likeliest first.

    A string that is right by itself stands first; then what it can be mended to; then recurrent changes
    that begin so.
    """
    wanted = typed.strip()
    if not wanted:
        return ()
    found: list[str] = []
    for candidate in _candidates(wanted):
        change, remarks = judge_change(candidate)
        wrong = any(remark.severity == "error" for remark in remarks)
        if change is not None and not wrong and candidate not in found:
            found.append(candidate)
    return tuple(found[:most])


def _candidates(typed: str) -> Iterator[str]:
    yield typed
    yield from _numerical(typed)
    mended = typed
    for repair in TEXT_REPAIRS:
        yield repair(typed)
        mended = repair(mended)
    yield mended
    yield from _spelled_out(typed)
    sign = typed[0] if typed[0] in "+?" else ""
    key = _key(typed.lstrip("+?"))
    for known in RECURRENT:
        whole = _key(known)
        if whole.startswith(key) or whole.lstrip("abcdefghijklmnopqrstuvwxyz").startswith(key):
            yield sign + known


def _key(text: str) -> str:
    """Letters and digits alone, so that `t922`, `t 9 22` and `t(9;22)` begin alike."""
    return _MARK.sub("", text).lower()


def _numerical(typed: str) -> Iterator[str]:
    found = re.fullmatch(r"([+-]?)\s*(\d{1,2}|[XYxy])", typed)
    if found and found.group(2).upper() in CLASSES:
        for sign in found.group(1) or "+-":
            yield f"{sign}{found.group(2).upper()}"


def _spelled_out(typed: str) -> Iterator[str]:
    """`t 9 22 q34 q11.2`, `del 5 q13 q33`, `rob 13 14`, `i 17 q`, `add 7 q32`."""
    found = re.match(r"([+?]?)\s*([a-z]+)[\s(]*(.*)", typed)
    if found is None:
        return
    sign, kind, rest = found.groups()
    parts = [part for part in re.split(r"[\s();,]+", re.sub(r"(?<=[\dXY])(?=[pq])", " ", rest)) if part]
    names = [part.upper() for part in parts if part.upper() in (*AUTOSOMES, "X", "Y")]
    bands = [part for part in parts if re.fullmatch(r"[pq]\d*(?:\.\d+)?", part)]
    if len(names) + len(bands) != len(parts) or not names:
        return
    if kind == "rob" and len(names) == 2 and not bands:
        bands = ["q10", "q10"]
    if kind in ("i", "rob"):
        bands = [f"{band}10" if band in ("p", "q") else band for band in bands]
    chromosomes = ";".join(names)
    joined = ";".join(bands) if len(names) > 1 and len(names) == len(bands) else "".join(bands)
    if kind == "ins" and len(names) == 2 and len(bands) == 3:
        joined = f"{bands[0]};{bands[1]}{bands[2]}"
    yield f"{sign}{kind}({chromosomes})" + (f"({joined})" if joined else "")
