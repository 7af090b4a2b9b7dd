"""Numpy's numbers and arrays for torch's safe unpickler, without arrays of Python objects.

A pickle of a numpy number calls `scalar(dtype, bytes)`, one of an array `_reconstruct(ndarray, (0,), b"b")` and then
sets its state. Files of numpy 1 call them in `numpy.core`, those of numpy 2 in `numpy._core`. The functions here
stand in for numpy's own and refuse the dtype `object`, the only one whose elements could be anything.
"""

from __future__ import annotations

import _codecs
from typing import Any

import numpy as np


def make_dtype(*arguments: Any) -> np.dtype[Any]:
    """As `numpy.dtype`, without objects and structures. Raises TypeError for those."""
    made: np.dtype[Any] = np.dtype(*arguments)
    if made.hasobject or made.names is not None:
        raise TypeError(f"numpy arrays of {made} are not read from weights files")
    return made


def make_scalar(dtype: np.dtype[Any], content: Any = b"") -> Any:
    """As numpy's `scalar`: one number of a plain dtype from its bytes."""
    if dtype.hasobject or not isinstance(content, bytes) or len(content) != dtype.itemsize:
        raise TypeError(f"not a numpy number: {dtype}")
    return np.frombuffer(content, dtype)[0]


def make_array(kind: Any, shape: Any, code: Any) -> np.ndarray[Any, Any]:
    """As numpy's `_reconstruct`: the empty array whose state the pickle sets next."""
    if kind is not np.ndarray:
        raise TypeError(f"not a plain numpy array: {kind}")
    return np.ndarray((0,), np.int8)


def encode(text: str, encoding: str = "latin1") -> bytes:
    """As `_codecs.encode`, by which pickles of protocol 2 write bytes; latin1 only."""
    if encoding not in ("latin1", "latin-1"):
        raise TypeError(f"bytes of weights files are written in latin1, not in {encoding}")
    return _codecs.encode(text, encoding)


def make_empty_bytes() -> bytes:
    """As `bytes()`, which is how pickles of protocol 2 write no bytes at all."""
    return b""


_PLAIN = [
    getattr(np.dtypes, name)
    for name in dir(np.dtypes)
    if name.endswith("DType") and name not in ("ObjectDType", "VoidDType", "StringDType")
]
NUMPY: list[Any] = [
    np.ndarray,
    (make_dtype, "numpy.dtype"),
    (encode, "_codecs.encode"),
    *((make_empty_bytes, f"{module}.bytes") for module in ("builtins", "__builtin__")),
    *((make_scalar, f"numpy.{core}.multiarray.scalar") for core in ("core", "_core")),
    *((make_array, f"numpy.{core}.multiarray._reconstruct") for core in ("core", "_core")),
    *_PLAIN,
]
"""What `torch.serialization.safe_globals` takes."""
