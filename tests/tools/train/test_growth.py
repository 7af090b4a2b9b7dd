"""A grown network shows what the small one showed, at twice the side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch.nn import functional as F

from cmet.edtalk.config import GeneratorConfig
from cmet.edtalk.generator import Generator
from tests.tools.train.faces import book, shard
from tools.train.codes import EXPRESSION_CODES, LIP_CODES, POSE_CODES
from tools.train.face_model import start_still
from tools.train.flow_loss import Faces, at_side
from tools.train.growth import decoded, grown, repeat_stem, solve_colours, solve_flows, take_over

SMALL = GeneratorConfig(size=64, style_dim=48, width=0.0625, exp_hidden=8, unused_entries=False)


def small() -> Generator:
    torch.manual_seed(3)
    images = Faces.of([shard()], book(), 64).pictures(shard().images[0])
    return start_still(Generator(SMALL), images).eval()


def test_weights_are_taken_over_and_the_new_level_adds_no_flow() -> None:
    one = small()
    two = Generator(GeneratorConfig(**{**SMALL.__dict__, "size": 128}))
    take_over(one, two)
    assert torch.equal(two.fc[0].weight, one.fc[0].weight)
    assert torch.equal(two.enc.net_app.convs[2].skip[1].weight, one.enc.net_app.convs[1].skip[1].weight)
    assert torch.equal(two.dec.to_flows[3].conv.weight, one.dec.to_flows[3].conv.weight)
    assert not two.dec.to_flows[4].conv.weight.any() and not two.dec.to_flows[4].bias.any()


@torch.no_grad()
def test_the_encoder_of_the_grown_network_reads_what_the_small_one_read() -> None:
    one, faces = small(), Faces.of([shard()], book(), 128)
    two = Generator(GeneratorConfig(**{**SMALL.__dict__, "size": 128}))
    take_over(one, two)
    repeat_stem(one, two)
    images = faces.pictures(shard().images[1, :6])
    expected, found = one.enc(F.avg_pool2d(images, 2))[1], two.enc(images)[1]
    inside = np.s_[:, :, 2:-2, 2:-2]
    stem, repeated = expected[3][inside], found[3][inside]
    assert F.mse_loss(repeated, stem) < 0.005 * stem.var()
    codes = [torch.cat(net.codes(net.latent(x)), 1) for net, x in ((one, F.avg_pool2d(images, 2)), (two, images))]
    assert F.mse_loss(codes[1], codes[0]) < 0.1 * codes[0].var()


@torch.no_grad()
def test_the_grown_network_shows_the_source_as_well_as_the_small_one_enlarged() -> None:
    one, faces = small(), Faces.of([shard()], book(), 128)
    two = grown(one, faces)
    source = faces.pictures(shard().images[0, :1])
    codes = faces.codes[0][0, :1].split([LIP_CODES, POSE_CODES, EXPRESSION_CODES], dim=1)
    output = two.decode(two.encode(source), *codes, two.directions())
    coarse = one.decode(one.encode(F.avg_pool2d(source, 2)), *codes, one.directions())
    enlarged = F.interpolate(coarse, scale_factor=2.0, mode="bilinear", align_corners=False)
    inside = np.s_[:, :, 8:-8, 8:-8]
    assert F.mse_loss(output[inside], source[inside]) < 1.15 * F.mse_loss(enlarged[inside], source[inside])


@torch.no_grad()
def test_solved_colours_are_the_least_squares_mix() -> None:
    """No other mix of the same features is nearer: a step in any direction is worse on the batches it was solved on."""
    faces = Faces.of([shard()], book(), 128)
    torch.manual_seed(4)
    two = start_still(
        Generator(GeneratorConfig(**{**SMALL.__dict__, "size": 128})), faces.pictures(shard().images[0])
    ).eval()
    solve_colours(two, faces, np.random.default_rng(1))

    def error() -> float:
        rng, total = np.random.default_rng(1), 0.0
        for _ in range(2):
            stages = decoded(two, faces, rng)
            total += float(F.mse_loss(stages["output"][:, :, 4:-4, 4:-4], stages["drivers"][:, :, 4:-4, 4:-4]))
        return total

    best = error()
    weight = two.dec.to_rgbs[-1].conv[0].weight
    kept = weight.clone()
    torch.manual_seed(0)
    for sign in (1.0, -1.0):
        weight.copy_(kept + sign * 0.3 * kept.abs().mean() * torch.randn_like(kept))
        assert error() > best


@torch.no_grad()
def test_solved_flows_lead_nearer_to_the_truth_than_standing_still() -> None:
    faces = Faces.of([shard()], book(), 64)
    torch.manual_seed(5)
    net = Generator(replace(SMALL, centred_grid=True)).eval()
    solve_flows(net, faces, np.random.default_rng(1))
    stages = decoded(net, faces, np.random.default_rng(1))
    where, visible = stages["where"], stages["visible"]

    def apart(raw: torch.Tensor, number: int) -> float:
        level = net.dec.to_flows[number]
        truth, seen = at_side(where, visible, raw.shape[-1])
        found = level.grid.permute(0, 3, 1, 2) + torch.tanh(raw[:, :2])
        return float((seen * (found - truth).square()).sum())

    coarse = net.dec.to_flows[0].conv.weight.clone()
    solve_flows(net, faces, np.random.default_rng(2), finest_only=True)
    assert torch.equal(net.dec.to_flows[0].conv.weight, coarse)
    for number in range(len(net.dec.to_flows)):
        raw = stages[f"flowraw.{number}"]
        assert apart(raw, number) < 0.95 * apart(torch.zeros_like(raw), number)
