"""What a file is, told by its first bytes and never by its name."""

from __future__ import annotations

from enum import Enum
from typing import Final

from core.errors import Refusal

SNIFFED_BYTES: Final = 1024


class Kind(Enum):
    """File formats that hold pictures for this program."""

    PNG = "PNG"
    JPEG = "JPEG"
    BMP = "BMP"
    TIFF = "TIFF"
    JPEG_2000 = "JPEG 2000"
    WEBP = "WebP"
    GIF = "GIF"
    DICOM = "DICOM"


PICTURE_SUFFIXES: Final = frozenset(
    (
        *(".png", ".jpg", ".jpeg", ".jpe", ".bmp", ".dib", ".tif", ".tiff", ".jp2", ".j2k"),
        *(".j2c", ".jpx", ".jpf", ".webp", ".gif", ".dcm", ".dicom"),
    )
)

_PICTURES: Final = (
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"II*\x00", Kind.TIFF),
    (b"MM\x00*", Kind.TIFF),
    (b"II+\x00", Kind.TIFF),
    (b"MM\x00+", Kind.TIFF),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", Kind.JPEG_2000),
    (b"\xff\x4f\xff\x51", Kind.JPEG_2000),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
)

_EXPORT: Final = "export the picture as TIFF or PNG"
_OTHERS: Final = (
    (b"Rar!\x1a\x07", "the file is a RAR archive", "unpack it or pack it as ZIP"),
    (b"7z\xbc\xaf\x27\x1c", "the file is a 7z archive", "unpack it or pack it as ZIP"),
    (b"\x1f\x8b", "the file is compressed with gzip", "unpack it first"),
    (b"\x28\xb5\x2f\xfd", "the file is compressed with zstd", "unpack it first"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "the file is an office document", _EXPORT),
    (b"ZISSRAWFILE", "the file is a Zeiss CZI recording", _EXPORT),
    (b"\xda\xce\xbe\x0a", "the file is a Nikon ND2 recording", _EXPORT),
    (b"FUJIFILMCCD-RAW", "the file is camera raw data", _EXPORT),
    (b"IIRO", "the file is camera raw data", _EXPORT),
    (b"IIU\x00", "the file is camera raw data", _EXPORT),
    (b"8BPS", "the file is a Photoshop document", _EXPORT),
    (b"\x1aE\xdf\xa3", "the file is a video", "export single pictures as TIFF or PNG"),
    (b"SQLite format 3\x00", "the file is a database", "choose the image files instead"),
    (b"MZ", "the file is a program", "choose the image files instead"),
    (b"\x7fELF", "the file is a program", "choose the image files instead"),
)


def kind_of(head: bytes) -> Kind | None:
    """Recognise a picture by the start of the file.

    Parameters
    ----------
    head
        The first bytes, `SNIFFED_BYTES` or the whole file where it is shorter.

    Returns
    -------
    Kind or None
        None where it is no picture that the program reads.
    """
    if head[128:132] == b"DICM":
        return Kind.DICOM  # first, because its preamble may make it a TIFF as well (PS3.10, 7.1)
    for magic, kind in _PICTURES:
        if head.startswith(magic):
            return kind
    if head.startswith(b"BM") and len(head) >= 26 and head[15:18] == b"\x00\x00\x00":
        return Kind.BMP
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Kind.WEBP
    if _is_bare_dicom(head):
        return Kind.DICOM
    return None


def is_zip(head: bytes) -> bool:
    """Tell whether the file starts as a ZIP archive does (an empty one as well)."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"))


def refusal_of(content: bytes) -> Refusal:
    """Say what a file is that is no picture.

    Parameters
    ----------
    content
        The whole file, or at least its first `SNIFFED_BYTES`.

    Returns
    -------
    Refusal
        To raise or to list.
    """
    head = content[:SNIFFED_BYTES]
    if not head:
        return Refusal("the file is empty", "export or copy the picture again")
    if not head.strip(b"\x00"):
        return Refusal("the file holds only zeros", "copy the picture again, the copy was interrupted")
    if b"%PDF-" in head:
        if b"/Encrypt" in content:
            return Refusal("the file is a password-protected PDF document", _EXPORT)
        return Refusal("the file is a PDF document", _EXPORT)
    if is_zip(head):
        if b"word/" in content[:4096] or b"[Content_Types].xml" in content[:4096]:
            return Refusal("the file is an office document", _EXPORT)
        return Refusal("the file is a ZIP archive", "add it by itself or unpack it")
    for magic, what, do in _OTHERS:
        if head.startswith(magic):
            return Refusal(what, do)
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif"):
            return Refusal("the file is a HEIC or AVIF picture", _EXPORT)
        return Refusal("the file is a video", "export single pictures as TIFF or PNG")
    if head.startswith(b"RIFF") and head[8:12] == b"AVI ":
        return Refusal("the file is a video", "export single pictures as TIFF or PNG")
    if _is_text(head):
        return Refusal("the file is text, not a picture", "choose the image files instead")
    return Refusal("the file is not a picture of a known format", _EXPORT)


def _is_bare_dicom(head: bytes) -> bool:
    """Recognise a data set without the 128 byte preamble: it starts with group 0002 or 0008 (PS3.5, 7.1)."""
    if len(head) < 16 or head[:2] not in (b"\x02\x00", b"\x08\x00") or head[3] != 0:
        return False
    if head[4:6] in (b"UL", b"CS", b"UI", b"DA", b"TM", b"OB", b"SH", b"LO"):
        return True
    length = int.from_bytes(head[4:8], "little")
    return head[2] in (0x00, 0x05, 0x08, 0x12, 0x16) and length <= 128


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return True
    if any(byte < 9 or 13 < byte < 27 for byte in head):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4
    return True
