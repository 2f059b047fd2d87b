"""Reading a PDF back: the words on its pages (pdfium)."""

from __future__ import annotations

import threading
from typing import Final

import pypdfium2

from core.errors import MediaError

#: pdfium is not made for two threads: whoever calls it holds this lock.
PDFIUM: Final = threading.Lock()


def text_of(pdf: bytes) -> tuple[str, ...]:
    """Read the text of every page, as it stands there.

    Raises
    ------
    MediaError
        Where the bytes are no PDF.
    """
    pages = []
    try:
        with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
            for page in document:
                words = page.get_textpage()
                pages.append(str(words.get_text_range()))
                # Given back here and in this order: the garbage collector could do it in another thread.
                words.close()
                page.close()
    except pypdfium2.PdfiumError as error:
        raise MediaError(f"expected a PDF, got something else ({error})", "write it again") from error
    return tuple(pages)


def keywords_of(pdf: bytes) -> str:
    """Read the keywords in the properties of a PDF.

    Raises
    ------
    MediaError
        Where the bytes are no PDF.
    """
    try:
        with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
            return str(document.get_metadata_value("Keywords"))
    except pypdfium2.PdfiumError as error:
        raise MediaError(f"expected a PDF, got something else ({error})", "write it again") from error
