"""Breakpoints that are written once and meant wherever the same change comes again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from core.iscn.tree import Abnormality, Breakpoint, Karyotype

Given = dict[tuple[str, tuple[str, ...]], tuple[tuple[Breakpoint, ...], ...]]


def breakpoints_given(karyotype: Karyotype) -> Given:
    """Breakpoints by kind and chromosomes of every change that has some; the first mention counts.

    FEATURES, "Breakpoints need to be given only once": `t(9;22)(q34;q11.2),+der(22)t(9;22)`.
    """
    given: Given = {}
    for line in karyotype.lines:
        for change in line.abnormalities:
            for part in _with_parts(change):
                if part.breakpoints and len(part.names) > 1:
                    given.setdefault((part.kind, part.names), part.breakpoints)
    return given


def _with_parts(change: Abnormality) -> Iterator[Abnormality]:
    yield change
    yield from change.parts


def with_breakpoints(change: Abnormality, given: Given) -> Abnormality:
    """The change, and the parts of a derivative, with the breakpoints that were given earlier."""
    parts = tuple(with_breakpoints(part, given) for part in change.parts)
    filled = replace(change, parts=parts) if parts != change.parts else change
    known = given.get((change.kind, change.names))
    if known is None or filled.breakpoints or filled.detail or filled.parts:
        return filled
    return replace(filled, breakpoints=known)
