"""The order of cell lines, stemlines, mosaics and chimaeras."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from core.iscn.rules.remark import Remark, Rule, Setting, error, note
from core.iscn.tree import Karyotype


def normal_line_last(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """The normal line stands behind the abnormal ones; recipient and donor each for themselves."""
    if karyotype.prefix == "chi":
        return
    for donor in (False, True):
        lines = [line for line in karyotype.lines if line.donor == donor]
        for index, line in enumerate(lines):
            if line.is_normal and any(not later.is_normal for later in lines[index + 1 :]):
                yield error(line.at, "the normal line stands behind the abnormal ones")


def stemline_has_a_first_clone(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """`idem`, `sl` and `sdl` need an abnormal line before them to refer to."""
    for index, line in enumerate(karyotype.lines):
        if line.stemline is None:
            continue
        kind = line.stemline.kind
        if index == 0:
            yield error(line.stemline.at, f"{kind} has no clone before it")
            continue
        if karyotype.lines[0].is_normal:
            yield error(line.stemline.at, f"{kind} refers to the first line, which is normal")
        if kind == "sdl" and (line.stemline.number or 1) >= index:
            number = line.stemline.number or 1
            yield error(line.stemline.at, f"there is no sideline {number} before this one")
        if not line.abnormalities and line.stemline.copies == 1 and not line.incomplete:
            yield error(line.stemline.at, f"{kind} without a further change is the clone itself")


def one_way_to_refer(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """`idem` and `sl`/`sdl` are two systems; a karyotype uses one."""
    kinds = [line.stemline for line in karyotype.lines if line.stemline is not None]
    if {"idem"} < {stemline.kind for stemline in kinds}:
        yield error(kinds[-1].at, "idem and sl are not mixed")


def mosaic_has_lines(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """`mos` and `chi` announce more than one line."""
    if karyotype.prefix and len(karyotype.lines) < 2:
        yield error(0, f"{karyotype.prefix} announces several cell lines, got one")


def lines_differ(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """The same line is written once."""
    seen: list[tuple[object, ...]] = []
    for line in karyotype.lines:
        key = (line.count, line.sex, line.stemline, line.abnormalities, line.donor, line.techniques)
        if key in seen and not line.incomplete:
            yield error(line.at, "this line is the same as an earlier one")
        seen.append(key)


def mosaic_by_size(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """Constitutional lines stand by size, and so do unrelated clones."""
    lines = [
        line for line in karyotype.lines if not line.is_normal and line.stemline is None and not line.donor
    ]
    if karyotype.prefix == "mos" or setting.context == "constitutional":
        for before, after in pairwise(lines):
            if before.cells and after.cells and after.cells.low > before.cells.low:
                yield note(after.at, "the larger line stands first")


def mosaic_is_marked(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """A constitutional mosaic begins with `mos`, a chimaera with `chi`."""
    if setting.context != "constitutional" or len(karyotype.lines) < 2 or karyotype.prefix:
        return
    if not any(line.donor for line in karyotype.lines):
        yield note(0, "a constitutional mosaic begins with mos")


def no_mosaic_in_a_tumour(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """Clones of a tumour are no mosaic."""
    if setting.context == "neoplastic" and karyotype.prefix == "mos":
        yield error(0, "mos is for constitutional mosaics")


def stemlines_belong_to_tumours(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """`idem`, `sl` and `sdl` describe how a tumour evolved."""
    if setting.context == "constitutional":
        for line in karyotype.lines:
            if line.stemline is not None:
                yield error(line.stemline.at, f"{line.stemline.kind} is for tumours")


RULES: Final[tuple[Rule, ...]] = (
    normal_line_last, stemline_has_a_first_clone, one_way_to_refer, mosaic_has_lines, lines_differ,
    mosaic_by_size, mosaic_is_marked, no_mosaic_in_a_tumour, stemlines_belong_to_tumours,
)  # fmt: skip
