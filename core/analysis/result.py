"""Results as other programs read them: the fixed schemas of the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.analysis.clones import CaseKaryotype
from core.analysis.numerical import assessed_of, cell_karyotype, findings_of, why_no_karyotype
from core.analysis.structural import findings_of_structure
from core.domain.case import Context
from core.domain.chromosome import Chromosome
from core.domain.ids import ChromosomeId
from core.domain.metaphase import Metaphase

SCHEMA_VERSION = 1


def result_of_cell(
    cell: Metaphase,
    *,
    path: str,
    models: Mapping[str, str],
    seconds: Mapping[str, float],
) -> dict[str, Any]:
    """Write one cell by `analysis.schema.json`.

    Parameters
    ----------
    cell
        State to write: the proposal, or what a person made of it.
    path
        Input file as given.
    models, seconds
        As `core.analysis.pipeline.Analysis` holds them.
    """
    quality = cell.quality
    assessed = assessed_of(cell)
    ids = {c.id: f"c{number:02d}" for number, c in enumerate(cell.chromosomes, start=1)}
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "metaphase",
        "image": {
            "path": path,
            "sha256": cell.image,
            "width": cell.width,
            "height": cell.height,
            "pixel_size_um": cell.pixel_size_um,
            "banding": cell.banding.value,
            "banding_confidence": cell.banding_confidence,
            "banding_reason": cell.banding_reason,
        },
        "count": cell.count,
        "quality": {
            "score": 0.0 if quality is None else round(quality.score, 4),
            **(
                {}
                if quality is None
                else {
                    part: round(float(getattr(quality, part)), 4)
                    for part in ("spread", "overlap", "band_clarity", "focus", "completeness", "debris")
                }
            ),
            "band_level": None if quality is None else quality.band_level,
            "band_level_low": None if quality is None else quality.band_level_low,
            "band_level_high": None if quality is None else quality.band_level_high,
        },
        "cell_right_probability": round(_unit(cell.right_probability or 0.0), 6),
        "chromosomes": [
            _chromosome(chromosome, ids) for chromosome in cell.chromosomes if chromosome.excluded is None
        ],
        "excluded": [
            {"box": [round(v, 2) for v in thing.box], "reason": thing.reason.value} for thing in cell.excluded
        ]
        + [
            {"box": [round(v, 2) for v in c.outline.box], "reason": c.excluded.value}
            for c in cell.chromosomes
            if c.excluded is not None
        ],
        "findings": [
            {
                "kind": finding.kind.value,
                "chromosomes": list(finding.chromosomes),
                "breakpoints": list(finding.breakpoints),
                "supporting_ids": [ids[i] for i in finding.supporting],
                "confidence": round(_unit(finding.confidence), 6),
            }
            for finding in (*findings_of(cell), *findings_of_structure(cell))
        ],
        "cell_karyotype": cell_karyotype(cell),
        "assessed": {"numerical": assessed.numerical, "structural": assessed.structural},
        "models": dict(models),
        "seconds": {stage: round(value, 4) for stage, value in seconds.items()},
    }


def _unit(value: float) -> float:
    return min(1.0, max(0.0, float(value)))


def _chromosome(chromosome: Chromosome, ids: Mapping[ChromosomeId, str]) -> dict[str, Any]:
    outline = chromosome.outline
    return {
        "id": ids[chromosome.id],
        "outline": [[x, y] for x, y in outline.points],
        "holes": [[[x, y] for x, y in hole] for hole in outline.holes],
        "box": [round(v, 2) for v in outline.box],
        "object_type": chromosome.object_type.value,
        "class": chromosome.chromosome_class,
        "confidence": round(_unit(chromosome.confidence), 6),
        "alternatives": [
            {"class": a.chromosome_class, "probability": round(_unit(a.probability), 6)}
            for a in chromosome.alternatives
        ],
        "p_arm_direction": None if chromosome.p_arm is None else [round(v, 6) for v in chromosome.p_arm],
        "centromere": None if chromosome.centromere is None else list(chromosome.centromere),
        "overlaps": [ids[i] for i in chromosome.overlaps if i in ids],
        "slot": None
        if chromosome.homolog is None
        else {"class": chromosome.chromosome_class, "homolog": chromosome.homolog},
    }


def result_of_case(
    name: str,
    context: Context,
    cells: Sequence[tuple[str, Metaphase]],
    karyotype: CaseKaryotype,
    *,
    models: Mapping[str, str],
    edition: str = "2024",
) -> dict[str, Any]:
    """Write all cells of a case by `case.schema.json`; `cells` are pairs of input file and state."""
    return {
        "schema_version": SCHEMA_VERSION,
        "case": name,
        "context": context.value,
        "cells": [
            {
                "file": file,
                "count": cell.count,
                "cell_karyotype": cell_karyotype(cell),
                "used": why_no_karyotype(cell) is None,
                "reason": why_no_karyotype(cell),
                "culture": cell.origin.culture,
                "slide": cell.origin.slide,
                "colony": cell.origin.colony,
            }
            for file, cell in cells
        ],
        "cell_lines": [
            {"karyotype": line.karyotype, "cells": len(line.cells), "clonal": line.clonal}
            for line in karyotype.lines
        ],
        "non_clonal": list(karyotype.non_clonal),
        "iscn": karyotype.iscn,
        "iscn_edition": edition,
        "assessed": {
            "numerical": karyotype.assessed.numerical,
            "structural": karyotype.assessed.structural,
        },
        "mosaicism_excluded_above": karyotype.mosaicism_excluded_above,
        "limits": list(karyotype.limits),
        "models": dict(models),
    }
