"""How large a picture may be; asked of the header, before any pixel is decoded."""

from __future__ import annotations

from typing import Final

from core.errors import Refusal

MOST_PIXELS: Final = 40_000_000
"""More than the cameras of microscopes give; the analysis of more would need more than 1.5 GB."""
MOST_BYTES: Final = 240_000_000  # 40 megapixels, three channels, 16 bit
MOST_FILE_BYTES: Final = 1 << 30
MOST_FRAMES: Final = 4096
LEAST_SIDE: Final = 8


def check_file_size(size: int) -> None:
    """Refuse a file that no single picture needs.

    Parameters
    ----------
    size
        Bytes of the file.

    Raises
    ------
    Refusal
        Where the file is empty or larger than 1 GiB.
    """
    if size == 0:
        raise Refusal("the file is empty", "export or copy the picture again")
    if size > MOST_FILE_BYTES:
        raise Refusal(
            f"the file has {size / 1e9:.1f} GB, the most for a picture is {MOST_FILE_BYTES / 1e9:.1f} GB",
            "export the single metaphase instead of the whole slide",
        )


def check_dimensions(width: int, height: int, *, samples: int = 1, sample_bytes: int = 1) -> None:
    """Refuse dimensions that would exhaust the memory or hold no cell.

    Parameters
    ----------
    width, height
        Pixels, as the header states them.
    samples, sample_bytes
        Channels, and bytes of one value.

    Raises
    ------
    Refusal
        Above 40 megapixels or 240 MB, or below 8 pixels on a side.
    """
    if width < 1 or height < 1:
        raise Refusal(f"the header states {width} × {height} pixels", "export the picture again")
    if width < LEAST_SIDE or height < LEAST_SIDE:
        raise Refusal(
            f"the picture has {width} × {height} pixels only",
            "export the metaphase at the resolution of the camera",
        )
    if width * height > MOST_PIXELS:
        raise Refusal(
            f"the picture has {width} × {height} pixels, the most is {MOST_PIXELS // 1_000_000} megapixels",
            "cut out the region with the metaphase or export single fields",
        )
    if width * height * samples * sample_bytes > MOST_BYTES:
        raise Refusal(
            f"the picture of {width} × {height} pixels and {samples} channels needs more than "
            f"{MOST_BYTES // 1_000_000} MB",
            "export it in grey or cut out the region with the metaphase",
        )


def check_frames(frames: int) -> None:
    """Refuse a file with no picture in it, or with more pages than a batch has.

    Parameters
    ----------
    frames
        Pages or frames that the file states.

    Raises
    ------
    Refusal
        For none, and for more than 4096.
    """
    if frames < 1:
        raise Refusal("the file holds no picture", "export the picture again")
    if frames > MOST_FRAMES:
        raise Refusal(
            f"the file has {frames} pages, the most is {MOST_FRAMES}", "split it into several files"
        )
