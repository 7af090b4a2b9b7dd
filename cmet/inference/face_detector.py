"""Find the face detector's file: where it is said to be, or in the folders of weights."""

from __future__ import annotations

import os
from pathlib import Path

from benchmark.checkpoints.load import verify
from benchmark.media.yunet import YUNET, YuNet

VARIABLE = "EMOTION_BENCHMARK_WEIGHTS"
"""Folders of weights, separated as in PATH; the benchmark looks there too."""


def load_detector(path: Path | None = None) -> YuNet:
    """Open the detector.

    Args:
        path: its file; None: `yunet/yunet_n_dynamic.onnx`, or the file alone, in a folder of `VARIABLE`.

    Raises:
        FileNotFoundError: it is in none of the folders.
        WeightsError: the file that was named is not there, or what lies there is another file.
    """
    if path is None:
        folders = [Path(os.path.expanduser(part)) for part in os.environ.get(VARIABLE, "").split(os.pathsep) if part]
        found = [folder / name for folder in folders for name in (YUNET.name, Path(YUNET.name).name)]
        path = next((candidate for candidate in found if candidate.is_file()), None)
    if path is None:
        raise FileNotFoundError(
            f"the face detector is not here: get {Path(YUNET.name).name} from {YUNET.address} and name it with"
            f" --face-detector FILE or its folder with ${VARIABLE}; for clips that are face crops already: --no-crop"
        )
    verify(path, YUNET)
    return YuNet(path)
