"""PNG: every chunk is checked before a pixel is decoded, so that damage is never shown as a cell."""

from __future__ import annotations

import struct
import zlib
from typing import Final

import imagecodecs

from core.errors import Refusal
from core.readers.limits import check_dimensions
from core.readers.picture import Frame
from core.readers.pixels import unsigned, without_alpha
from core.readers.scale import from_density

_SIGNATURE_BYTES: Final = 8
_CHANNELS: Final = {0: 1, 2: 3, 3: 3, 4: 2, 6: 4}
_DAMAGED: Final = "copy or export the picture again"


class PngFile:
    """An opened PNG.

    Parameters
    ----------
    content
        The whole file.

    Raises
    ------
    Refusal
        Where a chunk is cut off or damaged, the picture is too large, or animated.
    """

    format = "PNG"
    frames = 1

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._pixel_size_um: float | None = None
        self._bits = 8
        self._walk(memoryview(content))

    def frame(self, index: int) -> Frame:
        """Decode the picture; see `Opened.frame`."""
        del index
        try:
            values = imagecodecs.png_decode(self._content)
        except imagecodecs.PngError as error:
            raise Refusal(f"the PNG picture is damaged ({error})", _DAMAGED) from error
        pixels = unsigned(values)
        notes: tuple[str, ...] = ()
        if pixels.ndim == 3 and pixels.shape[2] in (2, 4):
            pixels, transparent = without_alpha(pixels)
            if transparent:
                notes = ("transparent parts are shown on white",)
        if self._bits == 1:
            notes = (*notes, "1-bit picture: it has shapes and no bands")
        return Frame(pixels=pixels, bit_depth=self._bits, pixel_size_um=self._pixel_size_um, notes=notes)

    def _walk(self, content: memoryview) -> None:
        at, seen_end, seen_header = _SIGNATURE_BYTES, False, False
        while not seen_end:
            if at + 12 > len(content):
                raise Refusal("the PNG picture is cut off", _DAMAGED)
            length, name = struct.unpack(">I4s", content[at : at + 8])
            end = at + 8 + length
            if end + 4 > len(content):
                raise Refusal("the PNG picture is cut off", _DAMAGED)
            if zlib.crc32(content[at + 4 : end]) != struct.unpack(">I", content[end : end + 4])[0]:
                raise Refusal(f"the PNG picture is damaged (checksum of its part {at})", _DAMAGED)
            body = bytes(content[at + 8 : end]) if name in (b"IHDR", b"pHYs", b"acTL") else b""
            if not seen_header and name != b"IHDR":
                raise Refusal("the PNG picture is damaged (no header)", _DAMAGED)
            if name == b"IHDR":
                self._take_header(body)
                seen_header = True
            elif name == b"pHYs" and length == 9:
                x, y, unit = struct.unpack(">IIB", body)
                self._pixel_size_um = from_density(x, y, unit_um=1e6) if unit == 1 else None
            elif name == b"acTL" and length == 8 and struct.unpack(">II", body)[0] > 1:
                raise Refusal("the PNG is an animation", "export single pictures")
            seen_end = name == b"IEND"
            at = end + 4

    def _take_header(self, body: bytes) -> None:
        if len(body) != 13:
            raise Refusal("the PNG picture is damaged (header)", _DAMAGED)
        width, height, bits, colour = struct.unpack(">IIBB", body[:10])
        if colour not in _CHANNELS or bits not in (1, 2, 4, 8, 16):
            raise Refusal("the PNG picture is damaged (colour type)", _DAMAGED)
        check_dimensions(width, height, samples=_CHANNELS[colour], sample_bytes=2 if bits == 16 else 1)
        self._bits = 8 if colour == 3 else bits
