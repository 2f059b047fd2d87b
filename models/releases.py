"""Releases: all model versions that answer together, examined, activated and taken back as one.

The shipped weights are a release that is always there and never changes. A tuned release replaces some of its
parts by folders of its own, laid out as the shipped ones are (`model.onnx`, `card.json`, `LICENSE`), below
`weights/<release>/` of the data folder. Which one answers is said by one small file, `weights/active.json`,
that is replaced as a whole: at any moment one release is active, also after a loss of power.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.atomic import whole_file
from core.errors import StorageError
from models.card import MODEL_NAME, read_card, sha256_of
from models.registry import STAGES, WEIGHTS, newest

SCHEMA: Final = 1
_RECORD: Final = "release.json"
_ACTIVE: Final = "active.json"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}\Z")


class Verdict(StrEnum):
    """What the examination said of a tuned release."""

    CANDIDATE = "candidate"
    """Not examined, or too few cells to judge it by."""
    PASSED = "passed"
    REFUSED = "refused"


class ReleaseState(StrEnum):
    """How a release stands (words of the command line)."""

    SHIPPED = "shipped"
    ACTIVE = "active"
    PASSED = "passed"
    REFUSED = "refused"
    CANDIDATE = "candidate"
    RETIRED = "retired"
    """It was active once."""


class Part(BaseModel):
    """One stage of a release: the label of its card, the hash of its network, and whether it is its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    own: bool = False


class Release(BaseModel):
    """One release, as `release.json` keeps it.

    Attributes
    ----------
    release
        Its name, such as ``shipped-3f2a9c`` or ``tuned-2026-11-24-1``.
    parent
        Release it was tuned from; None for the shipped one.
    parts
        Every stage.
    verdict
        Of the examination; None for the shipped one.
    examination
        Table of the examination as it was printed, by measure; empty before.
    learned_from
        Identities of the cells it learned from, so that a withdrawal can be followed.
    withdrawn
        Whether an example it learned from was withdrawn later.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[1] = SCHEMA
    release: str
    created: datetime
    parent: str | None = None
    parts: dict[str, Part]
    verdict: Verdict | None = None
    examination: tuple[dict[str, str | float | bool | None], ...] = ()
    learned_from: tuple[str, ...] = ()
    withdrawn: bool = False

    @property
    def label(self) -> str:
        """Name of a release for people: what it is and when it was made."""
        return f"{self.release} ({self.created:%Y-%m-%d})"


class Turn(BaseModel):
    """One change of the active release: to which, by whom, why, when (UTC); `back`: one was taken back."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    release: str
    by: str
    reason: str
    time: datetime
    back: bool = False


class _Active(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    release: str
    turns: tuple[Turn, ...] = ()


class NotPassed(StorageError):
    """A release that did not pass its examination is not activated."""


class Releases:
    """The releases of one installation.

    Parameters
    ----------
    folder
        Folder of tuned weights of this installation (`core.paths.Folders.weights`).
    shipped
        Folder of the shipped weights.
    """

    def __init__(self, folder: Path, shipped: Path = WEIGHTS) -> None:
        self._folder = folder
        self._weights = shipped

    @property
    def folder(self) -> Path:
        """Folder of tuned weights of this installation."""
        return self._folder

    # -- reading ---------------------------------------------------------------------------------------

    @property
    def shipped(self) -> Release:
        """The release that came with the program; its name depends on its networks only."""
        cards = {stage: read_card(newest(stage, self._weights)) for stage in STAGES}
        parts = {stage: Part(version=card.label, sha256=card.sha256) for stage, card in cards.items()}
        joined = "".join(part.sha256 for part in parts.values())
        made = max(card.created for card in cards.values())
        return Release(
            release=f"shipped-{hashlib.sha256(joined.encode()).hexdigest()[:8]}",
            created=datetime(made.year, made.month, made.day, tzinfo=UTC),
            parts=parts,
        )

    def all(self) -> tuple[Release, ...]:
        """The shipped release, then the tuned ones by age; folders that are no whole release are left out."""
        tuned = []
        if self._folder.is_dir():
            for place in sorted(self._folder.iterdir()):
                if (place / _RECORD).is_file():
                    try:
                        tuned.append(self._read(place.name))
                    except StorageError:
                        continue
        return (self.shipped, *sorted(tuned, key=lambda one: (one.created, one.release)))

    def get(self, name: str) -> Release:
        """Return a release by its name.

        Raises
        ------
        StorageError
            Where there is none of that name, or its record is damaged or of a newer program.
        """
        shipped = self.shipped
        return shipped if name in (shipped.release, "shipped") else self._read(name)

    def state_of(self, release: Release) -> ReleaseState:
        """How a release stands now."""
        if release.release == self.active_name:
            return ReleaseState.ACTIVE
        if release.verdict is None:
            return ReleaseState.SHIPPED
        if any(turn.release == release.release for turn in self.turns):
            return ReleaseState.RETIRED
        return ReleaseState(release.verdict.value)

    @property
    def active_name(self) -> str:
        """Name of the release that answers; the shipped one where nobody chose another."""
        chosen = self._chosen()
        return chosen.release if chosen is not None else self.shipped.release

    @property
    def turns(self) -> tuple[Turn, ...]:
        """Every change of the active release, the first one first."""
        chosen = self._chosen()
        return chosen.turns if chosen is not None else ()

    def folder_of(self, release: Release, stage: str) -> Path:
        """Folder of the weights of one stage of a release."""
        if release.parts[stage].own:
            return self._folder / release.release / stage
        return newest(stage, self._weights)

    def check(self, release: Release) -> None:
        """Compare every network of a release with its record.

        Raises
        ------
        StorageError
            Where one is missing, altered, or was replaced by an update of the program.
        """
        for stage, part in release.parts.items():
            path = self.folder_of(release, stage) / MODEL_NAME
            if not path.is_file():
                raise StorageError(
                    f"the {stage} of {release.release} is missing", "take the release back or tune again"
                )
            if sha256_of(path) != part.sha256:
                raise StorageError(
                    f"the {stage} of {release.release} was altered", "take the release back or tune again"
                )

    def answering(self) -> tuple[Release, str]:
        """The release that answers, and a sentence where it is not the one that was chosen.

        A damaged tuned release does not answer: the shipped one does, and says so.
        """
        try:
            release = self.get(self.active_name)
            self.check(release)
        except StorageError as error:
            return self.shipped, f"{str(error)[:1].upper()}{str(error)[1:]}; the shipped models answer."
        return release, ""

    # -- changing --------------------------------------------------------------------------------------

    def add(self, release: Release, own: Mapping[str, Path]) -> Release:
        """Take a tuned release in; it is listed only when it is whole.

        Parameters
        ----------
        release
            Its record; parts that are its own are marked so.
        own
            Folder of the weights of each own part; they are copied.

        Raises
        ------
        StorageError
            Where the name is taken or no name, or a folder does not hold what the record says.
        """
        if not _NAME.match(release.release) or release.release.startswith("shipped"):
            raise StorageError(
                f"expected a name of small letters and digits, got {release.release!r}", "choose another one"
            )
        target = self._folder / release.release
        if target.exists():
            raise StorageError(f"there is a release {release.release} already", "choose another name")
        if set(own) != {stage for stage, part in release.parts.items() if part.own}:
            raise StorageError("the record and the weights do not belong together", "export them again")
        unfinished = self._folder / f".{release.release}.unfinished"
        try:
            shutil.rmtree(unfinished, ignore_errors=True)
            for stage, source in own.items():
                if sha256_of(source / MODEL_NAME) != release.parts[stage].sha256:
                    raise StorageError(f"the {stage} is not the one of the record", "export it again")
                shutil.copytree(source, unfinished / stage)
            unfinished.mkdir(parents=True, exist_ok=True)
            self._write(unfinished, release)
            unfinished.rename(target)
        except OSError as error:
            raise StorageError(
                f"the release {release.release} cannot be kept ({error.strerror or error})",
                "free some space and try again",
            ) from error
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        return release

    def note(self, release: Release) -> None:
        """Replace the record of a tuned release (its examination, a withdrawal)."""
        self._read(release.release)
        self._write(self._folder / release.release, release)

    def activate(self, name: str, *, by: str, reason: str) -> Release:
        """Let a release answer from now on.

        Raises
        ------
        NotPassed
            Where it did not pass its examination.
        StorageError
            Where nobody signs for it, it does not exist, or a file of it was altered.
        """
        release = self.get(name)
        if release.verdict not in (None, Verdict.PASSED):
            said = "was refused by" if release.verdict is Verdict.REFUSED else "has not passed"
            raise NotPassed(f"{name} {said} its examination", "tune again with more corrections")
        self.check(release)
        self._turn(release, by, reason)
        return release

    def rollback(self, *, by: str, reason: str) -> Release:
        """Go back to the release that answered before the active one; the shipped one at the end."""
        standing = self._standing()
        if not standing:
            raise StorageError("the shipped models answer, nothing is to be taken back", "see main.py models")
        before = self.shipped
        for name in reversed(standing[:-1]):
            try:
                earlier = self.get(name)
                self.check(earlier)
            except StorageError:
                continue
            before = earlier
            break
        self._turn(before, by, reason, back=True)
        return before

    def _standing(self) -> list[str]:
        """Tuned releases that were activated and not taken back, the active one last."""
        shipped = self.shipped.release
        standing: list[str] = []
        for turn in self.turns:
            if turn.back or turn.release == shipped:
                while standing and standing[-1] != turn.release:
                    standing.pop()
            elif turn.release not in standing[-1:]:
                standing.append(turn.release)
        return standing

    def _turn(self, release: Release, by: str, reason: str, *, back: bool = False) -> None:
        if not by.strip() or not reason.strip():
            raise StorageError("expected a person and a reason, got none", "say who decides and why")
        now = datetime.now(UTC)
        turn = Turn(release=release.release, by=by.strip(), reason=reason.strip(), time=now, back=back)
        record = _Active(release=release.release, turns=(*self.turns, turn))
        with whole_file(self._folder / _ACTIVE) as unfinished:
            unfinished.write_text(record.model_dump_json(indent=1) + "\n", encoding="utf-8")

    # -- files -----------------------------------------------------------------------------------------

    def _chosen(self) -> _Active | None:
        path = self._folder / _ACTIVE
        try:
            return _Active.model_validate_json(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValidationError, UnicodeDecodeError):
            # Unreadable: nobody is known to have chosen anything, and the shipped models are safe.
            return None

    def _read(self, name: str) -> Release:
        path = self._folder / name / _RECORD
        if not _NAME.match(name) or not path.is_file():
            raise StorageError(f"there is no release {name}", "see main.py models")
        try:
            release = Release.model_validate_json(path.read_text(encoding="utf-8"))
        except (OSError, ValidationError, UnicodeDecodeError) as error:
            raise StorageError(
                f"the record of {name} is damaged or of a newer program", "update Centromere or tune again"
            ) from error
        if release.release != name or set(release.parts) != set(STAGES):
            raise StorageError(f"the record in {name} speaks of another release", "remove it")
        return release

    def _write(self, folder: Path, release: Release) -> None:
        with whole_file(folder / _RECORD) as unfinished:
            unfinished.write_text(release.model_dump_json(indent=1) + "\n", encoding="utf-8")


def own_part(folder: Path) -> Part:
    """Describe weights in a folder as an own part of a release."""
    card = read_card(folder)
    return Part(version=card.label, sha256=sha256_of(folder / MODEL_NAME), own=True)
