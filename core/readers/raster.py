"""JPEG, BMP, WebP and still GIF, decoded by Pillow, which notices a file that is cut off."""

from __future__ import annotations

import struct
import warnings
from io import BytesIO
from typing import Final

import numpy as np
from PIL import BmpImagePlugin, GifImagePlugin, Image, ImageFile, JpegImagePlugin, WebPImagePlugin

from core.errors import Refusal
from core.readers.kinds import Kind
from core.readers.limits import check_dimensions
from core.readers.picture import Frame
from core.readers.pixels import unsigned, without_alpha
from core.readers.scale import from_density

_DAMAGED: Final = "copy or export the picture again"
_ORIENTATION: Final = 0x0112
_MOST_SCANS: Final = 300
_INCH_UM: Final = 25_400.0
_WEBP_ANIMATED: Final = 0x02

# The classes and not Image.open: the file is of the kind its content says, and its size is judged by us.
_PLUGINS: Final[dict[Kind, type[ImageFile.ImageFile]]] = {
    Kind.JPEG: JpegImagePlugin.JpegImageFile,
    Kind.BMP: BmpImagePlugin.BmpImageFile,
    Kind.WEBP: WebPImagePlugin.WebPImageFile,
    Kind.GIF: GifImagePlugin.GifImageFile,
}
# What Pillow raises on damaged files (its documentation promises OSError only).
_FAULTS: Final = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    IndexError,
    KeyError,
    EOFError,
    OverflowError,
    ZeroDivisionError,
    struct.error,
    Image.DecompressionBombError,
)

# Remarks on metadata, such as a broken EXIF block beside sound pixels.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")


class RasterFile:
    """An opened JPEG, BMP, WebP or GIF.

    Parameters
    ----------
    content
        The whole file.
    kind
        One of the four.

    Raises
    ------
    Refusal
        Where the header is damaged, or the picture too large or animated.
    """

    frames = 1

    def __init__(self, content: bytes, kind: Kind) -> None:
        self.format = kind.value
        self._kind = kind
        if kind is Kind.WEBP:
            _check_webp(content)
        if kind is Kind.JPEG and content.count(b"\xff\xda") > _MOST_SCANS:
            raise Refusal("the JPEG picture has hundreds of scans", "export it as TIFF or PNG")
        try:
            self._image = _PLUGINS[kind](BytesIO(content))
            check_dimensions(self._image.width, self._image.height, samples=len(self._image.getbands()))
            animated = kind is Kind.GIF and bool(getattr(self._image, "is_animated", False))
        except _FAULTS as error:
            raise self._damage(error) from error
        if animated:
            raise Refusal("the GIF is an animation", "export single pictures as TIFF or PNG")

    def frame(self, index: int) -> Frame:
        """Decode the picture; see `Opened.frame`."""
        del index
        notes: list[str] = []
        try:
            bits = 1 if self._image.mode == "1" else 8
            image = self._plain()
            values = unsigned(np.asarray(image))
            orientation = int(self._image.getexif().get(_ORIENTATION, 1) or 1)
            density = self._image.info.get("dpi")
        except _FAULTS as error:
            raise self._damage(error) from error
        if bits == 1:
            notes.append("1-bit picture: it has shapes and no bands")
        if orientation not in (0, 1):
            notes.append(f"orientation tag {orientation} is not applied: pixels are shown as stored")
        if values.ndim == 3 and values.shape[2] in (2, 4):
            values, transparent = without_alpha(values)
            if transparent:
                notes.append("transparent parts are shown on white")
        return Frame(pixels=values, bit_depth=bits, pixel_size_um=_pixel_size(density), notes=tuple(notes))

    def _plain(self) -> Image.Image:
        image: Image.Image = self._image
        image.load()
        if image.mode == "1":
            return image.convert("L")
        if image.mode == "P" or "transparency" in image.info:
            return image.convert("RGBA" if "transparency" in image.info else "RGB")
        if image.mode in ("L", "LA", "RGB", "RGBA"):
            return image
        if image.mode == "RGBX":
            return image.convert("RGB")
        # CMYK and YCCK of print software; Pillow knows Adobe's inverted ink.
        return image.convert("RGB")

    def _damage(self, error: BaseException) -> Refusal:
        if isinstance(error, SyntaxError) and "layers" in str(error):
            return Refusal(f"the JPEG picture is of a rare kind ({error})", "export it as TIFF or PNG")
        return Refusal(f"the {self.format} picture is damaged or cut off ({error})", _DAMAGED)


def _pixel_size(density: object) -> float | None:
    if not isinstance(density, tuple) or len(density) != 2:
        return None
    try:
        x, y = float(density[0]), float(density[1])
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return from_density(x, y, unit_um=_INCH_UM)


def _check_webp(content: bytes) -> None:
    """Read the size from the header, because Pillow allocates the canvas when it opens a WebP."""
    name, body = content[12:16], content[20:30]
    if len(body) < 10:
        raise Refusal("the WebP picture is cut off", _DAMAGED)
    if name == b"VP8X":
        if body[0] & _WEBP_ANIMATED:
            raise Refusal("the WebP is an animation", "export single pictures as TIFF or PNG")
        width = int.from_bytes(body[4:7], "little") + 1
        height = int.from_bytes(body[7:10], "little") + 1
    elif name == b"VP8L" and body[0] == 0x2F:
        packed = int.from_bytes(body[1:5], "little")
        width, height = (packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1
    elif name == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width = int.from_bytes(body[6:8], "little") & 0x3FFF
        height = int.from_bytes(body[8:10], "little") & 0x3FFF
    else:
        raise Refusal("the WebP picture is damaged (header)", _DAMAGED)
    check_dimensions(width, height, samples=4)
