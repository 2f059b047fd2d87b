"""Errors that a person reads: what is wrong, and what to do."""

from __future__ import annotations


class CentromereError(Exception):
    """An error with a cure.

    Parameters
    ----------
    what
        What is wrong, without a capital letter at the start and without a full stop.
    do
        What to do about it, in the same form.
    """

    def __init__(self, what: str, do: str) -> None:
        super().__init__(what, do)
        self.what = what
        self.do = do

    def __str__(self) -> str:
        return f"{self.what}, {self.do}"


class MediaError(CentromereError):
    """A picture, archive or study from outside cannot be used."""


class Refusal(MediaError):
    """A reader declines a file: the other files of the same drop go on."""


class StorageError(CentromereError):
    """The folder or the database of the program cannot be read or written."""
