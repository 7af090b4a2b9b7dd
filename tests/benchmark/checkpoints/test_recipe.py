"""Deterministic weights: every rule by its formula, and the bytes that the reference's filler made."""

from __future__ import annotations

import json
import math
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from benchmark.checkpoints.seeded import Seed, cmet_value, fill_cmet, fill_metrics, metrics_value
from cmet.edtalk.generator import Generator
from cmet.model.audio2lip import Audio2Lip
from cmet.model.transformer import Connector

REFERENCE = Path(__file__).resolve().parents[4] / "shared" / "reference"


def draw(key: str, shape: tuple[int, ...], offset: int = 0) -> np.ndarray:
    seed = zlib.crc32(key.encode()) + offset
    return np.random.Generator(np.random.PCG64(seed)).standard_normal(shape)


@pytest.mark.parametrize(
    ("key", "shape", "formula"),
    [
        ("a.running_mean", (7,), lambda x: 0.1 * x),
        ("a.running_var", (7,), lambda x: 1 + 0.1 * np.abs(x)),
        ("dec.conv1.conv.modulation.bias", (7,), lambda x: 1 + 0.1 * x),
        ("x.in_proj_bias", (7,), lambda x: 0.1 * x),
        ("dec.conv1.activate.bias", (1, 7, 1, 1), lambda x: 0.1 * x),
        ("x.norm.weight", (7,), lambda x: 1 + 0.1 * x),
        ("dec.convs.0.conv.weight", (1, 3, 2, 3, 3), lambda x: x),
        ("dec.to_flows.0.conv.weight", (1, 3, 2, 1, 1), lambda x: 0.25 * x),
        ("direction_exp.weight", (4, 3), lambda x: x),
        ("dec.fineadainresblock.0.conv2.weight", (2, 3, 3, 3), lambda x: x / math.sqrt(27)),
        ("mapping.weight", (5, 16), lambda x: x / 4),
    ],
)
def test_each_rule_is_its_formula(key: str, shape: tuple[int, ...], formula) -> None:
    np.testing.assert_array_equal(cmet_value(key, shape, Seed()), formula(draw(key, shape)))


def test_prefix_and_offset_enter_the_seed() -> None:
    value = cmet_value("mapping.weight", (5, 16), Seed("p.", 9))
    np.testing.assert_array_equal(value, draw("p.mapping.weight", (5, 16), 9) / 4)


def test_the_order_of_entries_does_not_matter() -> None:
    one = nn.ModuleDict({"a": nn.Linear(3, 2), "b": nn.Linear(2, 2)})
    other = nn.ModuleDict({"b": nn.Linear(2, 2), "a": nn.Linear(3, 2)})
    first, second = fill_cmet(one).state_dict(), fill_cmet(other).state_dict()
    assert all(torch.equal(first[key], second[key]) for key in first)


def test_counters_and_tables_stay_as_constructed() -> None:
    network = nn.BatchNorm1d(3)
    network.num_batches_tracked += 5
    assert int(fill_cmet(network).num_batches_tracked) == 5


def test_metrics_rules_draw_float32() -> None:
    seed = Seed("", 3)
    x = np.random.Generator(np.random.PCG64(zlib.crc32(b"w") + 3)).standard_normal((2, 8), dtype=np.float32)
    np.testing.assert_allclose(metrics_value("w", (2, 8), "fan", 1.6, seed), x * 1.6 / math.sqrt(8), rtol=1e-6)
    np.testing.assert_allclose(metrics_value("w", (2, 8), "prelu", 1.6, seed), 0.25 + 0.05 * x, rtol=1e-6)
    with pytest.raises(ValueError, match="unknown rule 'fann'"):
        metrics_value("w", (2, 8), "fann", 1.0, seed)


def test_a_manifest_with_a_prefix_fills_the_plain_network() -> None:
    entries = {
        "net.weight": {"rule": "fan", "shape": [2, 3]},
        "net.bias": {"rule": "bias", "shape": [2]},
    }
    network = fill_metrics(nn.Linear(3, 2), entries, prefix="net.")
    np.testing.assert_array_equal(network.bias.detach().numpy(), metrics_value("bias", (2,), "bias", 1.0, Seed()))
    with pytest.raises(RuntimeError, match="Missing key"):
        fill_metrics(nn.Linear(3, 2), {"weight": entries["net.weight"]})


@pytest.mark.golden
@pytest.mark.parametrize(
    ("build", "folder"),
    [
        (Connector, "connector"),
        (Audio2Lip, "audio2lip"),
        pytest.param(Generator, "edtalk", marks=pytest.mark.slow),
    ],
)
def test_filled_networks_have_the_bytes_of_the_reference(build: type[nn.Module], folder: str) -> None:
    probe = REFERENCE / "cmet" / folder / "weights_probe.json"
    if not probe.is_file():
        pytest.skip(f"no reference data at {probe}")
    stored = json.loads(probe.read_text())["keys"]
    state = fill_cmet(build()).state_dict()
    assert {key: zlib.crc32(value.numpy().tobytes()) for key, value in state.items()} == {
        key: entry["crc32_bytes"] for key, entry in stored.items()
    }
