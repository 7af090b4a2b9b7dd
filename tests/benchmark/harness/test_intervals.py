"""Intervals of numbers of a whole set: by the metric's own draws, by copies, and when the draws fail."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmark.core.types import Sample
from benchmark.harness.intervals import set_intervals
from benchmark.harness.score import MetricInputs
from benchmark.metrics.base import Metric, metric
from tests.benchmark.harness.contexts import small_context

SAMPLES = [
    Sample(f"c{k}", "toy", "test", f"s{k % 3}", "1", Path("a.mp4"), "neutral", "happy", 0, None) for k in range(9)
]


class Given:
    """A lookup with one number a sample."""

    def collect(self, metric: Metric, sample: Sample) -> MetricInputs:
        return MetricInputs({"output/x.y": np.array([float(sample.id[1:])])}, None)


def largest() -> Metric:
    """The mean of the clips' numbers, as a number of the set."""

    @metric(name="mean_of_set", title="", unit="", higher_is_better=True, level="set", needs=("output/x.y",))
    def function(samples, features) -> float:
        return float(np.mean([f["output/x.y"] for f in features]))

    return function


def summary(made: Metric) -> pd.DataFrame:
    """Both rows that such a metric has where all emotions are basic."""
    row = {"metric": made.info.name, "value": 4.0, "status": "ok", "ci_low": np.nan, "ci_high": np.nan}
    row |= {"ci_level": np.nan, "ci_method": ""}
    groups = ({"group": "all", "group_value": "all"}, {"group": "group", "group_value": "basic"})
    return pd.DataFrame([row | group for group in groups])


def intervals(made: Metric) -> tuple[pd.DataFrame, pd.DataFrame]:
    context = small_context(Path("nowhere"), SAMPLES, [made])
    return set_intervals(context, Given(), summary(made))  # type: ignore[arg-type]


def test_own_draws_and_copies_give_one_interval_and_each_is_asked_once() -> None:
    made, asked = largest(), []

    def bootstrap(samples, features, speakers, counts):
        asked.append(len(counts))
        numbers = np.concatenate([f["output/x.y"] for f in features])
        return counts @ np.bincount(speakers, numbers) / (3.0 * counts.sum(axis=1))

    by_copies, resampled = intervals(made)
    by_draws, drawn = intervals(replace(made, bootstrap=bootstrap))
    assert asked == [10]  # multisets of three speakers; all samples and the basic ones are the same
    pd.testing.assert_frame_equal(by_copies, by_draws)
    pd.testing.assert_frame_equal(resampled, drawn)
    assert (by_draws["ci_low"] < 4.0).all() and (by_draws["ci_high"] > 4.0).all()
    assert (by_draws["ci_method"] == "cluster_bootstrap_t_exact").all()


def test_draws_that_fail_leave_the_number_without_an_interval_and_say_why(caplog: pytest.LogCaptureFixture) -> None:
    def bootstrap(samples, features, speakers, counts):
        raise np.linalg.LinAlgError("did not\nconverge")

    with caplog.at_level(logging.WARNING):
        table, drawn = intervals(replace(largest(), bootstrap=bootstrap))
    assert table["value"].tolist() == [4.0, 4.0] and table["ci_low"].isna().all()
    assert drawn["value"].isna().all()
    assert "no interval for mean_of_set: LinAlgError: did not converge" in caplog.text


def test_only_a_number_of_a_set_is_resampled() -> None:
    with pytest.raises(ValueError, match="only a metric of level 'set'"):
        metric(name="a", title="", unit="", higher_is_better=True, bootstrap=lambda *_: np.zeros(1))(lambda s, f: 0.0)
