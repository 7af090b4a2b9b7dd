"""How C-MET draws a training sample: one identity's average expressions of two emotions, and their difference.

Expression codes are averaged over ten clips of the same identity and emotion, so that what is said cancels out and the
emotion remains; the emotion vector is averaged over recordings of *all* identities. Randomness is an argument: the same
generator gives the same sample.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cmet.model.vectors import difference, training_indices

Array = NDArray[np.float32]
NEUTRAL = "neutral"
ATTEMPTS = 1000


@dataclass(frozen=True, order=True)
class ClipKey:
    """Names one clip of a corpus in MEAD's layout. The order is identity, then emotion, level, number."""

    identity: str
    emotion: str
    level: int
    """1 to 3; neutral has level 1 only."""
    number: int


@dataclass(frozen=True)
class TrainingSample:
    """One row of a batch, all float32."""

    reference: Array
    """(T, n) direction at the T frames before the window; zeros where there are none."""
    neutral: Array
    """(T, n) average codes of emotion 1."""
    emotional: Array
    """(T, n) average codes of emotion 2."""
    direction: Array
    """(T, n) target: the mean difference over time, the same in every row."""
    vector: Array
    """(1, D) emotion vector from emotion 1 to emotion 2."""
    label: int
    """Index of emotion 2."""


def mead_anchor(key: ClipKey) -> bool:
    """Whether a MEAD clip may give identity, emotion 1 and level: sentences 1-3 and 21-30 (neutral 1-3 and 31-40)."""
    return 1 <= key.number <= 3 or (31 <= key.number <= 40 if key.emotion == NEUTRAL else 21 <= key.number <= 30)


def mead_member(key: ClipKey) -> bool:
    """Whether a MEAD clip may enter an average: sentences 1-10 and 21-30 (neutral 1-10 and 31-40)."""
    return 1 <= key.number <= 10 or (31 <= key.number <= 40 if key.emotion == NEUTRAL else 21 <= key.number <= 30)


def any_clip(key: ClipKey) -> bool:
    """For corpora whose sentences are the same in all emotions."""
    return True


@dataclass(frozen=True)
class Features:
    """A prepared corpus in memory."""

    codes: Mapping[ClipKey, Array]
    """Expression codes of each clip, float32 (frames, n)."""
    speech: Mapping[ClipKey, Array]
    """Speech-emotion embedding of each clip, float32 (D,)."""
    emotions: tuple[str, ...]
    """The emotions in the order of their labels."""
    anchor: Callable[[ClipKey], bool] = mead_anchor
    member: Callable[[ClipKey], bool] = mead_member


def average(clips: Sequence[Array]) -> Array:
    """Mean over clips, the shorter ones repeated to the longest: [(frames, n)] -> (longest, n)."""
    longest = max(len(clip) for clip in clips)
    tiled = [np.tile(clip, (-(-longest // len(clip)), 1))[:longest] for clip in clips]
    return np.asarray(np.mean(np.stack(tiled), axis=0, dtype=np.float32))


def build_window(
    clips_1: Sequence[Array], clips_2: Sequence[Array], start: int, window: int = 5
) -> tuple[Array, Array, Array, Array]:
    """The expression part of a sample.

    Args:
        clips_1: codes (frames, n) of the clips that are averaged for emotion 1.
        clips_2: the same for emotion 2.
        start: first frame of the window in the averages.
        window: T.

    Returns:
        reference, neutral, emotional, direction: (T, n) each.

    Raises:
        ValueError: the window does not lie inside the shorter average.
    """
    first, second = average(clips_1), average(clips_2)
    length = min(len(first), len(second))
    if not 0 <= start <= length - window:
        raise ValueError(f"a window of {window} frames from {start} does not fit into {length} frames")
    first, second = first[:length], second[:length]
    direction = np.mean(second - first, axis=0, keepdims=True, dtype=np.float32).repeat(window, axis=0)
    reference = direction.copy()
    reference[: max(0, window - start)] = 0.0
    return reference, first[start : start + window], second[start : start + window], direction


class Sampler:
    """Draws training samples from a corpus.

    Args:
        features: the corpus.
        window: frames of a sample.
        count: clips in an average and recordings in a mean.
        unit_vectors: the alternative emotion vector: normalised, times the level.

    Raises:
        ValueError: the corpus has fewer than two emotions, or no clip that may begin a sample.
    """

    def __init__(self, features: Features, window: int = 5, count: int = 10, unit_vectors: bool = False) -> None:
        self.features, self.window, self.count, self.unit_vectors = features, window, count, unit_vectors
        self.anchors = sorted(key for key in features.codes if features.anchor(key))
        self.members: dict[tuple[str, str, int], list[ClipKey]] = {}
        for key in sorted(features.codes):
            if features.member(key):
                self.members.setdefault((key.identity, key.emotion, key.level), []).append(key)
        self.pools: dict[tuple[str, int], list[ClipKey]] = {}
        for key in sorted(features.speech):
            self.pools.setdefault((key.emotion, key.level), []).append(key)
        if not self.anchors or len(features.emotions) < 2:
            raise ValueError("a corpus needs two emotions and a clip to begin with")

    def __len__(self) -> int:
        return len(self.anchors)

    def draw(self, index: int, rng: np.random.Generator) -> TrainingSample:
        """Draw one sample.

        Args:
            index: the loader's index; it decides the recordings of the emotion vector and nothing else.
            rng: decides all the rest.

        Raises:
            RuntimeError: a thousand draws found no pair of emotions with clips of `window` frames.
        """
        for _ in range(ATTEMPTS):
            anchor = self.anchors[int(rng.integers(len(self.anchors)))]
            others = [emotion for emotion in self.features.emotions if emotion != anchor.emotion]
            target = others[int(rng.integers(len(others)))]
            sides = [self._level(anchor.emotion, anchor.level), self._level(target, anchor.level)]
            groups = [self.members.get((anchor.identity, *side), []) for side in sides]
            pools = [self.pools.get(side, []) for side in sides]
            if not all(groups) or not all(pools):
                continue
            clips = [
                [self.features.codes[group[int(i)]] for i in rng.integers(len(group), size=self.count)]
                for group in groups
            ]
            length = min(max(len(clip) for clip in side) for side in clips)
            if length < self.window:
                continue
            start = int(rng.integers(length - self.window + 1))
            reference, neutral, emotional, direction = build_window(clips[0], clips[1], start, self.window)
            vector = self._vector(pools[0], pools[1], index, anchor.level)
            label = self.features.emotions.index(target)
            return TrainingSample(reference, neutral, emotional, direction, vector[None], label)
        raise RuntimeError(f"{ATTEMPTS} draws found no two emotions of one identity with {self.window} frames")

    def _vector(self, pool_1: list[ClipKey], pool_2: list[ClipKey], index: int, level: int) -> Array:
        """The emotion vector of a sample, (D,)."""
        rows_1, rows_2 = training_indices(len(pool_1), len(pool_2), index, self.count)
        first = np.stack([self.features.speech[pool_1[i]] for i in rows_1])
        second = np.stack([self.features.speech[pool_2[i]] for i in rows_2])
        if self.unit_vectors:
            return difference(second, first, "unit", strength=float(level))
        return difference(second, first)

    @staticmethod
    def _level(emotion: str, level: int) -> tuple[str, int]:
        """Neutral exists at level 1 only."""
        return emotion, 1 if emotion == NEUTRAL else level
