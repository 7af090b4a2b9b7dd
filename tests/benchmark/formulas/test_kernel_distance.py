from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics.pairwise import polynomial_kernel

from benchmark.formulas.kernel_distance import kernel_distance, kernel_draws, kernel_sums


def draw(n: int, size: int, seed: int, shift: float = 0.0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((n, size)) + shift


def test_equals_the_definition_with_scikit_learn_s_kernel() -> None:
    x, y = draw(30, 16, 0), draw(40, 16, 1, 0.5)
    kernels = [polynomial_kernel(a, b, degree=3, gamma=1 / 16, coef0=1) for a, b in ((x, x), (y, y), (x, y))]
    off = [k[~np.eye(len(k), dtype=bool)].mean() for k in kernels[:2]]
    assert kernel_distance(x, y) == pytest.approx(off[0] + off[1] - 2 * kernels[2].mean(), rel=1e-10)


def test_draws_are_the_definition_of_their_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Copies are rows of their own; clusters of unequal size, one of them without a row on the second side."""
    monkeypatch.setattr("benchmark.formulas.kernel_distance.BLOCK", 7)
    x, y = draw(23, 6, 0), draw(17, 6, 1, 0.3)
    whose_x, whose_y = np.arange(23) % 4, np.arange(17) % 3
    counts = np.array([[1, 1, 1, 1], [3, 0, 1, 0], [0, 2, 0, 2], [0, 0, 0, 4]])
    found = kernel_draws(kernel_sums(x, whose_x, y, whose_y), counts)
    for row, value in zip(counts[:3], found, strict=False):
        a, b = np.repeat(x, row[whose_x], axis=0), np.repeat(y, row[whose_y], axis=0)
        kernels = [polynomial_kernel(p, q, degree=3, gamma=1 / 6, coef0=1) for p, q in ((a, a), (b, b), (a, b))]
        off = [k[~np.eye(len(k), dtype=bool)].mean() for k in kernels[:2]]
        assert value == pytest.approx(off[0] + off[1] - 2 * kernels[2].mean(), rel=1e-10)
    assert np.isnan(found[3])  # nothing is drawn on the second side


def test_is_unbiased_at_every_size() -> None:
    """Of one distribution the mean over many draws is zero within three standard errors, for few rows and many."""
    for n in (5, 50):
        values = [kernel_distance(draw(n, 8, 2 * i), draw(n, 8, 2 * i + 1)) for i in range(300)]
        assert abs(np.mean(values)) < 3 * np.std(values) / np.sqrt(len(values))
        assert min(values) < 0


def test_grows_with_the_shift() -> None:
    x = draw(100, 8, 0)
    values = [kernel_distance(x, draw(100, 8, 1, shift)) for shift in (0.0, 0.5, 1.0)]
    assert values[0] < values[1] < values[2]


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (np.zeros((1, 4)), np.zeros((3, 4)), "at least 2 rows"),
        (np.zeros((3, 4)), np.zeros((3, 5)), "dimensions differ"),
        (np.full((3, 2), np.nan), np.zeros((3, 2)), "3 of 3 rows are not finite"),
        (np.zeros(4), np.zeros((3, 4)), "must be"),
    ],
)
def test_what_has_no_distance_is_refused(x: np.ndarray, y: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        kernel_distance(x, y)
