"""The measurement of the harness itself."""

from __future__ import annotations

import pytest

from benchmark.speed.harness import measure_harness


def test_the_harness_alone_costs_milliseconds_a_sample() -> None:
    found = measure_harness(samples=300, parts="overhead")
    overhead = found["overhead"]
    assert overhead["samples"] == 300 and 0 < overhead["cpu_seconds"] / 300 < 0.02
    assert "300 samples" in found["text"]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_ten_thousand_samples_stay_below_20_ms_and_a_gibibyte() -> None:
    overhead = measure_harness(parts="overhead")["overhead"]
    assert overhead["seconds"] / overhead["samples"] < 0.02
    assert overhead["peak_bytes"] < 2**30
