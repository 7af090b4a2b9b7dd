"""Results of long computations on arrays, found again by the arrays' content within a process.

Two numbers of one set often need the same distance (FID, and FID extrapolated), each with features gathered anew.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike

R = TypeVar("R")

KEPT = 8
"""How many of the latest results are kept."""


def memoize_arrays(function: Callable[..., R]) -> Callable[..., R]:
    """Wrap a function of arrays so that its last results are kept. Its results must never be changed in place."""
    results: OrderedDict[bytes, R] = OrderedDict()

    @wraps(function)
    def look_up(*arguments: ArrayLike) -> R:
        key = hash_content(*arguments)
        if key not in results:
            results[key] = function(*arguments)
        results.move_to_end(key)
        while len(results) > KEPT:
            results.popitem(last=False)
        return results[key]

    return look_up


def hash_content(*arrays: ArrayLike) -> bytes:
    """A hash of types, shapes and values."""
    digest = hashlib.sha256()
    for value in arrays:
        array: np.ndarray[Any, Any] = np.ascontiguousarray(value)
        digest.update(f"{array.dtype.str}{np.shape(value)}".encode())
        digest.update(array.data)
    return digest.digest()
