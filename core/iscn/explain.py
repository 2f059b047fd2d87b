"""Say in plain English what a karyotype means."""

from __future__ import annotations

from typing import Final

from core.domain.bands import CLASSES, breakpoint_fraction, centromere_fraction, is_band
from core.iscn.ploidy import ploidy_of
from core.iscn.tree import (
    NUMERICAL,
    VARIANT,
    Abnormality,
    Breakpoint,
    CellLine,
    CellNumber,
    Count,
    Karyotype,
    Technique,
)

_NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORIGINS: Final = {
    "mat": "inherited from the mother",
    "pat": "inherited from the father",
    "dn": "new in this person (de novo)",
    "inh": "inherited",
    "dmat": "derived from a change of the mother",
    "dpat": "derived from a change of the father",
    "dinh": "derived from an inherited change",
    "c": "constitutional, not acquired by the tumour",
    "?c": "perhaps constitutional",
}
_TECHNIQUES: Final = {
    "ish": "fluorescence in situ hybridisation on metaphases",
    "nuc ish": "fluorescence in situ hybridisation on interphase nuclei",
    "arr": "a microarray", "seq": "sequencing", "sseq": "shallow sequencing",
    "rsa": "a region-specific assay",
    "mlpa": "ligation-dependent probe amplification", "ogm": "optical genome mapping",
}  # fmt: skip
_LEVELS: Final = {1: "haploid", 2: "diploid", 3: "triploid", 4: "tetraploid"}


def explain(karyotype: Karyotype) -> tuple[str, ...]:
    """Say what the string says: one sentence a line, and one for the whole where there are several.

    Nothing is interpreted: no syndrome, no prognosis.
    """
    sentences: list[str] = []
    if karyotype.prefix == "mos":
        sentences.append(f"Mosaic of {_number(len(karyotype.lines))} cell lines of one origin.")
    elif karyotype.prefix == "chi":
        sentences.append(f"Chimaera: {_number(len(karyotype.lines))} cell lines of different origin.")
    elif len(karyotype.lines) > 1:
        sentences.append(f"{_number(len(karyotype.lines)).capitalize()} cell lines.")
    many = len(karyotype.lines) > 1
    for index, line in enumerate(karyotype.lines):
        sentences.append(_line(line, index + 1 if many else None))
    if karyotype.no_donor:
        sentences.append("No cell of the donor was seen.")
    sentences.extend(_technique(technique) for technique in karyotype.techniques)
    return tuple(sentences)


def _number(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def _line(line: CellLine, index: int | None) -> str:
    parts = [_count(line.count)]
    if line.sex is not None:
        parts.append(_sex(line))
    if line.stemline is not None:
        parts.append(_stemline(line))
    parts.extend(explain_change(change) for change in line.abnormalities)
    if not line.abnormalities and line.stemline is None:
        level = ploidy_of(line)
        if line.is_normal:
            parts.append("no change of the chromosomes")
        elif level != 2:
            parts.append(f"{_LEVELS.get(level, f'{level} haploid sets')}")
    if line.incomplete:
        parts.append("further changes that could not be read")
    head = []
    if line.donor:
        head.append("donor")
    if index is not None:
        head.append(f"cell line {index}")
    if line.cells is not None:
        head.append(_cells(line.cells))
    text = f"{', '.join(head)}: {'; '.join(parts)}." if head else f"{'; '.join(parts)}."
    text = text[0].upper() + text[1:]
    return " ".join([text, *(_technique(technique) for technique in line.techniques)])


def _count(count: Count) -> str:
    number = f"{count.low} to {count.high}" if count.is_range else str(count.low)
    level = f", described against {_LEVELS.get(int(count.ploidy[0]), count.ploidy)}" if count.ploidy else ""
    return f"{number} chromosomes{level}"


def _sex(line: CellLine) -> str:
    letters = line.sex.letters if line.sex else ""
    if letters == "U":
        return "sex chromosomes not disclosed"
    if "?" in letters:
        return "sex chromosomes unknown"
    counted = [f"{_number(letters.count(name))} {name}" for name in ("X", "Y") if letters.count(name)]
    suffix = ""
    if line.sex is not None and line.sex.constitutional:
        suffix = " (perhaps constitutional)" if line.sex.doubtful else " (constitutional)"
    return f"{' and '.join(counted)}{suffix}"


def _stemline(line: CellLine) -> str:
    stemline = line.stemline
    if stemline is None:
        return ""
    which = {
        "idem": "the changes of the first cell line",
        "sl": "the changes of the stemline",
        "sdl": f"the changes of sideline {stemline.number or 1}",
    }[stemline.kind]
    return which + (f", {_number(stemline.copies)} times over" if stemline.copies > 1 else "")


def _cells(cells: CellNumber) -> str:
    number = f"{cells.low} to {cells.high}" if cells.low != cells.high else str(cells.low)
    word = "cell" if cells.high == 1 else "cells"
    return f"composite of {number} {word}" if cells.composite else f"{number} {word}"


def explain_change(change: Abnormality) -> str:
    """One change in plain words, without a full stop."""
    text = _said(change)
    for alternative in change.alternatives:
        text += f", or {_said(alternative)}"
    if change.cells is not None:
        text += f" (in {_cells(change.cells)})"
    return text


def _said(change: Abnormality) -> str:
    text = _what(change)
    if change.parts:
        text += ", made by " + " and ".join(_what(part) for part in change.parts)
    if not change.is_numerical and change.kind not in ("mar", "dmin", "ace", "min"):
        if change.sign == "+":
            text = f"additional chromosome: {text}"
        elif change.sign == "-":
            text = f"without the {text.removeprefix('a ').removeprefix('an ')}"
    if change.multiplier > 1:
        text += f", {_number(change.multiplier)} copies"
    if change.uncertain:
        text = f"questionable: {text}"
    if change.origin:
        text += f", {_ORIGINS[change.origin]}"
    return text


def _what(change: Abnormality) -> str:
    names = change.names
    where = _bands(change)
    first = _chromosome(names[0]) if names else ""
    shown = ["an unknown one" if name == "?" else name for name in names]
    both = " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(names) > 1 else ""
    turned = {"inv": "inverted ", "dir": "direct ", "psu": "pseudo"}.get(change.modifier, "")
    match change.kind:
        case kind if kind == NUMERICAL:
            doubt = " (which one is uncertain)" if change.chromosomes[0].uncertain else ""
            return f"{'gain' if change.sign == '+' else 'loss'} of a {first}{doubt}"
        case kind if kind == VARIANT:
            return _variant(change)
        case "t" if (arms := _whole_arms(change)) is not None:
            return f"exchange of whole arms: {arms[0]} is joined to {arms[1]}, and the others to each other"
        case "t":
            return f"translocation between chromosomes {both}{where}"
        case "rob":
            return f"Robertsonian translocation: the long arms of chromosomes {both} are joined"
        case "der" if (arms := _whole_arms(change)) is not None:
            return f"one chromosome made of whole arms: {arms[0]} is joined to {arms[1]}"
        case "der" if len(names) > 1:
            return f"derivative chromosome of chromosomes {both}{where}"
        case "der" | "ider" | "rec":
            word = {"der": "derivative", "ider": "isoderivative", "rec": "recombinant"}[change.kind]
            return f"{word} {first}{where}"
        case "del":
            return _deletion(change)
        case "dup" | "trp" | "qdp":
            word = {"dup": "duplication", "trp": "triplication", "qdp": "quadruplication"}[change.kind]
            return f"{turned}{word} in {first}{_between(change)}"
        case "inv":
            sides = {point.arm for group in change.breakpoints for point in group}
            kind = "pericentric " if sides == {"p", "q"} else "paracentric " if len(sides) == 1 else ""
            return f"{kind}inversion in {first}{_between(change)}"
        case "ins":
            return _insertion(change, turned)
        case "i":
            return f"isochromosome of the {_arm(change)} of {first}"
        case "idic":
            return f"{turned}isodicentric {first}{where}"
        case "dic" | "trc":
            word = "dicentric" if change.kind == "dic" else "tricentric"
            return f"{turned}{word} chromosome of chromosomes {both or names[0]}{where}"
        case "add":
            return f"material of unknown origin attached to {first}{_at(change)}"
        case "hsr":
            return f"homogeneously staining region in {first}{_at(change)}"
        case "r" if names:
            return f"ring of {first if len(names) == 1 else 'chromosomes ' + both}{where}"
        case "r":
            return f"{_amount(change)}ring{'s' if _plural(change) else ''} of unknown origin"
        case "mar":
            return f"{_amount(change)}marker chromosome{'s' if _plural(change) else ''}{_index(change)}"
        case "dmin":
            return f"{_amount(change)}double minutes"
        case "ace" | "min":
            word = "acentric fragment" if change.kind == "ace" else "minute fragment"
            return f"{_amount(change)}{word}{'s' if _plural(change) else ''}"
        case "upd":
            return f"uniparental disomy of {first}: both from one parent"
        case "fra":
            return f"fragile site in {first}{_at(change)}"
        case "fis":
            return f"the {_arm(change)} of {first} by itself, after its fission at the centromere"
        case "cth" | "cha":
            word = "broken into many pieces" if change.kind == "cth" else "copied and rebuilt in many pieces"
            return f"{both or first}: {word} and put together anew{where}"
        case "neo":
            return f"{first} with a new centromere{where}"
        case "tas":
            return f"telomeric association of chromosomes {both}{where}"
        case _:
            return f"{change.kind} of {both or first}{where}"


def _chromosome(name: str) -> str:
    return "chromosome of unknown identity" if name == "?" else f"chromosome {name}"


def _amount(change: Abnormality) -> str:
    if change.amount is None:
        return "" if change.kind == "dmin" else "an " if change.kind == "ace" else "a "
    low, high = change.amount
    return f"{low} " if low == high else f"{low} to {high} "


def _whole_arms(change: Abnormality) -> tuple[str, str] | None:
    """The two arms that a whole-arm change joins; None for other changes."""
    bands = [point.band for group in change.breakpoints for point in group]
    if len(change.names) != 2 or len(bands) != 2 or not set(bands) <= {"p10", "q10"}:
        return None
    arms = {"p10": "the short arm of", "q10": "the long arm of"}
    first, second = (
        f"{arms[band or '']} {_chromosome(n)}" for n, band in zip(change.names, bands, strict=True)
    )
    return first, second


def _variant(change: Abnormality) -> str:
    grown = {"+": ", larger than usual", "-": ", smaller than usual"}.get(change.detail[-1:], "")
    return f"variant of the normal {change.names[0]}{change.detail}{grown}"


def _at(change: Abnormality) -> str:
    points = _points(change)
    return f" at {' and '.join(points)}" if points and not change.detail else _bands(change)


def _plural(change: Abnormality) -> bool:
    return change.amount is not None and change.amount[1] > 1


def _index(change: Abnormality) -> str:
    return f" (number {change.index})" if change.index else ""


def _point(name: str, point: Breakpoint) -> str:
    if point.band is None:
        return f"an unknown band of chromosome {name}"
    text = point.text.replace("?", "")
    if point.band in ("p10", "q10", "cen"):
        shown = f"the centromere of chromosome {name}"
    else:
        shown = f"{name}{text.replace('~', ' to ')}"
    return f"{shown} (uncertain)" if "?" in point.text else shown


def _points(change: Abnormality) -> list[str]:
    return [
        _point(name, point)
        for name, group in zip(change.names, change.breakpoints, strict=False)
        for point in group
    ]


def _bands(change: Abnormality) -> str:
    if change.detail:
        return f", from top to bottom {change.detail}"
    points = _points(change)
    if not points:
        attached = [f"{locus.name}{locus.attached}" for locus in change.chromosomes if locus.attached]
        return f" ({', '.join(attached)})" if attached else ""
    if len(points) == 1:
        return f", break in {points[0]}"
    return f", breaks in {', '.join(points[:-1])} and {points[-1]}"


def _between(change: Abnormality) -> str:
    points = _points(change)
    if len(points) == 2:
        return f" between {points[0]} and {points[1]}"
    return _bands(change)


def _deletion(change: Abnormality) -> str:
    name = _chromosome(change.names[0])
    points = _points(change)
    if change.detail or not points:
        return f"deletion in {name}{_bands(change)}"
    if len(points) == 2:
        return f"deletion inside {name} between {points[0]} and {points[1]}"
    arm = {"p": "short", "q": "long"}.get(change.breakpoints[0][0].arm, "")
    if arm and change.breakpoints[0][0].text in ("p?", "q?"):
        return f"loss of an unknown part of the {arm} arm of {name}"
    return f"loss of the end of the {arm} arm of {name} from {points[0]}" if arm else f"deletion in {name}"


def _insertion(change: Abnormality, turned: str) -> str:
    points = _points(change)
    if len(points) != 3:
        return f"{turned}insertion in {_chromosome(change.names[0])}{_bands(change)}"
    text = f"{turned}insertion of the piece between {points[1]} and {points[2]} into {points[0]}"
    return text if turned or not _is_turned(change) else f"{text}, turned round"


def _is_turned(change: Abnormality) -> bool:
    """Whether the piece of an insertion is written with its outer band first."""
    name = change.names[-1]
    group = change.breakpoints[-1][-2:]
    if name not in CLASSES or not all(point.band and is_band(name, point.band) for point in group):
        return False
    centre = centromere_fraction(name, 850)
    first, second = (abs(breakpoint_fraction(name, point.band or "", 850) - centre) for point in group)
    return {point.arm for point in group} != {"p", "q"} and first > second


def _arm(change: Abnormality) -> str:
    points = [point for group in change.breakpoints for point in group]
    if change.detail:
        arm = "p" if "pter" in change.detail else "q"
    else:
        arm = points[0].arm if points else change.chromosomes[0].attached[:1]
    return {"p": "short arm", "q": "long arm"}.get(arm, "arm")


def _technique(technique: Technique) -> str:
    return f"Result of {_TECHNIQUES[technique.kind]}: {technique.text.removeprefix(technique.kind).strip()}."
