"""Errors as sentences for a person: what happened and what to do."""

from __future__ import annotations

from core.errors import CentromereError


def sentence_of(error: BaseException) -> str:
    """Return one sentence with a capital letter and a full stop."""
    if isinstance(error, MemoryError):
        text = "the memory of this computer is used up, close other programs and try again"
    elif isinstance(error, OSError) and not str(error):
        text = "a file could not be read or written, check the disk"
    elif isinstance(error, OSError) and error.errno == 28:
        text = "the disk is full, free some space and repeat the last step"
    elif isinstance(error, CentromereError | ValueError | OSError):
        text = str(error)
    else:
        text = f"something unexpected happened ({type(error).__name__}: {error}), see the log for the details"
    text = " ".join(text.split())
    if not text:
        text = type(error).__name__
    return text[0].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
