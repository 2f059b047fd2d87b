"""One door for every picture: bytes in, `Picture` or `Refusal` out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np

from core.errors import Refusal
from core.imaging.intensity import is_dark_on_light
from core.readers.jpeg2000 import Jpeg2000File
from core.readers.kinds import SNIFFED_BYTES, Kind, kind_of, refusal_of
from core.readers.limits import check_file_size
from core.readers.picture import Banding, Frame, Opened, Picture
from core.readers.pixels import grey_of, sparse
from core.readers.png import PngFile
from core.readers.raster import RasterFile
from core.readers.tiff import TiffReader

PictureSource: TypeAlias = str | Path | tuple[bytes, str]

_TINTED: Final = 1.5


def read_picture(source: PictureSource, page: int = 0) -> Picture:
    """Read one page of an image file, whatever its name says it is.

    Parameters
    ----------
    source
        A path, or the bytes of a file with its name.
    page
        Counted from 0.

    Returns
    -------
    Picture
        Pixels as stored.

    Raises
    ------
    Refusal
        Where it is no readable picture; the text says what is wrong and what to do.
    """
    content, name = content_of(source)
    opened = _opened(content)
    if not 0 <= page < opened.frames:
        raise Refusal(
            f"expected a page from 1 to {opened.frames}, got {page + 1}", "choose one of these pages"
        )
    return _picture(opened, page, name=name, sha256=hashlib.sha256(content).hexdigest())


def pages(source: PictureSource) -> Iterator[Picture]:
    """Read all pages of an image file, one after the other.

    Parameters
    ----------
    source
        A path, or the bytes of a file with its name.

    Yields
    ------
    Picture
        Each page; a damaged page raises when its turn comes.

    Raises
    ------
    Refusal
        As `read_picture`.
    """
    content, name = content_of(source)
    sha256 = hashlib.sha256(content).hexdigest()
    opened = _opened(content)
    for page in range(opened.frames):
        yield _picture(opened, page, name=name, sha256=sha256)


def count_pages(source: PictureSource) -> int:
    """Tell how many pictures a file holds, by its header; raises `Refusal` as `read_picture`."""
    return _opened(content_of(source)[0]).frames


def content_of(source: PictureSource) -> tuple[bytes, str]:
    """Read the bytes of a file and its name.

    Parameters
    ----------
    source
        A path, or the bytes of a file with its name.

    Returns
    -------
    content : bytes
        The whole file.
    name : str
        The name without the folder.

    Raises
    ------
    Refusal
        Where the file is absent, a folder, empty, too large or not permitted.
    """
    if isinstance(source, tuple):
        content, name = source
        check_file_size(len(content))
        return content, name
    path = Path(source)
    try:
        if path.is_dir():
            raise Refusal("expected a picture, got a folder", "choose the files in it or add it as a folder")
        if path.exists() and not path.is_file():
            raise Refusal("expected a picture, got a device or pipe", "choose an image file")
        check_file_size(path.stat().st_size)
        return path.read_bytes(), path.name
    except FileNotFoundError as error:
        raise Refusal("the file does not exist", "check its name and folder") from error
    except PermissionError as error:
        raise Refusal("the file may not be read", "give yourself read permission") from error
    except (OSError, ValueError, MemoryError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise Refusal(
            f"the file cannot be read ({why})", "check the drive and copy the file again"
        ) from error


def _opened(content: bytes) -> Opened:
    kind = kind_of(content[:SNIFFED_BYTES])
    match kind:
        case Kind.PNG:
            return PngFile(content)
        case Kind.TIFF:
            return TiffReader(content)
        case Kind.JPEG_2000:
            return Jpeg2000File(content)
        case Kind.DICOM:
            # pydicom takes a sixth of the start of the window, and few laboratories have such files.
            from core.readers.dicom import DicomReader

            return DicomReader(content)
        case Kind.JPEG | Kind.BMP | Kind.WEBP | Kind.GIF:
            return RasterFile(content, kind)
        case None:
            raise refusal_of(content)


def _picture(opened: Opened, page: int, *, name: str, sha256: str) -> Picture:
    try:
        frame = _shaped(opened.frame(page), opened.format)
        colour = frame.pixels if frame.pixels.ndim == 3 else None
        grey = frame.pixels if colour is None else grey_of(colour)
    except MemoryError as error:
        raise Refusal(
            "the memory does not suffice for this picture", "close other programs or cut the picture"
        ) from error
    dark_on_light = is_dark_on_light(sparse(grey))
    banding, reason = _banding(frame, dark_on_light=dark_on_light)
    return Picture(
        name=name,
        grey=grey,
        pixels_rgb=colour,
        bit_depth=frame.bit_depth,
        bits_used=max(1, int(grey.max()).bit_length()),
        pixel_size_um=frame.pixel_size_um,
        dark_on_light=dark_on_light,
        banding=banding,
        banding_reason=reason,
        banding_stated=frame.stain_name != "" and reason.endswith(frame.stain_name),
        format=opened.format,
        page=page,
        frames=opened.frames,
        sha256=sha256,
        notes=frame.notes,
    )


def _shaped(frame: Frame, form: str) -> Frame:
    """Make sure of (H, W) or (H, W, 3); a damaged header can make a decoder give another shape."""
    pixels = frame.pixels
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = np.ascontiguousarray(pixels[..., 0])
    if pixels.size == 0 or not (pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] == 3)):
        raise Refusal(f"the {form} picture decodes to the shape {pixels.shape}", "export it in grey or RGB")
    return replace(frame, pixels=pixels)


def _banding(frame: Frame, *, dark_on_light: bool) -> tuple[Banding, str]:
    """Guess the banding; a grey fluorescence picture could be Q, R or DAPI and is not guessed."""
    named = frame.stain_name.casefold()
    if "dapi" in named:
        return "DAPI", f"the channel is named {frame.stain_name}"
    if "quinacrine" in named:
        return "Q", f"the channel is named {frame.stain_name}"
    if dark_on_light:
        return "G", "assumed: dark chromosomes on a light ground, and G-banding is the usual stain"
    if frame.pixels.ndim == 3:
        red, green, blue = (float(sparse(frame.pixels[..., k]).mean()) for k in range(3))
        if blue > _TINTED * max(red, green) and blue > 0:
            return "DAPI", "assumed: blue fluorescence on a dark ground"
    return "unknown", "fluorescence without colour: Q-, R-banding and DAPI look alike"
