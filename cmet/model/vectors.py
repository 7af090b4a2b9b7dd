"""Emotion vectors: how speech of one emotion differs from speech of another, as the difference of mean embeddings.

    vector = difference(happy, neutral)                     # (n, D), (m, D) -> (D,)
    trust = reliability(happy, neutral, groups_a, groups_b)

A vector is only as good as the recordings behind it, so each comes with two figures: the cosine between vectors from
independent halves of the recordings, and a permutation test of its length. (The published contempt features of MEAD
can't be told from neutral: their vector is noise, and an edit with it follows noise.)
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Kind = Literal["raw", "unit"]
Choice = Literal["all", "first", "seeded"]

PAPER_COUNT = 10
"""Recordings on each side that the reference averages."""
PAPER_SEED = 42
RELIABLE_COSINE = 0.7
"""Halves of all MEAD emotions agree to 0.95 and more, contempt's to 0.25."""
RELIABLE_P = 0.05


@dataclass(frozen=True)
class Reliability:
    """How far a vector can be trusted."""

    halves_cosine: float
    """Mean cosine between vectors from disjoint draws of the recordings; NaN with fewer than two on a side."""
    half_size: int
    """Recordings of each side in a draw."""
    p_value: float
    """Share of relabellings whose vector is at least as long; NaN if no relabelling differs."""
    permutations: int

    @property
    def reliable(self) -> bool:
        """Whether both figures say that the vector is more than noise. Unknown counts as no."""
        return self.halves_cosine >= RELIABLE_COSINE and self.p_value <= RELIABLE_P

    def sentence(self) -> str:
        """For messages: "cosine of halves 0.25, p = 0.44: not reliable"."""
        verdict = "reliable" if self.reliable else "not reliable"
        return f"cosine of halves {self.halves_cosine:.2f}, p = {self.p_value:.2g}: {verdict}"


def normalised(rows: NDArray[np.floating]) -> Array:
    """Rows (n, D) or one vector (D,), each divided by its L2 norm (at least 1e-12)."""
    norm = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.maximum(norm, 1e-12), dtype=np.float32)


def check(rows: Array, name: str) -> None:
    """Raise ValueError unless rows is a finite (n, D) with n >= 1."""
    if rows.ndim != 2 or len(rows) == 0:
        raise ValueError(f"{name} must be embeddings (n, D) with n >= 1, got {rows.shape}")
    if not np.isfinite(rows).all():
        raise ValueError(f"{name} holds values that are not finite")


def difference(emotional: Array, neutral: Array, kind: Kind = "raw", strength: float = 1.0) -> Array:
    """The emotion vector.

    Args:
        emotional: float32 (n, D) embeddings of the target emotion.
        neutral: float32 (m, D) embeddings of the source emotion.
        kind: `raw` (the paper's): difference of means. `unit`: of normalised embeddings, itself normalised.
        strength: factor; for `unit` the reference uses the level 1, 2 or 3.

    Returns:
        float32 (D,).
    """
    check(emotional, "emotional")
    check(neutral, "neutral")
    if emotional.shape[1] != neutral.shape[1]:
        raise ValueError(f"embeddings differ in length: {emotional.shape[1]} and {neutral.shape[1]}")
    if kind == "unit":
        emotional, neutral = normalised(emotional), normalised(neutral)
    vector = emotional.mean(axis=0) - neutral.mean(axis=0)
    if kind == "unit":
        vector = normalised(vector)
    return np.asarray(vector * np.float32(strength), dtype=np.float32)


def choose(names: Sequence[str], choice: Choice = "all", count: int = PAPER_COUNT) -> list[str]:
    """Which recordings make a vector, independent of the order in which they are listed.

    Args:
        names: all recordings of one emotion.
        choice: `all`; `first`: the first `count` sorted names. (`seeded` needs both sides: see `choose_pair`.)
        count: for `first`.
    """
    ordered = sorted(names)
    if choice == "all":
        return ordered
    if choice == "first":
        return ordered[:count]
    raise ValueError("a seeded choice draws from both sides in turn: use choose_pair")


def choose_pair(
    emotional: Sequence[str], neutral: Sequence[str], choice: Choice, count: int = PAPER_COUNT, seed: int = PAPER_SEED
) -> tuple[list[str], list[str]]:
    """Recordings of both sides, (emotional, neutral).

    `seeded` is the paper's inference: Python's generator, `count` neutral names first, then `count` emotional ones,
    without replacement; here from sorted lists, where the reference takes the order of the directory.

    Raises:
        ValueError: `seeded` and fewer than `count` names.
    """
    if choice != "seeded":
        return choose(emotional, choice, count), choose(neutral, choice, count)
    for side, names in (("neutral", neutral), ("emotional", emotional)):
        if len(names) < count:
            raise ValueError(f"a seeded draw of {count} needs as many {side} recordings, got {len(names)}")
    generator = random.Random(seed)
    drawn_neutral = generator.sample(sorted(neutral), count)
    return generator.sample(sorted(emotional), count), drawn_neutral


def training_indices(size_1: int, size_2: int, index: int, count: int = PAPER_COUNT) -> tuple[list[int], list[int]]:
    """Which recordings training takes from two pools: steps of 1 from the first, of 7 from the second, wrapped."""
    return [(index + i) % size_1 for i in range(count)], [(index + 7 * i) % size_2 for i in range(count)]


def reliability(
    emotional: Array,
    neutral: Array,
    emotional_groups: Sequence[str] | None = None,
    neutral_groups: Sequence[str] | None = None,
    *,
    size: int = PAPER_COUNT,
    draws: int = 200,
    permutations: int = 2000,
    seed: int = 0,
) -> Reliability:
    """How far the raw difference of these recordings can be trusted.

    Args:
        emotional: float32 (n, D).
        neutral: float32 (m, D).
        emotional_groups: who speaks in each emotional recording; labels are only exchanged within a group, so that a
            difference between speakers is not taken for one between emotions. None: all one group.
        neutral_groups: who speaks in each neutral recording.
        size: recordings of each side in a draw, at most half of those there are.
        draws: pairs of disjoint draws.
        permutations: relabellings.
        seed: of the draws and relabellings.
    """
    check(emotional, "emotional")
    check(neutral, "neutral")
    rng = np.random.default_rng(seed)
    a, b = emotional.astype(np.float64), neutral.astype(np.float64)
    size = min(size, len(a) // 2, len(b) // 2)
    cosine = math.nan
    if size >= 1:
        cosine = float(np.mean([_halves_cosine(a, b, size, rng) for _ in range(draws)]))
    groups = np.array(list(emotional_groups or [""] * len(a)) + list(neutral_groups or [""] * len(b)))
    if len(groups) != len(a) + len(b):
        raise ValueError(f"{len(a) + len(b)} recordings but {len(groups)} groups")
    labels = np.concatenate([np.ones(len(a), dtype=bool), np.zeros(len(b), dtype=bool)])
    return Reliability(
        cosine, size, _permutation_p(np.concatenate([a, b]), labels, groups, permutations, rng), permutations
    )


def _halves_cosine(a: NDArray[np.float64], b: NDArray[np.float64], size: int, rng: np.random.Generator) -> float:
    """Cosine between the differences of two disjoint draws of `size` rows from each side."""
    order_a, order_b = rng.permutation(len(a)), rng.permutation(len(b))
    first = a[order_a[:size]].mean(axis=0) - b[order_b[:size]].mean(axis=0)
    second = a[order_a[size : 2 * size]].mean(axis=0) - b[order_b[size : 2 * size]].mean(axis=0)
    norms = np.linalg.norm(first) * np.linalg.norm(second)
    return float(first @ second / norms) if norms > 0 else 0.0


def _permutation_p(
    rows: NDArray[np.float64],
    labels: NDArray[np.bool_],
    groups: NDArray[np.str_],
    permutations: int,
    rng: np.random.Generator,
) -> float:
    """Share of relabellings within groups whose difference of means is at least as long, the true one counted."""
    members = [np.flatnonzero(groups == group) for group in sorted(set(groups.tolist()))]
    if not any(0 < labels[m].sum() < len(m) for m in members):
        return math.nan

    def lengths(drawn: NDArray[np.bool_]) -> NDArray[np.float64]:
        weights = np.where(drawn, 1.0 / labels.sum(), -1.0 / (~labels).sum())
        return np.asarray(np.linalg.norm(weights @ rows, axis=1))

    drawn = np.tile(labels, (permutations, 1))
    for m in members:
        drawn[:, m] = rng.permuted(drawn[:, m], axis=1)
    actual = lengths(labels[None])[0]
    reached = int((lengths(drawn) >= actual * (1.0 - 1e-12)).sum())
    return (reached + 1) / (permutations + 1)
