"""Opening weights: the hash is checked, and the fastest processor present does the work."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from core.errors import StorageError
from models.card import MODEL_NAME, ModelCard, read_card, sha256_of

# Only the builds for Windows have any; nothing is told to anybody on any system.
onnxruntime.disable_telemetry_events()

_PREFERRED: Final = (
    "CUDAExecutionProvider",
    "ROCMExecutionProvider",
    "DmlExecutionProvider",
    "CoreMLExecutionProvider",
    "CPUExecutionProvider",
)


class OnnxSession:
    """Open weights that answer.

    Attributes
    ----------
    card
        Card of the weights.
    provider
        Processor that does the work, such as ``CPUExecutionProvider``.
    inputs
        Names of what the network takes.
    """

    def __init__(self, session: onnxruntime.InferenceSession, card: ModelCard) -> None:
        self._session = session
        self._outputs: list[str] = [output.name for output in session.get_outputs()]
        self.inputs: tuple[str, ...] = tuple(wanted.name for wanted in session.get_inputs())
        self.card = card
        self.provider: str = session.get_providers()[0]

    def run(self, inputs: Mapping[str, NDArray[np.generic]]) -> dict[str, NDArray[np.float32]]:
        """Let the network answer; arrays by the names that the card's inputs and outputs give."""
        answers = self._session.run(self._outputs, dict(inputs))
        return {name: np.asarray(answer) for name, answer in zip(self._outputs, answers, strict=True)}


def open_session(weights_dir: Path, threads: int = 2) -> OnnxSession:
    """Open the weights in a folder.

    Parameters
    ----------
    weights_dir
        Folder of one version: ``model.onnx``, ``card.json``.
    threads
        Threads of the processor to use.

    Returns
    -------
    OnnxSession
        On a graphics card where this installation of onnxruntime can use one, else on the processor.

    Raises
    ------
    StorageError
        If weights or card are missing, or the weights are not those of the card.
    """
    card = read_card(weights_dir)
    path = weights_dir / MODEL_NAME
    if not path.is_file():
        raise StorageError(f"expected weights at {path}, got no such file", "install the weights again")
    found = sha256_of(path)
    if found != card.sha256:
        raise StorageError(
            f"expected weights {card.sha256[:12]} of {card.label} at {path}, got {found[:12]}",
            "install the weights again, the file was changed",
        )
    available = onnxruntime.get_available_providers()
    providers = [provider for provider in _PREFERRED if provider in available]
    options = _options(threads)
    return OnnxSession(onnxruntime.InferenceSession(str(path), options, providers=providers), card)


class OpenNetwork:
    """A network that was made in memory; it has no card and never answers people."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._session = session
        self._outputs: list[str] = [output.name for output in session.get_outputs()]
        self._inputs = frozenset(wanted.name for wanted in session.get_inputs())

    def run(self, inputs: Mapping[str, NDArray[np.generic]]) -> dict[str, NDArray[np.float32]]:
        """Let it answer; inputs that it does not take are left out."""
        given = {name: value for name, value in inputs.items() if name in self._inputs}
        answers = self._session.run(self._outputs, given)
        return {name: np.asarray(answer) for name, answer in zip(self._outputs, answers, strict=True)}


def open_network(content: bytes, threads: int = 1) -> OpenNetwork:
    """Open a network from its bytes, on the processor: for tuning, which measures what will be written."""
    options = _options(threads)
    return OpenNetwork(onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"]))


def _options(threads: int) -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Waiting threads would otherwise spin and take the processor from the window.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options
