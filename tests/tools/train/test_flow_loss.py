"""Flows are taught in the units of `grid_sample`: the true positions move the source onto the target."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from cmet.edtalk.config import GeneratorConfig
from cmet.edtalk.decoder import Flow
from cmet.edtalk.generator import Generator
from tests.tools.train.faces import book, shard
from tools.train.flow_bank import SOURCES
from tools.train.flow_loss import Faces, at_side, flow_loss, flow_terms, painted

SMALL = GeneratorConfig(size=64, style_dim=48, width=0.03125, exp_hidden=8, unused_entries=False)


def faces(size: int = 64) -> Faces:
    return Faces.of([shard()], book(), size)


def network(seed: int = 0) -> Generator:
    torch.manual_seed(seed)
    return Generator(SMALL)


def test_true_positions_move_the_source_onto_the_target() -> None:
    sources, moving, _, _, where, visible, _ = faces().gather([(0, 0, 0, [3, 7, 9]), (0, 1, 1, [2, 5, 8])])
    spread = sources.repeat_interleave(3, 0)
    moved = F.grid_sample(spread, where.permute(0, 2, 3, 1), padding_mode="border", align_corners=False)
    before, after = (((x - moving) * visible).square().mean() for x in (spread, moved))
    assert after < 0.4 * before
    assert painted(spread, moving, where).mean() < (spread - moving).abs().mean()


def test_a_flow_that_is_true_costs_nothing_and_one_beside_it_its_distance() -> None:
    _, _, _, _, where, visible, _ = faces().gather([(0, 0, 0, [3, 7])])
    made = network()
    raws = []
    for level in made.dec.to_flows:
        assert isinstance(level, Flow)
        truth, seen = at_side(where, visible, level.grid.shape[1])
        apart = (truth - level.grid.permute(0, 3, 1, 2)).clamp(-0.999, 0.999)
        raws.append(torch.cat([torch.atanh(apart), 30.0 * (2.0 * seen - 1.0)], dim=1))
    distance, entropy = flow_terms(made, raws, where, visible)
    assert float(distance) < 0.02
    assert float(entropy) < 0.02
    shifted = [torch.cat([torch.atanh((torch.tanh(r[:, :2]) + 0.1).clamp(max=0.9999)), r[:, 2:]], 1) for r in raws]
    # 0.1 of half a side in x and in y are 6.4 pixels of 128 each; the smooth distance is half a pixel less
    assert float(flow_terms(made, shifted, where, visible)[0]) == pytest.approx(6.4 * 2**0.5 - 0.5, abs=0.35)


def test_positions_at_another_side_are_means_of_what_is_visible() -> None:
    where = torch.arange(4.0 * 64 * 64).view(2, 2, 64, 64)
    visible = torch.zeros(2, 1, 64, 64)
    visible[:, :, ::2] = 1.0
    truth, share = at_side(where, visible, 32)
    assert share.unique().tolist() == [0.5]
    torch.testing.assert_close(truth, F.avg_pool2d(where[:, :, ::2], (1, 2)))
    assert at_side(where, visible, 64)[0] is where and at_side(where, visible, 128)[0].shape == (2, 2, 128, 128)


def test_a_few_steps_lessen_the_loss_and_leave_the_reader_alone() -> None:
    reader, made = network(1), network(2)
    before = {name: value.clone() for name, value in reader.state_dict().items()}
    loss = flow_loss(faces(), speakers=1, drivers=2, reader=reader)
    optimiser = torch.optim.Adam(made.parameters(), lr=3e-3)
    totals = []
    for _ in range(12):
        terms = loss(made, np.random.default_rng(0))
        optimiser.zero_grad()
        terms["total"].backward()
        optimiser.step()
        totals.append(float(terms["total"].detach()))
    assert totals[-1] < 0.9 * totals[0]
    for name, value in reader.state_dict().items():
        assert torch.equal(value, before[name])


def test_a_batch_depends_on_the_generator_alone() -> None:
    one, other = (faces().draw(np.random.default_rng(5), 2, 3) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(one, other, strict=True))
    assert [len(part) for part in one] == [2, 6, 2, 6, 6, 6, 6]
    assert shard().positions.shape[1] == SOURCES
