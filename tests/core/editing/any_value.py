"""Values of any domain type, drawn by hypothesis from its type hints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from core.domain.bands import CLASSES, UNKNOWN
from core.domain.chromosome import Chromosome
from core.domain.view import View
from core.editing.operations import CellOperation, CountPoint, SwapHomologs

_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=12),
    int: st.integers(-1000, 10**6),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    type(None): st.none(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    date: st.dates(),
}


@cache
def any_value(kind: Any) -> st.SearchStrategy[Any]:
    """Strategy for values of a type as dataclass fields name it."""
    if isinstance(kind, NewType):
        return any_value(kind.__supertype__)
    if kind in _PLAIN:
        return _PLAIN[kind]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    if kind is CellOperation:
        return st.one_of(any_value(CountPoint), any_value(SwapHomologs))
    if kind is View:
        return _any_view()
    if is_dataclass(kind):
        return _any_dataclass(kind)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Literal:
        return st.sampled_from(list(arguments))
    if origin in (UnionType, Union):
        return st.one_of([any_value(argument) for argument in arguments])
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return st.lists(any_value(arguments[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*(any_value(argument) for argument in arguments))
    if origin is frozenset:
        return st.frozensets(any_value(arguments[0]), max_size=3)
    if origin is Mapping:
        return st.dictionaries(any_value(arguments[0]), any_value(arguments[1]), max_size=3)
    raise TypeError(f"expected a type that a domain value has as a field, got {kind!r}")


def _any_view() -> st.SearchStrategy[View]:
    share = st.floats(0.0, 1.0)
    return st.builds(
        View, flatten=share, denoise=share, low=st.floats(0.0, 0.4), high=st.floats(0.5, 1.0),
        local_contrast=share, sharpen=share, gamma=st.floats(0.3, 3.0), invert=st.booleans(),
    )  # fmt: skip


def _any_dataclass(kind: Any) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    required, optional = {}, {}
    for field in fields(kind):
        strategy = any_value(hints[field.name])
        if kind is Chromosome and field.name == "chromosome_class":
            strategy = st.sampled_from((*CLASSES, UNKNOWN))
        has_default = field.default is not MISSING or field.default_factory is not MISSING
        (optional if has_default else required)[field.name] = strategy
    return st.fixed_dictionaries(required, optional=optional).map(lambda values: kind(**values))
