"""What the frozen namer computes on its way: the features that an adapter is fitted on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper

from core.domain.metaphase import Banding
from core.errors import StorageError
from models.card import MODEL_NAME
from models.inference.banding import BANDINGS
from models.inference.session import OpenNetwork, open_network
from models.inference.strips import PreparedChromosome, network_input, strips_of

SEEN: Final = ("new_/cell/ReduceSum_output_0", "old_/cell/ReduceSum_output_0")
"""Features of each chromosome, upright as far as it is known; shape (1, n, F)."""
ENDS: Final = ("new_/Div_output_0", "old_/chromosomes/Concat_2_output_0")
"""Features of each chromosome read from either end; shape (n, 2, F)."""
NAMED: Final = "probabilities_mixed"
"""Logits of the 24 classes and unknown in the context of the cell, shape (n, 25)."""
ALONE: Final = "alone_mixed"
"""Logits of the classes without the cell, shape (n, 24)."""
FIRST: Final = "p_first_mixed"
"""Log odds that the p arm is at row 0, given each class, shape (n, 24)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FrozenAnswers:
    """What the frozen namer says of the n chromosomes of one cell.

    `seen` (n, F) and `turned` (n, F): features, and the difference of those from either end; `named` (n, 25),
    `alone` (n, 24), `first` (n, 24): logits; all float32.
    """

    seen: NDArray[np.float32]
    turned: NDArray[np.float32]
    named: NDArray[np.float32]
    alone: NDArray[np.float32]
    first: NDArray[np.float32]


class FrozenNamer:
    """A namer whose inner values can be read.

    Parameters
    ----------
    folder
        Weights of a namer that was merged of two (`models.training.merge_namers`).

    Raises
    ------
    StorageError
        Where the network has no such inner values: it is of another kind and cannot be tuned.
    """

    def __init__(self, folder: Path, threads: int = 1) -> None:
        model = onnx.load(str(folder / MODEL_NAME))
        made = {name for node in model.graph.node for name in node.output}
        wanted = (*SEEN, *ENDS, NAMED, ALONE, FIRST)
        lacking = [name for name in wanted if name not in made]
        if lacking:
            raise StorageError(
                f"the namer in {folder.name} cannot be tuned ({lacking[0]} is missing)",
                "activate the shipped release and tune from it",
            )
        for name in wanted:
            model.graph.output.append(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
        self._network: OpenNetwork = open_network(model.SerializeToString(), threads)

    def read(self, cell: Sequence[PreparedChromosome], banding: Banding = Banding.G) -> FrozenAnswers:
        """Read one cell; see `FrozenAnswers`."""
        strips = strips_of(cell)
        told = np.zeros((len(cell), len(BANDINGS)), dtype=np.float32)
        told[:, BANDINGS.index(banding)] = 1.0
        given = {
            "strips": network_input(strips),
            "pictures": strips.pictures,
            "measures": strips.measures,
            "banding": told,
        }
        said = self._network.run(given)
        ends = np.concatenate([said[name] for name in ENDS], axis=2)
        return FrozenAnswers(
            seen=np.concatenate([said[name][0] for name in SEEN], axis=1),
            turned=ends[:, 0] - ends[:, 1],
            named=said[NAMED],
            alone=said[ALONE],
            first=said[FIRST],
        )
