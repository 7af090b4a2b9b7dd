"""Losses against closed forms and against torch's own."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn import functional as F

from cmet.training import losses


def rows(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def test_the_focal_factor_is_a_hyperbolic_tangent() -> None:
    p, y = rows(6, 10), rows(6, 10, seed=1)
    d = p - y
    torch.testing.assert_close(losses.focal_error(p, y), (d**2 * torch.tanh(0.1 * d.abs())).mean())
    torch.testing.assert_close(losses.focal_error(p, y, "tanh"), (d**2 * torch.tanh(0.2 * d.abs())).mean())
    assert losses.focal_error(p, p) == 0


def test_contrast_of_two_classes_of_orthogonal_directions() -> None:
    # four rows a, b (visual) and a, b (audio): each has one positive at similarity 1/0.1 and two others at 0
    eye = torch.eye(2, dtype=torch.float64)
    expected = -(10 - math.log(math.exp(10) + 2))
    assert losses.contrastive(3 * eye, 0.5 * eye, torch.tensor([0, 1])).item() == pytest.approx(expected, abs=1e-9)


def test_contrast_of_equal_rows_is_the_logarithm_of_the_others() -> None:
    same = torch.ones(4, 5, dtype=torch.float64)
    assert losses.contrastive(same, same, torch.zeros(4, dtype=torch.long)).item() == pytest.approx(math.log(7))


@pytest.mark.parametrize(("factor", "expected"), [(1.0, 4.0), (-1.0, 0.0), (-3.0, 0.0)])
def test_opposite_passes_cost_nothing(factor: float, expected: float) -> None:
    p = rows(5, 10)
    assert losses.opposite(p, factor * p).item() == pytest.approx(expected, abs=1e-12)
    assert losses.opposite(p, factor * p, torch.full((5,), 2.0)).item() == pytest.approx(4 * expected, abs=1e-12)


def test_the_total_is_the_weighted_sum() -> None:
    p, q, y = rows(3, 5, 10), rows(3, 5, 10, seed=1), rows(3, 5, 10, seed=2)
    n, e, a, b = (rows(3, 5, 8, seed=3), rows(3, 5, 8, seed=4), rows(3, 1, 8, seed=5), rows(3, 1, 8, seed=6))
    labels = torch.tensor([1, 4, 1])
    terms = losses.objective(p, q, y, n, e, a, b, labels)
    u = (e - n).mean(dim=1)
    contrast = (losses.contrastive(-u, a[:, 0], labels) + losses.contrastive(u, b[:, 0], labels)) / 2
    away = ((1 + F.cosine_similarity(p, q, dim=-1)) ** 2).mean()
    focal = losses.focal_error(p, y) + losses.focal_error(q, -y)
    torch.testing.assert_close(terms.total, focal + 0.1 * contrast + 0.05 * away)


def test_errors_agree_with_torch() -> None:
    p, y = rows(6, 10), rows(6, 10, seed=1)
    torch.testing.assert_close(losses.weighted_error(p, y), F.mse_loss(p, y))
    torch.testing.assert_close(losses.weighted_error(p, y, torch.full((6,), 3.0)), 3 * F.mse_loss(p, y))
    normal = torch.distributions.MultivariateNormal(p[:, None], 64 * torch.eye(10, dtype=torch.float64))
    torch.testing.assert_close(losses.balanced_error(p, y), F.cross_entropy(normal.log_prob(y[None]), torch.arange(6)))


def test_inconsistency_is_one_minus_cosine() -> None:
    p = rows(4, 10)
    assert losses.inconsistency(p, 2 * p).item() == pytest.approx(0.0, abs=1e-12)
    assert losses.inconsistency(p, -p).item() == pytest.approx(2.0)


def test_velocity_compares_changes_only() -> None:
    p = rows(2, 5, 10)
    shifted = p + 3.0
    assert losses.velocity_error(p, shifted).item() == pytest.approx(1e-6 * math.sqrt(10))  # pairwise_distance's eps
    ramp = p + 2.0 * torch.arange(5, dtype=torch.float64)[:, None]
    assert losses.velocity_error(p, ramp).item() == pytest.approx(2.0 * math.sqrt(10), rel=1e-5)


def test_label_weights_are_repeated_for_every_frame() -> None:
    assert losses.label_weights(torch.tensor([4, 5]), 3).tolist() == pytest.approx([2, 2, 2, 0.1, 0.1, 0.1])
