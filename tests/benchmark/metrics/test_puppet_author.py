"""The paper's pooling on the puppets' features, against the paths of the full-size metrics."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.core.errors import SampleError
from benchmark.core.types import BASIC_EMOTIONS, Sample
from benchmark.metrics.author_frechet import FRAMES as INCEPTION
from benchmark.metrics.author_frechet import fid_author
from benchmark.metrics.puppet_author import (
    FRAME_PROBS,
    NEUTRAL,
    emotion_accuracy_puppets_author,
    frechet_face_author,
    sync_confidence_puppets_author,
)
from benchmark.metrics.puppet_frechet import OUTPUT, TARGET
from benchmark.metrics.puppet_sync import LIP, SOUND, sync_confidence


def sample(emotion: str) -> Sample:
    return Sample("a", "puppets", "test", "P25", "s31", Path("a.mp4"), "neutral", emotion, 3, None)


def test_the_distance_of_a_video_is_that_of_the_full_size_metric() -> None:
    rng = np.random.default_rng(0)
    made, wanted = rng.random((40, 128)), rng.random((50, 128))
    ours = frechet_face_author(sample("happy"), {OUTPUT: made, TARGET: wanted})
    assert ours == pytest.approx(fid_author(sample("happy"), dict(zip(INCEPTION, (made, wanted), strict=True))))


def test_a_neutral_looking_face_is_given_to_another_class_and_a_neutral_label_is_right() -> None:
    probs = np.full((30, 8), 0.01)
    probs[:, NEUTRAL], probs[:, BASIC_EMOTIONS.index("sad")] = 0.9, 0.04
    assert emotion_accuracy_puppets_author(sample("sad"), {FRAME_PROBS: probs}) == 100.0
    assert emotion_accuracy_puppets_author(sample("happy"), {FRAME_PROBS: probs}) == 0.0
    assert emotion_accuracy_puppets_author(sample("neutral"), {FRAME_PROBS: probs}) == 100.0
    with pytest.raises(SampleError, match="no class"):
        emotion_accuracy_puppets_author(sample("romantic"), {FRAME_PROBS: probs})


def test_zero_padding_makes_confidence_grow_with_length_and_the_standard_form_does_not() -> None:
    rng = np.random.default_rng(1)
    base = rng.standard_normal((200, 32))
    found = []
    for length in (20, 40, 200):
        features = {LIP: base[:length] + 0.5 * rng.standard_normal((length, 32)), SOUND: base[:length]}
        found.append(
            (sync_confidence_puppets_author(sample("happy"), features), sync_confidence(sample("happy"), features))
        )
    padded, sound = np.array(found).T
    assert padded[0] < padded[1] < padded[2] and padded[2] / padded[0] > 1.05
    assert np.ptp(sound) < 0.5 * np.ptp(padded)
