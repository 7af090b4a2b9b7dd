"""The training loop of the small networks."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from tools.train.loop import Schedule, SplitLoss, fit, seeded


def loss(network: nn.Module, rng: np.random.Generator) -> dict[str, Tensor]:
    x = torch.from_numpy(rng.standard_normal((16, 3)).astype(np.float32))
    wanted = x @ torch.tensor([[1.0], [-2.0], [0.5]])
    return {"total": (network(x) - wanted).square().mean()}


def made(seed: int = 0) -> nn.Module:
    seeded(seed)
    return nn.Sequential(nn.Linear(3, 8), nn.Dropout(0.2), nn.ReLU(), nn.Linear(8, 1))


def plain() -> nn.Module:
    seeded(0)
    return nn.Linear(3, 1)


def numbers(network: nn.Module) -> np.ndarray:
    return torch.cat([p.detach().flatten() for p in network.parameters()]).numpy()


def test_training_solves_a_linear_problem(tmp_path: Path) -> None:
    seeded(0)
    network = fit(nn.Linear(3, 1), loss, Schedule(steps=400, learning_rate=0.05, weight_decay=0.0), tmp_path)
    np.testing.assert_allclose(numbers(network)[:3], [1.0, -2.0, 0.5], atol=0.02)
    assert not network.training


def test_a_killed_run_ends_with_the_same_bits(tmp_path: Path) -> None:
    schedule = Schedule(steps=40, learning_rate=0.01, save_every=10)
    whole = fit(made(), loss, schedule, tmp_path / "whole")

    calls = 0

    def stops(network: nn.Module, rng: np.random.Generator) -> dict[str, Tensor]:
        nonlocal calls
        calls += 1
        if calls == 27:
            raise KeyboardInterrupt
        return loss(network, rng)

    with pytest.raises(KeyboardInterrupt):
        fit(made(), stops, schedule, tmp_path / "broken")
    resumed = fit(made(seed=5), loss, schedule, tmp_path / "broken")
    np.testing.assert_array_equal(numbers(whole), numbers(resumed))


def test_another_seed_gives_other_batches(tmp_path: Path) -> None:
    first = fit(made(), loss, Schedule(steps=5, learning_rate=0.01, seed=0), tmp_path / "a")
    second = fit(made(), loss, Schedule(steps=5, learning_rate=0.01, seed=1), tmp_path / "b")
    assert not np.array_equal(numbers(first), numbers(second))


def test_slow_and_resting_parameters(tmp_path: Path) -> None:
    seeded(0)
    network = nn.ModuleDict({"fast": nn.Linear(3, 1), "slow": nn.Linear(3, 1), "resting": nn.Linear(3, 1)})
    network["resting"].requires_grad_(False)
    before = {name: numbers(part).copy() for name, part in network.items()}

    def sum_loss(net: nn.Module, rng: np.random.Generator) -> dict[str, Tensor]:
        assert isinstance(net, nn.ModuleDict)
        return {"total": sum(part(torch.ones(1, 3)).sum() for part in net.values())}  # type: ignore[dict-item]

    schedule = Schedule(steps=3, learning_rate=0.01, weight_decay=0.0, average=0.0, slow=("slow",))
    after = fit(network, sum_loss, schedule, tmp_path)
    assert isinstance(after, nn.ModuleDict)
    moved = {name: float(np.abs(numbers(after[name]) - before[name]).max()) for name in before}
    assert moved["resting"] == 0.0
    assert moved["slow"] == pytest.approx(moved["fast"] / 10, rel=1e-3)


def test_the_rate_warms_up_and_falls() -> None:
    schedule = Schedule(steps=100, learning_rate=1.0)
    rates = [schedule.rate(step) for step in range(100)]
    assert rates[0] == pytest.approx(0.2) and max(rates) == pytest.approx(1.0)
    assert rates[-1] == pytest.approx(0.02, abs=1e-2)


def test_the_log_names_every_term(tmp_path: Path) -> None:
    fit(made(), loss, Schedule(steps=50, learning_rate=0.01), tmp_path)
    line = json.loads((tmp_path / "log.jsonl").read_text().splitlines()[-1])
    assert line["step"] == 50 and line["total"] > 0


def test_a_loss_in_two_parts_trains_as_one_that_is_whole(tmp_path: Path) -> None:
    def draw(rng: np.random.Generator) -> tuple[torch.Tensor, ...]:
        return (torch.from_numpy(rng.standard_normal((8, 3)).astype(np.float32)),)

    def terms(network: nn.Module, x: torch.Tensor) -> dict[str, torch.Tensor]:
        return {"total": (network(x) - x.sum(dim=1, keepdim=True)).square().mean()}

    schedule = Schedule(steps=30, learning_rate=0.02, weight_decay=0.0)
    parts = fit(made(), SplitLoss(draw, terms), schedule, tmp_path / "parts")
    whole = fit(made(), lambda network, rng: terms(network, *draw(rng)), schedule, tmp_path / "whole")
    torch.testing.assert_close(parts.state_dict(), whole.state_dict(), rtol=0, atol=0)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="CUDA graphs need a GPU")
def test_a_recorded_step_has_the_gradients_of_one_that_is_launched(tmp_path: Path) -> None:
    def draw(rng: np.random.Generator) -> tuple[torch.Tensor, ...]:
        return (torch.from_numpy(rng.standard_normal((8, 3)).astype(np.float32)),)

    def terms(network: nn.Module, x: torch.Tensor) -> dict[str, torch.Tensor]:
        return {"total": (network(x) - x.sum(dim=1, keepdim=True)).square().mean()}

    schedule = Schedule(steps=30, learning_rate=0.02, weight_decay=0.0)
    recorded = fit(plain().cuda(), SplitLoss(draw, terms), schedule, tmp_path / "recorded")
    launched = fit(plain().cuda(), SplitLoss(draw, terms), replace(schedule, graphs=False), tmp_path / "launched")
    torch.testing.assert_close(recorded.state_dict(), launched.state_dict())


def test_a_rate_that_is_held_falls_by_a_cosine_at_the_end() -> None:
    schedule = Schedule(steps=1000, learning_rate=1.0, hold=0.6)
    rates = [schedule.rate(step) for step in range(1000)]
    assert rates[0] == 1 / 50 and rates[50:620] == [1.0] * 570
    assert rates[810] == pytest.approx(0.02 + 0.98 * 0.5, abs=0.01) and rates[-1] == pytest.approx(0.02, abs=1e-3)
    plain_rates = [Schedule(steps=1000, learning_rate=1.0).rate(step) for step in (50, 525, 999)]
    assert plain_rates == pytest.approx([1.0, 0.51, 0.02], abs=1e-3)


def test_a_run_may_be_ended_early_with_fewer_steps(tmp_path: Path) -> None:
    long = Schedule(steps=400, learning_rate=0.02, hold=0.9, save_every=20, weight_decay=0.0)
    calls = 0

    def stops(network: nn.Module, rng: np.random.Generator) -> dict[str, Tensor]:
        nonlocal calls
        calls += 1
        if calls == 101:
            raise KeyboardInterrupt
        return loss(network, rng)

    with pytest.raises(KeyboardInterrupt):
        fit(plain(), stops, long, tmp_path)
    calls = -1000
    fit(plain(), stops, replace(long, steps=140), tmp_path)
    assert calls == -960
    assert json.loads((tmp_path / "log.jsonl").read_text().splitlines()[-1])["step"] == 140
