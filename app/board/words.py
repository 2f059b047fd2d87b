"""What the board says about chromosomes and slots in words."""

from __future__ import annotations

from typing import Final

from core.domain.bands import UNKNOWN
from core.domain.chromosome import Aspect, Chromosome, ObjectType
from core.domain.karyogram import MARKER_SLOT, marks_of
from core.domain.metaphase import Metaphase

_KINDS: Final = {
    ObjectType.DERIVATIVE: "derivative", ObjectType.MARKER: "marker", ObjectType.RING: "ring",
    ObjectType.DICENTRIC: "dicentric", ObjectType.ACENTRIC_FRAGMENT: "acentric fragment",
    ObjectType.DMIN: "double minute",
}  # fmt: skip
SLOT_TITLES: Final = {MARKER_SLOT: "Markers", "?": "Unknown", "out": "Not counted"}


def name_of(chromosome: Chromosome) -> str:
    """Name in a sentence: "chromosome 21", "marker", "no name"."""
    if chromosome.object_type is ObjectType.MARKER:
        return "Marker"
    if chromosome.chromosome_class == UNKNOWN:
        return "No name"
    kind = _KINDS.get(chromosome.object_type)
    return f"Chromosome {chromosome.chromosome_class}{f', {kind}' if kind else ''}"


def class_words(name: str) -> str:
    """A class as it stands in lists."""
    return "no name" if name == UNKNOWN else name


def percent(probability: float) -> str:
    """A probability without false certainty: never 0 or 100 %."""
    if probability > 0.995:
        return "> 99 %"
    if probability < 0.005:
        return "< 1 %"
    return f"{100 * probability:.0f} %"


def likely(chromosome: Chromosome, number: int = 3) -> tuple[tuple[str, float], ...]:
    """Most probable classes in falling order."""
    found = chromosome.alternatives
    if not found and chromosome.confidence > 0:
        return ((chromosome.chromosome_class, chromosome.confidence),)
    return tuple((a.chromosome_class, a.probability) for a in found[:number] if a.probability > 0.0005)


def decided_words(chromosome: Chromosome) -> str:
    """Who said what: "class and p arm set by a person, confirmed"."""
    words = {
        Aspect.CLASS: "class", Aspect.POLARITY: "p arm", Aspect.OUTLINE: "outline",
        Aspect.CENTROMERE: "centromere", Aspect.AXIS: "axis",
        Aspect.ORDER: "place", Aspect.EXCLUSION: "counting",
    }  # fmt: skip
    said = [words[aspect] for aspect in words if aspect in chromosome.decided]
    text = ", ".join(said[:-1]) + (" and " if len(said) > 1 else "") + said[-1] if said else ""
    parts = [f"{text} set by a person"] if text else []
    if chromosome.confirmed:
        parts.append("confirmed")
    return ", ".join(parts) if parts else "by the program"


def tip_of(chromosome: Chromosome) -> str:
    """Tooltip: name, the three most probable classes, and what is in doubt."""
    rows = "".join(
        f"<tr><td align='right'>{class_words(name)}&nbsp;</td><td>{percent(probability)}</td></tr>"
        for name, probability in likely(chromosome)
    )
    notes = []
    if chromosome.excluded is not None:
        notes.append(f"not counted: {chromosome.excluded.value.replace('_', ' ')}")
    if chromosome.similarity is not None:
        notes.append(f"like its homolog: {percent(chromosome.similarity)}")
    if chromosome.turned:
        notes.append(f"turned by {chromosome.turned:+.0f}°")
    notes += [f"{mark}: no captured picture" for mark in marks_of(chromosome)]
    if chromosome.p_arm_confidence < 0.9 and Aspect.POLARITY not in chromosome.decided:
        notes.append(f"p arm up: {percent(chromosome.p_arm_confidence)}")
    if chromosome.outline_confidence < 0.9 and Aspect.OUTLINE not in chromosome.decided:
        notes.append(f"one whole chromosome: {percent(chromosome.outline_confidence)}")
    notes.append(
        f"named {decided_words(chromosome)}"
        if not chromosome.decided and not chromosome.confirmed
        else decided_words(chromosome)
    )
    return f"<b>{name_of(chromosome)}</b><table cellspacing='1'>{rows}</table>" + "<br>".join(notes)


def unusual_counts(cell: Metaphase) -> dict[str, int]:
    """Classes whose number differs from the normal complement, with that number.

    X and Y are judged together: XX and XY are normal.
    """
    counts = cell.class_counts
    named = sum(number for name, number in counts.items() if name != UNKNOWN)
    if not named:
        return {}
    found = {str(n): counts.get(str(n), 0) for n in range(1, 23) if counts.get(str(n), 0) != 2}
    x, y = counts.get("X", 0), counts.get("Y", 0)
    if x != (1 if y else 2):
        found["X"] = x
    if y > 1:
        found["Y"] = y
    return found
