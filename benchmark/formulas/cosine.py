"""Cosine similarity of embeddings, and how well it tells same from different.

Identity preservation ("CSIM") is the cosine between the embedding of a generated face and that of the identity image,
-1 to 1. Its level depends on the network, so a value means something only beside its floor (other persons) and ceiling
(real frames of the same person); `separation_auc` says how far apart the two are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def cosine(a: ArrayLike, b: ArrayLike) -> NDArray[np.float64]:
    """Cosine along the last axis, broadcasting the others.

    Args:
        a: float (..., E).
        b: float (..., E).

    Returns:
        float64, -1 to 1.

    Raises:
        ValueError: lengths differ, values are not finite, or a vector is zero and has no direction.
    """
    x, y = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if x.ndim == 0 or y.ndim == 0 or x.shape[-1] != y.shape[-1] or x.shape[-1] == 0:
        raise ValueError(f"embeddings must end in the same axis, got {x.shape} and {y.shape}")
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise ValueError("embeddings hold values that are not finite")
    lengths = np.linalg.norm(x, axis=-1) * np.linalg.norm(y, axis=-1)
    if (lengths == 0).any():
        raise ValueError("an embedding is zero: it has no direction")
    return np.asarray(np.clip(np.sum(x * y, axis=-1) / lengths, -1.0, 1.0))


def mean_similarity(frames: ArrayLike, identity: ArrayLike) -> float:
    """Mean cosine of frame embeddings (T, E), T >= 1, to one identity embedding (E,)."""
    values = cosine(frames, identity)
    if values.ndim != 1 or len(values) == 0:
        raise ValueError(f"needs frame embeddings (T >= 1, E) and one identity (E,), got {np.shape(frames)}")
    return float(values.mean())


def separation_auc(same: ArrayLike, different: ArrayLike) -> float:
    """Area under the ROC curve: the chance that a same pair scores above a different pair, ties counting half.

    Args:
        same: float (n,), scores of same pairs, n >= 1.
        different: float (m,), scores of different pairs, m >= 1.

    Returns:
        0 to 1; 0.5 is chance.
    """
    s, d = np.asarray(same, dtype=np.float64).ravel(), np.asarray(different, dtype=np.float64).ravel()
    if len(s) == 0 or len(d) == 0 or not (np.isfinite(s).all() and np.isfinite(d).all()):
        raise ValueError(f"needs finite scores on both sides, got {len(s)} same and {len(d)} different pairs")
    from scipy.stats import rankdata  # takes a second to import, and no metric needs it

    ranks = rankdata(np.concatenate([s, d]))[: len(s)]
    return float((ranks.sum() - len(s) * (len(s) + 1) / 2) / (len(s) * len(d)))
