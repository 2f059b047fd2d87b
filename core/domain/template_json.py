"""Templates as JSON and back, for exchange between people and laboratories."""

from __future__ import annotations

import json
from typing import Any, Final, NoReturn

from core.domain.template import KaryogramTemplate, Spacing
from core.errors import MediaError

FORMAT: Final = "centromere karyogram template"
VERSION: Final = 1
LARGEST_FILE: Final = 100_000
_SPACES: Final = ("pair", "slot", "group", "row")
_DO: Final = "choose a template that Centromere has exported"


def template_to_json(template: KaryogramTemplate) -> str:
    """Write a template as JSON text."""
    return json.dumps(template_to_dict(template), indent=2, ensure_ascii=True) + "\n"


def template_to_dict(template: KaryogramTemplate) -> dict[str, Any]:
    """Turn a template into what JSON knows."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "name": template.name,
        "rows": [[list(group) for group in row] for row in template.rows],
        "labels": dict(template.labels),
        "group_labels": [list(row) for row in template.group_labels],
        "spacing": {name: getattr(template.spacing, name) for name in _SPACES},
    }


def template_from_json(text: str) -> KaryogramTemplate:
    """Read a template.

    Raises
    ------
    MediaError
        When the text is no template, or one that cannot be used; the error says what is wrong with it.
    """
    if len(text) > LARGEST_FILE:
        raise MediaError(f"expected a template of at most {LARGEST_FILE} letters, got {len(text)}", _DO)
    try:
        found = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise MediaError(f"expected JSON, got something else ({error})", _DO) from error
    return template_from_dict(found)


def template_from_dict(found: object) -> KaryogramTemplate:
    """Read a template from what JSON knows; raises as `template_from_json` does."""
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise MediaError("expected a karyogram template, got something else", _DO)
    if found.get("version") != VERSION:
        raise MediaError(
            f"expected version {VERSION} of the template format, got {found.get('version')}",
            "export it again with this version",
        )
    rows = tuple(
        tuple(tuple(_texts(group, "a group")) for group in _list(row, "a row"))
        for row in _list(found.get("rows"), "rows")
    )
    labels = found.get("labels", {})
    spacing = found.get("spacing", {})
    if not isinstance(labels, dict) or not isinstance(spacing, dict):
        _refuse("labels and spacing as objects", labels if not isinstance(labels, dict) else spacing)
    template = KaryogramTemplate(
        name=" ".join(_text(found.get("name"), "a name").split()),
        rows=rows,
        labels=tuple((str(name), _text(label, "a label")) for name, label in labels.items()),
        group_labels=tuple(
            tuple(_texts(row, "group labels")) for row in _list(found.get("group_labels", []), "group_labels")
        ),
        spacing=Spacing(**{name: _number(spacing.get(name, 1.0), name) for name in _SPACES}),
    )
    if template.problems:
        raise MediaError(template.problems[0], "correct the file")
    return template


def _list(value: object, what: str) -> list[Any]:
    if not isinstance(value, list):
        _refuse(f"{what} as a list", value)
    return value


def _texts(value: object, what: str) -> list[str]:
    return [_text(one, what) for one in _list(value, what)]


def _text(value: object, what: str) -> str:
    if not isinstance(value, str):
        _refuse(f"{what} as text", value)
    return value


def _number(value: object, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        _refuse(f"a number for {what}", value)
    try:
        return float(value)
    except OverflowError:  # JSON knows whole numbers of any length
        _refuse(f"a number for {what}", value)


def _refuse(expected: str, value: object) -> NoReturn:
    raise MediaError(f"expected {expected}, got {type(value).__name__}", "correct the file")
