"""Examples in the data folder: one file of pixels and answers, one of facts, for each; owner only."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.atomic import whole_file
from core.domain.metaphase import Banding
from core.errors import StorageError
from core.learning.examples import (
    MOST_CONTRADICTED,
    Answers,
    CutChromosome,
    Example,
    levels_of,
    stain_of_levels,
)
from core.paths import make_private_folder


class Facts(BaseModel):
    """What is known of an example without opening its pixels; see `Example`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[1] = 1
    identity: str = Field(pattern="^[0-9a-f]{32}$")
    picture: str
    case: str
    cell: str
    source: str
    by: str
    checked_by: str
    time: datetime
    release: str
    banding: Banding
    released: bool
    chromosomes: int
    named: int
    """Chromosomes whose class was confirmed."""
    changed: int
    contradicted: float

    @property
    def doubted(self) -> bool:
        """Whether its truth is so far from what the program was sure of that a person should look again."""
        return self.contradicted > MOST_CONTRADICTED

    @property
    def checked(self) -> bool:
        """Whether a second person checked it."""
        return bool(self.checked_by) and self.checked_by.casefold() != self.by.casefold()


class ExampleStore:
    """The examples of one installation.

    Parameters
    ----------
    folder
        Folder of examples; made when the first one is added.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> tuple[Facts, ...]:
        """Facts of every whole example, by time and identity."""
        found = []
        if self._folder.is_dir():
            for path in sorted(self._folder.glob("*.json")):
                facts = self._facts(path.stem)
                if facts is not None:
                    found.append(facts)
        return tuple(sorted(found, key=lambda one: (one.time, one.identity)))

    def add(self, example: Example) -> bool:
        """Keep an example; False where it is known already (who checked it is then noted)."""
        known = self._facts(example.identity)
        if known is not None:
            checked_by = example.checked_by or known.checked_by
            released = example.released or known.released
            if (checked_by, released) != (known.checked_by, known.released):
                self._write_facts(known.model_copy(update={"checked_by": checked_by, "released": released}))
            return False
        make_private_folder(self._folder)
        parts = _packed(example)
        with whole_file(self._folder / f"{example.identity}.npz", private=True) as unfinished:
            np.savez_compressed(unfinished, allow_pickle=False, **parts)
        self._write_facts(
            Facts(
                identity=example.identity,
                picture=example.picture,
                case=example.case,
                cell=example.cell,
                source=example.source,
                by=example.by,
                checked_by=example.checked_by,
                time=example.time,
                release=example.release,
                banding=example.banding,
                released=example.released,
                chromosomes=len(example.chromosomes),
                named=int((example.truth.classes >= 0).sum()),
                changed=example.changed,
                contradicted=round(example.contradicted, 4),
            )
        )
        return True

    def read(self, identity: str) -> Example:
        """Read an example.

        Raises
        ------
        StorageError
            Where there is none, or it is damaged.
        """
        facts = self._facts(identity)
        if facts is None:
            raise StorageError(f"there is no example {identity}", "import its cell again")
        try:
            with np.load(self._folder / f"{identity}.npz", allow_pickle=False) as kept:
                example = _unpacked(facts, {name: kept[name] for name in kept.files})
        except (OSError, ValueError, KeyError, IndexError, zipfile.BadZipFile) as error:
            raise StorageError(f"the example {identity} is damaged", "import its cell again") from error
        if example.identity != identity:
            raise StorageError(f"the example {identity} was altered", "import its cell again")
        return example

    def remove(self, identities: Iterable[str]) -> None:
        """Remove examples; those that are not there are passed over."""
        for identity in identities:
            # The facts first: what has none is not listed.
            (self._folder / f"{identity}.json").unlink(missing_ok=True)
            (self._folder / f"{identity}.npz").unlink(missing_ok=True)

    def _facts(self, identity: str) -> Facts | None:
        path = self._folder / f"{identity}.json"
        try:
            facts = Facts.model_validate_json(path.read_text(encoding="utf-8"))
        except (OSError, ValidationError, UnicodeDecodeError):
            return None
        whole = facts.identity == identity and (self._folder / f"{identity}.npz").is_file()
        return facts if whole else None

    def _write_facts(self, facts: Facts) -> None:
        with whole_file(self._folder / f"{facts.identity}.json", private=True) as unfinished:
            unfinished.write_text(facts.model_dump_json(indent=1) + "\n", encoding="utf-8")


def _packed(example: Example) -> dict[str, NDArray[np.generic]]:
    cut = example.chromosomes
    if not cut:
        raise ValueError(f"expected chromosomes in {example.cell}, got none, leave the cell out")
    return {
        "shapes": np.array([one.mask.shape for one in cut], dtype=np.int32),
        "stain": np.concatenate([levels_of(one.stain).ravel() for one in cut]),
        "mask": np.packbits(np.concatenate([one.mask.ravel() for one in cut])),
        "points": np.array([len(one.axis) for one in cut], dtype=np.int32),
        "axes": np.concatenate([one.axis for one in cut]),
        "classes": example.truth.classes,
        "first": example.truth.first,
        "proposed_classes": example.proposed.classes,
        "proposed_first": example.proposed.first,
        "class_sure": example.class_sure,
        "end_sure": example.end_sure,
    }


def _unpacked(facts: Facts, kept: dict[str, NDArray[np.generic]]) -> Example:
    shapes = np.asarray(kept["shapes"], dtype=np.int64)
    sizes = shapes.prod(axis=1)
    stain = np.asarray(kept["stain"], dtype=np.uint16)
    masks = np.unpackbits(np.asarray(kept["mask"], dtype=np.uint8), count=int(sizes.sum())).astype(np.bool_)
    axes = np.asarray(kept["axes"], dtype=np.float64)
    cuts = np.cumsum(sizes)[:-1]
    lines = np.split(axes, np.cumsum(np.asarray(kept["points"], dtype=np.int64))[:-1])
    chromosomes = tuple(
        CutChromosome(
            stain=stain_of_levels(pixels.reshape(height, width)),
            mask=mask.reshape(height, width),
            axis=line,
        )
        for (height, width), pixels, mask, line in zip(
            shapes.tolist(), np.split(stain, cuts), np.split(masks, cuts), lines, strict=True
        )
    )

    def told(name: str) -> NDArray[np.int64]:
        return np.asarray(kept[name], dtype=np.int64)

    return Example(
        case=facts.case,
        cell=facts.cell,
        source=facts.source,
        by=facts.by,
        checked_by=facts.checked_by,
        time=facts.time,
        release=facts.release,
        banding=facts.banding,
        released=facts.released,
        chromosomes=chromosomes,
        truth=Answers(classes=told("classes"), first=told("first")),
        proposed=Answers(classes=told("proposed_classes"), first=told("proposed_first")),
        class_sure=np.asarray(kept["class_sure"], dtype=np.float32),
        end_sure=np.asarray(kept["end_sure"], dtype=np.float32),
    )
