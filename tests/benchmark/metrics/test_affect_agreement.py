"""The proxy of agreement between face and speech: closed forms, and the maps that it ships with."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmark.core.types import Sample
from benchmark.extractors.prosody_profile import prosody_profile
from benchmark.metrics.affect_agreement import EMOTIONAL, NEUTRAL, OUTPUT, SOURCE, affect_agreement, affect_gain
from benchmark.networks.affect_space import FILE, load_affect_space
from benchmark.puppets.affect import full_state, state
from benchmark.puppets.corpus import perform
from benchmark.puppets.plan import ClipPlan


def features(face: np.ndarray, speech: np.ndarray) -> dict[str, np.ndarray]:
    """A source and neutral speech somewhere, an output and emotional speech that differ by these."""
    start = np.full(7, 0.3)
    return {
        OUTPUT: start + face,
        SOURCE: start,
        EMOTIONAL: np.stack([speech - 0.1, speech + 0.1]),
        NEUTRAL: np.zeros((3, 7)),
    }


HAPPY = full_state("happy")
SAMPLE = Sample("a", "puppets", "test", "P25", "s31", Path("a.mp4"), "neutral", "happy", 3, None)


@pytest.mark.parametrize(
    ("face", "cosine", "gain"),
    [(HAPPY, 1.0, 100.0), (HAPPY / 2, 1.0, 50.0), (0 * HAPPY, 0.0, 0.0), (-HAPPY, -1.0, -100.0)],
)
def test_the_face_that_goes_the_speechs_way_agrees_and_doing_nothing_scores_zero(
    face: np.ndarray, cosine: float, gain: float
) -> None:
    given = features(face, HAPPY)
    assert affect_agreement(SAMPLE, given) == pytest.approx(cosine, abs=1e-9)
    assert affect_gain(SAMPLE, given) == pytest.approx(gain, abs=1e-9)


def test_speech_without_emotion_asks_for_nothing() -> None:
    given = features(HAPPY, 0 * HAPPY)
    assert affect_agreement(SAMPLE, given) == 0.0 and affect_gain(SAMPLE, given) == 0.0


def test_the_maps_read_a_face_and_a_voice_that_they_were_not_fitted_on() -> None:
    space = load_affect_space()
    for emotion, least in (("sad", 0.8), ("romantic", 0.6)):
        faces, voices = [], []
        for name in (emotion, "neutral"):
            level = 3 if name == emotion else 1
            acted = [perform(ClipPlan(who, name, level, "s31")) for who in ("P25", "P26", "P27", "P28")]
            faces.append(np.mean([space.of_face(a.motion.action_units.mean(axis=0)[None])[0] for a in acted], axis=0))
            voices.append(np.mean([space.of_voice(prosody_profile(a.speech.audio)[None])[0] for a in acted], axis=0))
        for side in (faces, voices):
            change, truth = side[0] - side[1], state(emotion)
            assert change @ truth / np.linalg.norm(change) / np.linalg.norm(truth) > least


def test_the_manifest_says_how_well_the_maps_read() -> None:
    scores = json.loads((FILE.parent / "manifest.json").read_text())[FILE.name]["scores"]
    assert scores["voice_r2_arousal"] > 0.8 and scores["voice_cosine_extended"] > 0.7
