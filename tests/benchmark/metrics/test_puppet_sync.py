"""The puppets' sync scores: shifts are found, and padding does what it does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.core.errors import SampleError
from benchmark.core.types import Sample
from benchmark.metrics import METRICS
from benchmark.metrics.puppet_sync import LIP, SOUND, sync_confidence, sync_confidence_puppets_author


def sample(emotion: str = "happy") -> Sample:
    return Sample(
        id="a",
        dataset="puppets",
        split="test",
        speaker="P25",
        sentence="s29",
        source=Path("source.mp4"),
        source_emotion="neutral",
        emotion=emotion,
        intensity=2,
        speech=None,
    )


def sync_features(shift: int, windows: int = 40) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    sound = rng.standard_normal((windows + 20, 16)).astype(np.float32)
    return {
        "output/puppet_sync.lip": sound[10 : 10 + windows] * 3.0,  # length must not matter
        "output/puppet_sync.audio": sound[10 + shift : 10 + shift + windows],
    }


@pytest.mark.parametrize(("shift", "in_time"), [(0, 100.0), (1, 100.0), (-1, 100.0), (3, 0.0), (-5, 0.0), (8, 0.0)])
def test_shifted_sound_is_out_of_time(shift: int, in_time: float) -> None:
    features = sync_features(shift)
    assert METRICS.get("sync_in_time")(sample(), features) == in_time
    assert METRICS.get("sync_distance")(sample(), features) == pytest.approx(0.0, abs=1e-4)
    assert METRICS.get("sync_confidence")(sample(), features) > 1.0


def test_a_clip_too_short_for_sync_is_a_status() -> None:
    with pytest.raises(SampleError) as caught:
        METRICS.get("sync_confidence")(sample(), sync_features(0, windows=4))
    assert caught.value.status == "too_short"


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
