"""Drawn faces at the size of real ones, and graphs that find them: the protocols of real video without anybody's files.

The renderer of the embedded corpus draws the clips at 256 pixels. YuNet and PFLD are stood in for by graphs of the same
inputs and outputs: one knows where the renderer draws a face, the other gives the mean shape of a face and a little of
the picture, by a seeded linear map, so that points move when the picture does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from benchmark.checkpoints.record import Checkpoint
from benchmark.extractors.landmarks_pfld import PFLD, PFLD_PICTURE
from benchmark.media.clip import Clip
from benchmark.media.yunet import STRIDES, YUNET
from benchmark.puppets.corpus import perform
from benchmark.puppets.face.render import landmarks, render
from benchmark.puppets.face.style import FaceStyle
from benchmark.puppets.plan import ClipPlan

SIZE = PFLD_PICTURE.side
SIDE = 256
"""Pixels of a drawn clip, as MEAD's are."""
FIVE = (slice(36, 42), slice(42, 48), slice(30, 31), slice(48, 49), slice(54, 55))
"""YuNet's points among the 68: eyes, nose tip, corners of the mouth."""


def draw_clip(plan: ClipPlan, frames: int) -> tuple[Clip, NDArray[np.float32]]:
    """A spoken clip of a puppet at 256 pixels, 25 fps, from its middle, and its points float32 (frames, 68, 2)."""
    acted = perform(plan)
    start = len(acted.motion) // 3
    motion, style = acted.motion.select(slice(start, start + frames)), FaceStyle.of(plan.identity, 0)
    sound = acted.speech.audio[640 * start : 640 * (start + frames)]
    return Clip(render(style, motion, SIDE), 25.0, sound), landmarks(style, motion, SIDE)


def yunet_graph(points: NDArray[np.float32]) -> onnx.ModelProto:
    """A graph like YuNet's that sees one face, where 68 points float (68, 2) of a 256-pixel picture are."""
    low, high = points.min(axis=0), points.max(axis=0)
    five = np.stack([points[part].mean(axis=0) for part in FIVE])
    outputs: list[tuple[str, NDArray[np.float32]]] = []
    for stride in STRIDES:
        side = SIDE // stride
        cell = np.minimum(((low + high) / 2 // stride).astype(int), side - 1)
        row = cell[1] * side + cell[0]
        values = {"cls": np.zeros((1, side * side, 1)), "obj": np.zeros((1, side * side, 1))}
        values |= {"bbox": np.zeros((1, side * side, 4)), "kps": np.zeros((1, side * side, 10))}
        values["cls"][0, row] = values["obj"][0, row] = 0.9
        values["bbox"][0, row] = [*((low + high) / 2 / stride - cell), *np.log((high - low) / stride)]
        values["kps"][0, row] = (five / stride - cell).ravel()
        outputs += [(f"{kind}_{stride}", array.astype(np.float32)) for kind, array in values.items()]
    nodes = [
        helper.make_node("ReduceMean", ["input"], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", "0"], ["none"]),
    ]
    nodes += [helper.make_node("Add", [f"{name}_value", "none"], [name]) for name, _ in outputs]
    constants = [numpy_helper.from_array(array, f"{name}_value") for name, array in outputs]
    constants.append(numpy_helper.from_array(np.zeros((), np.float32), "0"))
    return _model(nodes, constants, [1, 3, SIDE, SIDE], {name: list(array.shape) for name, array in outputs})


def pfld_graph(shape: NDArray[np.float32], seed: int = 0) -> onnx.ModelProto:
    """A graph like PFLD's: a mean shape float (68, 2) in fractions of the crop, moved a little by the picture."""
    rng = np.random.default_rng(seed)
    nodes = [
        helper.make_node("AveragePool", ["input"], ["cells"], kernel_shape=[16, 16], strides=[16, 16]),
        helper.make_node("Flatten", ["cells"], ["row"]),
        helper.make_node("Gemm", ["row", "map", "mean"], ["output"]),
    ]
    weights = rng.normal(0, 0.02, (3 * (PFLD_PICTURE.side // 16) ** 2, 136)).astype(np.float32)
    constants = [
        numpy_helper.from_array(weights, "map"),
        numpy_helper.from_array((shape.ravel() - 0.5 * weights.sum(axis=0)).astype(np.float32), "mean"),
    ]
    return _model(nodes, constants, ["N", 3, PFLD_PICTURE.side, PFLD_PICTURE.side], {"output": ["N", 136]})


@contextmanager
def drawn_trackers(folder: Path, points: NDArray[np.float32]) -> Iterator[Path]:
    """Both graphs under `folder`, and records that take them for the released files until the block ends."""
    low, high = points.min(axis=0), points.max(axis=0)
    side = 1.2 * float((high - low).min())
    shape = (points - ((low + high) / 2 - side / 2)) / side
    before = [(record, record.sha256, record.size) for record in (YUNET, PFLD)]
    try:
        for record, graph in ((YUNET, yunet_graph(points)), (PFLD, pfld_graph(shape))):
            path = folder / record.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(graph.SerializeToString())
            _pretend(record, hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size)
        yield folder
    finally:
        for record, sha256, size in before:
            _pretend(record, sha256, size)


def _pretend(record: Checkpoint, sha256: str | None, size: int | None) -> None:
    object.__setattr__(record, "sha256", sha256)
    object.__setattr__(record, "size", size)


def _model(
    nodes: list[onnx.NodeProto],
    constants: list[onnx.TensorProto],
    size: list[int | str],
    outputs: dict[str, list[int | str]],
) -> onnx.ModelProto:
    graph = helper.make_graph(
        nodes,
        "stand-in",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, size)],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs.items()],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model
