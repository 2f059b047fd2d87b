"""What the comparison says of a class, in one line."""

from __future__ import annotations

from app.compare.class_bar import ALL
from app.compare.comparison import Comparison
from core.analysis.consensus import ClassStudy, band_at, differing_rows, said_of
from core.domain.bands import CLASSES


def summary_of(name: str, comparison: Comparison) -> str:
    """Say what is out of the ordinary in one class, or in all of them."""
    if name == ALL:
        return _of_all(comparison)
    study, numbers = comparison.study(name), comparison.numbers[name]
    parts = [f"Chromosome {name} of {len(comparison.cells)} cells"]
    if numbers.said:
        parts.append(f"number {numbers.said}")
    if study is not None:
        if study.other is not None:
            parts.append(_difference_of(study))
        elif study.outlying_cells == 0:
            parts.append(f"no chromosome deviates (most {study.most:.1f})")
        if study.outlying_cells:
            parts.append(f"deviating in {study.outlying_cells} of {study.cells} cells")
            if study.other is None:
                first = study.deviations[0]
                parts.append(f"cell {first.strand.label}: {said_of(first, study.consensus)}")
    return "  ·  ".join(parts)


def _difference_of(study: ClassStudy) -> str:
    """Say how the homologs differ: the other group's median chromosome against the usual mean."""
    others = study.group(1)
    middle = others[len(others) // 2]
    said = said_of(middle, study.consensus)
    rows = differing_rows(study)
    if not said and rows is not None:
        said = f"bands differ at {band_at(study.consensus, sum(rows) / 2, 400)}"
    return f"the homologs differ: {said}" if said else "the homologs differ"


def _of_all(comparison: Comparison) -> str:
    parts = [f"All classes of {len(comparison.cells)} cells"]
    numbers = [f"{name}: {found.said}" for name, found in comparison.numbers.items() if found.said]
    if numbers:
        parts.append("numbers " + ", ".join(numbers[:4]) + (" …" if len(numbers) > 4 else ""))
    deviating = [
        f"{name} in {study.outlying_cells} of {study.cells}"
        for name in CLASSES
        if (study := comparison.study(name)) is not None and study.outlying_cells
    ]
    parts.append("deviating: " + ", ".join(deviating[:8]) if deviating else "no chromosome deviates")
    return "  ·  ".join(parts)
