"""Both arrangements of the face model draw the same pictures; what is measured is what was done."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path

import pytest
import torch
from torch.nn import functional as F

from cmet.edtalk.config import GeneratorConfig
from cmet.edtalk.layers import Blur, Upsample
from cmet.speed.frame_loop import resample
from cmet.speed.generation import build, difference, flop_per_frame, measure_generation
from cmet.speed.meter import measure
from cmet.speed.ways import WAYS, Way, hold, make_scene, scene_of

CONFIG = GeneratorConfig(size=32, width=1 / 32)


@pytest.mark.parametrize("way", [way for way in WAYS if not way.is_loop], ids=lambda way: way.name)
def test_ours_draws_what_the_loop_draws_in_float64(way: Way) -> None:
    network = build(CONFIG).double()
    scene = make_scene(network, 3)
    loop = next(other for other in WAYS if other.name == way.loop)
    ours = way.draw(network, scene_of(way, scene), 2)
    assert ours.shape == (3, 3, 32, 32)
    assert difference(ours, loop.draw(network, scene_of(loop, scene), 1))["max"] < 1e-11


def test_a_held_expression_draws_other_pictures_than_a_varying_one() -> None:
    network = build(CONFIG)
    scene = make_scene(network, 3)
    draw = {way.name: way.draw(network, scene_of(way, scene), 3) for way in WAYS}
    apart = (draw["loop"] - draw["loop_held"]).abs().amax(dim=(1, 2, 3))
    assert apart[0] < 1e-4 < 1e-2 < apart[1:].min()
    assert torch.equal(hold(scene).exp, scene.exp[:1].expand(3, -1))


def test_the_loops_resampling_is_a_zero_padded_filter() -> None:
    x = torch.rand(2, 3, 6, 6, dtype=torch.float64)
    blur, up = Blur(padding=1).double(), Upsample().double()
    by_hand = F.conv2d(F.pad(x, (1, 1, 1, 1))[:, 1:2], blur.kernel[None, None])
    torch.testing.assert_close(resample(x, blur.kernel, (1, 1))[:, 1:2], by_hand)
    torch.testing.assert_close(resample(x, up.kernel, (2, 1), up=2), up(x))


def test_the_loop_costs_134_gflop_a_frame_at_full_size_and_ours_approaches_30() -> None:
    """Issue arithmetic: two encodings, both branches of the expression blocks and the decoder; or the decoder alone."""
    few, many = (flop_per_frame(GeneratorConfig(), frames) for frames in (2, 4))
    assert few["loop"] == few["loop_held"] == many["loop"] == pytest.approx(134e9, rel=0.01)
    for name in ("held", "varying"):
        once = (few[name] - many[name]) * 4  # cost(n) = a + once / n
        assert many[name] - once / 4 == pytest.approx(30e9, rel=0.02)
    assert many["encoded"] - many["varying"] == pytest.approx(31e9, rel=0.02)


def test_a_report_can_be_written_and_its_ratio_is_that_of_its_rates() -> None:
    report = measure_generation(size=32, width=1 / 32, frames=3, batch=2, rounds=2)
    assert json.loads(json.dumps(report, allow_nan=False)) == report
    rows = {row["name"]: row for row in report["rows"]}
    assert set(rows) == {way.name for way in WAYS}
    for way in WAYS:
        row = rows[way.name]
        assert row["ratio"] == row["frames_per_cpu_second"] / rows[way.loop]["frames_per_cpu_second"]
        assert (row["difference"] is None) == way.is_loop
        assert row["peak_bytes"] > 10e6
    assert rows["held"]["difference"]["max"] < 1e-4
    assert max(report["proof"]["same"].values()) < 1e-11 < report["proof"]["rounding"]["loop"] < 1e-4


def test_low_precision_and_memory_order_change_ours_alone_and_their_error_is_shown() -> None:
    report = measure_generation(
        size=32, width=1 / 32, frames=2, batch=2, precision="bfloat16", channels_last=True, proof_frames=1
    )
    rounding = report["proof"]["rounding"]
    assert rounding["loop"] < 1e-4 < rounding["varying"]
    assert report["setup"]["precision"] == "bfloat16" and report["setup"]["channels_last"]


def test_channels_last_in_float32_draws_the_same() -> None:
    report = measure_generation(size=32, width=1 / 32, frames=2, batch=2, channels_last=True, proof_frames=0)
    assert report["proof"] is None
    assert max(row["difference"]["max"] for row in report["rows"] if row["difference"]) < 1e-4


@pytest.mark.parametrize("wrong", [{"precision": "int8"}, {"frames": 0}, {"batch": 0}, {"rounds": 0}, {"size": 33}])
def test_a_wrong_number_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"must be"):
        measure_generation(**{"size": 32, **wrong})  # type: ignore[arg-type]


def test_the_meter_counts_work_and_not_waiting() -> None:
    def busy() -> float:
        return math.fsum(math.sqrt(i) for i in range(200_000))

    worked, waited = measure(busy), measure(lambda: time.sleep(0.05))
    assert worked.value == busy() and 0 < worked.cpu_seconds
    assert waited.cpu_seconds < 0.04 < waited.wall_seconds


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="the peak can only be reset on Linux")
def test_the_meter_sees_the_peak_of_each_work_alone() -> None:
    large = measure(lambda: torch.ones(40_000_000).sum())
    small = measure(lambda: torch.ones(10).sum())
    assert large.peak_bytes - small.peak_bytes > 100e6
