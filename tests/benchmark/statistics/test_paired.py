"""Paired tests against scipy, enumeration by hand, and power by simulation."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import stats

from benchmark.statistics.paired import (
    cohen_dz,
    detectable_difference,
    holm,
    mcnemar_p,
    sign_flip_test,
    signed_ranks,
    wilcoxon_p,
)

RNG = np.random.default_rng(0)


def test_few_clusters_are_permuted_exactly() -> None:
    values = RNG.normal(0.5, 1, 40)
    clusters = np.repeat(np.arange(5), 8)
    sums = [values[clusters == c].sum() for c in range(5)]
    observed = abs(sum(sums))
    every = [abs(np.dot(signs, sums)) >= observed - 1e-12 for signs in product((-1, 1), repeat=5)]
    assert sign_flip_test(values, clusters, rng=RNG) == pytest.approx(np.mean(every), abs=1e-12)


def test_many_samples_agree_with_scipys_permutation_test() -> None:
    values = RNG.normal(0.2, 1, 60)
    expected = stats.permutation_test(
        (values,), lambda x, axis: x.mean(axis), permutation_type="samples", n_resamples=20000, rng=1
    ).pvalue
    assert sign_flip_test(values, rng=np.random.default_rng(1), n_resamples=20000) == pytest.approx(expected, abs=0.01)


def test_no_difference_is_never_significant() -> None:
    assert sign_flip_test(np.zeros(30), rng=RNG) == 1.0
    assert wilcoxon_p(np.zeros(30)) == 1.0 and mcnemar_p(0, 0) == 1.0
    assert np.isnan(sign_flip_test([], rng=RNG)) and np.isnan(wilcoxon_p([])) and np.isnan(cohen_dz([1.0]))


def test_wilcoxon_and_its_ranks_are_scipys() -> None:
    values = np.round(RNG.normal(0.3, 1, 50), 1)
    assert wilcoxon_p(values) == stats.wilcoxon(values).pvalue
    there = values != 0
    expected = min(stats.rankdata(np.abs(values[there]))[values[there] > 0].sum(), 1e9)
    assert signed_ranks(values)[values > 0].sum() == expected


def test_mcnemar_is_the_sum_of_binomial_tails() -> None:
    tail = sum(stats.binom.pmf(k, 12, 0.5) for k in range(3))
    assert mcnemar_p(2, 10) == pytest.approx(2 * tail, rel=1e-12)


def test_holm_steps_down_and_leaves_unknown_ones_out() -> None:
    # Worked by hand: 4 x 0.01, 3 x 0.015 = 0.045, 2 x 0.03 = 0.06, then 0.04 is carried up to 0.06.
    assert holm([0.01, 0.04, 0.03, np.nan, 0.015]) == pytest.approx([0.04, 0.06, 0.06, np.nan, 0.045], nan_ok=True)


def test_the_detectable_difference_is_found_with_its_power() -> None:
    groups, spread = 6, 2.0
    difference = detectable_difference(spread / np.sqrt(groups), groups - 1, power=0.8)
    draws = RNG.normal(difference, spread, (8000, groups))
    found = stats.ttest_1samp(draws, 0.0, axis=1).pvalue < 0.05
    assert found.mean() == pytest.approx(0.8, abs=0.02)
