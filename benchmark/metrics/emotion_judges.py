"""The judges of emotion: which feature each reads, which classes it knows, how a class follows from the feature.

A judge gives every class a score; the class with the highest is what it sees. Two judges of one kind of video make
their agreement measurable: on puppets a network of the whole picture (`puppets`) and the nearest known face to the
action units that another network reads (`units`); on real video four published classifiers of single frames, and the
three full-size judges of `standard-v1`, each of which is asked about its own corpus only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.core.errors import SampleError
from benchmark.core.types import BASIC_EMOTIONS
from benchmark.metrics.facial_emotion import CLASSIFIERS

MEAD_CLASSES = ("happy", "angry", "disgusted", "fear", "sad", "contempt", "surprised")
CREMA_D_CLASSES = ("happy", "angry", "disgusted", "fear", "sad")
FAN_CLASSES = ("happy", "angry", "disgusted", "fear", "sad", "neutral", "surprised", "contempt")
"""Outputs of the released full-size judges in their order (C-MET's two ResNet-18, EAT's Emotion-FAN)."""

Scores = NDArray[np.float64]


def as_given(feature: NDArray[Any]) -> Scores:
    """Class probabilities that an extractor gives, (C,)."""
    return np.asarray(feature, np.float64)


def of_logits(feature: NDArray[Any]) -> Scores:
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


def nearest_face(units: NDArray[Any]) -> Scores:
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
    """As it ends the names of its metrics, e.g. "hsemotion"."""
    title: str
    feature: str
    """"extractor.feature" that it reads; a role in front makes it a need."""
    classes: tuple[str, ...]
    """In the order of its scores."""
    protocol: str
    read: Callable[[NDArray[Any]], Scores] = as_given
    """Feature -> scores (C,)."""
    corpus: str = ""
    """The corpus it was trained on, if it is asked about no other (`MetricInfo.corpus`)."""

    def need(self, role: str = "output") -> str:
        """The need of a metric that asks this judge about a role's clip."""
        return f"{role}/{self.feature}"

    def scores(self, features: Mapping[str, NDArray[Any]], role: str = "output") -> Scores:
        """Scores (C,) of a role's clip. Raises SampleError `not_finite` if the network gave no numbers."""
        scores = self.read(features[self.need(role)])
        if not np.isfinite(scores).all():
            raise SampleError("not_finite", f"{self.title} gave scores that are not finite")
        return scores

    def class_of(self, emotion: str) -> int:
        """The position of an emotion among its classes. Raises SampleError `no_class`."""
        if emotion not in self.classes:
            raise SampleError("no_class", f"{self.title} has no class '{emotion}', only {', '.join(self.classes)}")
        return self.classes.index(emotion)


JUDGES: dict[str, Judge] = {
    judge.name: judge
    for judge in (
        Judge("puppets", "puppets judge", "puppet_emotion.probs", BASIC_EMOTIONS, "puppets-v1"),
        Judge(
            "units",
            "AU judge",
            "puppet_face.action_units",
            BASIC_EMOTIONS,
            "puppets-v1",
            nearest_face,
        ),
        *(
            Judge(name, title, f"emotion_{name}.mean", classes, "real-small-v1")
            for name, (title, classes) in CLASSIFIERS.items()
        ),
        *(
            Judge(f"{name}_standard", title, feature, classes, "standard-v1", of_logits, corpus)
            for name, title, feature, classes, corpus in (
                ("mead", "ResNet-18 of MEAD", "judge_mead.mean", MEAD_CLASSES, "mead"),
                ("crema_d", "ResNet-18 of CREMA-D", "judge_crema_d.mean", CREMA_D_CLASSES, "crema_d"),
                ("fan", "Emotion-FAN of MEAD", "judge_fan.consistent", FAN_CLASSES, "mead"),
            )
        ),
    )
}
"""Judge name -> judge."""

PAIRS: tuple[tuple[str, str], ...] = (
    ("puppets", "units"),
    ("faceapi", "xception102"),
    ("faceapi", "hsemotion"),
    ("mead_standard", "fan_standard"),
)
"""Judges whose agreement is a metric."""


def common_classes(first: Judge, second: Judge) -> tuple[str, ...]:
    """The classes that both judges know, in the first one's order."""
    return tuple(name for name in first.classes if name in second.classes)


def seen_among(judge: Judge, scores: Scores, classes: Sequence[str]) -> int:
    """Which of some classes, all known to the judge, has the highest score: its position in `classes`."""
    return int(np.argmax(scores[[judge.classes.index(name) for name in classes]]))
