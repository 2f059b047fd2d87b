"""What laboratories write into file names: case, cell, and metaphase or karyogram."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, Generic, Literal, Protocol, TypeAlias, TypeVar

Kind: TypeAlias = Literal["metaphase", "karyogram"]

# CytoVision export: <case>.<cell>.A.TIF, where the case may hold dots of its own.
_EXPORT: Final = re.compile(r"(?P<case>.+)\.(?P<cell>[0-9]{1,5}[A-Za-z]?)\.(?P<kind>[AaKk])(?:\.[^.]+)?")
# Running numbers: five or six digits of the case and one of the cell, as in published metaphase sets.
_RUNNING: Final = re.compile(r"(?P<case>[1-9][0-9]{4,5})(?P<cell>[1-9])(?:\.[^.]+)?")
_RUNNING_CASE: Final = re.compile(r"[1-9][0-9]{4,5}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LaboratoryName:
    """A file name that was understood.

    Attributes
    ----------
    case, cell
        As written in the name, such as "8129A" and "001".
    kind
        Metaphase as captured, or finished karyogram.
    certain
        True for the export naming, False where digits alone were read as case and cell.
    """

    case: str
    cell: str
    kind: Kind
    certain: bool


class Named(Protocol):
    """An image that has a name below the folder or archive that was dropped."""

    @property
    def relative(self) -> PurePosixPath:
        """File name with the folders that lead to it, as far as they were dropped."""


NamedT = TypeVar("NamedT", bound=Named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(Generic[NamedT]):
    """Images that seem to belong to another case than the open one; a person decides."""

    case: str
    images: tuple[NamedT, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted(Generic[NamedT]):
    """The images of one drop, by case.

    Attributes
    ----------
    cases
        Metaphases of each case, in the order of their first image. The case is None where neither
        name nor folder tells one and no case is open.
    held
        What waits for confirmation.
    karyograms
        Finished karyograms by their names: not to be analysed as metaphases.
    """

    cases: tuple[tuple[str | None, tuple[NamedT, ...]], ...]
    held: tuple[Held[NamedT], ...]
    karyograms: tuple[NamedT, ...]


def laboratory_name(file_name: str) -> LaboratoryName | None:
    """Understand the name of an image.

    Parameters
    ----------
    file_name
        With or without folders and suffix.

    Returns
    -------
    LaboratoryName or None
        None where the name follows no known pattern.
    """
    name = PurePosixPath(file_name.replace("\\", "/")).name
    found = _EXPORT.fullmatch(name)
    if found:
        kind: Kind = "karyogram" if found["kind"] in "Kk" else "metaphase"
        return LaboratoryName(case=found["case"].strip(), cell=found["cell"], kind=kind, certain=True)
    found = _RUNNING.fullmatch(name)
    if found:
        return LaboratoryName(case=found["case"], cell=found["cell"], kind="metaphase", certain=False)
    return None


def case_of(image: Named) -> str | None:
    """Tell the case of an image by its name, else by the folder it was dropped with.

    Parameters
    ----------
    image
        Its `relative` path counts.

    Returns
    -------
    str or None
        None where it was dropped by itself and its name says nothing.
    """
    name = laboratory_name(image.relative.name)
    if name is not None:
        return name.case
    folder = image.relative.parent.name
    return folder or None


def sort_into_cases(images: Iterable[NamedT], open_case: str | None = None) -> Sorted[NamedT]:
    """Sort the images of one drop into cases.

    Parameters
    ----------
    images
        Everything readable that was dropped.
    open_case
        Name of the case that is open, or None in the worklist.

    Returns
    -------
    Sorted
        With an open case: what names no case goes there, what names another case is held. A running
        number is taken as the name of another case only where the open case is such a number itself.

    Notes
    -----
    Case names are compared without regard to capitals, and to spaces around them.
    """
    cases: dict[str | None, list[NamedT]] = {}
    spelling: dict[str, str] = {}
    held: dict[str, list[NamedT]] = {}
    karyograms: list[NamedT] = []
    for image in images:
        name = laboratory_name(image.relative.name)
        if name is not None and name.kind == "karyogram":
            karyograms.append(image)
            continue
        if open_case is None:
            case = case_of(image)
            if case is not None:
                case = spelling.setdefault(_key(case), case)
            cases.setdefault(case, []).append(image)
        elif name is None or _key(name.case) == _key(open_case) or not _speaks(name, open_case):
            cases.setdefault(open_case, []).append(image)
        else:
            case = spelling.setdefault(_key(name.case), name.case)
            held.setdefault(case, []).append(image)
    return Sorted(
        cases=tuple((case, tuple(found)) for case, found in cases.items()),
        held=tuple(
            Held(
                case=case,
                images=tuple(found),
                reason=f"named for the case {case} and the open case is {open_case}",
            )
            for case, found in held.items()
        ),
        karyograms=tuple(karyograms),
    )


def _key(case: str) -> str:
    return case.strip().casefold()


def _speaks(name: LaboratoryName, open_case: str) -> bool:
    return name.certain or _RUNNING_CASE.fullmatch(open_case.strip()) is not None
