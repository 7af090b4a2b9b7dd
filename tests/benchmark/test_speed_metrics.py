"""The measurement of the metrics compares like with like."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from benchmark import speed_metrics
from benchmark.metrics.frechet import frechet_distance
from benchmark.networks.syncnet import SyncNet, embed_lips
from benchmark.speed import main
from benchmark.stopwatch import measured, spent


def test_the_matrix_root_gives_what_the_exact_form_gives() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((300, 20)), 2 * rng.standard_normal((300, 20)) + 1
    value, who = speed_metrics.matrix_root_distance(x, y)
    assert value == pytest.approx(frechet_distance(x, y), rel=1e-9) and who


def test_the_loop_over_windows_gives_what_one_pass_gives() -> None:
    network = speed_metrics.seeded(SyncNet(width=0.125, size=64, embedding=32), "cpu")
    frames = torch.randint(0, 256, (27, 64, 64, 3), generator=torch.Generator().manual_seed(0))
    loop, ours = speed_metrics.window_loop(network, frames), embed_lips(network, frames)
    assert loop.shape == ours.shape == (23, 32)
    assert (loop - ours).abs().max() < 1e-5 * loop.abs().max()


def test_the_list_counts_sources_once_and_samples_every_time() -> None:
    report = speed_metrics.ListReport(arithmetic=0.01, sets=5.0)
    report.roles = {
        "output": speed_metrics.Spending(decode=1.0, forward=2.0, total=4.0, clips=2),
        "speech": speed_metrics.Spending(decode=0.5, forward=0.5, total=1.0, clips=2),
    }
    assert report.whole_list() == pytest.approx(1143 * 2.0 + 56 * 0.5 + 1143 * 0.01 + 5.0)
    rest = 1143 * 0.5 + 0 + 1143 * 0.01 + 5.0
    assert report.share_other() == pytest.approx(rest / report.whole_list())


@pytest.mark.parametrize("wrong", [["--parts", "frechet,speed"], ["--parts", "list", "--clips", "0"]])
def test_wrong_parts_are_wrong_usage(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["metrics", *wrong, "--device", "cpu"]) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_the_stopwatch_counts_the_outermost_part_and_only_when_asked() -> None:
    with spent("decode"):
        pass
    with measured() as seconds:
        with spent("faces"), spent("forward"):
            sum(range(1000))
        with spent("decode"):
            pass
    assert set(seconds) == {"faces", "decode"} and all(value >= 0 for value in seconds.values())
    with spent("decode"):
        pass
    assert len(seconds) == 2


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_aims_of_speed_are_met() -> None:
    frechet = speed_metrics.measure_frechet()
    assert frechet["ratio"] >= 1000 and frechet["relative_difference"] < 1e-5
    sync = speed_metrics.measure_sync("cpu", 80, 3)
    assert sync["relative_difference"] < 1e-5
    assert sync["ratio"] >= 1.5  # the aim is 1.6; a shared machine is noisy
