from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import cosine as scipy_cosine
from sklearn.metrics import roc_auc_score

from benchmark.formulas.cosine import cosine, mean_similarity, separation_auc

RNG = np.random.default_rng(0)


def test_cosine_equals_scipy_and_broadcasts() -> None:
    rows, one = RNG.standard_normal((5, 16)), RNG.standard_normal(16)
    expected = [1 - scipy_cosine(row, one) for row in rows]
    np.testing.assert_allclose(cosine(rows, one), expected, rtol=1e-12)
    assert mean_similarity(rows, one) == pytest.approx(np.mean(expected), rel=1e-12)


def test_cosine_never_leaves_its_range() -> None:
    rows = (RNG.standard_normal((200, 3)) * 1e-3).astype(np.float32)
    values = cosine(rows, rows)
    assert values.max() <= 1
    np.testing.assert_allclose(values, 1, atol=1e-12)
    assert cosine([1.0, 0], [-3.0, 0]) == -1


def test_directionless_and_broken_embeddings_are_refused() -> None:
    with pytest.raises(ValueError, match="no direction"):
        cosine([0.0, 0.0], [1.0, 0.0])
    with pytest.raises(ValueError, match="not finite"):
        cosine([np.nan, 0.0], [1.0, 0.0])
    with pytest.raises(ValueError, match="same axis"):
        cosine([1.0], [1.0, 0.0])
    with pytest.raises(ValueError, match="T >= 1"):
        mean_similarity([1.0, 0.0], [1.0, 0.0])


@pytest.mark.parametrize("decimals", [0, 1, 8])
def test_auc_equals_scikit_learn_with_and_without_ties(decimals: int) -> None:
    same, different = RNG.normal(1, 1, 60).round(decimals), RNG.normal(0, 1, 90).round(decimals)
    expected = roc_auc_score(np.r_[np.ones(60), np.zeros(90)], np.r_[same, different])
    assert separation_auc(same, different) == pytest.approx(expected, rel=1e-12)


def test_auc_of_separate_equal_and_missing_scores() -> None:
    assert separation_auc([2.0, 3.0], [0.0, 1.0]) == 1
    assert separation_auc([1.0, 1.0], [1.0]) == 0.5
    for same, different in (([], [1.0]), ([1.0], []), ([np.nan], [1.0])):
        with pytest.raises(ValueError, match="finite scores on both sides"):
            separation_auc(same, different)
