"""A picture as the laboratory gave it, ready to be looked at and measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Banding: TypeAlias = Literal["G", "Q", "R", "C", "DAPI", "unknown"]
# uint8 or uint16; numpy has no type for "one of the two" that survives arithmetic.
GreyPixels: TypeAlias = NDArray[np.unsignedinteger[Any]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Picture:
    """One page of an image file.

    Attributes
    ----------
    name
        File name, without its folder.
    grey
        Shape (H, W), uint8 or uint16, at the depth of the file. Larger is brighter, as on the screen.
    pixels_rgb
        Shape (H, W, 3), same dtype; None where the file is grey.
    bit_depth
        Bits of one value as the file states them: 1 to 16 (deeper ones were scaled to 16).
    bits_used
        Bits that the brightest pixel needs; a 12 bit camera in a 16 bit file has 12 here.
    pixel_size_um
        Side of a pixel in micrometres on the slide, None where the file says nothing believable.
    dark_on_light
        True for brightfield (dark chromosomes), False for fluorescence.
    banding, banding_reason
        A guess, and on what it rests; a person can set it otherwise.
    format
        "PNG", "JPEG", "BMP", "TIFF", "OME-TIFF", "JPEG 2000", "WebP", "GIF" or "DICOM".
    page, frames
        Which page this is, from 0, and how many the file has.
    sha256
        Of the bytes of the file, hexadecimal.
    banding_stated
        Whether the file itself names the stain; else `banding` is a guess.
    notes
        Remarks for a person, such as an orientation tag that was not applied.

    Notes
    -----
    Pixels are those that the file stores: an orientation tag (EXIF, TIFF) is reported in `notes` and
    not applied, so that a coordinate means the same pixel in every program.
    """

    name: str
    grey: GreyPixels
    pixels_rgb: GreyPixels | None
    bit_depth: int
    bits_used: int
    pixel_size_um: float | None
    dark_on_light: bool
    banding: Banding
    banding_reason: str
    format: str
    page: int
    frames: int
    sha256: str
    notes: tuple[str, ...] = ()
    banding_stated: bool = False

    @property
    def width(self) -> int:
        """Pixels from left to right."""
        return int(self.grey.shape[1])

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""
        return int(self.grey.shape[0])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """What a decoder hands over: (H, W) grey or (H, W, 3) RGB, uint8 or uint16."""

    pixels: GreyPixels
    bit_depth: int
    pixel_size_um: float | None = None
    stain_name: str = ""
    notes: tuple[str, ...] = ()


class Opened(Protocol):
    """A file whose header was read and found harmless."""

    @property
    def format(self) -> str:
        """Name of the format, for a person."""

    @property
    def frames(self) -> int:
        """How many pages the file has."""

    def frame(self, index: int) -> Frame:
        """Decode one page, counted from 0; raises `Refusal` where it is damaged."""
