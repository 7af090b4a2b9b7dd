"""The exponent of growth against power laws that are known."""

from __future__ import annotations

import math

import pytest

from benchmark.speed.growth import exponent


@pytest.mark.parametrize("power", [0.0, 1.0, 2.0])
def test_a_power_law_is_found(power: float) -> None:
    counts = (20, 40, 80, 160)
    assert exponent(counts, [0.3 * n**power for n in counts]) == pytest.approx(power, abs=1e-9)


def test_a_stage_that_takes_no_time_has_no_exponent() -> None:
    assert math.isnan(exponent((1, 2), (0.0, 0.0)))
