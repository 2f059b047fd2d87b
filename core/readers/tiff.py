"""TIFF of 1 to 64 bit, multi-page, and OME-TIFF: each page is a picture."""

from __future__ import annotations

import logging
import math
import re
import struct
from io import BytesIO
from typing import Final

import numpy as np
import tifffile
from numpy.typing import NDArray

from core.errors import Refusal
from core.readers.limits import check_dimensions, check_frames
from core.readers.picture import Frame, GreyPixels
from core.readers.pixels import inverted, rgb_of_cmyk, unsigned, widened, without_alpha
from core.readers.scale import MICROMETRES, believable, from_density

_DAMAGED: Final = "copy or export the picture again"
_EXPORT: Final = "export the picture as 8 or 16 bit grey or RGB TIFF"
_REDUCED, _MASK = 1, 4  # bits of NewSubfileType: thumbnails and transparency masks are no pictures
_RAW: Final = (tifffile.PHOTOMETRIC.CFA, tifffile.PHOTOMETRIC.LINEAR_RAW)
_FAULTS: Final = (
    tifffile.TiffFileError,
    OSError,
    ValueError,
    TypeError,
    IndexError,
    KeyError,
    AttributeError,
    RuntimeError,  # also the base of the errors of imagecodecs and of NotImplementedError
    OverflowError,
    ZeroDivisionError,
    MemoryError,
    AssertionError,
    struct.error,
)

# It reports damage twice: as an error, which we turn into a refusal, and as a line on standard error.
logging.getLogger("tifffile").setLevel(logging.CRITICAL)


class TiffReader:
    """An opened TIFF.

    Parameters
    ----------
    content
        The whole file.

    Raises
    ------
    Refusal
        Where the chain of pages is damaged, a page is too large, or it is camera raw data.
    """

    def __init__(self, content: bytes) -> None:
        if content[8:10] == b"CR":
            raise Refusal("the file is camera raw data", _EXPORT)
        check_frames(_count_directories(content))
        try:
            self._file = tifffile.TiffFile(BytesIO(content))
            self._pages = [
                page for page in map(self._page, range(len(self._file.pages))) if _is_picture(page)
            ]
            check_frames(len(self._pages))
            for page in self._pages:
                _check(page)
            self._ome = self._file.ome_metadata or "" if self._file.is_ome else ""
        except _FAULTS as error:
            raise Refusal(f"the TIFF picture is damaged or cut off ({error})", _DAMAGED) from error
        self.format = "OME-TIFF" if self._ome else "TIFF"

    @property
    def frames(self) -> int:
        """How many full-size pages the file has."""
        return len(self._pages)

    def frame(self, index: int) -> Frame:
        """Decode one page; see `Opened.frame`."""
        page = self._pages[index]
        try:
            _check_parts(page)
            values = page.asarray(maxworkers=1)
            pixels, notes = _pixels_of(page, values)
            orientation = int(page.tags.valueof(274, default=1))
            size = self._pixel_size(page)
        except _FAULTS as error:
            raise Refusal(f"the TIFF picture is damaged or cut off ({error})", _DAMAGED) from error
        if orientation not in (0, 1):
            notes = (*notes, f"orientation tag {orientation} is not applied: pixels are shown as stored")
        return Frame(
            pixels=pixels,
            bit_depth=min(_bits(page), 16),
            pixel_size_um=size,
            stain_name=self._channel(index),
            notes=notes,
        )

    def _page(self, index: int) -> tifffile.TiffPage:
        page = self._file.pages.get(index, validate=False)
        return page if isinstance(page, tifffile.TiffPage) else page.aspage()

    def _pixel_size(self, page: tifffile.TiffPage) -> float | None:
        if self._ome:
            return believable(_ome_size(self._ome, "X"), _ome_size(self._ome, "Y"))
        x, y = _ratio(page.tags.valueof(282)), _ratio(page.tags.valueof(283))
        if x is None or y is None:
            return None
        description = page.description
        if description.startswith("ImageJ="):
            unit = re.search(r"^unit=(.+)$", description, re.MULTILINE)
            name = unit.group(1).strip().replace("\\u00B5", "µ") if unit else ""
            return from_density(x, y, unit_um=MICROMETRES[name]) if name in MICROMETRES else None
        unit_um = {2: MICROMETRES["inch"], 3: MICROMETRES["cm"]}.get(int(page.tags.valueof(296, default=2)))
        return from_density(x, y, unit_um=unit_um) if unit_um else None

    def _channel(self, index: int) -> str:
        names = re.findall(r"<(?:\w+:)?Channel\b[^>]*?\bName=\"([^\"]*)\"", self._ome[:1_000_000])
        return names[index] if index < len(names) else ""


def _count_directories(content: bytes) -> int:
    """Walk the chain of pages, because tifffile ends it silently where the file is cut off."""
    order = "<" if content[:2] == b"II" else ">"
    big = content[2:4] in (b"+\x00", b"\x00+")
    count_form, entry_bytes, offset_form = ("Q", 20, "Q") if big else ("H", 12, "I")
    at, seen = (8 if big else 4), set[int]()
    try:
        while offset := int(struct.unpack_from(order + offset_form, content, at)[0]):
            if offset in seen:
                raise Refusal("the TIFF picture is damaged (its pages form a circle)", _DAMAGED)
            seen.add(offset)
            check_frames(len(seen))
            (entries,) = struct.unpack_from(order + count_form, content, offset)
            at = offset + struct.calcsize(order + count_form) + entries * entry_bytes
    except struct.error as error:
        raise Refusal("the TIFF picture is cut off", _DAMAGED) from error
    return len(seen)


def _is_picture(page: tifffile.TiffPage) -> bool:
    return not int(page.subfiletype or 0) & (_REDUCED | _MASK)


def _bits(page: tifffile.TiffPage) -> int:
    return int(page.bitspersample)


def _check(page: tifffile.TiffPage) -> None:
    """Judge one page by its tags; a tile or strip is decoded whole, so it counts as well."""
    if page.photometric in _RAW:
        raise Refusal("the file is camera raw data", _EXPORT)
    if page.imagedepth > 1 or page.dtype is None:
        raise Refusal("the TIFF page is a volume or of an unknown type", _EXPORT)
    samples, width, height = int(page.samplesperpixel), int(page.imagewidth), int(page.imagelength)
    check_dimensions(width, height, samples=samples, sample_bytes=page.dtype.itemsize)
    if samples > 4 + len(page.extrasamples) or samples > 8:
        raise Refusal(f"the TIFF page has {samples} channels", _EXPORT)
    if page.is_tiled:
        check_dimensions(
            max(int(page.tilewidth), 8),
            max(int(page.tilelength), 8),
            samples=samples,
            sample_bytes=page.dtype.itemsize,
        )


def _check_parts(page: tifffile.TiffPage) -> None:
    """Refuse a page with strips or tiles missing, which tifffile would fill with black."""
    counts = page.databytecounts
    parts = math.prod(page.chunked)
    whole = len(counts) == 1 and counts[0] * 8 >= math.prod(page.shape) * _bits(page)
    if (len(counts) < parts and not whole) or (len(counts) > 1 and not all(counts)):
        raise Refusal(f"of {parts} parts of the TIFF page some are missing", _DAMAGED)


def _pixels_of(page: tifffile.TiffPage, values: NDArray[np.generic]) -> tuple[GreyPixels, tuple[str, ...]]:
    """Bring a decoded page to (H, W) or (H, W, 3) with 0 = black."""
    if page.axes == "SYX":
        values = np.moveaxis(values, 0, -1)
    elif page.axes not in ("YX", "YXS"):
        raise Refusal(f"the TIFF page has the axes {page.axes}", _EXPORT)
    bits = _bits(page)
    if page.photometric == tifffile.PHOTOMETRIC.PALETTE and values.ndim == 2:
        return _coloured(page, unsigned(values)), ()
    pixels = widened(unsigned(values), bits)
    notes: tuple[str, ...] = ("1-bit picture: it has shapes and no bands",) if bits == 1 else ()
    if page.photometric == tifffile.PHOTOMETRIC.MINISWHITE:
        pixels = inverted(pixels, max(bits, 8) if bits <= 16 else 16)
    if pixels.ndim == 2:
        return pixels, notes
    if page.photometric == tifffile.PHOTOMETRIC.SEPARATED and pixels.shape[2] >= 4:
        return rgb_of_cmyk(pixels[..., :4]), notes
    is_colour = page.photometric in (tifffile.PHOTOMETRIC.RGB, tifffile.PHOTOMETRIC.YCBCR)
    if not is_colour:
        return np.ascontiguousarray(pixels[..., 0]), (*notes, "the first channel of the page is shown")
    if pixels.shape[2] in (2, 4) and page.extrasamples:
        pixels, transparent = without_alpha(pixels)
        if transparent:
            notes = (*notes, "transparent parts are shown on white")
    if pixels.ndim == 2 or pixels.shape[2] == 3:
        return pixels, notes
    if pixels.shape[2] == 2:
        raise Refusal("the TIFF page has two channels that are neither grey nor RGB", _EXPORT)
    return np.ascontiguousarray(pixels[..., :3]), notes


def _coloured(page: tifffile.TiffPage, indices: GreyPixels) -> GreyPixels:
    palette = page.colormap
    if palette is None or palette.ndim != 2 or palette.shape[0] != 3:
        raise Refusal("the TIFF picture is damaged (palette)", _DAMAGED)
    # TIFF 6.0 section 5: 16 bit colours; some writers put 8 bit ones there.
    colours = (palette >> 8 if int(palette.max()) > 255 else palette).astype(np.uint8).T
    return np.ascontiguousarray(colours[np.minimum(indices, len(colours) - 1)])


def _ratio(value: object) -> float | None:
    if isinstance(value, tuple) and len(value) == 2 and value[1]:
        return float(value[0]) / float(value[1])
    return None


def _ome_size(ome: str, axis: str) -> float | None:
    head = ome[:1_000_000]
    size = re.search(rf"\bPhysicalSize{axis}=\"([0-9.eE+-]+)\"", head)
    if size is None:
        return None
    unit = re.search(rf"\bPhysicalSize{axis}Unit=\"([^\"]*)\"", head)
    scale = MICROMETRES.get(unit.group(1) if unit else "µm")
    try:
        return float(size.group(1)) * scale if scale else None
    except ValueError:
        return None
