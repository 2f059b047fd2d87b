"""Every format is read at its native depth, by content."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import cv2
import imagecodecs
import numpy as np
import pydicom
import pytest
import tifffile
from PIL import Image

from core.readers.registry import count_pages, pages, read_picture
from tests.core.readers.picture_files import (
    by_pillow,
    deep,
    dicom,
    dicom_bytes,
    giemsa,
    one_of_each,
    saved,
    spread,
    tiff,
)


@pytest.mark.parametrize("name", sorted(one_of_each()))
def test_that_every_format_is_read_whatever_its_name_says(name: str) -> None:
    content = one_of_each()[name]
    for misleading in ("cell.png", "cell.txt", "cell"):
        picture = read_picture((content, misleading))
        assert (picture.height, picture.width) == (96, 128)
        assert picture.grey.dtype in (np.uint8, np.uint16)
        assert picture.dark_on_light
        assert picture.banding == "G"
        assert picture.sha256 == hashlib.sha256(content).hexdigest()
        assert picture.frames == count_pages((content, misleading))


@pytest.mark.parametrize("name", ["png", "bmp", "tiff", "tiff tiled", "jpeg 2000", "gif", "dicom"])
def test_that_lossless_eight_bit_pixels_arrive_unchanged(name: str) -> None:
    picture = read_picture((one_of_each()[name], name))
    assert picture.grey.dtype == np.uint8
    np.testing.assert_array_equal(picture.grey, spread())
    assert picture.bit_depth == 8


@pytest.mark.parametrize("name", ["png16", "tiff 16 lzw", "jpeg 2000 16", "dicom 16"])
def test_that_a_twelve_bit_camera_keeps_its_values_in_sixteen_bit(name: str) -> None:
    picture = read_picture((one_of_each()[name], name))
    assert picture.grey.dtype == np.uint16
    np.testing.assert_array_equal(picture.grey, deep())
    assert picture.bit_depth == 16
    assert picture.bits_used == 12


@pytest.mark.parametrize(
    "name", ["png colour", "bmp colour", "tiff colour deflate", "webp lossless", "dicom colour"]
)
def test_that_colour_is_kept_and_giemsa_is_measured_in_green(name: str) -> None:
    picture = read_picture((one_of_each()[name], name))
    assert picture.pixels_rgb is not None
    np.testing.assert_array_equal(picture.pixels_rgb, giemsa())
    np.testing.assert_array_equal(picture.grey, giemsa()[..., 1])


def test_that_sixteen_bit_colour_keeps_its_depth() -> None:
    picture = read_picture((one_of_each()["png 16 bit colour"], "x.png"))
    assert picture.pixels_rgb is not None
    np.testing.assert_array_equal(picture.grey, deep())


def test_that_a_file_written_by_opencv_is_read(tmp_path: Path) -> None:
    for suffix in (".png", ".jpg", ".bmp", ".tif", ".webp", ".jp2"):
        path = tmp_path / f"8129A.001.A{suffix}"
        assert cv2.imwrite(str(path), spread())
        picture = read_picture(path)
        assert picture.name == path.name
        assert np.abs(picture.grey.astype(int) - spread()).mean() < 6


def test_that_each_page_of_a_tiff_is_a_picture() -> None:
    content = one_of_each()["tiff pages"]
    found = list(pages((content, "stack.tif")))
    assert [picture.page for picture in found] == [0, 1]
    np.testing.assert_array_equal(found[0].grey, spread(seed=1))
    np.testing.assert_array_equal(found[1].grey, spread(seed=2))
    np.testing.assert_array_equal(read_picture((content, "stack.tif"), page=1).grey, spread(seed=2))


def test_that_pages_may_differ_in_size_and_thumbnails_are_no_pages() -> None:
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        writer.write(spread(96, 128))
        writer.write(spread(24, 32), subfiletype=1)
        writer.write(spread(64, 80))
    found = list(pages((file.getvalue(), "x.tif")))
    assert [(picture.height, picture.width) for picture in found] == [(96, 128), (64, 80)]


def test_that_each_dicom_frame_is_a_picture() -> None:
    found = list(pages((one_of_each()["dicom frames"], "x.dcm")))
    np.testing.assert_array_equal(found[1].grey, spread(seed=2))
    assert found[1].frames == 2


def test_that_white_is_zero_files_come_out_light() -> None:
    for content in (
        tiff(255 - spread(), photometric="miniswhite"),
        dicom_bytes(dicom(255 - spread(), "MONOCHROME1")),
    ):
        np.testing.assert_array_equal(read_picture((content, "x")).grey, spread())


def test_that_a_palette_dicom_comes_out_in_its_colours() -> None:
    picture = dicom((spread() > 150).astype(np.uint8), "PALETTE COLOR")
    for name, values in (("Red", (90, 250)), ("Green", (10, 250)), ("Blue", (120, 250))):
        setattr(picture, f"{name}PaletteColorLookupTableDescriptor", [2, 0, 16])
        table = np.array([value * 257 for value in values], dtype="<u2").tobytes()
        setattr(picture, f"{name}PaletteColorLookupTableData", table)
    read = read_picture((dicom_bytes(picture), "x.dcm"))
    assert read.pixels_rgb is not None
    assert tuple(np.unique(read.pixels_rgb[..., 0]) // 257) == (90, 250)
    assert read.dark_on_light


def test_that_compressed_dicom_is_read() -> None:
    picture = dicom(spread())
    picture.compress(pydicom.uid.RLELossless)
    np.testing.assert_array_equal(read_picture((dicom_bytes(picture), "x")).grey, spread())
    picture = dicom(spread())
    picture.compress(pydicom.uid.JPEG2000Lossless)
    np.testing.assert_array_equal(read_picture((dicom_bytes(picture), "x")).grey, spread())


def test_that_a_dicom_without_preamble_is_read() -> None:
    file = io.BytesIO()
    picture = dicom(spread())
    picture.preamble = None
    pydicom.dcmwrite(file, picture, implicit_vr=False, little_endian=True)
    np.testing.assert_array_equal(read_picture((file.getvalue(), "x")).grey, spread())


def test_that_fluorescence_is_recognised_and_its_stain_not_invented() -> None:
    dark = 255 - spread()
    picture = read_picture((by_pillow(dark, "PNG"), "x.png"))
    assert not picture.dark_on_light
    assert picture.banding == "unknown"
    blue = np.dstack([dark // 8, dark // 6, dark])
    picture = read_picture((by_pillow(blue, "PNG"), "x.png"))
    assert not picture.dark_on_light
    assert picture.banding == "DAPI"
    np.testing.assert_array_equal(picture.grey, dark)


def test_that_the_channel_of_an_ome_tiff_names_the_stain() -> None:
    stack = np.stack([255 - spread(seed=1), 255 - spread(seed=2)])
    content = tiff(stack, ome=True, metadata={"axes": "CYX", "Channel": {"Name": ["DAPI", "Quinacrine"]}})
    assert [picture.banding for picture in pages((content, "x"))] == ["DAPI", "Q"]
    assert read_picture((content, "x")).format == "OME-TIFF"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (tiff(spread(), resolution=(1e4 / 0.1, 1e4 / 0.1), resolutionunit="CENTIMETER"), 0.1),
        (tiff(spread(), imagej=True, resolution=(8.0, 8.0), metadata={"unit": "um"}), 0.125),
        (
            tiff(
                spread(),
                ome=True,
                metadata={"PhysicalSizeX": 65, "PhysicalSizeXUnit": "nm", "PhysicalSizeY": 65},
            ),
            None,
        ),
        (tiff(spread(), ome=True, metadata={"PhysicalSizeX": 0.07, "PhysicalSizeY": 0.07}), 0.07),
        (tiff(spread(), resolution=(300, 300), resolutionunit="INCH"), None),
        (tiff(spread(), resolution=(1, 1)), None),
        (by_pillow(spread(), "PNG", dpi=(254_000, 254_000)), 0.1),
        (by_pillow(spread(), "PNG", dpi=(96, 96)), None),
        (by_pillow(spread(), "JPEG", dpi=(72, 72)), None),
    ],
)
def test_that_a_pixel_size_is_taken_only_where_a_microscope_can_have_it(
    content: bytes, expected: float | None
) -> None:
    found = read_picture((content, "x")).pixel_size_um
    if expected is None:
        assert found is None
    else:
        assert found == pytest.approx(expected, rel=0.01)


def test_that_dicom_pixel_spacing_is_taken_in_millimetres() -> None:
    picture = dicom(spread())
    picture.PixelSpacing = [0.0001, 0.0001]
    assert read_picture((dicom_bytes(picture), "x")).pixel_size_um == pytest.approx(0.1)
    picture.PixelSpacing = [0.7, 0.7]
    assert read_picture((dicom_bytes(picture), "x")).pixel_size_um is None


def test_that_an_orientation_tag_is_told_and_not_applied() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    content = saved(Image.fromarray(spread()), "JPEG", exif=exif.tobytes())
    picture = read_picture((content, "x.jpg"))
    assert (picture.height, picture.width) == (96, 128)
    assert any("orientation tag 6" in note for note in picture.notes)
    picture = read_picture((tiff(spread(), extratags=[(274, "H", 1, 8, True)]), "x.tif"))
    assert any("orientation tag 8" in note for note in picture.notes)


def test_that_transparent_parts_become_white_paper() -> None:
    alpha = np.full((96, 128), 255, np.uint8)
    alpha[:40] = 0
    for pixels in (np.dstack([spread(), alpha]), np.dstack([giemsa(), alpha])):
        content = by_pillow(pixels, "PNG")
        picture = read_picture((content, "x.png"))
        assert (picture.grey[:40] == 255).all()
        np.testing.assert_array_equal(picture.grey[40:], pixels[40:, :, 0 if pixels.shape[2] == 2 else 1])
        assert any("transparent" in note for note in picture.notes)
    content = tiff(np.dstack([giemsa(), alpha]), photometric="rgb", extrasamples=["unassalpha"])
    assert (read_picture((content, "x.tif")).grey[:40] == 255).all()


def test_that_one_bit_pictures_use_the_whole_range_and_say_so() -> None:
    for name in ("png 1 bit", "tiff 1 bit"):
        picture = read_picture((one_of_each()[name], name))
        assert set(np.unique(picture.grey)) == {0, 255}
        assert picture.bit_depth == 1
        assert any("1-bit" in note for note in picture.notes)


def test_that_ink_is_turned_into_light() -> None:
    ink = np.asarray(Image.fromarray(giemsa()).convert("CMYK"))
    for content in (one_of_each()["jpeg cmyk"], tiff(ink, photometric="separated")):
        picture = read_picture((content, "x"))
        assert np.abs(picture.grey.astype(int) - giemsa()[..., 1]).mean() < 8


def test_that_float_and_signed_tiffs_keep_the_order_of_their_values() -> None:
    signed = spread().astype(np.int16) * 20 - 3000
    picture = read_picture((tiff(signed), "x.tif"))
    np.testing.assert_array_equal(picture.grey, signed.astype(int) - int(signed.min()))
    broken = spread().astype(np.float32)
    broken[0, 0] = np.nan
    picture = read_picture((tiff(broken), "x.tif"))
    assert picture.grey.dtype == np.uint16
    assert int(picture.grey.max()) == 65535
    assert int(picture.grey[0, 0]) == 0


def test_that_planar_colour_and_big_tiff_are_read() -> None:
    planar = np.moveaxis(giemsa(), -1, 0)
    content = tiff(planar, photometric="rgb", planarconfig="separate", bigtiff=True)
    picture = read_picture((content, "x.tif"))
    assert picture.pixels_rgb is not None
    np.testing.assert_array_equal(picture.pixels_rgb, giemsa())


def test_that_a_twelve_bit_jpeg_2000_states_twelve_bits() -> None:
    content = imagecodecs.jpeg2k_encode(deep() // 4, bitspersample=12)
    assert read_picture((content, "x")).bit_depth == 12
