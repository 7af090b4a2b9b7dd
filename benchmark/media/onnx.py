"""Opening ONNX graphs the same way everywhere: on the CPU, with a fixed number of threads, quietly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


def open_session(path: Path, threads: int = 1) -> InferenceSession:
    """An onnxruntime session on the CPU. Importing onnxruntime takes 0.2 s, hence only here."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def run_batched(
    session: InferenceSession, outputs: tuple[str, ...], name: str, inputs: NDArray[np.float32], batch_size: int
) -> tuple[NDArray[np.float32], ...]:
    """Some outputs of a graph for many inputs.

    Args:
        session: from `open_session`.
        outputs: names of the graph's outputs.
        name: of the graph's input.
        inputs: float32 (N, ...), N >= 1.
        batch_size: how many at a time; 1 for graphs with a fixed batch.

    Returns:
        One float32 (N, ...) for each output, in the order of `outputs`.
    """
    parts = [
        session.run(list(outputs), {name: np.ascontiguousarray(inputs[start : start + batch_size])})
        for start in range(0, len(inputs), batch_size)
    ]
    return tuple(np.concatenate(part) for part in zip(*parts, strict=True))
