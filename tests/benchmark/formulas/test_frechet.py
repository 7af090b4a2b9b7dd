from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
import scipy.linalg
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmark.formulas.frechet import Moments, frechet_between, frechet_distance, frechet_terms


def by_matrix_root(x: np.ndarray, y: np.ndarray) -> float:
    """The formula as written, with SciPy's matrix root."""
    s1, s2 = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    root = scipy.linalg.sqrtm(s1 @ s2)
    return float(((x.mean(0) - y.mean(0)) ** 2).sum() + np.trace(s1 + s2) - 2 * np.trace(root).real)


def sets(n1: int, n2: int, size: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    mix = rng.standard_normal((size, size)) / np.sqrt(size)
    return rng.standard_normal((n1, size)) @ mix, 0.3 + 1.2 * rng.standard_normal((n2, size)) @ mix


@pytest.mark.parametrize(("n1", "n2", "size"), [(200, 150, 8), (100, 300, 40), (60, 60, 50)])
def test_equals_the_matrix_root_at_full_rank(n1: int, n2: int, size: int) -> None:
    x, y = sets(n1, n2, size)
    assert frechet_distance(x, y) == pytest.approx(by_matrix_root(x, y), rel=1e-9)


def test_one_dimension_has_a_closed_form() -> None:
    """(m1 - m2)^2 + (s1 - s2)^2."""
    x, y = sets(50, 70, 1)
    expected = (x.mean() - y.mean()) ** 2 + (x.std(ddof=1) - y.std(ddof=1)) ** 2
    assert frechet_distance(x, y) == pytest.approx(expected, rel=1e-12)


def test_scaling_a_set_has_a_closed_form_with_fewer_rows_than_dimensions() -> None:
    """Against a x, with a > 0: (1 - a)^2 (|m|^2 + tr S)."""
    x = np.random.default_rng(1).standard_normal((20, 300)) + 1
    expected = 0.75**2 * ((x.mean(0) ** 2).sum() + x.var(0, ddof=1).sum())
    assert frechet_distance(x, 0.25 * x) == pytest.approx(expected, rel=1e-12)


def test_shifting_a_set_adds_the_squared_shift() -> None:
    x, _ = sets(30, 30, 100)
    assert frechet_distance(x, x + 0.5) == pytest.approx(100 * 0.25, rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 30), st.integers(2, 30), st.integers(1, 20), st.integers(0, 2**32 - 1))
def test_is_symmetric_never_negative_and_zero_for_equal_sets(n1: int, n2: int, size: int, seed: int) -> None:
    x, y = sets(n1, n2, size, seed)
    forth, back = frechet_distance(x, y), frechet_distance(y, x)
    assert forth >= 0
    assert forth == pytest.approx(back, rel=1e-9, abs=1e-9)
    assert frechet_distance(x, x[::-1]) == pytest.approx(0, abs=1e-9)


def test_row_order_does_not_matter() -> None:
    x, y = sets(40, 50, 64)
    assert frechet_distance(x[::-1], y) == pytest.approx(frechet_distance(x, y), rel=1e-12)


def test_constant_sets_have_exactly_no_covariance() -> None:
    row = np.random.default_rng(2).random(2048)
    x, y = np.repeat(row[None], 40, axis=0), np.repeat(row[None] + 0.1, 30, axis=0)
    terms = frechet_terms(x, y)
    assert (terms.trace1, terms.trace2, terms.trace_root) == (0.0, 0.0, 0.0)
    assert terms.distance == pytest.approx(20.48, rel=1e-9)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (np.zeros((1, 4)), np.zeros((3, 4)), "first set: a Frechet distance needs at least 2 rows, got 1"),
        (np.zeros((3, 4)), np.zeros((1, 4)), "second set: a Frechet distance needs at least 2 rows, got 1"),
        (np.zeros((0, 4)), np.zeros((3, 4)), "needs at least 2 rows, got 0"),
        (np.zeros((3, 4)), np.zeros((3, 5)), "feature dimensions differ: 4 and 5"),
        (np.zeros(4), np.zeros((3, 4)), "must be"),
        (np.array([[0.0, np.nan], [1, 2], [3, 4]]), np.zeros((3, 2)), "1 of 3 rows are not finite"),
        (np.zeros((3, 2)), np.array([[0.0, np.inf], [1, 2]]), "second set: 1 of 2 rows are not finite"),
    ],
)
def test_what_has_no_distance_is_refused(x: np.ndarray, y: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        frechet_distance(x, y)


@pytest.mark.parametrize(("n1", "n2"), [(200, 150), (20, 30)])
def test_moments_give_the_distance_of_the_features(n1: int, n2: int) -> None:
    x, y = sets(n1, n2, 60)
    ours = frechet_between(Moments.of(x), Moments.of(y)).distance
    assert ours == pytest.approx(frechet_distance(x, y), rel=1e-9)


def test_statistics_files_are_those_of_pytorch_fid(tmp_path: Path) -> None:
    """`mu` and `sigma` as NumPy computes them, and back."""
    x, _ = sets(30, 30, 12)
    np.savez(tmp_path / "theirs.npz", mu=x.mean(0), sigma=np.cov(x, rowvar=False))
    theirs = Moments.read(tmp_path / "theirs.npz")
    Moments.of(x).write(tmp_path / "ours.npz")
    with np.load(tmp_path / "ours.npz") as archive:
        np.testing.assert_allclose(archive["mu"], theirs.mean, rtol=1e-12)
        np.testing.assert_allclose(archive["sigma"], theirs.covariance, rtol=1e-12, atol=1e-15)
    np.savez(tmp_path / "other.npz", a=x)
    with pytest.raises(ValueError, match="no statistics file"):
        Moments.read(tmp_path / "other.npz")
    with pytest.raises(ValueError, match="dimensions differ"):
        frechet_between(theirs, Moments.of(x[:, :5]))
    with pytest.raises(ValueError, match="not finite"):
        Moments(np.full(2, np.nan), np.eye(2))


def test_bias_with_the_number_of_rows_is_as_documented() -> None:
    """Two draws of one distribution: the distance is sampling error and falls as 1 / n."""
    rng = np.random.default_rng(3)
    values = [frechet_distance(rng.standard_normal((n, 64)), rng.standard_normal((n, 64))) for n in (40, 400)]
    assert values[0] > 5 * values[1] > 0


@pytest.mark.slow  # a clock
def test_a_pair_of_videos_takes_milliseconds() -> None:
    """80 frames of 2048 features a side; a matrix root takes tens of seconds."""
    x, y = (np.random.default_rng(seed).standard_normal((80, 2048)) for seed in (4, 5))
    frechet_distance(x, y)
    start = time.process_time()
    for _ in range(5):
        frechet_distance(x, y)
    assert (time.process_time() - start) / 5 < 0.5
