"""What a rule has to say about a karyotype."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from core.iscn.tree import Abnormality, CellLine, Karyotype

Context = Literal["constitutional", "neoplastic"]
Edition = Literal[2020, 2024]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Under which rules a string is read; `context` None accepts what either context accepts."""

    context: Context | None = None
    edition: Edition = 2024


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One fault or hint: where (offset of the character), what is wrong, and what is right if it is short."""

    severity: Literal["error", "note"]
    at: int
    what: str


Rule = Callable[[Karyotype, Setting], Iterator[Remark]]


def error(at: int, what: str) -> Remark:
    """A fault that makes the string wrong."""
    return Remark(severity="error", at=at, what=what)


def note(at: int, what: str) -> Remark:
    """A hint; the string stays acceptable."""
    return Remark(severity="note", at=at, what=what)


def changes_of(line: CellLine) -> Iterator[Abnormality]:
    """Every change of a line with what stands behind `or`, without the parts of derivatives."""
    for change in line.abnormalities:
        yield change
        yield from change.alternatives


def all_changes(karyotype: Karyotype) -> Iterator[Abnormality]:
    """Every change of all lines, alternatives and the parts of derivatives among them."""
    for line in karyotype.lines:
        for change in changes_of(line):
            yield change
            yield from change.parts
