"""What cannot be read is refused with what is wrong and what to do, before memory is spent."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from core.errors import MediaError, Refusal
from core.readers.registry import read_picture
from tests.core.readers.picture_files import (
    by_pillow,
    dicom,
    dicom_bytes,
    one_of_each,
    png_header_only,
    saved,
    spread,
    tiff,
)

ROOT = Path(__file__).resolve().parents[3]


def refusal(content: bytes, name: str = "x.png") -> Refusal:
    with pytest.raises(Refusal) as caught:
        read_picture((content, name))
    assert isinstance(caught.value, MediaError)
    assert str(caught.value) == f"{caught.value.what}, {caught.value.do}"
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\0" * 5000, "only zeros"),
        (b"this is not a picture at all\n" * 20, "is text"),
        ("Übersicht der Fälle\n".encode() * 60, "is text"),
        (b'{"images": []}', "is text"),
        (b"%PDF-1.7\n1 0 obj <</Type /Catalog>>", "is a PDF"),
        (b"%PDF-1.7\n trailer <</Encrypt 5 0 R>>", "password-protected PDF"),
        (b"Rar!\x1a\x07\x01\x00", "RAR"),
        (b"7z\xbc\xaf\x27\x1c\x00", "7z"),
        (zlib.compress(b"x") * 9, "not a picture of a known format"),
        (b"\0\0\0\x20ftypheic", "HEIC"),
        (b"\0\0\0\x20ftypisom", "video"),
        (b"MZ\x90\x00\x03", "program"),
        (b"II*\x00\x10\x00\x00\x00CR\x02\x00" + b"\0" * 50, "camera raw"),
        (b"\x89PNG\r\n\x1a\n", "cut off"),
        (b"\xff\xd8\xff\xe0", "damaged"),
        (b"BM" + b"\0" * 60, "damaged"),
        (b"GIF89a", "damaged"),
        (b"RIFF\x00\x00\x00\x00WEBP", "cut off"),
        (b"II*\x00\x08\x00\x00\x00", "cut off"),
        (b"\xff\x4f\xff\x51\x00", "cut off"),
        (b"\0" * 128 + b"DICM", "holds no picture"),
    ],
)
def test_that_the_refusal_says_what_the_file_is(content: bytes, words: str) -> None:
    assert words in refusal(content).what


def test_that_an_office_document_and_a_zip_are_told_apart() -> None:
    for member, words in (("word/document.xml", "office"), ("a.png", "ZIP archive")):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(member, b"x")
        assert words in refusal(file.getvalue()).what


@pytest.mark.parametrize("name", sorted(one_of_each()))
def test_that_a_file_cut_in_half_is_refused(name: str) -> None:
    content = one_of_each()[name]
    refusal(content[: len(content) // 2])


@pytest.mark.parametrize(
    "content",
    [
        png_header_only(30_000, 30_000),
        b"BM"
        + (54).to_bytes(4, "little")
        + b"\0\0\0\0\x36\0\0\0\x28\0\0\0"
        + (30_000).to_bytes(4, "little") * 2
        + b"\x01\0\x08\0"
        + b"\0" * 400,
        by_pillow(np.zeros((16, 16), np.uint8), "GIF").replace(b"\x10\x00\x10\x00", b"\x30\x75\x30\x75", 1),
        by_pillow(np.zeros((16, 16), np.uint8), "JPEG").replace(
            b"\x00\x10\x00\x10\x01", b"\x75\x30\x75\x30\x01", 1
        ),
        tiff(np.zeros((16, 16), np.uint8))
        .replace(b"\x00\x01\x04\x00\x01\x00\x00\x00\x10\x00", b"\x00\x01\x04\x00\x01\x00\x00\x00\x30\x75", 1)
        .replace(b"\x01\x01\x04\x00\x01\x00\x00\x00\x10\x00", b"\x01\x01\x04\x00\x01\x00\x00\x00\x30\x75", 1),
        b"RIFF\xff\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00" + b"\x2f\x75\x00" * 2 + b"\0" * 40,
    ],
    ids=["png", "bmp", "gif", "jpeg", "tiff", "webp"],
)
def test_that_thirty_thousand_pixels_square_are_refused_by_the_header(content: bytes) -> None:
    tracemalloc.start()
    try:
        assert "30000 × 30000" in refusal(content).what
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_that_a_huge_jpeg_2000_and_dicom_are_refused_by_the_header() -> None:
    content = bytearray(imagecodecs.jpeg2k_encode(spread(), codecformat="j2k"))
    content[8:16] = (30_000).to_bytes(4, "big") * 2
    assert "30000 × 30000" in refusal(bytes(content)).what
    picture = dicom(spread())
    picture.Rows = picture.Columns = 30_000
    assert "30000 × 30000" in refusal(dicom_bytes(picture)).what


def test_that_a_small_tiff_with_a_huge_tile_is_refused() -> None:
    content = tiff(np.zeros((32, 32), np.uint8), tile=(32, 32), compression="zlib")
    wide = content.replace(
        b"\x42\x01\x04\x00\x01\x00\x00\x00\x20\x00", b"\x42\x01\x04\x00\x01\x00\x00\x00\xf0\xff"
    )
    huge = wide.replace(
        b"\x43\x01\x04\x00\x01\x00\x00\x00\x20\x00", b"\x43\x01\x04\x00\x01\x00\x00\x00\xf0\xff"
    )
    assert huge != content
    refusal(huge)


def test_that_tiff_pages_in_a_circle_are_refused() -> None:
    content = bytearray(tiff(spread()))
    entries = int.from_bytes(content[8:10], "little")
    content[10 + 12 * entries : 14 + 12 * entries] = (8).to_bytes(4, "little")
    assert "circle" in refusal(bytes(content)).what


def test_that_animations_are_refused_politely() -> None:
    frames = [Image.fromarray(spread(seed=seed)) for seed in range(3)]
    for form in ("GIF", "WEBP", "PNG"):
        content = saved(frames[0], form, save_all=True, append_images=frames[1:])
        assert "animation" in refusal(content).what


def test_that_a_postage_stamp_is_refused() -> None:
    assert "4 × 4 pixels only" in refusal(by_pillow(np.zeros((4, 4), np.uint8), "PNG")).what


def test_that_a_page_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Refusal, match="expected a page from 1 to 2, got 3"):
        read_picture((one_of_each()["tiff pages"], "x.tif"), page=2)


def test_that_dicom_without_a_picture_is_refused() -> None:
    picture = dicom(spread())
    del picture.PixelData
    assert "holds no picture (Secondary Capture" in refusal(dicom_bytes(picture)).what


def test_that_a_deflated_dicom_bomb_is_not_inflated() -> None:
    whole = dicom_bytes(dicom(spread()))
    start = 144 + int.from_bytes(whole[140:144], "little")
    plain = b"1.2.840.10008.1.2.1\0"
    deflated = b"1.2.840.10008.1.2.1.99"
    meta = whole[:start].replace(len(plain).to_bytes(2, "little") + plain, b"\x16\0" + deflated)
    meta = meta[:140] + (len(meta) - 144).to_bytes(4, "little") + meta[144:]
    press = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    bomb = b"".join(press.compress(b"\0" * (1 << 24)) for _ in range(66)) + press.flush()
    assert "gigabyte" in refusal(meta + bomb).what
    assert read_picture((meta + _deflate(whole[start:]), "x")).width == 128


def _deflate(content: bytes) -> bytes:
    press = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return press.compress(content) + press.flush()


def test_that_folders_missing_files_and_devices_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="got a folder"):
        read_picture(tmp_path)
    with pytest.raises(Refusal, match="does not exist"):
        read_picture(tmp_path / "nothing.png")
    with pytest.raises(Refusal):
        read_picture("bad\0name.png")
    if Path("/dev/zero").exists():
        with pytest.raises(Refusal, match="device"):
            read_picture("/dev/zero")


@pytest.mark.skipif(os.name == "nt", reason="permissions of Windows are set otherwise")
def test_that_a_file_or_folder_without_permission_is_refused() -> None:
    place = Path(tempfile.mkdtemp())
    try:
        place.chmod(0o755)
        (place / "x.png").write_bytes(by_pillow(spread(), "PNG"))
        (place / "x.png").chmod(0)
        (place / "closed").mkdir(mode=0)
        code = (
            "import os, sys; from core.errors import Refusal\n"
            "from core.readers.gather import gather; from core.readers.registry import read_picture\n"
            "if os.geteuid() == 0: os.setgid(65534); os.setuid(65534)\n"
            "try: read_picture(sys.argv[1] + '/x.png')\n"
            "except Refusal as refusal: print(refusal)\n"
            "for path, reason in gather([sys.argv[1]]).skipped: print(reason)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(place)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert "the file may not be read, give yourself read permission" in done.stdout
        assert "the file cannot be read (Permission denied), check" in done.stdout
        assert "the folder cannot be opened (Permission denied)" in done.stdout
    finally:
        shutil.rmtree(place)


def test_that_importing_the_readers_prints_nothing_about_damaged_files() -> None:
    code = (
        "import sys; from core.readers.registry import read_picture; from core.errors import Refusal\n"
        "for line in sys.stdin.buffer.read().split(b'SPLIT'):\n"
        "    try: read_picture((line, 'x'))\n"
        "    except Refusal: pass\n"
    )
    cut = b"SPLIT".join(content[: len(content) * 2 // 3] for content in one_of_each().values())
    done = subprocess.run(
        [sys.executable, "-c", code], input=cut, capture_output=True, check=True, timeout=60
    )
    assert done.stderr == b""


def test_that_a_tiff_with_missing_strips_is_refused_and_not_filled_with_black() -> None:
    content = bytearray(tiff(spread(), rowsperstrip=8, compression="zlib"))
    entry = content.find(b"\x17\x01\x04\x00")  # StripByteCounts, of which only 6 of 12 are left
    if entry < 0:
        entry = content.find(b"\x17\x01\x03\x00")
    offsets = content.find(b"\x11\x01\x04\x00")
    for place in (entry, offsets):
        content[place + 4 : place + 8] = (6).to_bytes(4, "little")
    assert "missing" in refusal(bytes(content)).what
