"""What stands inside a derivative or a long form, and the words before a change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from core.domain.bands import CLASSES, breakpoint_fraction, is_band
from core.iscn.rules.remark import Remark, Rule, Setting, all_changes, changes_of, error, note
from core.iscn.tree import Abnormality, Karyotype

_TURNING: Final = ("dup", "trp", "qdp", "ins")
_MODIFIED: Final = {"psu": ("dic", "idic", "trc"), "dir": _TURNING, "inv": _TURNING}
_END: Final = re.compile(r"(?:\d+|[XY])?[pq]ter")
_CENTROMERE: Final = ("p10", "q10", "cen")


def words_before_a_change(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """`psu` belongs to dicentrics, `dir` and `inv` to what lies in a direction."""
    for change in all_changes(karyotype):
        kinds = _MODIFIED.get(change.modifier)
        if kinds is not None and change.kind not in kinds:
            yield error(change.at, f"{change.modifier} stands before {', '.join(kinds)}, got {change.kind}")


def from_pter_to_qter(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """The changes of one derivative are told from the end of its short arm to that of its long arm.

    FEATURES, "Order": within one derivative from pter to qter.
    """
    for line in karyotype.lines:
        for change in changes_of(line):
            if change.kind != "der" or len(change.names) != 1 or len(change.parts) < 2:
                continue
            places = [(_place(part, change.names[0]), part) for part in change.parts]
            known = [(place, part) for place, part in places if place is not None]
            for (before, _), (after, part) in pairwise(known):
                if after < before:
                    yield note(part.at, "the changes of a derivative are told from pter to qter")
                    break


def _place(part: Abnormality, name: str) -> float | None:
    """Where a part begins on the derivative's own chromosome, 0 at pter to 1 at qter."""
    if name not in CLASSES:
        return None
    bands = [
        band
        for locus, group in zip(part.chromosomes, part.breakpoints, strict=False)
        if locus.name == name
        for point in group
        for band in point.bands[:1]
        if len(band) > 1 and is_band(name, band)
    ]
    return min((breakpoint_fraction(name, band, 850) for band in bands), default=None)


def recombinants(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """A recombinant comes from the crossing over in an inversion or insertion, which is told."""
    for line in karyotype.lines:
        for change in changes_of(line):
            kinds = {part.kind for part in change.parts}
            if change.kind == "rec" and kinds and not kinds & {"inv", "ins", "t"}:
                yield error(change.at, "rec names the inversion or insertion that it comes from")


def regions_of_two(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """A staining region of two chromosomes lies in a derivative of one of them."""
    for line in karyotype.lines:
        for change in changes_of(line):
            if change.kind == "hsr" and len(change.names) > 1:
                yield error(change.at, "hsr of two chromosomes stands in a derivative, der(1)…hsr(1;7)")


def long_forms(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """The long form runs from end to end, or from break (`:`) to break, and holds a centromere."""
    for change in all_changes(karyotype):
        if "->" not in change.detail:
            continue
        offset = 0
        for written in change.detail.split(";"):
            at = change.detail_at + offset
            offset += len(written) + 1
            if not (_is_end(written.split("->")[0]) and _is_end(written.split("->")[-1])):
                yield error(at, "the long form runs from end to end, such as pter->q13::q33->qter")
            elif change.kind != "neo" and "?" not in written and not _is_centric(written):
                yield error(at, "nothing in this long form holds a centromere")


def _is_end(written: str) -> bool:
    return written.startswith((":", "?")) or written.endswith((":", "?")) or bool(_END.fullmatch(written))


def _is_centric(written: str) -> bool:
    for piece in written.split("::"):
        bands = re.findall(r"(?:\d+|[XY])?([pq](?:ter|\d+(?:\.\d+)?)|cen)", piece)
        arms = {band[0] for band in bands}
        if {"p", "q"} <= arms or any(band in _CENTROMERE for band in bands):
            return True
    return False


RULES: Final[tuple[Rule, ...]] = (
    words_before_a_change, from_pter_to_qter, recombinants, regions_of_two, long_forms,
)  # fmt: skip
