"""The picture beside the karyotype line."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from app.karyotype_picture import KaryotypePictureView


def test_that_the_picture_follows_what_is_typed(until):
    view = KaryotypePictureView()
    view.resize(320, 500)
    view.show()
    view.show_text("46,XX,t(9;22)(q34;q11.2)")
    until(lambda: bool(view.pages))
    assert {one.chromosome.carrier for one in view.pages[0].shown} == {"9", "22"}
    view.whole_box.setChecked(True)
    assert len(view.pages[0].shown) == 46
    view.show_text("46,XX,t(9;22)(q34;q11.2)[12]/47,idem,+8[8]")
    until(lambda: len(view.pages) == 2)
    view.close()


def test_that_a_string_that_cannot_be_read_keeps_the_last_picture_pale(until):
    view = KaryotypePictureView()
    view.show_text("47,XX,+21")
    until(lambda: bool(view.pages))
    view.show_text("47,XX,+21,t(9")
    until(lambda: view.paper.stale)
    assert view.pages
    assert view.notice.text().startswith("Not drawn")
    view.show_text("")
    until(lambda: not view.pages)
    view.close()


def test_that_the_picture_is_saved_and_a_wrong_name_is_told(until, tmp_path: Path):
    view = KaryotypePictureView()
    view.show_text("47,XX,+21")
    until(lambda: bool(view.pages))
    view.save(tmp_path / "picture.png")
    with Image.open(tmp_path / "picture.png") as image:
        assert image.size[0] > 400
    view.save(tmp_path / "picture.gif")
    assert "expected a file name" in view.notice.text()
    view.close()


def test_that_a_picture_drawn_before_it_is_in_sight_is_set_for_the_column_it_appears_in(until):
    view = KaryotypePictureView()
    view.show_text("46,XX,t(9;22)(q34;q11.2)")
    until(lambda: bool(view.pages))
    wide = view.pages[0].drawing.width
    view.resize(240, 700)
    view.show()
    until(lambda: view.pages[0].drawing.width < wide)
    until(lambda: view.scroll.height() <= view.paper.height())
    for button in (view.larger_button, view.save_button):
        until(lambda button=button: button.width() >= button.sizeHint().width())
    view.close()
