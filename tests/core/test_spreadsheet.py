"""Tables never run as formulas."""

from __future__ import annotations

import csv
import io

import pytest

from core.spreadsheet import FORMULA, TableWriter, safe


@pytest.mark.parametrize("sign", FORMULA)
def test_that_what_could_be_a_formula_begins_with_an_apostrophe(sign: str) -> None:
    text = f"{sign}HYPERLINK(1)"
    assert safe(text) == f"'{text}"
    assert safe(f"  {text}").startswith("'")
    stream = io.StringIO()
    TableWriter(stream).rows([["case", text], [1, -2.5, None]])
    read = list(csv.reader(io.StringIO(stream.getvalue(), newline="")))
    assert read == [["case", f"'{text}"], ["1", "-2.5", ""]]


@pytest.mark.parametrize("text", ["", "46,XX", "t(9;22)", "Müller", "1-2", "a=b", "'quoted'"])
def test_that_other_texts_stay_as_they_are(text: str) -> None:
    assert safe(text) == text
