"""Named situations of the bench: each has a rule, says what was seen, and what to do.

Nothing here changes a count or a karyotype. A situation is a sentence for the person who decides, and a
limit of what the program says.

References
----------
FEATURES, "ISCN 2024" (pseudomosaicism, villi, tetraploidy, maternal cells, random loss, follow-up, in-situ).
Levels of pseudomosaicism: Hsu and Benn, Prenat Diagn 19:1081 (1999).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from core.analysis.cell_changes import changes_of, in_writing_order, said
from core.analysis.cell_situations import (
    broken_cells,
    endoreduplication,
    out_of_focus,
    tetraploidy,
    two_cells,
)
from core.analysis.mosaicism import exact_interval
from core.analysis.numerical import constitution_of, why_no_karyotype
from core.analysis.situation import Looked, Situation, cells_in_words, has_or_have, ids_of, is_direct
from core.domain.case import Case, Context
from core.domain.metaphase import Metaphase, Verdict

_PER_COLONY: Final = 2
_CULTURES: Final = 2
_VILLI: Final = ("villi", "cvs", "chorion")


def situations_of(case: Case, cells: Sequence[Metaphase]) -> tuple[Situation, ...]:
    """All situations of a case, those that forbid something first.

    Parameters
    ----------
    case
        With specimen, protocol and clone rules.
    cells
        All its cells as they stand.
    """
    kept = tuple(cell for cell in cells if cell.verdict is not Verdict.REJECTED and cell.chromosomes)
    usable = tuple(cell for cell in kept if why_no_karyotype(cell) is None)
    male = sum(1 for cell in usable if constitution_of(cell)["Y"] > 0)
    base = (1, 1) if male and 2 * male >= len(usable) else (2, 0)
    looked = Looked(
        case=case, cells=kept, usable=usable, changes={cell.id: changes_of(cell, base) for cell in usable}
    )
    return tuple(one for rule in RULES for one in rule(looked))


def single_cell(looked: Looked) -> Iterable[Situation]:
    """A case of one cell: no clone, no mosaicism, hardly a karyotype."""
    if len(looked.usable) == 1:
        yield Situation(
            name="One cell",
            seen="Only one cell could be karyotyped.",
            advice="One cell makes no clone and excludes no mosaicism: analyse more.",
            cells=ids_of(looked.usable),
        )


def colony_rule(looked: Looked) -> Iterable[Situation]:
    """At most two cells from one colony, and at least two cultures."""
    grown = [c for c in looked.usable if c.origin.colony]
    by = Counter((c.origin.culture, c.origin.slide, c.origin.colony) for c in grown)
    crowded = {key for key, number in by.items() if number > _PER_COLONY}
    if crowded:
        cells = [c for c in grown if (c.origin.culture, c.origin.slide, c.origin.colony) in crowded]
        names = ", ".join(sorted({str(key[2]) for key in crowded}))
        yield Situation(
            name="Colony rule",
            seen=f"More than {_PER_COLONY} cells come from colony {names}.",
            advice=f"Cells of one colony are one: take at most {_PER_COLONY} from each.",
            cells=ids_of(cells),
        )
    cultures = {c.origin.culture for c in looked.usable if c.origin.culture}
    if len(cultures) == 1 and len(looked.usable) > 1:
        yield Situation(
            name="One culture",
            seen=f"All cells with a known culture come from culture {next(iter(cultures))}.",
            advice=f"Take cells from at least {_CULTURES} independent cultures.",
        )


def pseudomosaicism(looked: Looked) -> Iterable[Situation]:
    """Levels of a change that not all prenatal cells show.

    I: one cell; II: several cells or colonies of one culture; III: two or more independent cultures, which
    is true mosaicism until proved otherwise.
    """
    if not looked.prenatal or len(looked.usable) < 2:
        return
    for change in in_writing_order(looked.where()):
        cells = looked.where()[change]
        if len(cells) == len(looked.usable) or (change[1] < 0 and len(cells) < _CULTURES):
            continue
        cultures = {c.origin.culture for c in cells if c.origin.culture}
        if len(cells) == 1:
            level, advice = "I", "A single cell: not reported, look at more cells of the other cultures."
        elif len(cultures) >= _CULTURES:
            level, advice = (
                "III",
                (
                    "In two or more cultures: true mosaicism until proved otherwise; report it with the"
                    " numbers of cells and colonies."
                ),
            )
        elif cultures:
            level, advice = (
                "II",
                (
                    f"Only in culture {next(iter(cultures))}: usually pseudomosaicism; examine the other"
                    " cultures before it is reported."
                ),
            )
        else:
            level, advice = (
                "II or III",
                ("Whether one culture or several show it cannot be told: enter the culture of each cell."),
            )
        yield Situation(
            name=f"Pseudomosaicism level {level}" if level != "III" else "Mosaicism, level III",
            seen=f"{said(change)} in {len(cells)} of {len(looked.usable)} cells.",
            advice=advice,
            cells=ids_of(cells),
        )


def villi_direct_against_culture(looked: Looked) -> Iterable[Situation]:
    """Direct preparations show the trophoblast, long-term culture what is nearer to the fetus."""
    if not any(word in looked.specimen for word in _VILLI):
        return
    direct = [c for c in looked.usable if is_direct(c)]
    grown = [c for c in looked.usable if c.origin.culture and not is_direct(c)]
    for change, cells in looked.where().items():
        here, there = [c for c in cells if c in direct], [c for c in cells if c in grown]
        if here and not there and grown and len(here) > 1:
            yield Situation(
                name="Villi: direct preparation only",
                seen=f"{said(change)} in {len(here)} direct cells, in none of {len(grown)} cultured ones.",
                advice="Likely confined to the placenta: rely on long-term culture, offer amniotic fluid.",
                cells=ids_of(here),
            )
        elif there and not here and direct and len(there) > 1:
            yield Situation(
                name="Villi: long-term culture only",
                seen=f"{said(change)} in {len(there)} cultured cells, in none of {len(direct)} direct ones.",
                advice="Long-term culture is nearer to the fetus: confirm in amniotic fluid.",
                cells=ids_of(there),
            )
    if direct and not grown:
        yield Situation(
            name="Villi: no long-term culture",
            seen="All cells come from direct preparations.",
            advice="Do not report before long-term culture was examined.",
            cells=ids_of(direct),
        )


def maternal_cells(looked: Looked) -> Iterable[Situation]:
    """Normal XX cells beside XY cells of a prenatal case: the mother's cells, not a chimaera."""
    if not looked.prenatal:
        return
    sexes = {c.id: (constitution_of(c)["X"], constitution_of(c)["Y"]) for c in looked.usable}
    female = [c for c in looked.usable if sexes[c.id] == (2, 0) and c.count == 46]
    male = [c for c in looked.usable if sexes[c.id][1] > 0]
    if female and male:
        yield Situation(
            name="Maternal cells",
            seen=f"{cells_in_words(female)} {has_or_have(female)} 46,XX beside {len(male)} with a Y.",
            advice="Most likely cells of the mother: do not write chi; confirm with markers.",
            cells=ids_of(female),
        )


def random_loss(looked: Looked) -> Iterable[Situation]:
    """Different chromosomes missing in single cells: chance, from spreading."""
    singles = [
        (change, cells)
        for change, cells in looked.where().items()
        if change[1] < 0 and len(cells) < 3 and change[0] not in ("X", "Y")
    ]
    cells = list(dict.fromkeys(cell for _, some in singles for cell in some))
    if singles and len(cells) < len(looked.usable):
        names = ", ".join(said(change) for change in in_writing_order(change for change, _ in singles))
        yield Situation(
            name="Random loss",
            seen=f"{names} in too few cells for a clone.",
            advice="Chance loss does not enter the karyotype; count more cells when one is lost again.",
            cells=ids_of(cells),
        )


def missing_sex_chromosome(looked: Looked) -> Iterable[Situation]:
    """45,X in one or two cells: chance, age, or a mosaic."""
    where = looked.where()
    for change in (("X", -1), ("Y", -1)):
        cells = where.get(change, [])
        if 0 < len(cells) < 3 and len(cells) < len(looked.usable):
            low, high = exact_interval(len(cells), len(looked.usable))
            yield Situation(
                name="Lost sex chromosome",
                seen=f"{said(change)} in {len(cells)} of {len(looked.usable)} cells"
                f" ({100 * low:.0f} to {100 * high:.0f} %).",
                advice="Grows with age and may be chance: count 30 cells, or use FISH of X and Y.",
                cells=ids_of(cells),
            )


def follow_up(looked: Looked) -> Iterable[Situation]:
    """A known clone: one cell is enough, and its absence is told with what the cells exclude."""
    where = {said(change): cells for change, cells in looked.where().items()}
    for text in looked.case.clone_rules.known:
        cells = where.get(text, [])
        if cells:
            yield Situation(
                name="Known clone",
                seen=f"{text} in {len(cells)} of {len(looked.usable)} cells.",
                advice="Known from an earlier examination: it is reported even from one cell.",
                cells=ids_of(cells),
            )
        elif looked.usable:
            _, high = exact_interval(0, len(looked.usable))
            yield Situation(
                name="Known clone not seen",
                seen=f"{text} in none of {len(looked.usable)} cells (up to {100 * high:.0f} % possible).",
                advice="Write the number of cells; residual disease is a question for FISH or PCR.",
            )


def neoplastic_normal(looked: Looked) -> Iterable[Situation]:
    """A tumour with normal cells only may show the bystanders."""
    if looked.case.context is not Context.NEOPLASTIC or len(looked.usable) < 2:
        return
    if not any(looked.changes[cell.id] for cell in looked.usable):
        yield Situation(
            name="Normal cells only",
            seen=f"All {len(looked.usable)} cells look normal in number.",
            advice="They may be bystanders that divide better than the tumour: say so, compare bands.",
        )


RULES: Final[tuple[Callable[[Looked], Iterable[Situation]], ...]] = (
    two_cells, broken_cells, endoreduplication, tetraploidy, out_of_focus, single_cell, maternal_cells,
    pseudomosaicism, villi_direct_against_culture, colony_rule, follow_up, missing_sex_chromosome,
    random_loss, neoplastic_normal,
)  # fmt: skip
