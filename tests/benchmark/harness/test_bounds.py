"""No interval reaches beyond what a metric's formula and unit allow."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from benchmark.harness.intervals import ends_of, interval_table
from benchmark.metrics import METRICS
from benchmark.metrics.base import MetricInfo
from tests.benchmark.harness.plans import small_plan


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("fid_standard", 0.0, math.inf),
        ("frechet_face", 0.0, math.inf),
        ("fid_infinity_standard", -math.inf, math.inf),
        ("kid_standard", -math.inf, math.inf),
        ("kappa_puppets_units", -1.0, 1.0),
        ("emotion_accuracy", 0.0, 100.0),
        ("edit_gain", -math.inf, 100.0),
        ("affect_agreement", -1.0, 1.0),
        ("level_order", -1.0, 1.0),
    ],
)
def test_the_ends_are_those_of_formula_and_unit(name: str, low: float, high: float) -> None:
    assert ends_of(METRICS.get(name).info) == (low, high)


def test_bounds_must_be_low_and_high() -> None:
    with pytest.raises(ValueError, match="bounds"):
        replace(MetricInfo("a", "A", "", True), bounds=(1.0, 0.0))


def test_the_table_of_intervals_keeps_to_the_bounds() -> None:
    rng = np.random.default_rng(0)
    rows = [
        {"sample_id": f"s{k}", "speaker": f"p{k % 4}", "emotion": "happy", "group": "basic", "intensity": 3}
        | {"metric": "fid_author", "protocol": "cmet-author-v1", "unit": "", "value": value}
        for k, value in enumerate(rng.exponential(1.0, 8) * np.tile([0.01, 0.01, 0.01, 30.0], 2))
    ]
    table = interval_table(small_plan(), pd.DataFrame(rows))
    clustered = table[(table["group"] == "all") & (table["ci_method"].isin(["cr2_t", "cr2_t_floored"]))]
    assert len(clustered) == 2 and (clustered["ci_low"] == 0.0).all() and (clustered["ci_high"] > 1.0).all()
