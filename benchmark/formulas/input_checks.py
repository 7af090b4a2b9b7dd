"""Checks of features that a formula has no value for: they raise a SampleError, whose status becomes the row's."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmark.core.errors import SampleError
from benchmark.core.status import Status


def require_finite(features: ArrayLike, what: str) -> NDArray[np.float64]:
    """The features as float64. Raises SampleError `not_finite` if one of them is NaN or infinite."""
    x = np.asarray(features, dtype=np.float64)
    if not np.isfinite(x).all():
        bad = int(x.size - np.isfinite(x).sum())
        raise SampleError(Status.NOT_FINITE, f"{bad} of {x.size} features of {what} are not finite")
    return x


def require_rows(features: ArrayLike, least: int, what: str, status: str) -> NDArray[np.float64]:
    """At least so many finite rows. Raises SampleError with `status`, or `not_finite`."""
    x = require_finite(features, what)
    if len(x) < least:
        raise SampleError(status, f"{what}: {len(x)} of at least {least}")
    return x
