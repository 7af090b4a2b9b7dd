"""Arrays in files: in those that may be damaged or somebody else's, and in those that hold their own hash."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SEAL = "__sha256__"
"""Member of an npz: uint8 (32,), the hash of all others (`compute_seal`)."""


def load_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """All arrays of an npz by name; nothing in it is unpickled.

    Raises:
        OSError: it can't be read.
        ValueError: it is damaged, or no npz. A flipped bit makes zipfile, zlib and numpy raise nearly anything.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except OSError:
        raise
    except Exception as error:
        raise ValueError(f"can't be read: {type(error).__name__}") from error


def pack_arrays(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Arrays as the bytes of an npz with its seal. The same arrays give the same bytes."""
    ordered = {name: np.asarray(arrays[name]) for name in sorted(arrays)}
    buffer = io.BytesIO()
    np.savez(buffer, **ordered, **{SEAL: compute_seal(ordered)})  # type: ignore[arg-type]
    return buffer.getvalue()


def read_sealed(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of a sealed file. Raises ValueError if they are not what was stored, OSError if it can't be read."""
    arrays = load_arrays(path)
    seal = arrays.pop(SEAL, None)
    if seal is None or seal.tobytes() != compute_seal(arrays).tobytes():
        raise ValueError("its hash is not the one noted")
    return arrays


def compute_seal(arrays: Mapping[str, NDArray[Any]]) -> NDArray[np.uint8]:
    """sha256 over names, types, shapes and bytes of arrays, by name: uint8 (32,)."""
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(json.dumps([name, array.dtype.str, np.shape(arrays[name])]).encode())
        digest.update(array.tobytes())
    return np.frombuffer(digest.digest(), np.uint8)
