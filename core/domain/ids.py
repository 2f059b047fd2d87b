"""Identities of what a laboratory handles."""

from __future__ import annotations

from typing import NewType
from uuid import uuid4

CaseId = NewType("CaseId", str)
CellId = NewType("CellId", str)
ChromosomeId = NewType("ChromosomeId", str)
PersonName = NewType("PersonName", str)


def new_id() -> str:
    """Return a random identity of 32 hexadecimal digits, unique without asking any database."""
    return uuid4().hex
