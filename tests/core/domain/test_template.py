from __future__ import annotations

import json
from dataclasses import replace

import pytest

from core.domain.bands import CLASSES
from core.domain.template import BUILT_IN, DENVER_ROWS, ISCN_ROWS, KaryogramTemplate, Spacing
from core.domain.template_json import template_from_json, template_to_dict, template_to_json
from core.errors import MediaError


@pytest.mark.parametrize("template", BUILT_IN, ids=lambda one: one.name)
def test_that_every_template_of_the_program_holds_every_class_once(template):
    assert template.problems == ()
    assert sorted(n for row in template.rows for g in row for n in g) == sorted(CLASSES)


def test_that_a_template_comes_back_from_json_as_it_was():
    mine = replace(
        DENVER_ROWS, name="Mine", labels=(("X", "23"), ("Y", "24")), spacing=Spacing(pair=0.5, row=2.0)
    )
    assert template_from_json(template_to_json(mine)) == mine


def test_that_a_class_without_a_place_is_told():
    rows = ((("1", "2", "3"), ("4", "5")), *ISCN_ROWS.rows[1:3], (("19", "20"), ("21", "22"), ("X",)))
    (problem,) = replace(ISCN_ROWS, rows=rows).problems
    assert "Y has no place" in problem


def test_that_a_class_that_stands_twice_is_told():
    rows = (*ISCN_ROWS.rows, (("8",),))
    assert any("8 twice" in problem for problem in replace(ISCN_ROWS, rows=rows).problems)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": "  "}, "name"), ({"rows": ()}, "rows"), ({"rows": (*ISCN_ROWS.rows, ())}, "empty"),
        ({"labels": (("X", "a label much too long"),)}, "labels"),
        ({"spacing": Spacing(slot=9.0)}, "distance of classes"),
    ],
)  # fmt: skip
def test_that_what_cannot_be_laid_out_is_told(change, words):
    assert any(words in problem for problem in replace(ISCN_ROWS, **change).problems)


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", "nonsense", '{"format": "centromere karyogram template", "version": 2}',
        json.dumps({**template_to_dict(ISCN_ROWS), "rows": "1 2 3"}),
        json.dumps({**template_to_dict(ISCN_ROWS), "rows": [[["1"]]]}),
        json.dumps({**template_to_dict(ISCN_ROWS), "spacing": {"pair": "wide"}}),
        json.dumps({**template_to_dict(ISCN_ROWS), "labels": [1]}),
        json.dumps({**template_to_dict(ISCN_ROWS), "name": 5}),
        "[" * 50_000,
    ],
)  # fmt: skip
def test_that_a_file_that_is_no_template_is_refused_in_words(text):
    with pytest.raises(MediaError, match="expected"):
        template_from_json(text)


def test_that_labels_and_letters_of_groups_are_found():
    template = replace(DENVER_ROWS, labels=(("X", "23"),))
    assert template.label_of("X") == "23"
    assert template.label_of("1") == "1"
    assert template.group_label(0, 1) == "B"
    assert KaryogramTemplate(name="n", rows=ISCN_ROWS.rows).group_label(3, 2) == ""
