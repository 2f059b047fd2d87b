"""Two namers as one: an older one that knows G-banding only, and a newer one that is told the banding.

Run as `python -m models.training.merge_namers --older FOLDER --newer FOLDER --out FOLDER`. They were trained
apart, so they err apart; for G-banding their answers are averaged as logarithms, for other bandings the newer
one answers alone.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import onnx
from onnx import helper, numpy_helper

from models.card import LICENCE_NAME, MODEL_NAME, read_card, sha256_of, write_card
from models.training.half_weights import halve_weights

IN_CELL: Final = 0.5
ALONE: Final = 0.4
"""Share of the older namer in the cell and alone, chosen on the held-back cases."""

_LEAST: Final = 1e-9


def _prefixed(graph: onnx.GraphProto, prefix: str, kept: frozenset[str]) -> onnx.GraphProto:
    """Rename everything in a graph but its inputs."""

    def named(name: str) -> str:
        return name if name == "" or name in kept else prefix + name

    for node in graph.node:
        node.name = prefix + node.name if node.name else ""
        node.input[:] = [named(name) for name in node.input]
        node.output[:] = [named(name) for name in node.output]
    for weight in graph.initializer:
        weight.name = named(weight.name)
    for output in graph.output:
        output.name = named(output.name)
    return graph


class _Nodes:
    """Nodes that mix two answers."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.values: list[onnx.TensorProto] = []
        self.make("Gather", ["banding", self.value("first", np.array([0], np.int64))], "g", axis=1)

    def value(self, name: str, number: object) -> str:
        self.values.append(numpy_helper.from_array(np.asarray(number), f"mix_{name}"))
        return f"mix_{name}"

    def make(self, kind: str, inputs: list[str], output: str, *, axis: int | None = None) -> str:
        node = helper.make_node(kind, inputs, [output], name=f"mix_{output}")
        if axis is not None:
            node.attribute.append(helper.make_attribute("axis", axis))
        self.nodes.append(node)
        return output

    def between(self, older: str, newer: str, share: float, name: str) -> str:
        """Newer + g * share * (older - newer)."""
        weight = self.make("Mul", ["g", self.value(f"{name}_share", np.float32(share))], f"{name}_weight")
        gap = self.make("Sub", [older, newer], f"{name}_gap")
        return self.make("Add", [newer, self.make("Mul", [weight, gap], f"{name}_step")], f"{name}_mixed")

    def logarithm(self, of: str) -> str:
        return self.make("Log", [self.make("Max", [of, "mix_least"], f"{of}_some")], f"{of}_log")

    def log_odds(self, of: str) -> str:
        rest = self.make("Sub", ["mix_one", of], f"{of}_rest")
        return self.make("Sub", [self.logarithm(of), self.logarithm(rest)], f"{of}_odds")


def merged(older: onnx.ModelProto, newer: onnx.ModelProto) -> onnx.ModelProto:
    """Make one network with the inputs and outputs of the newer one; likeness is the mean of both."""
    kept = frozenset(given.name for given in newer.graph.input)
    first = _prefixed(older.graph, "old_", kept)
    second = _prefixed(newer.graph, "new_", kept)
    mix = _Nodes()
    mix.value("least", np.float32(_LEAST))
    mix.value("one", np.float32(1.0))
    for name, share in (("probabilities", IN_CELL), ("alone", ALONE)):
        between = mix.between(mix.logarithm(f"old_{name}"), mix.logarithm(f"new_{name}"), share, name)
        mix.make("Softmax", [between], name, axis=1)
    odds = mix.between(mix.log_odds("old_p_first"), mix.log_odds("new_p_first"), ALONE, "p_first")
    mix.make("Sigmoid", [odds], "p_first")
    half = mix.make("Mul", ["g", mix.value("half", np.float32(0.5))], "likeness_share")
    own = mix.make("Sqrt", [mix.make("Sub", ["mix_one", half], "likeness_rest")], "likeness_new")
    parts = [
        mix.make("Mul", ["new_embedding", own], "embedding_new"),
        mix.make("Mul", ["old_embedding", mix.make("Sqrt", [half], "likeness_old")], "embedding_old"),
    ]
    mix.make("Concat", parts, "embedding", axis=1)
    mix.make("Identity", ["new_bandings"], "bandings")
    widths = {"probabilities": 25, "alone": 24, "p_first": 24, "embedding": 64, "bandings": 4}
    outputs = [
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["chromosomes", width])
        for name, width in widths.items()
    ]
    graph = helper.make_graph(
        [*first.node, *second.node, *mix.nodes],
        "namer",
        list(second.input),
        outputs,
        [*first.initializer, *second.initializer, *mix.values],
    )
    return helper.make_model(graph, opset_imports=list(newer.opset_import), ir_version=newer.ir_version)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--older", type=Path, required=True, help="folder of weights that know G-banding only"
    )
    parser.add_argument(
        "--newer", type=Path, required=True, help="folder of weights that are told the banding"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the version to write")
    chosen = parser.parse_args(arguments)
    older, newer = (onnx.load(str(folder / MODEL_NAME)) for folder in (chosen.older, chosen.newer))
    chosen.out.mkdir(parents=True, exist_ok=True)
    path = chosen.out / MODEL_NAME
    onnx.save(merged(older, newer), str(path))
    halve_weights(path)
    card = read_card(chosen.newer)
    write_card(
        card.model_copy(
            update={
                "version": chosen.out.name,
                "sha256": sha256_of(path),
                "parameters": {**card.parameters, "older_in_cell": IN_CELL, "older_alone": ALONE},
                "outputs": card.outputs.replace("embedding (N, 32)", "embedding (N, 64)"),
            }
        ),
        chosen.out,
    )
    shutil.copyfile(chosen.newer / LICENCE_NAME, chosen.out / LICENCE_NAME)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
