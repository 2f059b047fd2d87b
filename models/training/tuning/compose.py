"""A tuned namer as one network: the frozen one with the adapter's few layers put before its answers."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from models.card import LICENCE_NAME, MODEL_NAME, ModelCard, TrainingSource, read_card, sha256_of, write_card
from models.training.tuning.adapter import NamerAdapter
from models.training.tuning.frozen import ALONE, ENDS, FIRST, NAMED, SEEN

_PREFIX: Final = "tuned_"


def tuned_network(base: onnx.ModelProto, adapter: NamerAdapter) -> onnx.ModelProto:
    """Put an adapter into a namer."""
    model = onnx.ModelProto()
    model.CopyFrom(base)
    graph = model.graph
    nodes: list[onnx.NodeProto] = []

    def value(name: str, numbers: NDArray[np.generic]) -> str:
        graph.initializer.append(numpy_helper.from_array(np.asarray(numbers), _PREFIX + name))
        return _PREFIX + name

    def make(kind: str, inputs: list[str], output: str, *, axis: int | None = None) -> str:
        node = helper.make_node(kind, inputs, [_PREFIX + output])
        if axis is not None:
            node.attribute.append(helper.make_attribute("axis", axis))
        nodes.append(node)
        return _PREFIX + output

    def number(name: str) -> NDArray[np.float32]:
        parts = adapter.state_dict()
        return np.asarray(parts[name].numpy(), dtype=np.float32)

    mean, scale = number("mean"), number("scale")
    look = number("look.weight") / scale[None]
    # (seen - mean) / scale through one matrix: the mean goes into the bias.
    bias = number("speak.bias") - number("speak.weight") @ (look @ mean)
    first_axis = value("first_axis", np.array([0], dtype=np.int64))
    second_axis = value("second_axis", np.array([1], dtype=np.int64))
    joined = make("Concat", list(SEEN), "seen3", axis=2)
    seen = make("Squeeze", [joined, first_axis], "seen")
    looked = make("MatMul", [seen, value("look", look.T)], "looked")
    spoken = make("MatMul", [looked, value("speak", number("speak.weight").T)], "spoken")
    names = make("Add", [spoken, value("bias", bias)], "names")
    nothing = value("nothing", np.zeros((1, 1), dtype=np.float32))
    column = make("Slice", [names, value("zero", np.array([0], np.int64)),
                            value("one", np.array([1], np.int64)), second_axis], "column")  # fmt: skip
    none = make("Mul", [column, nothing], "none")
    with_unknown = make("Concat", [names, none], "with_unknown", axis=1)
    both = make("Concat", list(ENDS), "both", axis=2)
    ends = []
    for at, name in enumerate(("end0", "end1")):
        picked = value(f"pick{at}", np.array(at, dtype=np.int64))
        ends.append(make("Gather", [both, picked], name, axis=1))
    turned = make("Sub", ends, "turned")
    look_ends = number("look_ends.weight") / scale[None]
    looked_ends = make("MatMul", [turned, value("look_ends", look_ends.T)], "looked_ends")
    steps = make("MatMul", [looked_ends, value("speak_ends", number("speak_ends.weight").T)], "steps")
    replaced = {
        NAMED: make("Add", [NAMED, with_unknown], "named"),
        ALONE: make("Add", [ALONE, names], "alone"),
        FIRST: make("Add", [FIRST, steps], "first"),
    }
    for node in graph.node:
        if any(name in replaced for name in node.input):
            node.input[:] = [replaced.get(name, name) for name in node.input]
    # Topological order: what reads the stepped logits comes after they are made.
    late = [node for node in graph.node if any(name in replaced.values() for name in node.input)]
    behind = {name for node in late for name in node.output}
    rest = []
    for node in graph.node:
        if node in late:
            continue
        if any(name in behind for name in node.input):
            late.append(node)
            behind.update(node.output)
        else:
            rest.append(node)
    del graph.node[:]
    graph.node.extend([*rest, *nodes, *late])
    onnx.checker.check_model(model)
    return model


def write_tuned_namer(
    base: Path, adapter: NamerAdapter, folder: Path, *, version: str, learned: str
) -> ModelCard:
    """Write a tuned namer with its card.

    Parameters
    ----------
    base
        Folder of the namer it was tuned from.
    folder
        Folder to write, made anew.
    version
        Of the tuned weights.
    learned
        What it learned from, by counts only.
    """
    folder.mkdir(parents=True)
    model = tuned_network(onnx.load(str(base / MODEL_NAME)), adapter)
    onnx.save(model, str(folder / MODEL_NAME))
    if (base / LICENCE_NAME).is_file():
        shutil.copyfile(base / LICENCE_NAME, folder / LICENCE_NAME)
    card = read_card(base)
    tuned = card.model_copy(
        update={
            "version": version,
            "training": (
                *card.training,
                TrainingSource(archive="corrections of this laboratory", used=learned, citation="none"),
            ),
            "measured": (),
            "chosen_on": f"cases left out in turn; base {card.label}",
            "sha256": sha256_of(folder / MODEL_NAME),
        }
    )
    write_card(tuned, folder)
    return tuned
