"""A change as clicks on idiograms, and the change that ISCN makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from core.domain.bands import ACROCENTRICS, CLASSES, Level, bands_of, breakpoint_fraction, centromere_fraction


class ChangeKind(StrEnum):
    """Kinds of changes that can be clicked, by their abbreviation."""

    TRANSLOCATION = "t"
    INVERSION = "inv"
    DELETION = "del"
    DUPLICATION = "dup"
    INSERTION = "ins"
    ISOCHROMOSOME = "i"
    RING = "r"
    ADDITION = "add"
    ROBERTSONIAN = "rob"


WORDS: Final = {
    ChangeKind.TRANSLOCATION: "translocation", ChangeKind.INVERSION: "inversion",
    ChangeKind.DELETION: "deletion", ChangeKind.DUPLICATION: "duplication",
    ChangeKind.INSERTION: "insertion", ChangeKind.ISOCHROMOSOME: "isochromosome", ChangeKind.RING: "ring",
    ChangeKind.ADDITION: "additional material", ChangeKind.ROBERTSONIAN: "Robertsonian",
}  # fmt: skip
WITH_PARTNER: Final = (ChangeKind.TRANSLOCATION, ChangeKind.INSERTION, ChangeKind.ROBERTSONIAN)
_CENTROMERE: Final = ("p10", "q10", "cen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A band that was clicked."""

    chromosome: str
    band: str

    @property
    def fraction(self) -> float:
        """Place from pter (0) to qter (1)."""
        return breakpoint_fraction(self.chromosome, self.band)

    @property
    def arm(self) -> str:
        """`p` or `q`."""
        return self.band[0]

    def moved(self, steps: int, level: Level) -> Break:
        """The break some bands nearer to qter (or to pter, when negative); it stays on the chromosome."""
        names = [band.name for band in bands_of(self.chromosome, level)]
        if self.band in names:
            at = names.index(self.band)
        else:
            fraction = self.fraction
            middles = [band.middle for band in bands_of(self.chromosome, level)]
            at = min(range(len(names)), key=lambda number: abs(middles[number] - fraction))
        return replace(self, band=names[min(max(at + steps, 0), len(names) - 1)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What was chosen and clicked so far.

    Parameters
    ----------
    chromosome
        Class of the suspect.
    partner
        The other chromosome, where the kind has one.
    breaks
        In the order of clicking; at most as many as the kind takes are kept, see `with_break`.
    inverted
        Whether a doubled or inserted piece lies upside down.
    """

    kind: ChangeKind
    chromosome: str
    partner: str | None = None
    breaks: tuple[Break, ...] = ()
    inverted: bool = False

    @property
    def has_partner(self) -> bool:
        """Whether the kind joins two chromosomes."""
        return self.kind in WITH_PARTNER

    def on(self, chromosome: str) -> tuple[Break, ...]:
        """Breaks of one chromosome."""
        return tuple(one for one in self.breaks if one.chromosome == chromosome)

    def with_break(self, clicked: Break) -> Plan:
        """Add a break; the oldest that no longer fits is dropped."""
        kept = [*self.breaks, clicked]
        while not self._holds(kept):
            same = [one for one in kept[:-1] if one.chromosome == clicked.chromosome]
            kept.remove(same[0] if same else kept[0])
        return replace(self, breaks=tuple(kept))

    def _holds(self, breaks: Sequence[Break]) -> bool:
        counts = [sum(one.chromosome == name for one in breaks) for name in (self.chromosome, self.partner)]
        most = {
            ChangeKind.TRANSLOCATION: 1, ChangeKind.INVERSION: 2, ChangeKind.DELETION: 2,
            ChangeKind.DUPLICATION: 2, ChangeKind.INSERTION: 2, ChangeKind.ISOCHROMOSOME: 1,
            ChangeKind.RING: 2, ChangeKind.ADDITION: 1, ChangeKind.ROBERTSONIAN: 0,
        }[self.kind]  # fmt: skip
        if self.kind is ChangeKind.INSERTION:
            return max(counts) <= 2 and sum(counts) <= 3
        if self.kind is ChangeKind.RING and most == 2 and len(breaks) == 2:
            return breaks[0].arm != breaks[1].arm
        return max(counts) <= most

    @property
    def wanted(self) -> str:
        """What is to be clicked next, as a sentence; empty when the change is complete."""
        a, b = self.chromosome, self.partner
        if self.has_partner and (b is None or b == a):
            return "Choose the other chromosome."
        mine, other = len(self.on(a)), len(self.on(b or ""))
        match self.kind:
            case ChangeKind.TRANSLOCATION:
                missing = [name for name, number in ((a, mine), (b, other)) if not number]
                return (
                    f"Click the break on {' and on '.join(str(one) for one in missing)}." if missing else ""
                )
            case ChangeKind.INVERSION | ChangeKind.DUPLICATION:
                return "" if mine == 2 else f"Click {'the second' if mine else 'the first'} break on {a}."
            case ChangeKind.DELETION:
                return "" if mine else f"Click the break on {a}; a second one for an interstitial deletion."
            case ChangeKind.ADDITION:
                return "" if mine else f"Click the break on {a}."
            case ChangeKind.ISOCHROMOSOME:
                return "" if mine else f"Click the arm of {a} that is doubled."
            case ChangeKind.RING:
                arms = {one.arm for one in self.on(a)}
                return "" if len(arms) == 2 else f"Click one break on each arm of {a}."
            case ChangeKind.INSERTION:
                if mine + other == 3 and mine and other:
                    return ""
                return f"Click one break where it goes in, two where it comes from ({a} and {b})."
            case ChangeKind.ROBERTSONIAN:
                strange = [name for name in (a, b) if name not in ACROCENTRICS]
                return f"{strange[0]} has no such short arm: choose 13, 14, 15, 21 or 22." if strange else ""

    @property
    def text(self) -> str | None:
        """The change as ISCN writes it, such as `t(9;22)(q34;q11.2)`; None while clicks are missing."""
        if self.wanted:
            return None
        a, b = self.chromosome, self.partner
        match self.kind:
            case ChangeKind.TRANSLOCATION:
                assert b is not None
                first, second = sorted((a, b), key=_order)
                return f"t({first};{second})({self.on(first)[0].band};{self.on(second)[0].band})"
            case ChangeKind.ROBERTSONIAN:
                first, second = sorted((a, str(b)), key=_order)
                return f"der({first};{second})(q10;q10)"
            case ChangeKind.ISOCHROMOSOME:
                return f"i({a})({self.on(a)[0].arm}10)"
            case ChangeKind.INSERTION:
                donor = a if len(self.on(a)) == 2 else str(b)
                receiver = str(b) if donor == a else a
                piece = "".join(one.band for one in _outwards(self.on(donor), self.inverted))
                return f"ins({receiver};{donor})({self.on(receiver)[0].band};{piece})"
            case ChangeKind.DUPLICATION:
                return f"dup({a})({''.join(one.band for one in _outwards(self.on(a), self.inverted))})"
            case _:
                return f"{self.kind.value}({a})({''.join(one.band for one in _outwards(self.on(a)))})"


def _order(name: str) -> int:
    """Sex chromosomes first, then by number (FEATURES, ISCN 2024: order of chromosomes)."""
    return {"X": -2, "Y": -1}.get(name, CLASSES.index(name))


def _outwards(breaks: Sequence[Break], turned: bool = False) -> list[Break]:
    """Breaks as they are written: the short arm first, within an arm the one nearer to the centromere."""

    def key(one: Break) -> tuple[bool, float]:
        return one.arm == "q", abs(one.fraction - centromere_fraction(one.chromosome))

    return sorted(breaks, key=key, reverse=turned)


def clicked(chromosome: str, fraction: float, level: Level) -> Break:
    """The band of a chromosome at a fraction of its length from pter."""
    bands = bands_of(chromosome, level)
    found = next((band for band in bands if fraction < band.end), bands[-1])
    return Break(chromosome=chromosome, band=found.name)


def plan_of(change: str, chromosome: str) -> Plan | None:
    """The clicks that give a change written in ISCN; None for kinds that cannot be clicked."""
    from core.iscn.parser import parse

    try:
        (line,) = parse(f"46,XX,{change}").lines
    except ValueError:
        return None
    written = line.abnormalities[0]
    names = written.names
    if any(name not in CLASSES for name in names) or chromosome not in names or len(names) > 2:
        return None
    if written.kind == "der" and len(names) == 2:
        kind = ChangeKind.ROBERTSONIAN
    elif written.kind in tuple(ChangeKind):
        kind = ChangeKind(written.kind)
    else:
        return None
    breaks = tuple(
        Break(chromosome=name, band=point.band)
        for name, group in zip(names, written.breakpoints, strict=False)
        for point in group
        if point.band is not None
    )
    partner = next((name for name in names if name != chromosome), None)
    plan = Plan(kind=kind, chromosome=chromosome, partner=partner, breaks=breaks)
    if kind is ChangeKind.ROBERTSONIAN:
        plan = replace(plan, breaks=())
    return plan if plan.text == change else replace(plan, inverted=True)
