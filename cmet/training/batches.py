"""Training batches from tables: what `corpus.sampler` draws one sample at a time, drawn and gathered for a whole batch.

Batch k depends on (seed, k) only, so a run that was interrupted goes on with the data it would have seen. A batch is
first planned (random numbers: which clips, which window) and then gathered (arithmetic: means over clips). Everything
that does not depend on the draw is computed once: cumulative sums of the codes, and the mean embedding for every index
of every pool of recordings.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cmet.corpus.sampler import ATTEMPTS, NEUTRAL, Array, ClipKey, Features
from cmet.model.vectors import Kind, normalised, training_indices

Integers = NDArray[np.int64]
NeutralSource = Literal["level_1", "any_level"]


@dataclass(frozen=True)
class Sampling:
    """How samples are drawn. The defaults are the paper's."""

    window: int = 5
    """Frames of a sample, T."""
    count: int = 10
    """Clips in an average, and recordings in a mean."""
    vectors: Kind = "raw"
    """`unit`: the alternative vector, normalised, times the level."""
    neutral_source: NeutralSource = "level_1"
    """Which levels follow neutral: the paper goes to level 1 only; `any_level` draws the level of emotion 2."""

    def __post_init__(self) -> None:
        if self.window < 1 or self.count < 1:
            raise ValueError(f"window and count must be at least 1, got {self.window} and {self.count}")
        if self.vectors not in ("raw", "unit") or self.neutral_source not in ("level_1", "any_level"):
            raise ValueError(f"vectors is raw or unit, neutral_source level_1 or any_level, got {self}")


class Plan(NamedTuple):
    """Which clips and which window make each of B samples."""

    clips: Integers
    """(2, B, count): rows of the table of clips, for emotion 1 and emotion 2."""
    length: Integers
    """(B,) frames of the shorter average."""
    start: Integers
    """(B,) first frame of the window."""
    pools: Integers
    """(2, B): which pool of recordings."""
    loader: Integers
    """(B,) the loader's index; it chooses the recordings and nothing else."""
    level: Integers
    """(B,) level of the edit."""
    label: Integers
    """(B,) index of emotion 2."""


class Batch(NamedTuple):
    """B samples; float32 but for the labels. See `cmet.corpus.sampler.TrainingSample`."""

    reference: Array
    """(B, T, n)."""
    neutral: Array
    """(B, T, n) average codes of emotion 1."""
    emotional: Array
    """(B, T, n) average codes of emotion 2."""
    direction: Array
    """(B, T, n) target."""
    vector: Array
    """(B, 1, D)."""
    labels: Integers
    """(B,)."""


class Batches:
    """All batches of a run.

    Args:
        features: the corpus.
        size: samples of a batch, B.
        seed: of all draws.
        sampling: how samples are drawn.

    Raises:
        ValueError: fewer clips than a batch, or no two emotions of one identity that have recordings.
    """

    def __init__(self, features: Features, size: int, seed: int = 0, sampling: Sampling = Sampling()) -> None:
        self.features, self.size, self.seed, self.sampling = features, size, seed, sampling
        self.anchors = sorted(key for key in features.codes if features.anchor(key))
        if not 1 <= size <= len(self.anchors):
            raise ValueError(
                f"a batch of {size} does not fit a corpus of {len(self.anchors)} clips that may begin a sample"
            )
        self.clips = sorted(key for key in features.codes if features.member(key))
        self._tabulate_codes()
        self._tabulate_speech()
        self._tabulate_pairs()

    @property
    def epoch(self) -> int:
        """Batches in an epoch; an incomplete one is dropped."""
        return len(self.anchors) // self.size

    def indices(self, step: int) -> Integers:
        """The loader's indices of batch `step`: a fresh order of 0 .. clips - 1 in every epoch. (B,)."""
        epoch, place = divmod(step, self.epoch)
        order = np.random.default_rng([self.seed, 0, epoch]).permutation(len(self.anchors))
        return order[place * self.size : (place + 1) * self.size].astype(np.int64)

    def plan(self, step: int) -> Plan:
        """Draw batch `step`.

        Raises:
            RuntimeError: after a thousand draws some sample still has fewer frames than a window.
        """
        rng = np.random.default_rng([self.seed, 1, step])
        size, count, window = self.size, self.sampling.count, self.sampling.window
        pair, clips = np.zeros(size, np.int64), np.zeros((2, size, count), np.int64)
        length, todo = np.zeros(size, np.int64), np.arange(size)
        for _ in range(ATTEMPTS):
            first, choices = self._pairs[rng.integers(len(self._pairs), size=len(todo))].T
            pair[todo] = first + rng.integers(choices)
            groups = self._options[pair[todo], :2].T
            drawn = rng.integers(self._group_sizes[groups][..., None], size=(2, len(todo), count))
            clips[:, todo] = self._group_starts[groups][..., None] + drawn
            length[todo] = self._lengths[clips[:, todo]].max(axis=2).min(axis=0)
            todo = todo[length[todo] < window]
            if len(todo) == 0:
                start = rng.integers(length - window + 1)
                _, _, pool_1, pool_2, level, label = self._options[pair].T
                return Plan(clips, length, start, np.stack([pool_1, pool_2]), self.indices(step), level, label)
        raise RuntimeError(f"{ATTEMPTS} draws found no two emotions of one identity with {window} frames")

    def gather(self, plan: Plan) -> Batch:
        """Compute the batch of a plan."""
        window = self.sampling.window
        first, second = (self._window(clips, plan.start) for clips in plan.clips)
        sums_1, sums_2 = (self._sum(clips, plan.length) for clips in plan.clips)
        mean = ((sums_2 - sums_1) / (plan.length[:, None] * plan.clips.shape[2])).astype(np.float32)
        direction = np.repeat(mean[:, None], window, axis=1)
        known = plan.start[:, None] + np.arange(window) >= window
        reference = np.where(known[:, :, None], direction, np.float32(0))
        return Batch(reference, first, second, direction, self._vector(plan)[:, None], plan.label)

    def batch(self, step: int) -> Batch:
        """Batch `step`."""
        return self.gather(self.plan(step))

    def _window(self, clips: Integers, start: Integers) -> Array:
        """Mean over clips (B, count) of their frames from `start` (B,) on, short clips repeated: (B, T, n)."""
        frame = (start[:, None] + np.arange(self.sampling.window))[:, None] % self._lengths[clips][:, :, None]
        rows = self._values[self._starts[clips][:, :, None] + frame]
        return np.asarray(rows.mean(axis=1, dtype=np.float32))

    def _sum(self, clips: Integers, length: Integers) -> NDArray[np.float64]:
        """Sum over clips (B, count) and their first `length` (B,) frames, short clips repeated: (B, n)."""
        start, own = self._starts[clips], self._lengths[clips]
        times, rest = np.divmod(length[:, None], own)
        whole = self._cumulative[start + own] - self._cumulative[start]
        part = self._cumulative[start + rest] - self._cumulative[start]
        return np.asarray((times[..., None] * whole + part).sum(axis=1))

    def _vector(self, plan: Plan) -> Array:
        """Emotion vectors (B, D)."""
        rows = self._pool_starts[plan.pools] + plan.loader % self._pool_sizes[plan.pools]
        vector = self._means_2[rows[1]] - self._means_1[rows[0]]
        if self.sampling.vectors == "unit":
            vector = normalised(vector) * plan.level[:, None].astype(np.float32)
        return np.asarray(vector, np.float32)

    def _tabulate_codes(self) -> None:
        """All frames one after the other, and their cumulative sum."""
        codes = [self.features.codes[key] for key in self.clips]
        self._lengths = np.array([len(clip) for clip in codes], np.int64)
        self._starts = np.cumsum(self._lengths) - self._lengths
        self._values = np.concatenate(codes)
        zero = np.zeros((1, self._values.shape[1]))
        self._cumulative = np.concatenate([zero, np.cumsum(self._values, axis=0, dtype=np.float64)])
        self._groups, self._group_starts, self._group_sizes = grouped(
            [(key.identity, key.emotion, key.level) for key in self.clips]
        )

    def _tabulate_speech(self) -> None:
        """Mean embeddings of every pool for every index, as emotion 1 and as emotion 2."""
        ordered = sorted(self.features.speech, key=lambda key: (key.emotion, key.level, key))
        self._pools, self._pool_starts, self._pool_sizes = grouped([(key.emotion, key.level) for key in ordered])
        means_1, means_2 = [], []
        for start, size in zip(self._pool_starts.tolist(), self._pool_sizes.tolist(), strict=True):
            rows = np.stack([self.features.speech[key] for key in ordered[start : start + size]])
            rows = normalised(rows) if self.sampling.vectors == "unit" else rows
            steps_1, steps_2 = training_indices(size, size, 0, self.sampling.count)
            means_1.append(cyclic_means(rows, steps_1))
            means_2.append(cyclic_means(rows, steps_2))
        self._means_1, self._means_2 = np.concatenate(means_1), np.concatenate(means_2)

    def _tabulate_pairs(self) -> None:
        """Every (anchor, emotion 2) that can be drawn; all are equally likely, as in draws with rejection.

        `_options` rows: group 1, group 2, pool 1, pool 2, level, label. `_pairs` rows: first option, number of options.
        """
        options: list[tuple[int, ...]] = []
        known: dict[tuple[str, str, int, str], tuple[int, int]] = {}
        pairs = []
        for anchor in self.anchors:
            for target in self.features.emotions:
                if target == anchor.emotion:
                    continue
                condition = (anchor.identity, anchor.emotion, anchor.level, target)
                if condition not in known:
                    found = self._options_of(anchor, target)
                    known[condition] = (len(options), len(found))
                    options.extend(found)
                if known[condition][1]:
                    pairs.append(known[condition])
        if not pairs:
            raise ValueError("no identity has clips of two emotions of one level that have speech embeddings")
        self._options, self._pairs = np.array(options, np.int64), np.array(pairs, np.int64)

    def _options_of(self, anchor: ClipKey, target: str) -> list[tuple[int, ...]]:
        levels = [anchor.level]
        if self.sampling.neutral_source == "any_level" and anchor.emotion == NEUTRAL:
            levels = sorted({level for who, what, level in self._groups if (who, what) == (anchor.identity, target)})
        found: list[tuple[int, ...]] = []
        for level in levels:
            sides = [(emotion, 1 if emotion == NEUTRAL else level) for emotion in (anchor.emotion, target)]
            groups = [self._groups[group] for side in sides if (group := (anchor.identity, *side)) in self._groups]
            pools = [self._pools[side] for side in sides if side in self._pools]
            if len(groups) == len(pools) == 2:
                found.append((*groups, *pools, level, self.features.emotions.index(target)))
        return found


def grouped(keys: Sequence[Hashable]) -> tuple[dict[Any, int], Integers, Integers]:
    """Runs of equal keys: key -> number of its run, where each run starts, how long it is."""
    numbers: dict[Any, int] = {}
    run = np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.int64)
    sizes = np.bincount(run, minlength=len(numbers)).astype(np.int64)
    return numbers, np.cumsum(sizes) - sizes, sizes


def cyclic_means(rows: Array, steps: Sequence[int]) -> Array:
    """Row i of the result is the mean of rows i + step, wrapped: (N, D) -> (N, D)."""
    total = np.zeros_like(rows)
    for step in steps:
        total += np.roll(rows, -step, axis=0)
    return np.asarray(total / np.float32(len(steps)))
