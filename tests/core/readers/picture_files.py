"""Image files of every format, written by the libraries that laboratories use."""

from __future__ import annotations

import functools
import io
import struct
import zlib

import imagecodecs
import numpy as np
import pydicom
import tifffile
from numpy.typing import NDArray
from PIL import Image
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage, generate_uid


def spread(height: int = 96, width: int = 128, *, seed: int = 3) -> NDArray[np.uint8]:
    """A light ground with some dark rods, shape (H, W)."""
    chance = np.random.default_rng(seed)
    grey = np.full((height, width), 230.0)
    y, x = np.mgrid[:height, :width]
    for _ in range(8):
        cx, cy = chance.uniform(10, width - 10), chance.uniform(10, height - 10)
        angle = chance.uniform(0, np.pi)
        along = (x - cx) * np.cos(angle) + (y - cy) * np.sin(angle)
        across = -(x - cx) * np.sin(angle) + (y - cy) * np.cos(angle)
        grey[(np.abs(along) < 9) & (np.abs(across) < 3)] = 70
    return np.clip(grey + chance.normal(0, 3, grey.shape), 0, 255).astype(np.uint8)


def deep(height: int = 96, width: int = 128) -> NDArray[np.uint16]:
    """The same spread as a 12 bit camera gives it in 16 bit."""
    return spread(height, width).astype(np.uint16) * 16


def giemsa(height: int = 96, width: int = 128) -> NDArray[np.uint8]:
    """The same spread in the purple of Giemsa, shape (H, W, 3)."""
    light = spread(height, width).astype(np.float64) / 255
    stain = 1 - light / light.max()
    return np.clip(255 * (1 - stain[..., None] * np.array([0.5, 0.95, 0.35])), 0, 255).astype(np.uint8)


def by_pillow(pixels: NDArray[np.generic], form: str, **options: object) -> bytes:
    return saved(Image.fromarray(np.asarray(pixels)), form, **options)


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def tiff(pixels: NDArray[np.generic], **options: object) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, pixels, **options)
    return file.getvalue()


def dicom(pixels: NDArray[np.generic], photometric: str = "MONOCHROME2", *, frames: int = 1) -> FileDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    picture = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    picture.SOPClassUID = meta.MediaStorageSOPClassUID
    picture.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    height, width = pixels.shape[1:3] if frames > 1 else pixels.shape[:2]
    picture.Rows, picture.Columns = int(height), int(width)
    picture.SamplesPerPixel = 3 if photometric == "RGB" else 1
    if photometric == "RGB":
        picture.PlanarConfiguration = 0
    if frames > 1:
        picture.NumberOfFrames = frames
    picture.PhotometricInterpretation = photometric
    bits = pixels.dtype.itemsize * 8
    picture.BitsAllocated, picture.BitsStored, picture.HighBit = bits, bits, bits - 1
    picture.PixelRepresentation = 0
    picture.PixelData = pixels.tobytes()
    return picture


def dicom_bytes(picture: FileDataset) -> bytes:
    file = io.BytesIO()
    pydicom.dcmwrite(file, picture, enforce_file_format=True)
    return file.getvalue()


def png_header_only(width: int, height: int) -> bytes:
    """A PNG of some hundred bytes that claims any size."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 4096)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@functools.cache
def one_of_each() -> dict[str, bytes]:
    """A small sound file of every format and main variant."""
    grey, colour, grey16 = spread(), giemsa(), deep()
    stack = np.stack([spread(seed=1), spread(seed=2)])
    return {
        "png": by_pillow(grey, "PNG"),
        "png16": by_pillow(grey16, "PNG"),
        "png colour": by_pillow(colour, "PNG"),
        "png 16 bit colour": imagecodecs.png_encode(np.dstack([grey16] * 3)),
        "png palette": saved(Image.fromarray(colour).quantize(64), "PNG"),
        "png 1 bit": saved(Image.fromarray(grey > 150), "PNG"),
        "jpeg": by_pillow(grey, "JPEG", quality=95),
        "jpeg colour": by_pillow(colour, "JPEG", quality=95),
        "jpeg progressive": by_pillow(colour, "JPEG", progressive=True),
        "jpeg cmyk": saved(Image.fromarray(colour).convert("CMYK"), "JPEG"),
        "bmp": by_pillow(grey, "BMP"),
        "bmp colour": by_pillow(colour, "BMP"),
        "tiff": tiff(grey),
        "tiff 16 lzw": tiff(grey16, compression="lzw", predictor=True),
        "tiff colour deflate": tiff(colour, compression="zlib", photometric="rgb"),
        "tiff tiled": tiff(grey, tile=(32, 32), compression="zlib"),
        "tiff pages": tiff(stack, photometric="minisblack"),
        "tiff 1 bit": tiff(grey > 150, photometric="minisblack"),
        "tiff float": tiff(grey.astype(np.float32)),
        "tiff jpeg": saved(Image.fromarray(grey), "TIFF", compression="jpeg"),
        "ome-tiff": tiff(
            stack, ome=True, metadata={"axes": "CYX", "PhysicalSizeX": 0.1, "PhysicalSizeY": 0.1}
        ),
        "jpeg 2000": imagecodecs.jpeg2k_encode(grey),
        "jpeg 2000 16": imagecodecs.jpeg2k_encode(grey16),
        "jpeg 2000 stream": imagecodecs.jpeg2k_encode(grey, codecformat="j2k"),
        "webp": by_pillow(grey, "WEBP"),
        "webp lossless": by_pillow(colour, "WEBP", lossless=True),
        "webp alpha": saved(Image.fromarray(np.dstack([colour, grey])), "WEBP"),
        "gif": by_pillow(grey, "GIF"),
        "dicom": dicom_bytes(dicom(grey)),
        "dicom 16": dicom_bytes(dicom(grey16)),
        "dicom colour": dicom_bytes(dicom(colour, "RGB")),
        "dicom frames": dicom_bytes(dicom(stack, frames=2)),
    }
