"""DICOM images, single and multi-frame, as stored (PS3.3 C.7.6.3, PS3.5 section 8)."""

from __future__ import annotations

import warnings
import zlib
from io import BytesIO
from typing import Final

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.pixels.processing import apply_color_lut
from pydicom.pixels.utils import pixel_array
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from core.errors import Refusal
from core.readers.limits import MOST_FILE_BYTES, check_dimensions, check_frames
from core.readers.picture import Frame
from core.readers.pixels import inverted, unsigned
from core.readers.scale import believable

_DAMAGED: Final = "export it again from the archive"
_PIECE: Final = 1 << 22

# Odd values are common in the field and concern nobody at the bench; damage is told by a refusal.
warnings.filterwarnings("ignore", category=UserWarning, module=r"pydicom\.")


class DicomReader:
    """An opened DICOM image.

    Parameters
    ----------
    content
        The whole file, with or without the preamble.

    Raises
    ------
    Refusal
        Where the data set is damaged, holds no picture or one that is too large.
    """

    format = "DICOM"

    def __init__(self, content: bytes) -> None:
        try:
            _check_deflated(content)
            self._set: FileDataset = pydicom.dcmread(BytesIO(content), force=True)
            _name_syntax(self._set)
            self._open()
        except Refusal:
            raise
        except Exception as error:
            # pydicom reads values lazily and lets any error of a damaged value out.
            raise Refusal(f"the DICOM file is damaged or cut off ({_brief(error)})", _DAMAGED) from error

    @property
    def frames(self) -> int:
        """How many frames the file has."""
        return self._frames

    def frame(self, index: int) -> Frame:
        """Decode one frame; see `Opened.frame`."""
        try:
            return self._frame(index)
        except Refusal:
            raise
        except Exception as error:
            # One reason more than above: the decoder of a compression may be absent or fail.
            raise Refusal(
                f"the pixels of the DICOM file cannot be decoded ({_brief(error)})",
                "export it uncompressed or as JPEG 2000",
            ) from error

    def _open(self) -> None:
        if "PixelData" not in self._set:
            what = self._set.get("SOPClassUID")
            kind = f" ({what.name})" if isinstance(what, pydicom.uid.UID) else ""
            raise Refusal(f"the DICOM file holds no picture{kind}", "choose an image object")
        self._frames = int(self._set.get("NumberOfFrames") or 1)
        check_frames(self._frames)
        self._bits = int(self._set.BitsStored)
        check_dimensions(
            int(self._set.Columns),
            int(self._set.Rows),
            samples=int(self._set.get("SamplesPerPixel", 1)),
            sample_bytes=max(1, int(self._set.BitsAllocated) // 8),
        )

    def _frame(self, index: int) -> Frame:
        values: NDArray[np.generic] = pixel_array(self._set, index=index)
        photometric = str(self._set.PhotometricInterpretation)
        notes: tuple[str, ...] = ()
        if photometric == "PALETTE COLOR":
            values = apply_color_lut(values, self._set)
        pixels = unsigned(values)
        if pixels.shape[:2] != (int(self._set.Rows), int(self._set.Columns)):
            raise Refusal("the DICOM file states another size than its picture has", _DAMAGED)
        if pixels.ndim == 3 and pixels.shape[2] != 3:
            raise Refusal(f"the DICOM picture has {pixels.shape[2]} channels", "export it in grey or RGB")
        if photometric == "MONOCHROME1":
            pixels = inverted(pixels, min(self._bits, 16))
        elif photometric == "MONOCHROME2" and self._bits == 1:
            pixels = np.asarray(pixels * np.uint8(255), dtype=np.uint8)
            notes = ("1-bit picture: it has shapes and no bands",)
        return Frame(
            pixels=pixels,
            bit_depth=min(self._bits, 16),
            pixel_size_um=_pixel_size(self._set),
            notes=notes,
        )


def _pixel_size(data_set: Dataset) -> float | None:
    """Pixel Spacing (0028,0030), row spacing first, in millimetres; also of the functional groups."""
    places: list[Dataset] = [data_set]
    for groups in data_set.get("SharedFunctionalGroupsSequence") or ():
        places.extend(groups.get("PixelMeasuresSequence") or ())
    for place in places:
        for name in ("PixelSpacing", "ImagerPixelSpacing"):
            spacing = place.get(name)
            if spacing is not None and len(spacing) == 2:
                return believable(float(spacing[1]) * 1000.0, float(spacing[0]) * 1000.0)
    return None


def _check_deflated(content: bytes) -> None:
    """Inflate a deflated data set within bounds first, because pydicom does it without any."""
    if content[128:132] != b"DICM":
        return
    start = 144 + int.from_bytes(content[140:144], "little")  # (0002,0000), length of the meta information
    if DeflatedExplicitVRLittleEndian.encode() not in content[:start]:
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    rest, inflated = content[start:], 0
    while rest and not inflater.eof:
        inflated += len(inflater.decompress(rest, _PIECE))
        rest = inflater.unconsumed_tail
        if inflated > MOST_FILE_BYTES:
            raise Refusal("the DICOM file inflates to more than a gigabyte", "export it uncompressed")


def _name_syntax(data_set: FileDataset) -> None:
    """Say how a data set without meta information was read, which the decoder wants to know."""
    meta = getattr(data_set, "file_meta", None)
    if meta is None:
        meta = data_set.file_meta = FileMetaDataset()
    if "TransferSyntaxUID" not in meta:
        implicit = data_set.original_encoding[0]
        meta.TransferSyntaxUID = ImplicitVRLittleEndian if implicit else ExplicitVRLittleEndian


def _brief(error: BaseException) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 160 else text[:157] + "..."
