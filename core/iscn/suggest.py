"""Guess what was meant by a string that is wrong.

Repairs of the text make it readable, repairs of the tree make it sensible. Each is one habit or slip seen
in laboratories; they are tried alone and one after the other, and only a result without errors is offered.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from core.iscn.parser import IscnSyntaxError, parse
from core.iscn.repair_text import TEXT_REPAIRS
from core.iscn.repair_tree import TREE_REPAIRS
from core.iscn.tree import Karyotype
from core.iscn.writer import write

_LONGEST: Final = 1500


def suggestion_for(
    text: str, karyotype: Karyotype | None, makes_sense: Callable[[Karyotype], bool]
) -> str | None:
    """A string without errors that was probably meant, None when nothing comes near.

    Parameters
    ----------
    text
        The wrong string.
    karyotype
        Its tree, None when it could not be read.
    makes_sense
        Tells whether a karyotype has no error.
    """

    def is_right(candidate: str) -> bool:
        tree = _try(candidate)
        return tree is not None and makes_sense(tree)

    if len(text) > _LONGEST:
        return None
    readable = text
    if karyotype is None:
        found = _readable(text)
        if found is None:
            return None
        readable, karyotype = found
        if is_right(readable):
            return readable
    sensible = _sensible(karyotype, lambda tree: makes_sense(tree) and is_right(write(tree)))
    if sensible is not None:
        return sensible
    # Readable and wrong for a reason that only the text shows: `del(5)(13q33)`.
    repaired = (repair(readable) for repair in TEXT_REPAIRS)
    return next((candidate for candidate in repaired if candidate != readable and is_right(candidate)), None)


def _readable(text: str) -> tuple[str, Karyotype] | None:
    """The first repair, or chain of repairs in their order, after which the string can be read."""
    for repair in TEXT_REPAIRS:
        candidate = repair(text)
        if candidate != text and (tree := _try(candidate)) is not None:
            return candidate, tree
    candidate = text
    for _ in range(2):
        for repair in TEXT_REPAIRS:
            candidate = repair(candidate)
            if candidate != text and (tree := _try(candidate)) is not None:
                return candidate, tree
    return None


def _try(text: str) -> Karyotype | None:
    try:
        return parse(text)
    except IscnSyntaxError:
        return None


def _sensible(karyotype: Karyotype, is_right: Callable[[Karyotype], bool]) -> str | None:
    for repair in TREE_REPAIRS:
        candidate = repair(karyotype)
        if candidate != karyotype and _is_near(candidate, karyotype, by=3) and is_right(candidate):
            return write(candidate)
    candidate = karyotype
    for repair in TREE_REPAIRS:
        candidate = repair(candidate)
        if candidate != karyotype and _is_near(candidate, karyotype) and is_right(candidate):
            return write(candidate)
    return None


def _is_near(candidate: Karyotype, karyotype: Karyotype, *, by: int = 1) -> bool:
    """Whether no count moved by more than `by`: more says that the string was not understood."""
    before = sorted(line.count.low for line in karyotype.lines)
    after = sorted(line.count.low for line in candidate.lines)
    return all(abs(one - other) <= by for one, other in zip(before, after, strict=True))
