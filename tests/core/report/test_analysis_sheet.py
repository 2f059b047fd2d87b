from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pypdfium2
import pytest

from core.domain.case import Case
from core.domain.ids import CaseId, PersonName
from core.domain.metaphase import PairTick
from core.report.analysis_sheet import AnalysisSheet, analysis_sheet_bytes, write_analysis_sheets
from tests.core.analysis.cells import cell_of

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
CASE = Case(id=CaseId("c"), name="K-0815", specimen="blood")


def ticked(cell, *names: str):
    ticks = tuple(
        PairTick(
            chromosome_class=name,
            person=PersonName("Maria Keller"),
            time=NOON,
            chromosomes=tuple(c.id for c in cell.counting if c.chromosome_class == name),
        )
        for name in names
    )
    return replace(cell, ticks=ticks, notes="9qh+ in both homologs?")


def pages_of(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        assert all(
            document.get_page_size(n) == pytest.approx((595.3, 841.9), abs=0.5) for n in range(len(document))
        )
        return [document[n].get_textpage().get_text_range() for n in range(len(document))]


def sheet(cell) -> AnalysisSheet:
    return AnalysisSheet(cell=cell, grey=np.full((100, 100), 200, np.uint8))


def test_that_a_sheet_says_who_compared_what_and_leaves_room_to_sign():
    cell = ticked(cell_of("007", extra=("21",)), "1", "21")
    (text,) = pages_of(analysis_sheet_bytes(CASE, [sheet(cell)], created=NOON))
    assert text.count("✓ MK") == 2
    for words in ("K-0815", "cell 007", "47 outlined", "21 (3)", "9qh+ in both homologs?", "Checked by",
                  "2 classes compared", "research use only"):  # fmt: skip
        assert words in text, words


def test_that_a_tick_of_other_chromosomes_stands_in_brackets():
    cell = ticked(cell_of("007"), "1")
    changed = replace(cell, chromosomes=cell.chromosomes[1:])
    (text,) = pages_of(analysis_sheet_bytes(CASE, [sheet(changed)], created=NOON))
    assert "(✓) MK" in text
    assert "1 in brackets changed" in text


def test_that_each_cell_has_a_page_of_its_own(tmp_path):
    sheets = [sheet(cell_of(name)) for name in ("001", "002", "003")]
    write_analysis_sheets(tmp_path / "sheets.pdf", CASE, sheets, created=NOON)
    texts = pages_of((tmp_path / "sheets.pdf").read_bytes())
    assert ["cell 00" in text for text in texts] == [True] * 3


def test_that_a_sheet_without_cells_is_refused():
    with pytest.raises(ValueError, match="at least one cell"):
        analysis_sheet_bytes(CASE, [], created=NOON)
