from __future__ import annotations

import json

import pytest

from app.actions import WORDING_OF, WORDINGS, Scope
from app.keymap import PRESETS, KeyMap, collide, from_json, normal, to_json


def test_that_a_fresh_installation_has_no_key_twice():
    assert KeyMap().collisions() == ()


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.title)
def test_that_no_preset_has_a_key_twice(preset):
    assert preset.keymap.collisions() == ()


def test_that_every_key_of_the_program_is_one_that_exists():
    for wording in WORDINGS:
        assert [normal(key) for key in wording.keys] or not wording.keys


def test_that_names_of_actions_are_unique():
    assert len(WORDING_OF) == len(WORDINGS)


def test_that_an_action_can_have_several_keys():
    keymap = KeyMap().give("turn", ["F", "Ctrl+Alt+T"])
    assert keymap.keys_of("turn") == ("F", "Ctrl+Alt+T")
    assert keymap.is_changed("turn")
    assert keymap.reset("turn") == KeyMap()


def test_that_a_key_of_the_window_collides_with_one_of_the_case_page():
    assert WORDING_OF["undo"].scope is Scope.WINDOW
    (collision,) = KeyMap().give("turn", ["Ctrl+Z"]).collisions()
    assert set(collision.names) == {"undo", "turn"}


def test_that_a_digit_collides_with_the_typing_of_classes():
    (collision,) = KeyMap().give("turn", ["7"]).collisions()
    assert set(collision.names) == {"digit_7", "turn"}


def test_that_a_key_collides_with_the_beginning_of_two_keys_pressed_in_turn():
    assert collide("Ctrl+G", "Ctrl+G, C")
    assert not collide("Ctrl+G", "Ctrl+H, G")


def test_that_an_arrow_cannot_be_a_tool():
    (collision,) = KeyMap().give("turn", ["Left"]).collisions()
    assert collision.fixed


def test_that_taking_over_leaves_the_other_action_without_the_key():
    keymap = KeyMap().take_over("turn", "Ctrl+Y")
    assert keymap.keys_of("turn") == ("F", "Ctrl+Y")
    assert keymap.keys_of("redo") == ("Ctrl+Shift+Z",)
    assert keymap.collisions() == ()


def test_that_a_key_map_comes_back_from_json():
    keymap = KeyMap().give("turn", ["Alt+F"]).give("cut", [])
    again, notes = from_json(to_json(keymap))
    assert (again, notes) == (keymap, ())


def test_that_what_is_unknown_in_a_file_is_told_and_the_rest_is_taken():
    file = {"format": "centromere keys", "version": 1,
            "keys": {"turn": ["Alt+F"], "fly": ["F"], "cut": ["Nokey+Q"], "join": "G"}}  # fmt: skip
    keymap, notes = from_json(json.dumps(file))
    assert keymap == KeyMap({"turn": ("Alt+F",)})
    assert [note.partition(":")[0] for note in notes] == ["fly", "cut", "join"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "centromere keys", "version": 9, "keys": {}}'])
def test_that_another_file_is_no_key_map(text):
    with pytest.raises(ValueError, match="expected"):
        from_json(text)


def test_that_a_word_that_is_no_key_is_refused():
    with pytest.raises(ValueError, match="Nokey"):
        KeyMap().give("turn", ["Nokey+Q"])
