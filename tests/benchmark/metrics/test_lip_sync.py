"""Sync against the speech: equal to the reference where that has a value, right where it has not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.core.errors import SampleError
from benchmark.core.types import Sample
from benchmark.formulas.sync_curve import sync_distances, sync_scores, window_count
from benchmark.metrics.lip_sync import (
    FRAME_COUNT,
    FRAMES_SEEN,
    LIP,
    SAMPLE_COUNT,
    SOUND,
    lse_c_standard,
    lse_d_standard,
    sync_confidence_author,
    sync_coverage_standard,
    sync_offset_standard,
)

SAMPLE = Sample("a", "clips", "test", "s", "1", Path("a.mp4"), "neutral", "happy", 0, None)
LENGTHS = (12, 25, 40, 75, 300)


def features(windows: int, shift: int = 0, noise: float = 0.5, seed: int = 0, seen: int | None = None):
    """A clip whose lips are its sound, `shift` frames late, with some noise. `windows` that fit."""
    rng = np.random.default_rng(seed)
    track = rng.standard_normal((windows + 40, 32))
    frames = windows + 4
    return {
        LIP: track[20 : 20 + windows] + noise * rng.standard_normal((windows, 32)),
        SOUND: track[20 + shift : 20 + shift + windows],
        FRAME_COUNT: np.asarray(frames),
        FRAMES_SEEN: np.asarray(frames if seen is None else seen),
        SAMPLE_COUNT: np.asarray(640 * frames),
    }


@pytest.mark.parametrize("windows", [98, 150])
def test_on_long_clips_the_author_score_is_the_published_one(windows: int) -> None:
    found = features(windows)
    count = window_count(windows + 4, 640 * (windows + 4))  # the published code leaves one window out
    assert count == windows - 1
    expected = sync_scores(sync_distances(found[LIP][:count], found[SOUND][:count]))
    assert sync_confidence_author(SAMPLE, found) == expected.confidence


def test_longer_speech_than_picture_is_cut() -> None:
    found = features(120)
    longer = dict(found) | {
        SOUND: np.concatenate([found[SOUND], np.ones((50, 32))]),
        SAMPLE_COUNT: np.asarray(640 * 174),
    }
    for metric in (sync_confidence_author, lse_c_standard, lse_d_standard):
        assert metric(SAMPLE, longer) == metric(SAMPLE, found)


@pytest.mark.parametrize(("windows", "seen"), [(96, None), (200, 100)])
def test_the_author_protocol_drops_short_tracks_and_the_standard_one_does_not(windows: int, seen: int | None) -> None:
    found = features(windows, seen=seen)
    with pytest.raises(SampleError) as caught:
        sync_confidence_author(SAMPLE, found)
    assert caught.value.status == "no_track"
    assert lse_c_standard(SAMPLE, found) > 1 and sync_coverage_standard(SAMPLE, found) == 100.0


@pytest.mark.parametrize("shift", [-7, 0, 3, 12])
def test_the_offset_is_found(shift: int) -> None:
    assert sync_offset_standard(SAMPLE, features(80, shift)) == abs(shift)


def test_the_published_confidence_grows_with_length_and_the_standard_one_hardly() -> None:
    def mean(length: int, padded: bool) -> float:
        values = []
        for seed in range(20):
            found = features(length, seed=seed)
            if padded:
                values.append(sync_scores(sync_distances(found[LIP], found[SOUND])).confidence)
            else:
                values.append(lse_c_standard(SAMPLE, found))
        return float(np.mean(values))

    padded = [mean(length, True) for length in LENGTHS]
    fitting = [mean(length, False) for length in LENGTHS]
    assert padded == sorted(padded) and padded[-1] > 1.2 * padded[0]
    assert max(fitting) < 1.06 * min(fitting)


def test_degenerate_clips_have_a_status() -> None:
    for windows, status in ((1, "too_short"), (5, "too_short")):
        with pytest.raises(SampleError) as caught:
            lse_c_standard(SAMPLE, features(windows))
        assert caught.value.status == status
    assert np.isfinite(lse_c_standard(SAMPLE, features(6)))
    broken = features(60)
    broken[LIP][3, 4] = np.nan
    with pytest.raises(SampleError) as caught:
        lse_d_standard(SAMPLE, broken)
    assert caught.value.status == "not_finite"


def test_silence_and_a_still_mouth_give_a_flat_curve_not_a_failure() -> None:
    found = features(60)
    still = dict(found) | {LIP: np.repeat(found[LIP][:1], 60, axis=0), SOUND: np.repeat(found[SOUND][:1], 60, axis=0)}
    assert lse_c_standard(SAMPLE, still) == pytest.approx(0, abs=1e-9)
    assert sync_coverage_standard(SAMPLE, still) == 100.0
