"""The long form of a change: `pter->q13::q33->qter`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from core.iscn.tree import Abnormality

_POINT: Final = re.compile(r"(\d+|[XY])?([pq](?:ter|\d{1,2}(?:\.\d+)?)?|cen)")


def points_of(change: Abnormality) -> Iterator[tuple[int, str, str]]:
    """Points named in the long form: offset, chromosome, band.

    A point without a chromosome lies on the one named before it, the first on the chromosome of the change.
    """
    name = change.names[0] if change.names else "?"
    for found in _POINT.finditer(change.detail):
        name = found.group(1) or name
        yield change.detail_at + found.start(), name, found.group(2)
