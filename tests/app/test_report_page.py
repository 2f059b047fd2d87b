"""The Report page: live pages, fields with undo, cells to show, what is open, files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.board.export import ExportWish, PictureFormat
from app.pages.report import ReportPage
from app.workplace import Workplace
from core.domain.case import Case, Context, Edition
from core.domain.ids import CaseId
from core.domain.metaphase import Mark, MarkKind
from core.editing.operations import SetMark
from core.report.pdf_reading import PDFIUM
from tests.app.simulated import TECHNICIAN, fill_case

Until = Callable[[Callable[[], object]], None]


@pytest.fixture
def page(workplace: Workplace, until: Until) -> ReportPage:
    """The page in sight, with a case of two simulated cells."""
    case_id = fill_case(workplace, cells=2)
    page = ReportPage(workplace.session, workplace.settings)
    workplace.session.look_at_case(True)
    page.resize(1100, 760)
    page.show()
    workplace.session.open_case(case_id)
    until(lambda: len(workplace.session.cells) == 2)
    until(lambda: page.complete)
    return page


def text_of(pdf: bytes) -> str:
    # The press may be drawing pages in its lane at the same time.
    with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def printed(page: ReportPage) -> str:
    assert page.printed is not None
    return text_of(page.printed.pdf)


def type_into(box: object, text: str) -> None:
    box.setFocus()  # type: ignore[attr-defined]
    QTest.keyClicks(box, text)  # type: ignore[arg-type]


def test_that_the_page_shows_the_report_of_the_case(page: ReportPage) -> None:
    text = printed(page)
    for wanted in ("SIM-0001", "47,XY,+21", "simulated blood culture", "finder@0", "structure not assessed"):
        assert wanted in text
    assert page.preview.page_count == 3
    assert "counted 0 of 20" in page.open_list.texts


def test_that_what_is_typed_is_on_the_page_at_once_and_undone_as_one_step(
    page: ReportPage, workplace: Workplace, until: Until
) -> None:
    session = workplace.session
    page.fields.keep_after(600_000)  # a busy machine may print later than typing rests
    box = page.fields.box("referral")
    type_into(box, "raised risk")
    until(lambda: page.complete and "raised risk" in printed(page))
    assert session.case.referral == ""
    QTest.keyClick(box, Qt.Key.Key_Return)
    until(lambda: session.case.referral == "raised risk")
    assert session.undo_label == "Edit case"
    session.undo()
    until(lambda: session.case.referral == "")
    until(lambda: page.complete and "raised risk" not in printed(page))
    assert box.text() == ""
    session.redo()
    until(lambda: session.case.referral == "raised risk")
    assert box.text() == "raised risk"


def test_that_what_was_typed_is_kept_when_typing_rests(
    page: ReportPage, workplace: Workplace, until: Until
) -> None:
    page.fields.keep_after(50)
    type_into(page.fields.box("specimen"), " II")
    until(lambda: workplace.session.case.specimen.endswith(" II"))


def test_that_the_identity_is_printed_and_stored_nowhere(
    page: ReportPage, workplace: Workplace, until: Until
) -> None:
    type_into(page.fields.box("identity"), "Ann Example")
    until(lambda: page.complete and "Ann Example" in printed(page))
    page.fields.keep()
    until(lambda: not workplace.session.saved.pending)
    for file in workplace.folders.home.rglob("*"):
        if file.is_file():
            assert b"Ann Example" not in file.read_bytes()


def test_that_context_and_edition_are_kept_when_they_are_chosen(
    page: ReportPage, workplace: Workplace, until: Until
) -> None:
    for name, text in (("edition", Edition.OF_2020.value), ("context", Context.NEOPLASTIC.value)):
        box = page.fields.box(name)
        place = box.findText(text)
        box.setCurrentIndex(place)
        box.activated.emit(place)
        until(lambda: not workplace.session.saved.pending)
    until(lambda: workplace.session.case.edition is Edition.OF_2020)
    until(lambda: workplace.session.case.context is Context.NEOPLASTIC)
    until(lambda: page.complete and "ISCN 2020" in printed(page) and "neoplastic" in printed(page))


def test_that_a_name_that_is_cleared_leaves_the_old_one(
    page: ReportPage, workplace: Workplace, until: Until
) -> None:
    box = page.fields.box("name")
    box.selectAll()
    QTest.keyClick(box, Qt.Key.Key_Delete)
    QTest.keyClick(box, Qt.Key.Key_Return)
    until(lambda: page.complete)
    assert workplace.session.case.name == "SIM-0001"


def test_that_cells_are_chosen_by_ticking_and_follow_the_marks_again(
    page: ReportPage, workplace: Workplace, until: Until
) -> None:
    session = workplace.session
    first, second = (cell.id for cell in session.cells)
    page.shown_cells.tick(first, False)
    until(lambda: session.case.figures == (second,))
    until(lambda: page.complete and page.preview.page_count == 2)
    page.shown_cells.follow_marks()
    until(lambda: session.case.figures is None)
    mark = Mark(kind=MarkKind.KARYOTYPED, person=TECHNICIAN, time=datetime.now(UTC))
    session.do_in(first, SetMark(mark=mark))
    until(lambda: page.shown_cells.ticked == (first,))
    until(lambda: page.complete and "karyotyped MK" in printed(page))


def test_that_an_open_point_leads_to_its_cell(page: ReportPage) -> None:
    wanted: list[str] = []
    page.cell_wanted.connect(wanted.append)
    assert any(text.startswith("cell 001:") for text in page.open_list.texts)
    point = next(p for p in page.printed.points if p.text.startswith("cell 001:"))
    page.open_list.follow(point.cell)
    assert wanted == [point.cell]


def test_that_the_report_is_saved_with_what_was_typed_last(
    page: ReportPage, tmp_path: Path, workplace: Workplace, until: Until
) -> None:
    said: list[str] = []
    workplace.session.message.connect(said.append)
    type_into(page.fields.box("specimen"), " and more")
    page.save(tmp_path / "report.pdf")
    until(lambda: said)
    assert said == [f"Report saved as {tmp_path / 'report.pdf'}."]
    assert "simulated blood culture and more" in text_of((tmp_path / "report.pdf").read_bytes())


def test_that_a_report_that_cannot_be_saved_is_a_sentence(
    page: ReportPage, tmp_path: Path, workplace: Workplace, until: Until
) -> None:
    said: list[str] = []
    workplace.session.message.connect(said.append)
    (tmp_path / "file").write_text("no folder")
    page.save(tmp_path / "file" / "report.pdf")
    until(lambda: said)
    assert "cannot be written" in said[0]


@pytest.mark.parametrize("kind", list(PictureFormat))
def test_that_karyograms_are_exported_as_pictures(
    page: ReportPage, tmp_path: Path, until: Until, kind: PictureFormat
) -> None:
    page.write_karyograms(tmp_path, ExportWish(format=kind, dpi=300))
    names = [f"SIM-0001.{label}.karyogram.{kind.value}" for label in ("001", "002")]
    until(lambda: all((tmp_path / name).exists() for name in names))


def test_that_an_empty_page_says_what_to_do(workplace: Workplace, until: Until) -> None:
    page = ReportPage(workplace.session, workplace.settings)
    page.resize(900, 600)
    page.show()
    assert "No case is open" in page.preview.notice
    assert not page.save_button.isEnabled()
    record = workplace.store.create_case(Case(id=CaseId("empty"), name="EMPTY"), TECHNICIAN)
    workplace.session.open_case(record.case.id)
    until(lambda: workplace.session.case is not None)
    assert "no cell yet" in page.preview.notice
    assert "Ctrl+O" in page.preview.notice
