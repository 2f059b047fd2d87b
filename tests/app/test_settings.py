from __future__ import annotations

import json

import pytest

from app.settings import SettingsFile
from core.errors import StorageError


def test_that_settings_come_back_after_a_restart(tmp_path):
    SettingsFile(tmp_path / "settings.json").change(person="Maria Keller", theme="light")
    again = SettingsFile(tmp_path / "settings.json").current
    assert (again.person, again.theme) == ("Maria Keller", "light")


def test_that_a_damaged_file_is_put_aside_and_defaults_are_used(tmp_path):
    file = tmp_path / "settings.json"
    file.write_text("{ not json")
    settings = SettingsFile(file)
    assert settings.current.theme == "dark"
    assert "damaged" in settings.complaint
    assert (tmp_path / "settings.damaged").read_text() == "{ not json"


def test_that_a_value_that_makes_no_sense_is_not_taken(tmp_path):
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({"theme": "pink"}))
    settings = SettingsFile(file)
    assert settings.current.theme == "dark"
    assert settings.complaint


def test_that_the_environment_wins_over_the_file(tmp_path, monkeypatch):
    monkeypatch.setenv("CENTROMERE_DATABASE_URL", "postgresql://laboratory/cases")
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({"database_url": "sqlite:///elsewhere.sqlite"}))
    assert SettingsFile(file).current.database_url == "postgresql://laboratory/cases"


def test_that_settings_that_cannot_be_written_say_so(tmp_path):
    settings = SettingsFile(tmp_path / "missing" / "settings.json")
    with pytest.raises(StorageError, match="cannot be written"):
        settings.change(person="Maria Keller")


def test_that_keys_and_looks_belong_to_a_person(tmp_path):
    settings = SettingsFile(tmp_path / "settings.json")
    settings.change(person="Maria Keller", keys={"turn": ["U"]}, text_percent=150)
    assert not settings.work_as("Jan Novak")
    settings.change(keys={}, text_percent=90)
    assert settings.work_as("Maria Keller")
    again = SettingsFile(tmp_path / "settings.json").current
    assert (again.person, again.keys, again.text_percent) == ("Maria Keller", {"turn": ["U"]}, 150)
    again_file = SettingsFile(tmp_path / "settings.json")
    again_file.work_as("Jan Novak")
    assert again_file.current.text_percent == 90


def test_that_a_size_of_text_that_nobody_could_read_is_not_taken(tmp_path):
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({"text_percent": 900}))
    settings = SettingsFile(file)
    assert settings.current.text_percent == 100
    assert settings.complaint
