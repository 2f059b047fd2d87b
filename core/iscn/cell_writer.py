"""The karyotype of one cell from its counted chromosomes and the structural changes stated for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Final, Literal

from core.domain.bands import AUTOSOMES, CLASSES, UNKNOWN
from core.iscn.order import in_order
from core.iscn.ploidy import ploidy_near
from core.iscn.tree import NUMERICAL, Abnormality, CellLine, Count, Locus, SexComplement, Sign
from core.iscn.writer import cell_line_of, sets_of

_SEX: Final = ("X", "Y")
_ALL_REMAIN: Final = ("t", "ins")
_NOT_CHROMOSOMES: Final = ("dmin", "ace", "min", "fra", "upd", "variant", "tas")
_MOST_READINGS: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class _Effect:
    """Chromosomes that a change takes away, and those that stand in their place, by class."""

    replaced: tuple[str, ...]
    carriers: tuple[str, ...]


def line_of_cell(
    counts: Mapping[str, int],
    changes: Iterable[Abnormality],
    *,
    markers: int = 0,
    context: Literal["constitutional", "neoplastic"] = "constitutional",
    expected_sex: str | None = None,
) -> CellLine:
    """Cell line of a cell whose structural changes a person stated.

    A changed chromosome is counted under the class of its centromere, as people name it: with
    `rob(13;14)(q10;q10)` a cell has three of 13 and 14 together, whichever of the two names the fused one
    bears. What the stated changes do not explain is written as gain and loss.

    Parameters
    ----------
    counts
        Counting chromosomes of each class, changed ones included; a class that is missing counts 0.
    changes
        Structural changes, each as one homolog shows it; numerical ones are refused.
    markers
        Chromosomes that belong to no class.
    context, expected_sex
        As in `core.iscn.writer.cell_line_of`.

    Raises
    ------
    ValueError
        When one of the changes gains or loses a whole chromosome: that follows from `counts`.
    """
    stated = tuple(changes)
    if any(change.kind == NUMERICAL for change in stated):
        raise ValueError("expected structural changes, gains and losses follow from the counted chromosomes")
    present = {name: int(counts.get(name, 0)) for name in CLASSES}
    effects = _best_effects(stated, present)
    plain = Counter(present)
    for effect in effects:
        plain.subtract(name for name in effect.carriers if name in CLASSES)
        plain.update(name for name in effect.replaced if name in AUTOSOMES)
    rings = sum(1 for change in stated if change.kind == "r" and not change.chromosomes)
    unnamed = markers + int(counts.get(UNKNOWN, 0))
    base = cell_line_of(
        {name: max(number, 0) for name, number in plain.items()},
        markers=max(0, unnamed - rings),
        context="constitutional",
    )
    letters, sex_changes = _sex(plain, effects, context, expected_sex)
    total = sum(present.values()) + max(unnamed, rings)
    sets = sets_of({name: max(plain[name], 0) for name in CLASSES})
    return CellLine(
        count=Count(low=total, high=total, ploidy="" if ploidy_near(total) == sets else f"{sets}n"),
        sex=SexComplement(letters=letters) if letters else None,
        abnormalities=in_order((*base.abnormalities, *sex_changes, *(_alone(one) for one in stated))),
    )


def _alone(change: Abnormality) -> Abnormality:
    return replace(change, cells=None)


def _best_effects(changes: tuple[Abnormality, ...], present: Mapping[str, int]) -> tuple[_Effect, ...]:
    """The reading that leaves the fewest gains and losses: a fused chromosome bears one name of several."""
    ways = [tuple(_effects_of(change)) for change in changes]
    number = 1
    for way in ways:
        number *= len(way)
    if number > _MOST_READINGS:
        return tuple(way[0] for way in ways)
    return min(product(*ways), key=lambda effects: _unexplained(effects, present))


def _effects_of(change: Abnormality) -> Iterator[_Effect]:
    names = tuple(name for name in change.names if name in CLASSES)
    if change.kind in _NOT_CHROMOSOMES:
        yield _Effect(replaced=(), carriers=())
    elif change.sign == "-":
        yield _Effect(replaced=names[:1] * change.multiplier, carriers=())
    else:
        replaced = () if change.sign else names * change.multiplier
        if change.kind in _ALL_REMAIN or len(names) < 2:
            yield _Effect(replaced=replaced, carriers=names * change.multiplier)
            return
        for carrier in names:
            yield _Effect(replaced=replaced, carriers=(carrier,) * change.multiplier)


def _unexplained(effects: tuple[_Effect, ...], present: Mapping[str, int]) -> int:
    left = Counter(present)
    for effect in effects:
        left.subtract(effect.carriers)
        left.update(effect.replaced)
    sets = sets_of({name: left[name] for name in CLASSES})
    autosomes = sum(abs(left[name] - sets) for name in AUTOSOMES)
    return autosomes + abs(left["X"] + left["Y"] - sets) + sum(1 for name in _SEX if left[name] < 0)


def _sex(
    plain: Mapping[str, int],
    effects: tuple[_Effect, ...],
    context: Literal["constitutional", "neoplastic"],
    expected: str | None,
) -> tuple[str, list[Abnormality]]:
    """Letters of the unchanged X and Y; in a tumour what was gained or lost stands as a change."""
    letters = ""
    changes: list[Abnormality] = []
    replaced = Counter(name for effect in effects for name in effect.replaced)
    for name in _SEX:
        has = max(plain[name], 0)
        if context == "constitutional" or expected is None or sets_of(dict(plain)) != 2:
            letters += name * has
            continue
        had = max(expected.count(name) - replaced[name], 0)
        letters += name * min(had, has)
        sign: Sign = "+" if has > had else "-"
        change = Abnormality(kind=NUMERICAL, sign=sign, chromosomes=(Locus(name=name),))
        changes += [change] * abs(has - had)
    return letters, changes
