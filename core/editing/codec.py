"""Domain values and operations as JSON and back (cattrs does the work)."""

from __future__ import annotations

from typing import Any, TypeVar, get_origin

from cattrs.preconf.json import make_converter

from core.editing import case_operations, operations
from core.editing.case_operations import CaseOperation
from core.editing.operations import CellOperation


def _is_frozenset(kind: Any) -> bool:
    origin: object = get_origin(kind)
    return origin is frozenset


_converter = make_converter(forbid_extra_keys=True)
# Sorted, so that equal states are equal texts.
_converter.register_unstructure_hook_func(
    _is_frozenset,
    lambda members: sorted(_converter.unstructure(member) for member in members),
)


def _operation_out(operation: CellOperation) -> dict[str, Any]:
    return {"kind": type(operation).__name__, "values": _converter.unstructure(operation, type(operation))}


def _operation_in(written: Any, _: Any) -> CellOperation:
    kind = CELL_OPERATIONS.get(written["kind"])
    if kind is None:
        raise KeyError(written["kind"])
    return _converter.structure(written["values"], kind)


# An operation within another one names its kind.
_converter.register_unstructure_hook_func(lambda kind: kind is CellOperation, _operation_out)
_converter.register_structure_hook_func(lambda kind: kind is CellOperation, _operation_in)

CELL_OPERATIONS: dict[str, type[CellOperation]] = {
    name: kind
    for name, kind in vars(operations).items()
    if isinstance(kind, type) and issubclass(kind, CellOperation) and kind is not CellOperation
}
CASE_OPERATIONS: dict[str, type[CaseOperation]] = {
    name: kind
    for name, kind in vars(case_operations).items()
    if isinstance(kind, type) and issubclass(kind, CaseOperation) and kind is not CaseOperation
}

Value = TypeVar("Value")


def to_json(value: object) -> str:
    """Write a domain value as JSON text."""
    return str(_converter.dumps(value))


def from_json(text: str, kind: type[Value]) -> Value:
    """Read a domain value of that kind.

    An exception group of cattrs when the text does not fit; ValueError when it is another kind of JSON
    altogether, or nested deeper than anything that was ever written.
    """
    try:
        return _converter.loads(text, kind)
    except (AttributeError, TypeError, RecursionError) as error:
        # Readers that cattrs generates ask for the keys of whatever they are given.
        raise ValueError(
            f"expected a {kind.__name__} as JSON, got something else, restore a backup"
        ) from error


def operation_to_json(operation: CellOperation | CaseOperation) -> tuple[str, str]:
    """Return an operation as `(kind, JSON text)`."""
    return type(operation).__name__, to_json(operation)


def operation_from_json(kind: str, text: str) -> CellOperation | CaseOperation:
    """Read an operation; KeyError when this version of the program does not know its kind."""
    known: dict[str, Any] = {**CELL_OPERATIONS, **CASE_OPERATIONS}
    operation = from_json(text, known[kind])
    assert isinstance(operation, CellOperation | CaseOperation)
    return operation
