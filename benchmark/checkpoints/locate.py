"""From the record of a checkpoint to a verified file on this machine.

A file is looked for in the user's folders: the one of the run (`runtime.weights=DIR`), then
`$EMOTION_BENCHMARK_WEIGHTS` (several folders are separated as in PATH). In a folder it lies under the record's name
(`yunet/yunet_n_dynamic.onnx`) or directly (`yunet_n_dynamic.onnx`). Before it is used, its sha256 must be the
record's. Nothing is downloaded unasked: `python -m benchmark.prepare checkpoints` lists what is here, with `--get` it
downloads (`fetch.py`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from benchmark.checkpoints.record import Checkpoint
from benchmark.core.errors import MissingCheckpoint, user_path
from benchmark.core.fingerprint import ContentIndex

VARIABLE = "EMOTION_BENCHMARK_WEIGHTS"

_verified = ContentIndex()
"""sha256 of the files that this process has read."""


def folders(weights: Path | None = None) -> tuple[Path, ...]:
    """Where checkpoints are looked for, in this order: the run's folder, then those of the environment variable."""
    named = [user_path(part) for part in os.environ.get(VARIABLE, "").split(os.pathsep) if part]
    return (*([weights] if weights is not None else []), *named)


def locate(checkpoint: Checkpoint, places: Iterable[Path]) -> Path:
    """The verified file of a record.

    Args:
        checkpoint: which file.
        places: folders, in the order of search; the record's own `directory`, if it has one, comes first.

    Returns:
        The path of a file whose sha256 is the record's (where the record has one).

    Raises:
        MissingCheckpoint: no folder holds it, or what lies there is another file. The message says where to get it.
    """
    wrong: list[str] = []
    for place in (*([checkpoint.directory] if checkpoint.directory else []), *places):
        for path in dict.fromkeys((place / checkpoint.name, place / Path(checkpoint.name).name)):
            if not path.is_file():
                continue
            if checkpoint.sha256 is None or _verified.sha256(path) == checkpoint.sha256:
                return path
            wrong.append(str(path))
    if wrong:
        raise MissingCheckpoint(
            f"missing checkpoint: {checkpoint.name} ({wrong[0]} is another or a damaged file: its sha256 must be "
            f"{checkpoint.sha256}), get it from {checkpoint.address}"
        )
    raise MissingCheckpoint(f"missing checkpoint: {checkpoint.name}, get it from {checkpoint.address}")


def content_of(checkpoint: Checkpoint, places: Iterable[Path]) -> str | None:
    """The sha256 that identifies a checkpoint: the record's, else that of the file that is found; None: neither."""
    if checkpoint.sha256 is not None:
        return checkpoint.sha256
    try:
        return _verified.sha256(locate(checkpoint, places))
    except MissingCheckpoint:
        return None
