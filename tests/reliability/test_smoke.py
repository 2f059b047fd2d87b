"""The campaign in the small, and faults that it found."""

from __future__ import annotations

import json
import random

import pytest

from app.keymap import from_json as keymap_from_json
from app.settings import SettingsFile
from core.domain.chromosome import Chromosome
from core.domain.template import ISCN_ROWS
from core.domain.template_json import template_from_json, template_to_json
from core.editing.codec import from_json
from core.errors import MediaError
from core.store.replay import LoggedStep, replayed
from tests.core.editing.bench_cells import MALE, cell_of
from tests.reliability import fuzz, fuzz_inputs, kills
from tests.reliability.fuzz_targets import try_one

DEEP = '{"a":' * 100_000


@pytest.mark.parametrize("kind", [kind for kind, _ in fuzz_inputs.KINDS])
def test_that_damaged_inputs_of_every_kind_are_read_or_refused(kind, tmp_path):
    numbers = [number for number in range(400) if fuzz_inputs.kind_of(number) == kind][:4]
    answers = [try_one(number, tmp_path) for number in numbers]
    assert {found for found, _ in answers} == {kind}


def test_that_an_input_is_made_again_from_its_number():
    assert fuzz_inputs.picture(random.Random(8)) == fuzz_inputs.picture(random.Random(8))


def test_that_settings_and_key_maps_nested_without_end_are_told_as_damaged(tmp_path):
    place = tmp_path / "settings.json"
    place.write_text(DEEP, encoding="utf-8")
    settings = SettingsFile(place)
    assert "damaged" in settings.complaint
    assert settings.current.person == ""
    with pytest.raises(ValueError, match="expected a key map"):
        keymap_from_json(DEEP)


def test_that_a_template_with_a_number_beyond_all_measure_is_refused():
    text = template_to_json(ISCN_ROWS)
    written = json.loads(text)
    written["spacing"] = dict.fromkeys(written["spacing"], 10**400)
    with pytest.raises(MediaError, match="expected a number"):
        template_from_json(json.dumps(written))


@pytest.mark.parametrize("text", ["[]", "null", '"x"', DEEP])
def test_that_json_of_another_kind_is_no_chromosome(text):
    with pytest.raises(ValueError, match=r"expected a Chromosome|Expecting"):
        from_json(text, Chromosome)


def test_that_a_cell_keeps_its_state_where_a_row_of_its_log_is_damaged():
    cell = cell_of(MALE)
    step = LoggedStep(sequence=1, action="do", kind="Turn", payload="[]", takes_back=None)

    def read(step):
        from core.editing.codec import operation_from_json

        return operation_from_json(step.kind, step.payload)

    history, complete = replayed(cell, [step], read, cell)
    assert history.state == cell
    assert not complete


def test_that_the_summary_counts_faults_and_kills_alone():
    line = {"seed": 1, "number": 0, "kind": "import", "killed": True, "acknowledged": 3, "faults": []}
    summed = kills.judged([line, line | {"killed": False}, line | {"faults": ["a cell is lost"]}])
    assert (summed["kills"], summed["faults"], summed["passed"]) == (2, 1, False)
    tried = {"number": 1, "kind": "iscn", "answer": "error", "seconds": 0.1, "peak_mb": 100.0}
    assert fuzz.judged([tried])["passed"]
    assert not fuzz.judged([tried | {"answer": "crash"}])["passed"]
    assert not fuzz.judged([tried | {"seconds": 11.0}])["passed"]
