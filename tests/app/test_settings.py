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
