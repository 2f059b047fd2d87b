"""Which examples are learned from, and which ones a candidate is examined on.

The two never meet, and cells of one case are never parted. A case is drawn into the examination by a hash of
its name, so that nobody chooses, and only where a second person checked its cells. What was examined on
once stays in the examination; what a release has learned from never comes into it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from core.atomic import whole_file
from core.errors import StorageError
from core.learning.example_store import Facts

FEWEST_CELLS: Final = 24
FEWEST_CASES: Final = 8
"""Below these the answer of the examination is: too few to judge."""
_WANTED_CELLS: Final = 40
_SHARE: Final = 1 / 3
_MOST: Final = 2 / 3
_MOST_FOR_CASES: Final = 3 / 4
"""A third of the checked cases is examined on; up to two thirds of all cells while the examination is small,
and three quarters while it has too few cases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """Examples by what becomes of them.

    Attributes
    ----------
    training, examination
        Learned from, examined on.
    doubted
        Held back: the truth contradicts too much of what the program was sure of.
    contradictory
        Held back: the same picture with two different truths.
    waiting
        Not released for learning yet.
    """

    training: tuple[Facts, ...]
    examination: tuple[Facts, ...]
    doubted: tuple[Facts, ...]
    contradictory: tuple[Facts, ...]
    waiting: tuple[Facts, ...]


class Version(BaseModel):
    """One immutable version of the examination: its cells by identity."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    created: datetime
    cells: tuple[str, ...]


class Look(BaseModel):
    """One candidate (hash of its network) examined on one version."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    candidate: str
    time: datetime


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    cases: tuple[str, ...] = ()
    versions: tuple[Version, ...] = ()
    looks: tuple[Look, ...] = ()


class Examination:
    """The examination of one installation and how often it was used.

    Parameters
    ----------
    path
        The file it is kept in; made when the first version is.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def cases(self) -> tuple[str, ...]:
        """Cases that belong to the examination for good."""
        return self._read().cases

    def version_of(self, cells: Sequence[Facts]) -> Version:
        """Return the version of exactly these cells; a new one, with the next number, where there is none."""
        kept = self._read()
        wanted = tuple(sorted(one.identity for one in cells))
        for version in kept.versions:
            if version.cells == wanted:
                return version
        version = Version(number=len(kept.versions) + 1, created=datetime.now(UTC), cells=wanted)
        cases = tuple(sorted({*kept.cases, *(one.case for one in cells)}))
        self._write(kept.model_copy(update={"cases": cases, "versions": (*kept.versions, version)}))
        return version

    def looks_before(self, version: Version, candidate: str) -> int:
        """How many other candidates were examined on most of these cells before this one.

        A look counts for a cell on each version that holds it; the number is the median over the cells, so
        that a single new cell does not make an examination fresh.
        """
        kept = self._read()
        counts = dict.fromkeys(version.cells, 0)
        seen: set[tuple[str, str]] = set()
        for look in kept.looks:
            if look.candidate == candidate:
                if look.version == version.number:
                    break
                continue
            for cell in kept.versions[look.version - 1].cells:
                if cell in counts and (look.candidate, cell) not in seen:
                    seen.add((look.candidate, cell))
                    counts[cell] += 1
        ordered = sorted(counts.values())
        return ordered[len(ordered) // 2] if ordered else 0

    def note_look(self, version: Version, candidate: str) -> None:
        """Write down, before it is done, that a candidate is examined; the same one twice counts once."""
        kept = self._read()
        if any(one.version == version.number and one.candidate == candidate for one in kept.looks):
            return
        look = Look(version=version.number, candidate=candidate, time=datetime.now(UTC))
        self._write(kept.model_copy(update={"looks": (*kept.looks, look)}))

    def _read(self) -> _Kept:
        try:
            return _Kept.model_validate_json(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return _Kept()
        except (OSError, ValidationError, UnicodeDecodeError) as error:
            raise StorageError(
                f"the record of the examination {self._path.name} is damaged or of a newer program",
                "bring it back from a backup, or update Centromere",
            ) from error

    def _write(self, kept: _Kept) -> None:
        with whole_file(self._path, private=True) as unfinished:
            unfinished.write_text(kept.model_dump_json(indent=1) + "\n", encoding="utf-8")


def can_judge(cells: Sequence[Facts]) -> bool:
    """Tell whether there are enough cells and cases to judge a candidate by."""
    return len(cells) >= FEWEST_CELLS and len({one.case for one in cells}) >= FEWEST_CASES


def drawn(case: str) -> float:
    """Place of a case in the draw, 0 to 1, by a hash of its name."""
    return int(hashlib.sha256(f"examination of {case}".encode()).hexdigest()[:12], 16) / 16**12


def part(
    examples: Iterable[Facts], *, examined: Iterable[str] = (), learned_cases: Iterable[str] = ()
) -> Parted:
    """Part examples into those that are learned from and those of the examination.

    Parameters
    ----------
    examples
        Every example.
    examined
        Cases that belong to the examination already.
    learned_cases
        Cases that a release learned from.
    """
    everything = tuple(examples)
    truths: dict[str, set[str]] = {}
    for one in everything:
        truths.setdefault(one.picture, set()).add(one.identity)
    contradictory = tuple(one for one in everything if len(truths[one.picture]) > 1)
    plain = [one for one in everything if len(truths[one.picture]) == 1]
    waiting = tuple(one for one in plain if not one.released)
    doubted = tuple(one for one in plain if one.released and one.doubted)
    usable = [one for one in plain if one.released and not one.doubted]
    cases = _examined_cases(usable, set(examined), set(learned_cases))
    return Parted(
        training=tuple(one for one in usable if one.case not in cases),
        examination=tuple(one for one in usable if one.case in cases and one.checked),
        doubted=doubted,
        contradictory=contradictory,
        waiting=waiting,
    )


def _examined_cases(usable: Sequence[Facts], examined: set[str], learned: set[str]) -> set[str]:
    checked: dict[str, int] = {}
    for one in usable:
        if one.checked:
            checked[one.case] = checked.get(one.case, 0) + 1
    free = sorted((case for case in checked if case not in examined | learned), key=drawn)
    chosen = examined | {case for case in free if drawn(case) < _SHARE}
    # Small cases first: it is cases that an examination lacks.
    for case in sorted(free, key=lambda case: (checked[case], drawn(case))):
        cells = sum(number for name, number in checked.items() if name in chosen)
        many_cases = len(chosen & set(checked)) >= FEWEST_CASES
        if cells >= _WANTED_CELLS and many_cases:
            break
        most = _MOST if many_cases else _MOST_FOR_CASES
        if case not in chosen and cells + checked[case] <= most * len(usable):
            chosen.add(case)
    return chosen
