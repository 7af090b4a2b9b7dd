"""The judges of emotion: which feature each reads, which classes it knows, how a class follows from the feature.

A judge is a classifier. It gives every class a score; the class with the highest is what it sees. Two judges of one
kind of video make their agreement measurable: on puppets a network of the whole picture (`puppets`) and the nearest
known face to the action units that another network reads (`units`); on real video four published classifiers of single
frames, and the three full-size judges of `standard-v1`, each of which is asked about its own corpus only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.core.errors import SampleError
from benchmark.core.status import Status
from benchmark.core.types import BASIC_EMOTIONS
from benchmark.extractors.emotion_classes import CLASSES

Scores = NDArray[np.float64]


def find_class(emotion: str, classes: Sequence[str], judge: str, advice: str = "") -> int:
    """The position of an emotion among a judge's classes.

    Args:
        emotion: name of the emotion.
        classes: in the order of the judge's scores.
        judge: what messages call it.
        advice: ends the message; the judge's classes if empty.

    Raises:
        SampleError: `no_class`.
    """
    if emotion not in classes:
        end = advice or f", only {', '.join(classes)}"
        raise SampleError(Status.NO_CLASS, f"{judge} has no class '{emotion}'{end}")
    return classes.index(emotion)


def read_probabilities(feature: NDArray[Any]) -> Scores:
    """Class probabilities that an extractor gives, (C,)."""
    return np.asarray(feature, np.float64)


def read_logits(feature: NDArray[Any]) -> Scores:
    """Softmax of a clip's logits (C,)."""
    logits = np.asarray(feature, np.float64)
    likelihood = np.exp(logits - logits.max())
    scores: Scores = likelihood / likelihood.sum()
    return scores


@lru_cache(maxsize=1)
def known_faces() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Action units (22, 21) of the basic emotions at each level, and the class of each row."""
    from benchmark.puppets.affect import state
    from benchmark.puppets.emfacs import action_units

    pairs = [(e, level) for e in BASIC_EMOTIONS for level in ((1,) if e == "neutral" else (1, 2, 3))]
    faces = np.stack([action_units(state(emotion, level)) for emotion, level in pairs])
    return faces, np.array([BASIC_EMOTIONS.index(emotion) for emotion, _ in pairs])


SPREAD = 0.25
"""Distance in action units at which a face counts exp(-1/2) as much as at none; only probabilities depend on it."""


def read_action_units(units: NDArray[Any]) -> Scores:
    """Probabilities of the basic emotions from action units (T, 21): the mean over time beside every known face.

    A class has the likelihood of its nearest level, exp(-d^2 / (2 SPREAD^2)), d Euclidean.
    """
    faces, classes = known_faces()
    distance = np.linalg.norm(faces - np.asarray(units, np.float64).mean(axis=0), axis=1)
    least = np.array([distance[classes == index].min() for index in range(len(BASIC_EMOTIONS))])
    likelihood = np.exp(-(least**2 - least.min() ** 2) / (2 * SPREAD**2))
    scores: Scores = likelihood / likelihood.sum()
    return scores


@dataclass(frozen=True)
class Judge:
    """One judge of emotion."""

    name: str
    """The end of its metrics' names, e.g. "hsemotion"."""
    title: str
    feature: str
    """The feature that it reads, "extractor.feature"; a role in front makes it a need."""
    protocol: str
    read: Callable[[NDArray[Any]], Scores] = read_probabilities
    """A function from the feature to scores (C,)."""
    corpus: str = ""
    """The corpus it was trained on, if it is asked about no other (`MetricInfo.corpus`)."""

    @property
    def classes(self) -> tuple[str, ...]:
        """Its classes in the order of its scores, as its extractor declares them."""
        return CLASSES.get(self.feature.partition(".")[0], BASIC_EMOTIONS)

    def need(self, role: str = "output") -> str:
        """The need of a metric that asks this judge about a role's clip."""
        return f"{role}/{self.feature}"

    def scores(self, features: Mapping[str, NDArray[Any]], role: str = "output") -> Scores:
        """Scores (C,) of a role's clip.

        Raises:
            SampleError: `not_finite`, the network gave no numbers.
            ValueError: the feature is not of this judge's classes.
        """
        scores = self.read(features[self.need(role)])
        if scores.shape != (len(self.classes),):
            raise ValueError(f"{self.title} has outputs {scores.shape}, expected {len(self.classes)}")
        if not np.isfinite(scores).all():
            raise SampleError(Status.NOT_FINITE, f"{self.title} gave scores that are not finite")
        return scores

    def class_of(self, emotion: str) -> int:
        """The position of an emotion among its classes. Raises SampleError `no_class`."""
        return find_class(emotion, self.classes, self.title)

    def gain(self, features: Mapping[str, NDArray[Any]], emotion: str) -> float:
        """Probability of an emotion in the output less that in the source, -1 to 1. Raises SampleError as above."""
        index = self.class_of(emotion)
        return float(self.scores(features)[index] - self.scores(features, "source")[index])


SMALL, STANDARD, AUTHOR = "real-small-v1", "standard-v1", "cmet-author-v1"

JUDGES: dict[str, Judge] = {
    judge.name: judge
    for judge in (
        Judge("puppets", "puppets judge", "puppet_emotion.probs", "puppets-v1"),
        Judge("units", "AU judge", "puppet_face.action_units", "puppets-v1", read_action_units),
        Judge("hsemotion", "HSEmotion", "emotion_hsemotion.mean", SMALL),
        Judge("faceapi", "face-api", "emotion_faceapi.mean", SMALL),
        Judge("xception102", "Xception 102", "emotion_xception102.mean", SMALL),
        Judge("xception119", "Xception 119", "emotion_xception119.mean", SMALL),
        Judge("mead_standard", "ResNet-18 of MEAD", "judge_mead.mean", STANDARD, read_logits, "mead"),
        Judge("crema_d_standard", "ResNet-18 of CREMA-D", "judge_crema_d.mean", STANDARD, read_logits, "crema_d"),
        Judge("fan_standard", "Emotion-FAN of MEAD", "judge_fan.consistent", STANDARD, read_logits, "mead"),
    )
}
"""Judge name -> judge; the first of a protocol is its main one."""

AUTHOR_JUDGES: tuple[Judge, ...] = (
    Judge("mead_author", "ResNet-18 of MEAD", "judge_mead_author.mean", AUTHOR, read_logits, "mead"),
    Judge("crema_d_author", "ResNet-18 of CREMA-D", "judge_crema_d_author.mean", AUTHOR, read_logits, "crema_d"),
)
"""The judges of C-MET's released evaluation, which measures accuracy only."""

PAIRS: tuple[tuple[str, str], ...] = (
    ("puppets", "units"),
    ("faceapi", "hsemotion"),
    ("faceapi", "xception102"),
    ("mead_standard", "fan_standard"),
)
"""Judges whose agreement is a metric."""


def judges_under(protocol: str) -> tuple[Judge, ...]:
    """The judges of a protocol, in the order of the table."""
    return tuple(judge for judge in JUDGES.values() if judge.protocol == protocol)
