"""Stores the weights of an exported network in half precision; it still computes in single precision."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
import onnx
from onnx import numpy_helper

_LEAST: Final = 1024


def halve_weights(path: Path) -> None:
    """Write an ONNX file again with its large float32 weights as float16, each cast back where it is used.

    Parameters
    ----------
    path
        File to replace. onnxruntime folds the casts away when it opens the file, so that only the
        file becomes smaller.
    """
    model = onnx.load(str(path))
    casts = []
    for weight in model.graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.size < _LEAST:
            continue
        stored = numpy_helper.from_array(values.astype(np.float16), f"{weight.name}_half")
        node = onnx.helper.make_node("Cast", [stored.name], [weight.name], to=onnx.TensorProto.FLOAT)
        casts.append((weight, stored, node))
    for weight, stored, node in casts:
        model.graph.initializer.remove(weight)
        model.graph.initializer.append(stored)
        model.graph.node.insert(0, node)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
