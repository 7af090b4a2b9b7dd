"""Opening ONNX graphs the same way everywhere: on the CPU, with a fixed number of threads, quietly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

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
