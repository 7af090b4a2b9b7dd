"""Growing a face model to pictures of twice the side, so that little of what it learned has to be learned again.

The encoder gets a new stem and a new block that repeat, off the larger picture, the features that the old stem saw; the
decoder gets a new level that follows the flow of the level below, and colours solved by least squares for what the
old levels and the new, finer one give together. All other weights are taken over.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from cmet.edtalk.decoder import Flow, ToRGB
from cmet.edtalk.encoder import DownBlock
from cmet.edtalk.generator import Generator, Source
from cmet.edtalk.layers import GAIN, EqualConv2d, FusedLeakyReLU
from tools.train.codes import EXPRESSION_CODES, LIP_CODES, POSE_CODES
from tools.train.face_model import LIFT, silence
from tools.train.flow_loss import Faces, at_side, each

COLOUR_LIFT = 1.0
"""Added to colours in [-1, 1] so that a leaky ReLU does not bend them."""
SHARPEN = (-0.5, 2.0, -0.5)
"""Taps that make of the blur (1, 3, 3, 1)/8 the nearest to the mean of two pixels, in least squares."""
BATCHES = 6
"""Batches of 4 speakers, 4 driving frames each, that the colours are solved on."""


def grown(small: Generator, faces: Faces, seed: int = 0) -> Generator:
    """A network for twice the side, of the same width.

    Args:
        small: a trained network.
        faces: a bank at the new size.
        seed: of the pictures that are used.
    """
    large = Generator(replace(small.config, size=2 * small.config.size))
    take_over(small, large)
    repeat_stem(small, large)
    rng = np.random.default_rng([seed, 128])
    solve_flows(large, faces, rng, finest_only=True)
    solve_colours(large, faces, rng)
    return large.eval()


def centred(network: Generator, faces: Faces, seed: int = 0) -> Generator:
    """The same network with a grid of pixel centres, its flows solved anew; what it paints has to settle again.

    Args:
        network: a trained network.
        faces: a bank at its size.
        seed: of the pictures that are used.
    """
    other = Generator(replace(network.config, centred_grid=True))
    other.load_state_dict(network.state_dict())
    solve_flows(other.eval(), faces, np.random.default_rng([seed, network.config.size]))
    return other


@torch.no_grad()
def take_over(small: Generator, large: Generator) -> None:
    """Copy every weight that has a counterpart; the new level of the decoder starts without flow of its own."""
    weights = large.state_dict()
    for name, value in small.state_dict().items():
        if name.startswith("enc.net_app.convs."):
            number, rest = name.removeprefix("enc.net_app.convs.").split(".", 1)
            if number == "0":
                continue  # the old stem: its place is taken by a stem and a block
            name = f"enc.net_app.convs.{int(number) + 1}.{rest}"
        weights[name] = value
    large.load_state_dict(weights)
    flow = large.dec.to_flows[-1]
    assert isinstance(flow, Flow)
    flow.conv.weight.zero_()
    flow.bias.zero_()
    silence(large.dec.fineadainresblock[-1])


@torch.no_grad()
def repeat_stem(small: Generator, large: Generator) -> None:
    """Make the new stem and block give, off a picture of twice the side, the features of the old stem.

    Three channels of the stem are the colours, lifted so that no activation bends them; the block's first convolution
    hands them on, its second one halves the picture and applies the old stem, after `SHARPEN`. The other channels keep
    their random weights for later training.
    """
    stem, block, *_ = large.enc.net_app.convs
    old = small.enc.net_app.convs[0]
    assert isinstance(block, DownBlock) and isinstance(stem, nn.Sequential) and isinstance(old, nn.Sequential)
    (mix, bend), (first, bend_first), (_, second, bend_second) = map(layers, (stem, block.conv1, block.conv2))
    old_mix, old_bend = layers(old)
    own = range(3)
    mix.weight[:3] = (torch.eye(3) / mix.scale)[:, :, None, None]
    bend.bias[:, :3] = COLOUR_LIFT
    first.weight[:3] = 0.0
    first.weight[own, own, 1, 1] = 1.0 / (GAIN * first.scale)
    bend_first.bias[:, :3] = 0.0
    taps = torch.tensor(SHARPEN)
    colours = old_mix.weight[:, :, 0, 0] * old_mix.scale
    second.weight.zero_()
    second.weight[:, :3] = colours[:, :, None, None] * torch.outer(taps, taps) / second.scale
    # the block divides its sum by sqrt(2), and its other way adds nothing yet
    bend_second.bias.copy_(GAIN * (old_bend.bias - COLOUR_LIFT * colours.sum(1).view(1, -1, 1, 1)))
    layers(block.skip)[1].weight.zero_()


def layers(sequence: nn.Sequential) -> list[Any]:
    """The layers of a sequence, whose kinds the caller knows."""
    return list(sequence)


@torch.no_grad()
def solve_colours(network: Generator, faces: Faces, rng: np.random.Generator) -> None:
    """Set the two finest colour layers to the least-squares mix of their features for true driving frames.

    Both are kept in the straight part of their activation by a constant that their bias takes away again.
    """
    fine, coarse = network.dec.to_rgbs[-1], network.dec.to_rgbs[-2]
    assert isinstance(fine, ToRGB) and isinstance(coarse, ToRGB)
    columns, expected = [], []
    for _ in range(BATCHES):
        stages = decoded(network, faces, rng)
        below = coarse.upsample(stages["rgb.below"])
        features = torch.cat([stages["warp.fine"], fine.upsample(stages["warp.coarse"])], dim=1)
        features = torch.cat([features, torch.ones_like(features[:, :1])], dim=1)
        rest = stages["drivers"] - fine.upsample(below)
        inside = np.s_[:, :, 4:-4, 4:-4]  # the enlargement fades at the border
        columns.append(features[inside].permute(0, 2, 3, 1).reshape(-1, features.shape[1])[::7])
        expected.append(rest[inside].permute(0, 2, 3, 1).reshape(-1, 3)[::7])
    solution = torch.linalg.lstsq(torch.cat(columns).double(), torch.cat(expected).double()).solution.float()
    first = network.config.channel_table[network.config.size]
    set_colours(fine, solution[:first], solution[-1])
    set_colours(coarse, solution[first:-1], torch.zeros(3))


@torch.no_grad()
def solve_flows(network: Generator, faces: Faces, rng: np.random.Generator, finest_only: bool = False) -> None:
    """Set every flow layer, or only the finest, to the least-squares mix of its features for the true motion.

    The masks stay as they are. A layer adds to the enlarged field of the level below, before squashing, so the levels
    are solved one after the other.
    """
    for level in list(network.dec.to_flows)[-1 if finest_only else 0 :]:
        assert isinstance(level, Flow)
        columns: list[Tensor] = []
        expected: list[Tensor] = []
        weights: list[Tensor] = []
        for _ in range(BATCHES):
            seen: list[tuple[Tensor, ...]] = []
            hook = level.register_forward_pre_hook(lambda _, given, seen=seen: seen.append(given))
            stages = decoded(network, faces, rng)
            hook.remove()
            x, latent, _, below = seen[0]
            truth, visible = at_side(stages["where"], stages["visible"], x.shape[-1])
            rest = torch.atanh((truth - level.grid.permute(0, 3, 1, 2)).clamp(-0.95, 0.95))
            if below is not None:
                rest = rest - level.upsample(below)[:, :2]
            features = x * (level.conv.scale * level.conv.modulation(latent))[:, :, None, None]
            features = torch.cat([features, torch.ones_like(features[:, :1])], dim=1)
            step = max(1, x.shape[-1] // 16)
            for store, value in ((columns, features), (expected, rest), (weights, visible)):
                store.append(value[:, :, ::step, ::step].permute(0, 2, 3, 1).flatten(0, 2))
        weight = torch.cat(weights).double().sqrt()
        left, right = torch.cat(columns).double() * weight, torch.cat(expected).double() * weight
        ridge = 1e-4 * left.square().sum(0).mean() * torch.eye(left.shape[1], dtype=torch.float64)
        solution = torch.linalg.solve(left.T @ left + ridge, left.T @ right).float()
        level.conv.weight[0, :2, :, 0, 0] = solution[:-1].T
        level.bias[0, :2, 0, 0] = solution[-1]


def set_colours(layer: ToRGB, mix: Tensor, constant: Tensor) -> None:
    """Make a colour layer give mix^T x + constant; mix (C, 3), constant (3,)."""
    convolution, activation = layer.conv[0], layer.conv[1]
    assert isinstance(convolution, EqualConv2d) and isinstance(activation, FusedLeakyReLU)
    root = 2.0**0.5
    convolution.weight.copy_(mix.T[:, :, None, None] / convolution.scale / root)
    activation.bias.fill_(2.0 * LIFT / root)
    layer.bias.copy_((constant - 2.0 * LIFT).view(1, 3, 1, 1))


def decoded(network: Generator, faces: Faces, rng: np.random.Generator) -> dict[str, Tensor]:
    """What the decoder makes of one batch of true codes.

    Returns:
        `warp.fine`, `warp.coarse`: warped features of the two finest levels; `rgb.below`: colours below them;
        `flowraw.N`: field of each level; `output`; and of the batch `drivers`, `where` and `visible`.
    """
    drivers = 4
    sources, moving, _, codes, where, visible, _ = faces.draw(rng, 4, drivers)
    source = network.encode(sources)
    source = Source(
        each(source.latent, drivers),
        [each(feature, drivers) for feature in source.features],
        [each(detail, drivers) for detail in source.details],
    )
    last = len(network.dec.to_flows) - 1
    names = {f"warp.{last}": "warp.fine", f"warp.{last - 1}": "warp.coarse", f"rgb.{last - 2}": "rgb.below"}
    stages = {"drivers": moving, "where": where, "visible": visible}

    def note(name: str, value: Tensor) -> None:
        if name in names:
            stages[names[name]] = value
        elif name.startswith("flowraw"):
            stages[name] = value

    lip, pose, exp = codes.split([LIP_CODES, POSE_CODES, EXPRESSION_CODES], dim=1)
    stages["output"] = network.decode(source, lip, pose, exp, network.directions(), note)
    return stages
