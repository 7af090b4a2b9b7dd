"""What is said of a curve."""

from __future__ import annotations

import math

import pytest

from benchmark.damage import DAMAGES
from benchmark.metrics import METRICS
from benchmark.selftest import AIMS, main, verdict


@pytest.mark.parametrize(
    ("values", "higher", "said"),
    [
        ([3, 2, 2, 1], True, "worse"),
        ([3, 2, 2.5, 1], True, "not monotone"),
        ([1, 2, 3], True, "better"),
        ([1, 2, 3], False, "worse"),
        ([1, 1, 1], True, "flat"),
        ([1, math.nan], True, "no value"),
        ([1], True, "no value"),
    ],
)
def test_a_curve_is_called_what_it_is(values: list[float], higher: bool, said: str) -> None:
    assert verdict(values, higher) == said


def test_what_is_expected_names_metrics_and_damages_that_exist() -> None:
    assert all(name in METRICS for name in AIMS)
    assert all(damage in DAMAGES for damages in AIMS.values() for damage in damages)


def test_an_unknown_damage_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--damages", "blurr"]) == 2
    assert "did you mean 'blur'" in capsys.readouterr().err
