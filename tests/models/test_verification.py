"""Weights against their cards, and the stored answers about reference cells."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from core.analysis.pipeline import Analyst
from core.errors import StorageError
from models.inference.analyst import load_analyst
from models.registry import WEIGHTS
from models.verification.reference import Tolerances, compare, read_reference, seconds_of
from models.verification.weights import read_weights


@pytest.fixture(scope="module")
def analyst() -> Analyst:
    """The shipped weights."""
    return load_analyst(WEIGHTS)


def test_that_the_shipped_weights_are_what_their_cards_name() -> None:
    cards, faults = read_weights(WEIGHTS)
    assert faults == ()
    assert {"finder", "outliner", "judge", "namer"} <= {card.name.split(" ")[0] for card in cards}


def test_that_changed_lost_and_nameless_weights_are_named(tmp_path: Path) -> None:
    weights = tmp_path / "weights"
    shutil.copytree(WEIGHTS / "judge", weights / "judge")
    (folder,) = (path.parent for path in weights.rglob("card.json"))
    assert read_weights(weights)[1] == ()
    model = folder / "model.onnx"
    content = bytearray(model.read_bytes())
    content[len(content) // 2] ^= 4
    model.write_bytes(content)
    (fault,) = read_weights(weights)[1]
    assert fault.file == model.relative_to(tmp_path).as_posix()
    model.unlink()
    assert "cannot be read" in str(read_weights(weights)[1][0])
    model.write_bytes(content)
    (folder / "card.json").write_text("{}")
    assert "card.json" in read_weights(weights)[1][0].file
    assert read_weights(tmp_path / "nothing") == ((), ())


def test_that_the_answers_in_store_are_those_of_the_shipped_weights(analyst: Analyst) -> None:
    reference = read_reference()
    assert len(reference.cells) >= 3
    one = reference.model_copy(update={"cells": reference.cells[:1]})
    seen, faults = compare(analyst, one)
    assert not faults, (
        "answers changed: run python -m models.verification.reference and look at the difference"
    )
    assert seen[0].same_picture or seen[0].found > 0.95
    assert seconds_of(seen) > 0


def test_that_another_answer_or_other_weights_are_a_fault(analyst: Analyst) -> None:
    reference = read_reference()
    values = json.loads(reference.model_copy(update={"cells": reference.cells[:1]}).model_dump_json())
    for chromosome in values["cells"][0]["chromosomes"][:4]:
        chromosome["chromosome_class"] = "unknown"
    (fault,) = compare(analyst, type(reference).model_validate(values))[1]
    assert "named alike" in str(fault)
    values["models"] = {"finder": "finder@0.0.1"}
    (fault,) = compare(analyst, type(reference).model_validate(values))[1]
    assert "finder@0.0.1" in str(fault)


def test_that_missing_or_damaged_answers_are_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be read"):
        read_reference(tmp_path / "reference.json")
    (tmp_path / "reference.json").write_text('{"cells": 3}')
    with pytest.raises(StorageError, match="faults in it"):
        read_reference(tmp_path / "reference.json")
    assert Tolerances().named > 0.9
