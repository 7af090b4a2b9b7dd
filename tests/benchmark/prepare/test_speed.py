"""The measurement of what preparing costs."""

from __future__ import annotations

import pytest

from benchmark.speed.preparing import measure_prepare
from tests.shared_files import WEIGHTS, needs_weights


@needs_weights
def test_the_ratio_is_that_of_the_seconds() -> None:
    found = measure_prepare(clip_frames=10, weights=WEIGHTS)
    assert found["ratio"] == found["seconds"]["ours"] / found["seconds"]["floor"] > 0
    assert "one clip of 10 frames, 1280 x 720" in found["text"]


@needs_weights
@pytest.mark.slow
def test_preparing_costs_little_beside_decoding_detecting_and_encoding() -> None:
    assert measure_prepare(rounds=8, weights=WEIGHTS)["ratio"] <= 1.3
