"""Model cards: what a set of weights is for, what it was trained on, what was measured, and its limits."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import StorageError

CARD_NAME: Final = "card.json"
MODEL_NAME: Final = "model.onnx"
LICENCE_NAME: Final = "LICENSE"

Parameter = str | bool | int | float | list[float] | list[str]


class TrainingSource(BaseModel):
    """One archive that the weights learned from, with how to cite it and under which terms."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    archive: str
    used: str
    citation: str
    terms: str = ""


class Measured(BaseModel):
    """One measured value with its 95 % interval over cases."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    set: str
    measure: str
    value: float
    low: float | None = None
    high: float | None = None
    n: int


class ModelCard(BaseModel):
    """Card that travels with the weights as ``card.json``.

    Attributes
    ----------
    name, version
        Name of the stage (finder, outliner, namer) and version of the weights.
    created
        Day of the training.
    purpose, inputs, outputs
        What the network is for, and what it takes and gives, with shapes and units.
    parameters
        Numbers and names that belong to these weights: scales, operating point, calibration, classes.
    training
        Archives it learned from.
    chosen_on
        What the operating point and the version were chosen on.
    measured
        Results on parts that nothing was tuned on.
    limits
        Where not to trust it.
    licence
        Terms of the weights.
    sha256
        Hash of ``model.onnx``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    version: str
    created: date
    purpose: str
    inputs: str
    outputs: str
    parameters: dict[str, Parameter] = Field(default_factory=dict)
    training: tuple[TrainingSource, ...] = ()
    chosen_on: str = ""
    measured: tuple[Measured, ...] = ()
    limits: tuple[str, ...] = ()
    licence: str
    sha256: str = Field(pattern="^[0-9a-f]{64}$")

    @property
    def label(self) -> str:
        """Name and version in one word, such as ``finder@0.1.0``."""
        return f"{self.name}@{self.version}"

    def number(self, name: str) -> float:
        """Give a parameter that is a number.

        Raises
        ------
        StorageError
            If the card has no such number.
        """
        value = self.parameters.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise StorageError(
                f"expected a number {name!r} in the card of {self.label}, got {value!r}",
                "install the weights again",
            )
        return float(value)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def read_card(folder: Path) -> ModelCard:
    """Read the card in a folder of weights.

    Raises
    ------
    StorageError
        If there is no card, or it does not say what a card must say.
    """
    path = folder / CARD_NAME
    try:
        return ModelCard.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StorageError(
            f"expected a model card at {path}, got {error.strerror}", "install the weights again"
        ) from error
    except ValidationError as error:
        raise StorageError(
            f"expected a model card at {path}, got {error.error_count()} faults in it",
            "install the weights again",
        ) from error


def write_card(card: ModelCard, folder: Path) -> None:
    """Write a card into a folder of weights."""
    (folder / CARD_NAME).write_text(card.model_dump_json(indent=1) + "\n", encoding="utf-8")
