"""JPEG 2000, as JP2 file or bare code stream (ISO/IEC 15444-1)."""

from __future__ import annotations

import struct
from typing import Final

import imagecodecs

from core.errors import Refusal
from core.readers.limits import check_dimensions
from core.readers.picture import Frame
from core.readers.pixels import unsigned, without_alpha

_DAMAGED: Final = "copy or export the picture again"
_SOC_SIZ: Final = b"\xff\x4f\xff\x51"
_HEADER_WITHIN: Final = 1 << 20


class Jpeg2000File:
    """An opened JPEG 2000.

    Parameters
    ----------
    content
        The whole file.

    Raises
    ------
    Refusal
        Where the code stream has no valid header or the picture is too large.
    """

    format = "JPEG 2000"
    frames = 1

    def __init__(self, content: bytes) -> None:
        self._content = content
        at = content.find(_SOC_SIZ, 0, _HEADER_WITHIN)
        size = content[at + 4 : at + 42]
        if at < 0 or len(size) < 38:
            raise Refusal("the JPEG 2000 picture is cut off", _DAMAGED)
        # SIZ: Lsiz, Rsiz, Xsiz, Ysiz, XOsiz, YOsiz, tile size and offset, Csiz; then depth of each component.
        right, lower, left, upper = struct.unpack(">4I", size[4:20])
        tile_width, tile_height = struct.unpack(">2I", size[20:28])
        (components,) = struct.unpack(">H", size[36:38])
        depth = content[at + 42 : at + 43]
        if not 1 <= components <= 4 or not depth or tile_width == 0 or tile_height == 0:
            raise Refusal(f"the JPEG 2000 picture has {components} channels", "export it in grey or RGB")
        self._bits = (depth[0] & 0x7F) + 1
        check_dimensions(
            right - left, lower - upper, samples=components, sample_bytes=1 if self._bits <= 8 else 2
        )
        tiles = -(-(right - left) // tile_width) * -(-(lower - upper) // tile_height)
        if tiles > 65_535:
            raise Refusal("the JPEG 2000 picture is damaged (number of tiles)", _DAMAGED)

    def frame(self, index: int) -> Frame:
        """Decode the picture; see `Opened.frame`."""
        del index
        try:
            values = imagecodecs.jpeg2k_decode(self._content, numthreads=1)
        except (imagecodecs.Jpeg2kError, ValueError, NotImplementedError) as error:
            raise Refusal(f"the JPEG 2000 picture is damaged ({error})", _DAMAGED) from error
        pixels = unsigned(values)
        notes: tuple[str, ...] = ()
        if pixels.ndim == 3 and pixels.shape[2] in (2, 4):
            pixels, transparent = without_alpha(pixels)
            if transparent:
                notes = ("transparent parts are shown on white",)
        return Frame(pixels=pixels, bit_depth=min(self._bits, 16), notes=notes)
