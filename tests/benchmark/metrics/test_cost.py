"""What an edit costs is read from the note beside its output."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmark.core.errors import SampleError
from benchmark.core.types import Sample
from benchmark.metrics import METRICS
from benchmark.metrics.base import Timing

SAMPLE = Sample("a", "mead", "test", "s", "1", Path("a.mp4"), "neutral", "happy", 0, None)


def test_costs_are_read_from_the_timing() -> None:
    warm = Timing(2.0, 2.5, 50, 3, 3 * 2**20)
    assert METRICS.get("aitv_author")(SAMPLE, warm) == 2.0
    assert METRICS.get("aitv_standard")(SAMPLE, warm) == 2.5
    assert METRICS.get("frames_per_second_standard")(SAMPLE, warm) == 20.0
    assert METRICS.get("peak_memory_standard")(SAMPLE, warm) == 3.0
    first, file = replace(warm, order=0), Timing(None, None, None, 4, None)
    assert METRICS.get("aitv_author")(SAMPLE, first) == 2.0
    for name, timing, status in (
        ("aitv_standard", first, "warm_up"),
        ("frames_per_second_standard", first, "warm_up"),
        ("aitv_author", file, "not_timed"),
        ("peak_memory_standard", file, "not_timed"),
    ):
        with pytest.raises(SampleError) as caught:
            METRICS.get(name)(SAMPLE, timing)
        assert caught.value.status == status
