"""What this installation remembers: who works here, where the cases are, how the window looks."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from app.backup_settings import BackupSettings
from core.errors import StorageError

Theme = Literal["dark", "light"]
Colours = Literal["standard", "safe"]
Tour = Literal["new", "declined", "done"]
CaseLayout = Literal["count", "analyse", "karyotype", "cells"]


class KaryogramSettings(BaseModel):
    """How karyograms are shown; `templates` are own ones as `core.domain.template_json` writes them."""

    template: str = "ISCN rows"
    templates: list[dict[str, Any]] = Field(default_factory=list)
    alignment: Literal["centromere", "baseline"] = "centromere"
    idiograms: bool = False
    print_idiograms: bool = False
    level: Literal["cell", "400", "550", "850"] = "cell"


class Settings(BaseSettings):
    """Settings of one person on one computer.

    An environment variable `CENTROMERE_<NAME>` (such as `CENTROMERE_DATABASE_URL`) wins over the file.
    """

    model_config = SettingsConfigDict(env_prefix="CENTROMERE_", extra="ignore", validate_assignment=True)

    person: str = ""
    """Name written into marks and the edit log; empty until somebody gives it."""
    database_url: str = ""
    """SQLAlchemy URL; empty for the SQLite file in the home folder."""
    theme: Theme = "dark"
    case_layout: CaseLayout = "analyse"
    analyse_on_import: bool = True
    ask_before_closing: bool = True
    last_folder: str = ""
    colours: Colours = "standard"
    """Colours of class groups and of good, doubt and contradiction; "safe" for every colour sight."""
    text_percent: int = Field(default=100, ge=80, le=200)
    calm: bool = False
    """Nothing fades, slides or blinks."""
    keys: dict[str, list[str]] = Field(default_factory=dict)
    """Keys of actions that differ from those of a fresh installation, by the name of the action."""
    recent: list[str] = Field(default_factory=list)
    """What was run from the palette, the last first."""
    tour: Tour = "new"
    karyogram: KaryogramSettings = Field(default_factory=KaryogramSettings)
    backup: BackupSettings = Field(default_factory=BackupSettings)
    layout: dict[str, str] = Field(default_factory=dict)
    """Geometry of windows, splitters and columns, by their name."""
    comfort: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """What each other person who works here has chosen of `COMFORT`, by their name."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file, whose values arrive as arguments."""
        return env_settings, init_settings


#: What belongs to a person, not to the computer.
COMFORT: Final = (
    "theme", "case_layout", "colours", "text_percent", "calm", "keys", "recent", "karyogram", "layout",
)  # fmt: skip


class SettingsFile:
    """The settings and the JSON file that keeps them.

    Parameters
    ----------
    path
        The file; it need not exist yet.

    Attributes
    ----------
    current
        The settings as they stand.
    complaint
        Why the file could not be used, for the status line; empty when it could.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.complaint = ""
        self.current = self._load()

    def change(self, **values: Any) -> None:
        """Change settings and write the file.

        Raises
        ------
        StorageError
            Where the file cannot be written; the change stands until the program ends.
        """
        for name, value in values.items():
            setattr(self.current, name, value)
        self.save()

    def work_as(self, person: str) -> bool:
        """Let another person work here, with the keys, looks and layout this person left behind.

        A person who is new here goes on with what stands. Returns whether anything was taken.

        Raises
        ------
        StorageError
            Where the file cannot be written; the change stands until the program ends.
        """
        before = self.current.person
        comfort = dict(self.current.comfort)
        if before and before != person:
            comfort[before] = {name: self.current.model_dump(mode="json")[name] for name in COMFORT}
        kept = comfort.pop(person, {})
        for name in COMFORT:
            if name in kept:
                setattr(self.current, name, kept[name])
        self.change(person=person, comfort=comfort)
        return bool(kept)

    def save(self) -> None:
        """Write the file; the old one stays whole until the new one is."""
        text = json.dumps(self.current.model_dump(mode="json"), indent=2, ensure_ascii=False)
        beside = self._path.with_suffix(".new")
        try:
            # The address of a database may hold a password: nobody else reads this file.
            descriptor = os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(text + "\n")
            os.replace(beside, self._path)
        except OSError as error:
            raise StorageError(
                f"the settings cannot be written to {self._path} ({error.strerror or error})",
                "make the folder writable or free some space",
            ) from error

    def _load(self) -> Settings:
        try:
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return Settings()
        except (OSError, UnicodeDecodeError) as error:
            self.complaint = f"the settings in {self._path} cannot be read ({error}), defaults are used"
            return Settings()
        try:
            values = json.loads(text)
            if not isinstance(values, dict):
                raise ValueError(f"expected an object, got {type(values).__name__}")
            return Settings(**values)
        except (ValueError, ValidationError, RecursionError) as error:
            kept = self._path.with_suffix(".damaged")
            reason = str(error).splitlines()[0]
            try:
                os.replace(self._path, kept)
                self.complaint = f"the settings file was damaged ({reason}), defaults are used, see {kept}"
            except OSError:
                self.complaint = f"the settings file is damaged ({reason}), defaults are used"
            return Settings()
