"""Means and pairs that the label- and audio-driven baselines are made of."""

from __future__ import annotations

import numpy as np

from cmet.corpus.sampler import ClipKey, Features
from tools.train.edtalk_audio import pairs
from tools.train.expression_codes import explained, mean_codes

CLIPS = {
    ClipKey("A", "happy", 1, 1): np.array([[0.0, 2.0], [2.0, 4.0]], np.float32),
    ClipKey("B", "happy", 1, 2): np.array([[4.0, 5.0]] * 10, np.float32),
    ClipKey("A", "sad", 1, 1): np.array([[-1.0, 0.0]], np.float32),
}


def test_every_clip_counts_once_whatever_its_length() -> None:
    table = mean_codes(CLIPS)
    assert list(table) == ["happy/1", "sad/1"]
    np.testing.assert_allclose(table["happy/1"], [2.5, 4.0])


def test_explained_variance_is_one_for_the_truth() -> None:
    alone = {key: clip for key, clip in CLIPS.items() if key.identity == "A"}
    assert explained(mean_codes(alone), alone) == 1.0
    true = np.array([[1.0, 3.0], [4.0, 5.0], [-1.0, 0.0]])
    made = np.array([[2.5, 4.0], [2.5, 4.0], [-1.0, 0.0]])
    expected = 1 - ((true - made) ** 2).sum() / ((true - true.mean(0)) ** 2).sum()
    assert abs(explained(mean_codes(CLIPS), CLIPS) - expected) < 1e-6


def test_speech_learns_the_code_of_its_own_identity_emotion_and_level() -> None:
    speech = {
        ClipKey("A", "happy", 1, 7): np.zeros(3, np.float32),
        ClipKey("B", "happy", 1, 7): np.ones(3, np.float32),
        ClipKey("C", "happy", 1, 7): np.ones(3, np.float32),
    }
    embeddings, codes = pairs(Features(CLIPS, speech, ("happy", "sad")))
    np.testing.assert_allclose(embeddings[:, 0], [0, 1])
    np.testing.assert_allclose(codes, [[1, 3], [4, 5]])
