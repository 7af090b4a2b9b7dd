"""LPIPS against the arithmetic of the paper, written once more in numpy, and its keys."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from benchmark.checkpoints.seeded import fill_metrics
from benchmark.networks.lpips import CHANNELS, ENDS, SCALE, SHIFT, Lpips
from benchmark.parity.golden.inputs import entries


@pytest.fixture(scope="module")
def network() -> Lpips:
    made = Lpips()
    fill_metrics(made, entries(made), gain=1.4)
    for parameter in made.layers.parameters():
        parameter.data.abs_()
    return made.eval().requires_grad_(False)


def pictures(seed: int) -> torch.Tensor:
    return torch.rand(2, 3, 64, 72, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def test_the_keys_are_those_of_the_released_files(network: Lpips) -> None:
    alexnet = [f"features.{i}.{kind}" for i in (0, 3, 6, 8, 10) for kind in ("weight", "bias")]
    assert list(network.trunk.state_dict()) == alexnet
    shapes = {key: tuple(value.shape) for key, value in network.layers.state_dict().items()}
    assert shapes == {f"lin{i}.model.1.weight": (1, c, 1, 1) for i, c in enumerate(CHANNELS)}


def test_it_is_the_weighed_squared_difference_of_unit_features(network: Lpips) -> None:
    a, b = pictures(0), pictures(1)
    sides = []
    for side in (a, b):
        x = (side - torch.tensor(SHIFT).view(3, 1, 1)) / torch.tensor(SCALE).view(3, 1, 1)
        found = []
        state = network.trunk.state_dict()
        for number, (index, stride, padding, pool) in enumerate(
            ((0, 4, 2, False), (3, 1, 2, True), (6, 1, 1, True), (8, 1, 1, False), (10, 1, 1, False))
        ):
            x = F.max_pool2d(x, 3, 2) if pool else x
            x = F.relu(F.conv2d(x, state[f"features.{index}.weight"], state[f"features.{index}.bias"], stride, padding))
            found.append(x.double().numpy())
            assert ENDS[number] == index + 1
        sides.append(found)
    wanted = np.zeros(2)
    for level, (x, y) in enumerate(zip(*sides, strict=True)):
        unit = [v / np.linalg.norm(v, axis=1, keepdims=True) for v in (x, y)]
        weight = network.layers.state_dict()[f"lin{level}.model.1.weight"].double().numpy()[0, :, 0, 0]
        wanted += np.einsum("bchw,c->bhw", (unit[0] - unit[1]) ** 2, weight).mean(axis=(1, 2))
    assert np.allclose(network(a, b).numpy(), wanted, rtol=1e-5)


def test_equal_pictures_have_no_distance_and_order_plays_no_part(network: Lpips) -> None:
    a, b = pictures(2), pictures(3)
    assert network(a, a).abs().max() == 0
    assert torch.equal(network(a, b), network(b, a)) and (network(a, b) > 0).all()
    small = network(a, a + 0.02 * pictures(4))
    assert (small < network(a, b)).all()
    with pytest.raises(ValueError, match="63 px"):
        network(a[..., :40], b[..., :40])
