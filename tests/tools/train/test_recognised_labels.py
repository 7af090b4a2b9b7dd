"""The label cue of extended emotions is what the recorded judge says."""

from __future__ import annotations

import hashlib

import pytest

from benchmark.checkpoints.shipped import load_shipped
from benchmark.core.types import BASIC_EMOTIONS, EXTENDED_EMOTIONS
from benchmark.puppets.cast import SECOND_TEST_IDENTITIES
from benchmark.puppets.recognised import heard, record
from cmet.model.speech_network import SpeechNetwork
from tools.train.recognised_labels import JUDGE, hear


def test_every_extended_emotion_has_a_basic_label_and_a_level() -> None:
    for emotion in EXTENDED_EMOTIONS:
        for level in (2, 3):
            label, at = heard(emotion, level)
            assert label in BASIC_EMOTIONS and at in (1, 2, 3)
    assert heard("sad", 2) == ("sad", 2)


def test_the_judge_says_so_and_hears_basic_emotions_right() -> None:
    if hashlib.sha256(JUDGE.read_bytes()).hexdigest() != record()["sha256"]:
        pytest.skip("the speech network that ships is another one than the judge of recognised.json")
    judge = load_shipped(SpeechNetwork, JUDGE)
    for emotion, level in (("envious", 3), ("sarcastic", 2)):
        assert hear(judge, emotion, level) == record()["heard"][emotion][str(level)]
    expected = record()["heard_second_cast"]["sarcastic"]["3"]
    assert hear(judge, "sarcastic", 3, SECOND_TEST_IDENTITIES) == expected
    for emotion, level in (("angry", 3), ("fear", 1)):
        answer = hear(judge, emotion, level)
        assert (answer["label"], answer["level"]) == (emotion, level) and answer["votes"] >= 9
