"""The cross-modal transformer: keys, tokens, initialisation, sizes."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
import torch

from cmet.model.transformer import Connector, ConnectorConfig, PositionTable

REFERENCE = Path(__file__).resolve().parents[4] / "shared" / "reference" / "cmet"
SMALL = ConnectorConfig(width=32, speech=16, feedforward=24, layers=2, positions=16)


def small(**changes: float) -> Connector:
    torch.manual_seed(0)
    return Connector(ConnectorConfig(**{**vars(SMALL), **changes})).eval()


def inputs(batch: int = 2, frames: int = 5, expression: int = 10) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    shapes = ((batch, frames, expression), (batch, 1, 16), (batch, frames, expression))
    return tuple(torch.randn(shape, generator=generator) for shape in shapes)


@pytest.mark.golden
@pytest.mark.parametrize("expression", [10, 30])
def test_keys_and_shapes_are_those_of_the_released_file(expression: int) -> None:
    path = REFERENCE / "connector" / f"manifest_exp{expression}.json"
    if not path.is_file():
        pytest.skip(f"no reference data at {path}")
    stored = json.loads(path.read_text())["keys"]
    with torch.device("meta"):  # keys and shapes need no memory
        state = Connector(ConnectorConfig(expression=expression)).state_dict()
    own = {key: (list(value.shape), str(value.dtype)) for key, value in state.items()}
    expected = {key: (entry["shape"], f"torch.{entry['dtype']}") for key, entry in stored.items()}
    assert own == expected
    assert list(own) == list(expected)


def test_positions_are_sines_and_cosines() -> None:
    table = PositionTable(8, 5).pe[0]
    for position in range(5):
        for pair in range(4):
            angle = position / 10000 ** (2 * pair / 8)
            assert table[position, 2 * pair].item() == pytest.approx(math.sin(angle), abs=1e-6)
            assert table[position, 2 * pair + 1].item() == pytest.approx(math.cos(angle), abs=1e-6)


@pytest.mark.parametrize("frames", [1, 5, 9])
@pytest.mark.parametrize("expression", [6, 10, 12, 30])
def test_any_window_and_code_length_runs(frames: int, expression: int) -> None:
    out = small(expression=expression)(*inputs(3, frames, expression))
    assert out.direction.shape == (3, frames, expression)
    assert out.reference.shape == out.neutral.shape == (3, frames, 32) and out.speech.shape == (3, 1, 32)


@torch.no_grad()
def test_samples_do_not_see_each_other() -> None:
    network, (reference, vector, neutral) = small(), inputs(4)
    whole = network(reference, vector, neutral).direction
    for i in range(4):
        alone = network(reference[i : i + 1], vector[i : i + 1], neutral[i : i + 1]).direction
        torch.testing.assert_close(whole[i : i + 1], alone, atol=1e-5, rtol=1e-4)


@torch.no_grad()
def test_every_stream_and_position_matters() -> None:
    network, given = small(), inputs()
    still = network(*given).direction
    for index in range(3):
        changed = list(given)
        changed[index] = changed[index] + 1.0
        assert (network(*changed).direction - still).abs().max() > 1e-4
    turned = (given[0].flip(1), given[1], given[2])  # the same frames in another order
    assert (network(*turned).direction - still).abs().max() > 1e-5


def test_linear_layers_start_xavier_normal_without_bias() -> None:
    network = small(width=64, feedforward=96)
    layers = network.fusion_transformer_encoder.transformer_encoder.layers
    weight = layers[0].linear1.weight
    assert weight.std().item() == pytest.approx(math.sqrt(2 / (64 + 96)), rel=0.05)
    assert all(layer.self_attn.out_proj.bias.abs().max() == 0 for layer in layers)
    # the layers are copies of one, only their linear weights are drawn anew
    assert torch.equal(layers[0].self_attn.in_proj_weight, layers[1].self_attn.in_proj_weight)
    assert not torch.equal(layers[0].linear1.weight, layers[1].linear1.weight)


@pytest.mark.parametrize("index", [0, 1, 2])
def test_shapes_that_do_not_fit_are_refused_by_name(index: int) -> None:
    given = list(inputs())
    given[index] = torch.zeros(2, 2, 7)
    with pytest.raises(ValueError, match=("reference", "vector", "neutral")[index]):
        small()(*given)


@pytest.mark.parametrize("wrong", [{"width": 30}, {"width": 33}, {"expression": 5}])
def test_impossible_sizes_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError):
        ConnectorConfig(**{**vars(SMALL), **wrong})
