"""The record of a verification: what was looked at, what was found, who signed it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import Enum


class Part(Enum):
    """The three qualifications that a laboratory signs."""

    INSTALLATION = "Installation"
    OPERATION = "Operation"
    PERFORMANCE = "Performance"


class Outcome(Enum):
    """What became of one look."""

    GOOD = "good"
    FAULT = "fault"
    NOT_LOOKED = "not looked at"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that is not as it should be.

    Attributes
    ----------
    file
        The file concerned, as a path below the installation; empty where it is none.
    said
        What is wrong with it, in words that follow the name.
    """

    file: str
    said: str

    def __str__(self) -> str:
        return f"{self.file} {self.said}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One thing that was looked at.

    Attributes
    ----------
    part, title
        Where it belongs, and what it is, in a few words.
    outcome
        What became of it.
    said
        What was seen: versions, numbers, or why it was not looked at.
    faults
        What is wrong, with the file where there is one; empty where the outcome is not a fault.
    """

    part: Part
    title: str
    outcome: Outcome
    said: str
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who answers for a record: name, role, the moment (UTC), and the hash of the record that was signed."""

    name: str
    role: str
    signed: datetime
    record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything one verification found.

    Attributes
    ----------
    version
        Version of the program.
    place
        The folder of the installation.
    machine
        System, processor and Python, in words.
    began, ended
        When it ran, UTC.
    looks
        All looks, in order.
    """

    version: str
    place: str
    machine: str
    began: datetime
    ended: datetime
    looks: tuple[Look, ...]

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Everything that is wrong."""
        return tuple(fault for look in self.looks for fault in look.faults)

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong; what was not looked at is no fault."""
        return not self.faults

    @property
    def summary(self) -> str:
        """The result in one sentence."""
        left = [look.title.lower() for look in self.looks if look.outcome is Outcome.NOT_LOOKED]
        count = len(self.faults)
        text = "No fault found" if not count else f"{count} fault{'' if count == 1 else 's'} found"
        return text + (f"; not looked at: {', '.join(left)}" if left else "") + "."

    def as_json(self) -> str:
        """Write the record in the one form that its hash is of: JSON, sorted, without blanks."""
        return json.dumps(asdict(self), default=_plain, sort_keys=True, separators=(",", ":"))

    @property
    def sha256(self) -> str:
        """Hash of `as_json`: a signature names it, so that it belongs to this record and to no other."""
        return hashlib.sha256(self.as_json().encode()).hexdigest()

    def signed_by(self, name: str, role: str, now: datetime) -> Signature:
        """Sign the record in the name of a person."""
        return Signature(name=name, role=role, signed=now, record=self.sha256)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return str(value.value)
    raise TypeError(f"expected words, numbers, moments in a record, got {type(value).__name__}")
