"""Order of levels: closed forms, ties, resamples."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from benchmark.core.errors import SampleError
from benchmark.core.types import Sample
from benchmark.metrics import METRICS
from benchmark.metrics.intensity import mean_order, rank_correlation, share_of_rising_triples

SAMPLE = Sample("a", "mead", "test", "s", "1", Path("a.mp4"), "neutral", "happy", 0, None)


def sample(level: int = 2, emotion: str = "happy", speaker: str = "P25") -> Sample:
    name = f"{speaker}_{emotion}_{level}"
    return Sample(name, "puppets", "levels", speaker, "s29", Path("a.mp4"), "neutral", emotion, level, None)


@pytest.mark.parametrize("seed", range(10))
def test_rank_correlation_equals_scipy_with_ties(seed: int) -> None:
    rng = np.random.default_rng(seed)
    levels, values = rng.integers(1, 4, 12), rng.integers(0, 5, 12)
    assert rank_correlation(levels, values) == pytest.approx(spearmanr(levels, values).statistic, abs=1e-12)


def test_the_same_edit_for_all_levels_scores_nothing() -> None:
    three = [sample(1), sample(2), sample(3)]
    assert mean_order(three, [1.0, 1.0, 1.0]) == 0.0
    assert share_of_rising_triples(three, [1.0, 1.0, 1.0]) == 0.0
    assert share_of_rising_triples(three, [1.0, 2.0, 2.0]) == 0.0
    assert mean_order(three, [0.1, 0.2, 0.9]) == pytest.approx(1.0)
    assert mean_order(three[::-1], [0.1, 0.2, 0.9]) == pytest.approx(-1.0)
    both = [*three, *(sample(k, "sad") for k in (1, 2, 3))]
    assert share_of_rising_triples(both, [1, 2, 3, 3, 2, 1]) == 50.0
    for function in (mean_order, share_of_rising_triples):
        with pytest.raises(SampleError) as caught:
            function([sample(2), sample(2, "sad")], [0.0, 1.0])
        assert caught.value.status == "not_applicable"


def test_in_a_resample_of_levels_a_speaker_counts_as_often_as_drawn() -> None:
    """One speaker whose levels come out in order, one whose levels come out in reverse, one of a single level."""
    rising, falling = [1.0, 2.0, 4.0], [4.0, 2.0, 1.0]
    plan = [("a", level, value) for level, value in zip((1, 2, 3), rising, strict=True)]
    plan += [("b", level, value) for level, value in zip((1, 2, 3), falling, strict=True)] + [("c", 2, 1.0)]
    samples = [replace(SAMPLE, speaker=speaker, intensity=level) for speaker, level, _ in plan]
    features = [
        {"output/judge_mead.mean": np.eye(7)[0] * value, "source/judge_mead.mean": np.zeros(7)} for *_, value in plan
    ]
    speakers = np.array(["abc".index(speaker) for speaker, *_ in plan])
    counts = np.array([[1, 1, 1], [2, 1, 0], [3, 0, 0], [0, 0, 3]])
    for name, expected in (("order", [0.0, 1 / 3, 1.0, np.nan]), ("triples", [50.0, 200 / 3, 100.0, np.nan])):
        draws = METRICS.get(f"level_{name}_mead_standard").bootstrap
        assert draws is not None
        assert draws(samples, features, speakers, counts) == pytest.approx(expected, nan_ok=True)


def test_levels_in_order_by_a_judge_of_mead() -> None:
    """Stronger wishes that come out stronger: all of one speaker, source and emotion."""
    three = [replace(SAMPLE, intensity=level) for level in (1, 2, 3)]
    source = np.zeros(7)
    features = [
        {"output/judge_mead.mean": np.eye(7)[0] * level, "source/judge_mead.mean": source} for level in (1.0, 2.0, 4.0)
    ]
    assert METRICS.get("level_order_mead_standard")(three, features) == pytest.approx(1.0)
    assert METRICS.get("level_triples_mead_standard")(three, features) == 100.0
    assert METRICS.get("level_triples_mead_standard")(three, [features[0]] * 3) == 0.0
