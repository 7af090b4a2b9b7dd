"""Arrangements change speed and rounding, not the picture."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from cmet.edtalk.config import GeneratorConfig
from cmet.edtalk.generator import Generator
from cmet.inference.optimized import InferenceOptions, OptimizedGenerator, lower_precision
from cmet.speed.generation import build
from cmet.speed.ways import Scene, draw_encoded, make_scene

CONFIG = GeneratorConfig(size=32, width=1 / 32)


@pytest.fixture(scope="module")
def network() -> Generator:
    return build(CONFIG)


@pytest.fixture(scope="module")
def scene(network: Generator) -> Scene:
    return make_scene(network, 5)


def picture(network: Generator, scene: Scene, options: InferenceOptions, batch: int = 2) -> Tensor:
    return draw_encoded(OptimizedGenerator(network, options, batch), scene, batch)


def test_default_options_are_the_generator_itself(network: Generator, scene: Scene) -> None:
    basis = network.directions()
    codes = network.codes(network.latent(scene.driving))
    with torch.inference_mode():
        wanted = network.decode(network.encode(scene.source), scene.lip, codes.pose, scene.exp, basis)
    assert OptimizedGenerator(network, InferenceOptions()).network is network
    torch.testing.assert_close(picture(network, scene, InferenceOptions(), 5), wanted, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("precision", "mean"), [("float32", 1e-6), ("float16", 2e-3), ("bfloat16", 2e-2)])
def test_lower_precision_and_memory_order_change_rounding_only(
    network: Generator, scene: Scene, precision: str, mean: float
) -> None:
    exact = picture(network, scene, InferenceOptions())
    ours = picture(network, scene, InferenceOptions(precision, channels_last=True))
    apart = (ours - exact).abs().mean() / exact.abs().mean()
    assert ours.dtype == torch.float32 and apart < mean
    assert precision == "float32" or apart > mean / 100


def test_half_precision_leaves_styles_and_directions_alone(network: Generator) -> None:
    low = lower_precision(network, InferenceOptions("bfloat16"))
    kinds = {name: parameter.dtype for name, parameter in low.named_parameters()}
    assert kinds["direction_exp.weight"] == kinds["fc.0.weight"] == torch.float32
    assert kinds["dec.conv1.conv.modulation.weight"] == torch.float32
    assert kinds["dec.conv1.conv.weight"] == kinds["dec.fineadainresblock.0.conv2.bias"] == torch.bfloat16
    assert all(parameter.dtype == torch.float32 for parameter in network.parameters())
    torch.testing.assert_close(low.directions(), network.directions())


def test_a_compiled_batch_is_filled_up_and_cut_again(
    network: Generator, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def compiled(function, **options):  # what torch.compile gives, without a compiler
        def run(*given: Tensor) -> Tensor:
            seen.append(len(given[0]))
            return function(*given)

        return run

    monkeypatch.setattr(torch, "compile", compiled)
    ours = picture(network, scene, InferenceOptions(compiled=True))
    assert ours.shape == (5, 3, 32, 32) and set(seen) == {2}
    torch.testing.assert_close(ours, picture(network, scene, InferenceOptions()))


def test_wrong_values_are_said(network: Generator) -> None:
    with pytest.raises(ValueError, match="precision must be one of float32, bfloat16, float16, got 'int8'"):
        InferenceOptions("int8")
    with pytest.raises(ValueError, match="graphs must be true or false, got 'yes'"):
        InferenceOptions.of({"graphs": "yes", "weights": "puppets"})
    with pytest.raises(ValueError, match="CUDA graphs need a GPU, the network is on cpu"):
        OptimizedGenerator(network, InferenceOptions(graphs=True))
