"""Files, folders and ZIP archives give images, and a reason for everything else."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from pathlib import Path

import pytest

from core.progress import CallbackProgress, Cancelled
from core.readers.gather import Gathered, gather
from core.readers.naming import sort_into_cases
from core.readers.registry import read_picture
from tests.core.readers.picture_files import by_pillow, spread

PNG = by_pillow(spread(), "PNG")


def filled(folder: Path, *names: str, content: bytes = PNG) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def packed(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def reasons(found: Gathered) -> dict[str, str]:
    return {Path(path).name: reason for path, reason in found.skipped}


def test_that_a_folder_is_searched_to_the_bottom_in_natural_order(tmp_path: Path) -> None:
    filled(tmp_path / "drop", "cell10.png", "cell2.png", "a/x.png", "a/b/y.tif")
    found = gather([tmp_path / "drop"])
    assert [str(image.under) for image in found.images] == ["cell2.png", "cell10.png", "a/x.png", "a/b/y.tif"]
    assert str(found.images[2].relative) == "drop/a/x.png"
    assert found.skipped == ()
    for image in found.images:
        assert image.content() == PNG
        assert read_picture(image.to_read()).width == 128


def test_that_a_file_is_taken_once_however_often_it_is_named(tmp_path: Path) -> None:
    filled(tmp_path, "x.png")
    assert len(gather([tmp_path / "x.png", tmp_path, tmp_path / "x.png"]).images) == 1


def test_that_hidden_files_results_and_other_kinds_are_skipped_with_a_reason(tmp_path: Path) -> None:
    filled(tmp_path, "x.png", ".x.png", "._x.png", "__MACOSX/x.png", "Thumbs.db", ".git/y.png")
    filled(tmp_path, "x.png.karyogram.png", "x.png.overlay.png", "x.png.json", "case.json", "report.pdf")
    filled(tmp_path, "notes.txt", content=b"text")
    filled(tmp_path, "letter", content=b"%PDF-1.7")
    filled(tmp_path, "picture without suffix")
    found = gather([tmp_path])
    assert sorted(image.name for image in found.images) == ["picture without suffix", "x.png"]
    told = reasons(found)
    assert told[".x.png"] == "a hidden file"
    assert told["x.png.karyogram.png"] == told["report.pdf"] == "a result file of Centromere"
    assert told["notes.txt"] == "the file is text, not a picture"
    assert told["letter"] == "the file is a PDF document"
    assert not any(skipped.is_fault for skipped in found.skipped)


def test_that_what_is_named_or_looks_meant_is_left_to_its_reader(tmp_path: Path) -> None:
    filled(tmp_path, "text.png", "letter.pdf", content=b"%PDF-1.7")
    found = gather([tmp_path / "letter.pdf", tmp_path])
    assert [image.name for image in found.images] == ["letter.pdf", "text.png"]


def test_that_a_missing_path_is_a_fault_and_the_rest_goes_on(tmp_path: Path) -> None:
    filled(tmp_path, "x.png")
    found = gather([tmp_path / "nothing.png", tmp_path / "x.png"])
    assert len(found.images) == 1
    assert found.skipped[0].is_fault
    assert "does not exist" in found.skipped[0].reason


def test_that_impossible_names_and_pipes_are_told_and_not_waited_for(tmp_path: Path) -> None:
    paths = [tmp_path / ("x" * 400), Path("bad\0name.png")]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.png")
        paths.append(tmp_path / "pipe.png")
    found = gather(paths)
    assert found.images == ()
    assert len(found.skipped) == len(paths)
    assert all(skipped.is_fault and ", " in skipped.reason for skipped in found.skipped)


def test_that_a_zip_is_read_without_unpacking_it(tmp_path: Path) -> None:
    archive = packed(
        tmp_path / "export.zip",
        {
            "8129A/8129A.001.A.TIF": PNG,
            "8129A/8129A.001.K.TIF": PNG,
            "readme.txt": b"text",
            "__MACOSX/._x.png": PNG,
            "sub/": b"",
        },
    )
    found = gather([archive])
    assert [image.name for image in found.images] == ["8129A.001.A.TIF", "8129A.001.K.TIF"]
    assert str(found.images[0].under) == "export.zip/8129A/8129A.001.A.TIF"
    assert found.images[0].label.endswith("export.zip/8129A/8129A.001.A.TIF")
    assert read_picture(found.images[0].to_read()).name == "8129A.001.A.TIF"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["export.zip"]
    assert not any(skipped.is_fault for skipped in found.skipped)
    assert [case for case, _ in sort_into_cases(found.images).cases] == ["8129A"]


def test_that_the_name_of_an_archive_names_the_case_of_nameless_images(tmp_path: Path) -> None:
    archive = packed(tmp_path / "P-17.zip", {"a.png": PNG})
    assert [case for case, _ in sort_into_cases(gather([archive]).images).cases] == ["P-17"]


def test_that_names_that_point_outside_the_archive_are_not_followed(tmp_path: Path) -> None:
    archive = packed(
        tmp_path / "x.zip", {"../../evil.png": PNG, "/abs.png": PNG, "C:/x.png": PNG, "good.png": PNG}
    )
    found = gather([archive])
    assert [image.name for image in found.images] == ["good.png"]
    assert (
        len([skipped for skipped in found.skipped if "outside" in skipped.reason and skipped.is_fault]) == 3
    )


def test_that_an_encrypted_archive_says_that_it_has_a_password(tmp_path: Path) -> None:
    archive = packed(tmp_path / "x.zip", {"a.png": PNG}, zipfile.ZIP_STORED)
    content = bytearray(archive.read_bytes())
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(signature) + at
        struct.pack_into("<H", content, place, struct.unpack_from("<H", content, place)[0] | 1)
    archive.write_bytes(content)
    found = gather([archive])
    assert found.images == ()
    assert "password-protected" in found.skipped[0].reason
    assert found.skipped[0].is_fault


def test_that_a_bomb_is_told_by_its_stated_size(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("x.png", "w") as member:
        for _ in range(140):
            member.write(b"\0" * (1 << 20))
    found = gather([path])
    assert found.images == ()
    assert "unpacks to" in found.skipped[0].reason


def test_that_an_archive_that_lies_about_its_sizes_is_refused(tmp_path: Path) -> None:
    archive = packed(tmp_path / "x.zip", {"a.png": PNG + b"\0" * 100_000})
    content = bytearray(archive.read_bytes())
    for signature, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", content, content.find(signature) + at, 5000)
    archive.write_bytes(content)
    found = gather([archive])
    for image in found.images:
        with pytest.raises(Exception, match=r"damaged|another size"):
            image.content()


def test_that_damaged_nested_and_linked_archives_are_told(tmp_path: Path) -> None:
    sound = packed(tmp_path / "inner.zip", {"a.png": PNG}).read_bytes()
    outer = packed(tmp_path / "outer.zip", {"inner.zip": sound, "b.png": PNG})
    cut = filled(tmp_path, "cut.zip", content=sound[: len(sound) // 2]) / "cut.zip"
    link = zipfile.ZipInfo("link.png")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    found = gather([outer, cut, tmp_path / "link.zip"])
    assert [image.name for image in found.images] == ["b.png"]
    told = " ".join(skipped.reason for skipped in found.skipped)
    assert "ZIP inside a ZIP" in told
    assert "damaged or cut off" in told
    assert "is a link" in told


@pytest.mark.parametrize("damage", range(0, 2000, 97))
def test_that_a_flipped_byte_in_an_archive_harms_at_most_that_archive(tmp_path: Path, damage: int) -> None:
    content = bytearray(packed(tmp_path / "x.zip", {"a.png": PNG, "b.png": PNG}).read_bytes())
    content[-1 - damage % len(content)] ^= 0x5A
    filled(tmp_path, "x.zip", content=bytes(content))
    filled(tmp_path, "z.png")
    found = gather([tmp_path])
    assert "z.png" in [image.name for image in found.images]


@pytest.mark.skipif(os.name == "nt", reason="links need a permission on Windows")
def test_that_links_to_folders_are_not_followed_round_and_round(tmp_path: Path) -> None:
    filled(tmp_path / "drop", "x.png")
    (tmp_path / "drop" / "again").symlink_to(tmp_path / "drop")
    assert [image.name for image in gather([tmp_path / "drop"]).images] == ["x.png"]


def test_that_gathering_can_be_cancelled(tmp_path: Path) -> None:
    filled(tmp_path, "x.png")
    progress = CallbackProgress()
    progress.cancel()
    with pytest.raises(Cancelled):
        gather([tmp_path], progress)


def test_that_three_hundred_files_are_gathered(tmp_path: Path) -> None:
    filled(tmp_path, *(f"P.{number:03d}.A.png" for number in range(300)), content=PNG[:2000])
    assert len(gather([tmp_path]).images) == 300


def test_that_a_member_is_read_from_bytes_too(tmp_path: Path) -> None:
    archive = packed(tmp_path / "x.zip", {"a.png": PNG})
    content, name = gather([archive]).images[0].to_read()  # type: ignore[misc]
    assert (io.BytesIO(content).read(8), name) == (PNG[:8], "a.png")
