"""Resampled Frechet distances beside SciPy's matrix root of the covariances of explicit copies."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import sqrtm

from benchmark.formulas import frechet_bootstrap as draws
from benchmark.formulas.frechet import frechet_distance

GROUPS = 5
COUNTS = np.array([[1, 1, 1, 1, 1], [2, 0, 1, 2, 0], [0, 5, 0, 0, 0], [0, 0, 3, 1, 1]])


def rows(n: int, size: int, seed: int, shift: float = 0.0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((n, size)) * np.linspace(0.2, 2, size) + 5.0 + shift


def by_root(x: np.ndarray, y: np.ndarray) -> float:
    """The definition, with SciPy's root: right where both covariances have full rank."""
    s1, s2 = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    root = np.real(np.trace(sqrtm(s1 @ s2)))
    return float(np.sum((x.mean(0) - y.mean(0)) ** 2) + np.trace(s1) + np.trace(s2) - 2 * root)


def copies(x: np.ndarray, whose: np.ndarray, counts: np.ndarray) -> np.ndarray:
    return np.repeat(x, counts[whose], axis=0)


@pytest.mark.parametrize("kept", [True, False])
def test_many_rows_are_the_definition_of_their_copies(kept: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not kept:
        monkeypatch.setattr(draws, "SCATTER_BYTES", 0)
        monkeypatch.setattr(draws, "BLOCK", 50)
    x, y = rows(300, 12, 0), rows(240, 12, 1, 0.4)
    whose_x, whose_y = np.arange(300) % GROUPS, np.arange(240) // 48
    found = draws.frechet_draws(x, whose_x, y, whose_y, COUNTS)
    expected = [by_root(copies(x, whose_x, row), copies(y, whose_y, row)) for row in COUNTS]
    assert found == pytest.approx(expected, rel=1e-9)


def test_few_rows_are_the_exact_distance_of_their_copies() -> None:
    """Fewer rows than dimensions, where no covariance has full rank and a matrix root is 5e-6 off."""
    x, y = rows(30, 200, 0), rows(45, 200, 1, 0.1)
    whose_x, whose_y = np.arange(30) % GROUPS, np.arange(45) % GROUPS
    found = draws.frechet_draws(x, whose_x, y, whose_y, COUNTS)
    expected = [frechet_distance(copies(x, whose_x, row), copies(y, whose_y, row)) for row in COUNTS]
    assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("flat", ["both", "second"])
def test_many_rows_of_low_rank(flat: str) -> None:
    """Two hundred rows in a plane of three dimensions of twenty: a Cholesky factorisation fails on them."""
    plane = rows(3, 20, 7)
    x = rows(200, 3, 0) @ plane if flat == "both" else rows(200, 20, 0)
    y = rows(200, 3, 1) @ plane
    whose = np.arange(200) % GROUPS
    found = draws.frechet_draws(x, whose, y, whose, COUNTS)
    expected = [frechet_distance(copies(x, whose, row), copies(y, whose, row)) for row in COUNTS]
    assert found == pytest.approx(expected, rel=1e-6)


def test_degenerate_draws() -> None:
    """One row on a side has no covariance; equal sets are at no distance; a constant side is legal."""
    x, y = rows(40, 6, 0), rows(40, 6, 1)
    whose = np.repeat(np.arange(GROUPS), [1, 9, 10, 10, 10])
    one = np.array([[1, 0, 0, 0, 0], [2, 0, 0, 0, 0], [0, 1, 1, 0, 0]])
    found = draws.frechet_draws(x, whose, y, whose, one)
    assert np.isnan(found[0])
    assert found[1] == pytest.approx(float(np.sum((x[0] - y[0]) ** 2)), rel=1e-9)  # two copies: no spread at all
    assert (draws.frechet_draws(x, whose, x, whose, COUNTS[:1]) == 0).all()
    assert draws.frechet_draws(x, whose, x, whose, COUNTS) == pytest.approx(np.zeros(4), abs=1e-6)
    still = np.tile(y[:1], (40, 1))
    expected = [frechet_distance(copies(x, whose, row), copies(still, whose, row)) for row in COUNTS[:1]]
    assert draws.frechet_draws(x, whose, still, whose, COUNTS[:1]) == pytest.approx(expected, rel=1e-6)


def test_a_distance_does_not_depend_on_its_neighbours() -> None:
    x, y = rows(300, 12, 0), rows(300, 12, 1)
    whose = np.arange(300) % GROUPS
    together = draws.frechet_draws(x, whose, y, whose, COUNTS)
    alone = [draws.frechet_draws(x, whose, y, whose, row[None])[0] for row in COUNTS]
    assert (together == alone).all()
