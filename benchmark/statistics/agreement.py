"""What classes say beside each other: confusion matrix, macro F1, Cohen's kappa. The formulas of scikit-learn.

Classes are whole numbers 0 to C - 1. Degenerate input is defined: a class that is neither asked for nor seen has no F1
and is left out of the mean if it is not among `labels`; kappa of two constant judges is undefined, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Counts = NDArray[np.int64]


def confusion_matrix(wanted: ArrayLike, seen: ArrayLike, classes: int) -> Counts:
    """How often each class was seen where another was wanted.

    Args:
        wanted: int (n,), 0 to `classes` - 1.
        seen: int (n,), the same.
        classes: how many there are.

    Returns:
        int64 (classes, classes): row = wanted, column = seen.

    Raises:
        ValueError: lengths differ, or a class is out of range.
    """
    rows, columns = _classes(wanted, classes), _classes(seen, classes)
    if len(rows) != len(columns):
        raise ValueError(f"{len(rows)} wanted classes and {len(columns)} seen ones")
    counts: Counts = np.zeros((classes, classes), np.int64)
    np.add.at(counts, (rows, columns), 1)
    return counts


def macro_f1(counts: ArrayLike, labels: Sequence[int] | None = None) -> float:
    """Mean F1 over classes, 0 to 1; a class with no true positive has 0 (scikit-learn's `zero_division=0`).

    Args:
        counts: int (C, C) from `confusion_matrix`.
        labels: the classes that are averaged; None: those that were wanted, so that the mean is over the same classes
            for every method.

    Raises:
        ValueError: there is no class to average.
    """
    table = np.asarray(counts, np.float64)
    chosen = np.flatnonzero(table.sum(axis=1) > 0) if labels is None else np.asarray(labels, int)
    if len(chosen) == 0:
        raise ValueError("macro F1 needs at least one sample")
    hits = np.diag(table)[chosen]
    sizes = table.sum(axis=0)[chosen] + table.sum(axis=1)[chosen]
    return float(np.mean(np.divide(2 * hits, sizes, out=np.zeros_like(hits), where=sizes > 0)))


def cohen_kappa(counts: ArrayLike) -> float:
    """Agreement of two judges beyond chance, -1 to 1 (Cohen, Educ. Psychol. Meas. 20, 1960).

    Args:
        counts: int (C, C): row = first judge's class, column = second's.

    Raises:
        ValueError: no sample, or both judges gave one and the same class to all: agreement by chance is certain.
    """
    table = np.asarray(counts, np.float64)
    total = float(table.sum())
    if total == 0:
        raise ValueError("agreement needs at least one sample")
    by_chance = float(table.sum(axis=0) @ table.sum(axis=1)) / total**2
    if by_chance >= 1.0:
        raise ValueError("both judges give every clip the same class, so their agreement beyond chance is undefined")
    return (float(np.trace(table)) / total - by_chance) / (1.0 - by_chance)


def _classes(values: ArrayLike, classes: int) -> NDArray[np.int64]:
    array = np.asarray(values)
    if array.size == 0:
        return np.zeros(0, np.int64)
    if array.ndim != 1 or not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"classes must be whole numbers (n,), got {array.dtype} {array.shape}")
    if array.min() < 0 or array.max() >= classes:
        raise ValueError(f"classes must lie in 0 to {classes - 1}, got {array.min()} to {array.max()}")
    return array.astype(np.int64)
