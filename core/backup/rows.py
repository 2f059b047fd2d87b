"""Values of database columns as JSON, the same from SQLite and from PostgreSQL."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

_KIND: Final = "as"
"""Key that marks an object as a value JSON does not know."""


def line_of(values: Sequence[Any]) -> bytes:
    """Write a row as one line; equal rows of the two databases give equal lines."""
    plain = [_plain(value) for value in values]
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode() + b"\n"


def values_of(line: bytes) -> list[Any]:
    """Read a row that `line_of` wrote; times are UTC with their zone."""
    found = json.loads(line)
    if not isinstance(found, list):
        raise ValueError(f"expected a row, got {type(found).__name__}")
    return [_value(one) for one in found]


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        utc = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return {_KIND: "time", "value": utc.isoformat()}
    if isinstance(value, date):
        return {_KIND: "date", "value": value.isoformat()}
    if isinstance(value, bytes | bytearray | memoryview):
        return {_KIND: "bytes", "value": base64.b64encode(bytes(value)).decode("ascii")}
    if isinstance(value, Decimal):
        return {_KIND: "decimal", "value": str(value)}
    return {_KIND: "json", "value": value}


def _value(plain: Any) -> Any:
    if not isinstance(plain, dict):
        return plain
    kind, value = plain[_KIND], plain["value"]
    if kind == "time":
        return datetime.fromisoformat(value)
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "bytes":
        return base64.b64decode(value)
    if kind == "decimal":
        return Decimal(value)
    if kind == "json":
        return value
    raise ValueError(f"expected a known kind of value, got {kind!r}, update the program")
