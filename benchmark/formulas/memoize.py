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
"""Latest results that are kept."""


def remembered(function: Callable[..., R]) -> Callable[..., R]:
    """The function, with its last results kept. Its arguments are arrays, and its results are never changed."""
    results: OrderedDict[bytes, R] = OrderedDict()

    @wraps(function)
    def asked(*arguments: ArrayLike) -> R:
        key = content_of(*arguments)
        if key not in results:
            results[key] = function(*arguments)
        results.move_to_end(key)
        while len(results) > KEPT:
            results.popitem(last=False)
        return results[key]

    return asked


def content_of(*arrays: ArrayLike) -> bytes:
    """A hash of types, shapes and values."""
    digest = hashlib.sha256()
    for given in arrays:
        array: np.ndarray[Any, Any] = np.ascontiguousarray(given)
        digest.update(f"{array.dtype.str}{np.shape(given)}".encode())
        digest.update(array.data)
    return digest.digest()
