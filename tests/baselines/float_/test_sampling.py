"""Guidance, windows and the solver, on fields whose flow is known."""

from __future__ import annotations

import math
from typing import cast

import pytest
import torch
from torch import Tensor

from baselines.float_.config import FloatConfig
from baselines.float_.sampling import Sampling, branches, guided, sample_motion, seeded_noise, window_count
from baselines.float_.vector_field import Conditions, VectorField, hidden_frames, positions
from tests.baselines.float_.made_float import SIZES, small_float

CONFIG = FloatConfig(**SIZES)  # type: ignore[arg-type]
PLAIN = Sampling(a_cfg_scale=1.0)


class MadeField:
    """A field that is a function of what it is given; counts how often it is asked and remembers conditions."""

    config = CONFIG

    def __init__(self, law: object) -> None:
        self.law, self.asked, self.seen = law, 0, []

    def __call__(self, time: Tensor, motion: Tensor, given: Conditions) -> Tensor:
        self.asked += 1
        self.seen.append(given)
        return self.law(time, motion, given)  # type: ignore[operator, no-any-return]


def conditions(frames: int = 10) -> Conditions:
    def drawn(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=source)

    source = torch.Generator().manual_seed(1)
    return Conditions(drawn(1, frames, 32), drawn(1, 32), drawn(1, 7).softmax(1), drawn(1, 3, 32), drawn(1, 3, 32))


def drawn(field: MadeField, frames: int, options: Sampling, noise: Tensor | None = None) -> Tensor:
    audio = torch.arange(frames, dtype=torch.float32)[None, :, None].expand(1, frames, 32)
    noise = seeded_noise(CONFIG, frames, 0) if noise is None else noise
    one = torch.ones(1, 32), torch.full((1, 7), 1 / 7)
    return sample_motion(cast(VectorField, field), audio, *one, noise, options)


@torch.no_grad()
@pytest.mark.parametrize(("a", "e", "r"), [(2.0, 1.0, 1.0), (2.0, 3.0, 1.0), (1.5, 1.5, 1.0), (2.0, 5.0, 1.5)])
def test_guidance_is_the_sum_of_the_conditions_differences(a: float, e: float, r: float) -> None:
    field, given = small_float().fmt, conditions()
    time, motion = torch.tensor(0.4), torch.randn(1, 10, 32, generator=torch.Generator().manual_seed(2))

    def asked(audio: bool, identity: bool, emotion: bool) -> Tensor:
        changed = given._replace(
            audio=given.audio * audio, identity=given.identity * identity, emotion=given.emotion * emotion
        )
        out: Tensor = field(time[None], motion, changed)
        return out

    nobody, speech, everything = asked(False, True, False), asked(True, True, False), asked(True, True, True)
    expected = nobody + a * (speech - nobody) + e * (everything - speech)
    expected = expected + (r - 1) * (nobody - asked(False, False, False))
    got = guided(field, time, motion, given, Sampling(a_cfg_scale=a, e_cfg_scale=e, r_cfg_scale=r))
    torch.testing.assert_close(got, expected, atol=2e-5, rtol=1e-5)


def test_only_branches_that_count_are_asked() -> None:
    assert [branch.weight for branch in branches(PLAIN)] == [1.0]
    assert [branch.weight for branch in branches(Sampling())] == [-1.0, 1.0, 1.0]
    assert len(branches(Sampling(a_cfg_scale=2.0, e_cfg_scale=2.0))) == 2
    for a, e, r in ((2.0, 7.0, 1.0), (0.0, 0.0, 0.0), (3.0, 0.5, 2.0)):
        assert sum(b.weight for b in branches(Sampling(a_cfg_scale=a, e_cfg_scale=e, r_cfg_scale=r))) == 1.0


def test_a_steady_field_carries_noise_straight_there() -> None:
    field = MadeField(lambda time, motion, given: torch.full_like(motion, 2.0))
    noise = seeded_noise(CONFIG, 25, 0)
    got = drawn(field, 25, PLAIN, noise)
    torch.testing.assert_close(got[0], noise.flatten(0, 1)[:25] + 2.0)
    assert field.asked == 3 * 9, "three windows; ten points of time are nine Euler steps"


@pytest.mark.parametrize(("solver", "nfe", "tolerance"), [("euler", 401, 4e-3), ("rk4", 5, 2e-4), ("dopri5", 2, 1e-4)])
def test_solvers_approach_the_exponential(solver: str, nfe: int, tolerance: float) -> None:
    field = MadeField(lambda time, motion, given: motion)
    noise = seeded_noise(CONFIG, 10, 0)
    got = drawn(field, 10, Sampling(a_cfg_scale=1.0, solver=solver, nfe=nfe), noise)
    torch.testing.assert_close(got, noise * math.e, atol=0, rtol=tolerance)


def test_the_field_is_asked_at_the_released_times() -> None:
    times: list[float] = []
    field = MadeField(lambda time, motion, given: times.append(float(time)) or torch.zeros_like(motion))
    drawn(field, 10, PLAIN)
    assert times == pytest.approx([n / 9 for n in range(9)])


def test_a_window_sees_the_end_of_the_one_before_and_the_first_sees_zeros() -> None:
    field = MadeField(lambda time, motion, given: torch.ones_like(motion))
    motion = drawn(field, 24, PLAIN)
    first, second, third = field.seen[0], field.seen[9], field.seen[18]
    assert not first.previous.any() and not first.previous_audio.any()
    torch.testing.assert_close(second.previous, motion[:, 7:10])
    torch.testing.assert_close(third.previous, motion[:, 17:20])
    assert third.previous_audio[0, :, 0].tolist() == [17, 18, 19]
    assert third.audio[0, :, 0].tolist() == [20, 21, 22, 23, 23, 23, 23, 23, 23, 23], "filled with the last frame"
    assert motion.shape == (1, 24, 32)


def test_noise_is_the_seeds_and_longer_clips_begin_with_the_same() -> None:
    short, long = seeded_noise(CONFIG, 10, 3), seeded_noise(CONFIG, 11, 3)
    assert (len(short), len(long)) == (window_count(CONFIG, 10), window_count(CONFIG, 11)) == (1, 2)
    assert torch.equal(short[0], long[0]) and not torch.equal(short, seeded_noise(CONFIG, 10, 4))


def test_frames_see_two_to_each_side_and_have_a_place() -> None:
    seen = ~hidden_frames(60, 2)
    assert [int(row.sum()) for row in seen] == [3, 4, *[5] * 56, 4, 3] and torch.equal(seen, seen.T)
    table = positions(60, 8)
    assert table[0].tolist() == [0, 1] * 4
    assert table[7, 4].item() == pytest.approx(math.sin(7 / 10000 ** (4 / 8)), abs=1e-6)


@pytest.mark.parametrize(
    ("option", "value"),
    [("nfe", 1), ("nfe", 2.5), ("nfe", True), ("solver", "heun"), ("a_cfg_scale", "high"), ("ode_rtol", 0.0)],
)
def test_options_that_can_not_be_are_refused_by_name(option: str, value: object) -> None:
    with pytest.raises(ValueError, match=option):
        Sampling(**{option: value})  # type: ignore[arg-type]
