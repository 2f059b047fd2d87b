"""Words that belong to one context or edition, and what is left out of a string."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from core.iscn.rules.remark import Remark, Rule, Setting, changes_of, error, note
from core.iscn.tree import VARIANT, Abnormality, Karyotype

BENIGN_INVERSIONS: Final = (
    ("1", ("p13", "q21")), ("2", ("p11.2", "q13")), ("9", ("p12", "q13")), ("9", ("p11", "q13")),
    ("9", ("p11", "q12")), ("9", ("p12", "q12")), ("9", ("p11", "q21.1")), ("10", ("p11.2", "q21.2")),
)  # fmt: skip
"""Inversions that are variants of the normal (FEATURES, "Benign variants"); any inv(Y) is one too."""


def is_benign_variant(change: Abnormality) -> bool:
    """True for a heteromorphism or an inversion that is a variant of the normal."""
    if change.kind == VARIANT:
        return True
    if change.kind != "inv" or len(change.names) != 1:
        return False
    bands = tuple(point.text for group in change.breakpoints for point in group)
    return change.names[0] == "Y" or (change.names[0], bands) in BENIGN_INVERSIONS


def variants_stay_out(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """Benign variants are told in the text, not in the string (2024)."""
    if setting.edition < 2024:
        return
    for line in karyotype.lines:
        for change in changes_of(line):
            if is_benign_variant(change):
                yield note(change.at, "a variant of the normal is told in the text, not in the string")


def constitutional_mark(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """`c` tells constitutional from acquired changes; in a constitution it says nothing."""
    if setting.context != "constitutional":
        return
    for line in karyotype.lines:
        if line.sex is not None and line.sex.constitutional:
            yield error(line.sex.at, "c is for constitutional changes in a tumour")
        for change in changes_of(line):
            if change.is_constitutional:
                yield error(change.at, "c is for constitutional changes in a tumour")


def other_techniques(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """Results of FISH, arrays, sequencing and optical mapping are recognised, not checked."""
    found = [*karyotype.techniques, *(part for line in karyotype.lines for part in line.techniques)]
    for technique in found:
        if technique.kind == "ogm" and setting.edition < 2024:
            yield error(technique.at, "optical genome mapping (ogm) came with ISCN 2024")
            continue
        pairs = (("(", ")"), ("[", "]"))
        if any(technique.text.count(left) != technique.text.count(right) for left, right in pairs):
            yield error(technique.at, f"a bracket of the {technique.kind} result is not closed")
        elif technique.text.strip() == technique.kind:
            yield error(technique.at, f"expected a result behind {technique.kind}")
        else:
            yield note(technique.at, f"the {technique.kind} result is recognised, its content is not checked")


def inherited_in_tumours(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """`mat`, `pat`, `dn` and `inh` tell where a constitutional change comes from."""
    if setting.context != "neoplastic":
        return
    for line in karyotype.lines:
        for change in changes_of(line):
            if change.origin not in ("", "c"):
                yield note(change.at, f"{change.origin} is for constitutional changes")


def constitution_without_doubt(karyotype: Karyotype, setting: Setting) -> Iterator[Remark]:
    """`inc` says that the rest could not be read; a constitution is not left so."""
    if setting.context != "constitutional":
        return
    for line in karyotype.lines:
        if line.incomplete:
            yield note(line.at, "inc is for tumours that cannot be read to the end")
        if line.cells is not None and line.cells.composite:
            yield error(line.cells.at, "a composite karyotype is for tumours")


RULES: Final[tuple[Rule, ...]] = (
    variants_stay_out, constitutional_mark, other_techniques, inherited_in_tumours,
    constitution_without_doubt,
)  # fmt: skip
