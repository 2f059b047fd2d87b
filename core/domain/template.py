"""Templates of a karyogram: which class stands in which row, under which label, how far apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.domain.bands import CLASSES, GROUPS

Groups = tuple[tuple[str, ...], ...]

LEAST_SPACING: Final = 0.4
MOST_SPACING: Final = 3.0
MOST_ROWS: Final = 10
LONGEST_LABEL: Final = 12
LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Spacing:
    """How far things stand apart, as factors of the usual distance (0.4 to 3).

    `pair` between homologs, `slot` between classes, `group` between groups, `row` between rows.
    """

    pair: float = 1.0
    slot: float = 1.0
    group: float = 1.0
    row: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KaryogramTemplate:
    """Rows of a karyogram; each row holds groups of slots that stand apart.

    Parameters
    ----------
    name
        What it is called in lists.
    rows
        Rows of groups of classes; every class of 1-22, X, Y stands exactly once.
    labels
        Pairs of a class and the label below it, where that is not the class itself.
    group_labels
        One label for each group of each row; empty ones are not written. Empty altogether: none.
    spacing
        Distances as factors.
    """

    name: str
    rows: tuple[Groups, ...]
    labels: tuple[tuple[str, str], ...] = ()
    group_labels: tuple[tuple[str, ...], ...] = ()
    spacing: Spacing = Spacing()

    def label_of(self, name: str) -> str:
        """Label below a class."""
        return dict(self.labels).get(name, name)

    def group_label(self, row: int, group: int) -> str:
        """Label of a group; empty for none."""
        if row < len(self.group_labels) and group < len(self.group_labels[row]):
            return self.group_labels[row][group]
        return ""

    @property
    def problems(self) -> tuple[str, ...]:
        """What keeps it from being used, in sentences; empty when nothing does."""
        return tuple(_problems(self))


ISCN_ROWS: Final = KaryogramTemplate(
    name="ISCN rows",
    rows=(
        (("1", "2", "3"), ("4", "5")),
        (("6", "7", "8", "9", "10", "11", "12"),),
        (("13", "14", "15"), ("16", "17", "18")),
        (("19", "20"), ("21", "22"), ("X", "Y")),
    ),
)
"""Groups A-B, C, D-E, F-G and sex chromosomes (ISCN 2024, section 2.2.1)."""

DENVER_ROWS: Final = KaryogramTemplate(
    name="Denver groups",
    rows=(
        (GROUPS["A"], GROUPS["B"]),
        (GROUPS["C"],),
        (GROUPS["D"], GROUPS["E"]),
        (GROUPS["F"], GROUPS["G"]),
    ),
    group_labels=(("A", "B"), ("C",), ("D", "E"), ("F", "G")),
)
"""Groups A to G with their letters; X and Y stand in C and G (Denver conference, 1960)."""

TWO_ROWS: Final = KaryogramTemplate(
    name="Two rows",
    rows=(
        (("1", "2", "3"), ("4", "5"), ("6", "7", "8", "9", "10", "11", "12")),
        (("13", "14", "15"), ("16", "17", "18"), ("19", "20"), ("21", "22"), ("X", "Y")),
    ),
)
"""For wide screens and slides."""

BUILT_IN: Final = (ISCN_ROWS, DENVER_ROWS, TWO_ROWS)


def _problems(template: KaryogramTemplate) -> list[str]:
    found = []
    name = template.name.strip()
    if not name or len(name) > LONGEST_NAME:
        found.append(f"expected a name of 1 to {LONGEST_NAME} letters, got {len(name)}, type another one")
    if not 1 <= len(template.rows) <= MOST_ROWS:
        found.append(f"expected 1 to {MOST_ROWS} rows, got {len(template.rows)}, add or remove rows")
    if any(not row or any(not group for group in row) for row in template.rows):
        found.append("expected a class in every row and group, got an empty one, fill or remove it")
    placed = [one for row in template.rows for group in row for one in group]
    strange = sorted({one for one in placed if one not in CLASSES})
    if strange:
        found.append(f"expected classes of 1-22, X and Y, got {', '.join(strange)}, remove them")
    twice = [one for one in CLASSES if placed.count(one) > 1]
    if twice:
        found.append(f"expected every class once, got {', '.join(twice)} twice, remove one of each")
    missing = [one for one in CLASSES if one not in placed]
    if missing:
        found.append(f"expected every class, {', '.join(missing)} has no place, put it into a row")
    labels = [text for _, text in template.labels]
    texts = [*labels, *(text for row in template.group_labels for text in row)]
    if any(len(text) > LONGEST_LABEL for text in texts):
        found.append(f"expected labels of at most {LONGEST_LABEL} letters, shorten the longer ones")
    if any(not text.strip() for text in labels):
        found.append("expected a label for each class named in labels, got an empty one, remove it")
    spacing = template.spacing
    for word, factor in (
        ("homologs", spacing.pair), ("classes", spacing.slot), ("groups", spacing.group),
        ("rows", spacing.row),
    ):  # fmt: skip
        if not LEAST_SPACING <= factor <= MOST_SPACING:
            found.append(
                f"expected a distance of {word} of {LEAST_SPACING} to {MOST_SPACING}, got {factor:g}, "
                "change it"
            )
    return found
