"""The measurement of the metrics compares like with like."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmark.core.files import file_sha256
from benchmark.core.profiling import profile_time, time_block
from benchmark.core.threads import thread_map
from benchmark.formulas.frechet import frechet_distance
from benchmark.media.video import read_clip
from benchmark.networks.syncnet import SyncNet, embed_lips
from benchmark.speed import clips as speed_clips
from benchmark.speed import frechet as speed_frechet
from benchmark.speed import list as speed_list
from benchmark.speed import networks as speed_networks
from benchmark.speed import sets as speed_sets
from benchmark.speed import sync as speed_sync
from benchmark.speed.command import main


def test_the_matrix_root_gives_what_the_exact_form_gives() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((300, 20)), 2 * rng.standard_normal((300, 20)) + 1
    value, who = speed_frechet.matrix_root_distance(x, y)
    assert value == pytest.approx(frechet_distance(x, y), rel=1e-9) and who


def test_the_loop_over_windows_gives_what_one_pass_gives() -> None:
    network = speed_sync.seed_network(SyncNet(width=0.125, size=64, embedding=32), "cpu")
    frames = torch.randint(0, 256, (27, 64, 64, 3), generator=torch.Generator().manual_seed(0))
    loop, ours = speed_sync.window_loop(network, frames), embed_lips(network, frames)
    assert loop.shape == ours.shape == (23, 32)
    assert (loop - ours).abs().max() < 1e-5 * loop.abs().max()


def test_fewer_clips_are_extrapolated_to_the_list() -> None:
    report = speed_list.ListReport(
        clips=28,
        frames=80,
        batch=16,
        one_row=False,
        first=8,
        start=10.0,
        steady=20.0,
        spent={"decode": 4.0, "faces": 4.0, "forward": 20.0, "other": 12.0},
        covered=15.0,
        scoring=0.28,
        sets=5.0,
        metrics=25,
        unscored=(),
        left_out={},
    )
    features, arithmetic = 10.0 + 1135 * 1.0, 1143 * 0.01 + 5.0
    assert report.whole_list() == pytest.approx(features + arithmetic)
    assert report.share_other() == pytest.approx((features / 4 + arithmetic) / (features + arithmetic))
    assert report.share_other_threads() == pytest.approx((1143 * 0.6 + arithmetic) / (1143 * 2.0 + arithmetic))


def test_the_seconds_of_a_pool_are_counted_once() -> None:
    found = speed_list.by_kind({"waiting": 5.0, "threads": 12.0, "decode": 6.0, "forward": 3.0, "covered": 7.0}, 10.0)
    assert found == {"decode": 6.0, "faces": 0.0, "forward": 3.0, "other": 8.0}


def test_every_made_file_is_another_one_with_the_same_pictures(tmp_path: Path) -> None:
    data = speed_clips.encode_clip(tmp_path, "output", 0, 16)
    files = [tmp_path / "a.mp4", tmp_path / "b.mp4"]
    for number, path in enumerate(files):
        path.write_bytes(speed_clips.make_unlike(data, number))
    assert file_sha256(files[0]) != file_sha256(files[1])
    first, second = (read_clip(path) for path in files)
    assert (first.frames == second.frames).all() and first.frames.shape == (16, 256, 256, 3)
    assert np.abs(first.frames.astype(int) - second.frames[::-1]).max() > 50  # it moves


@pytest.mark.parametrize("wrong", [["--parts", "frechet,speed"], ["--parts", "list", "--clips", "0"]])
def test_wrong_parts_are_wrong_usage(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["metrics", *wrong, "--device", "cpu"]) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_the_stopwatch_counts_the_outermost_part_and_only_when_asked() -> None:
    with time_block("decode"):
        pass
    with profile_time() as seconds:
        with time_block("faces"), time_block("forward"):
            sum(range(1000))
        with time_block("decode"):
            pass
    assert set(seconds) == {"faces", "decode", "covered"} and all(value >= 0 for value in seconds.values())
    with time_block("decode"):
        pass
    assert seconds["covered"] == pytest.approx(seconds["faces"] + seconds["decode"], rel=1e-6)


def test_threads_that_work_at_once_are_covered_once() -> None:
    def sleep(_: int) -> None:
        with time_block("decode"):
            time.sleep(0.1)
        time.sleep(0.1)

    with profile_time() as seconds:
        started = time.perf_counter()
        thread_map(sleep, range(2))
        wall = time.perf_counter() - started
    assert 0.2 <= seconds["decode"] < 0.4 <= seconds["threads"] and seconds["waiting"] <= wall
    assert 0.1 <= seconds["covered"] < seconds["decode"]


def test_one_row_stands_for_all() -> None:
    seen: list[int] = []

    def run(rows: np.ndarray) -> np.ndarray:
        seen.append(len(rows))
        return np.full((len(rows), 3), 5.0, np.float32)

    answer = speed_networks.one_row_of(run)
    found = answer(np.zeros((40, 2, 2), np.uint8))
    assert found.shape == (40, 3) and np.abs(found - 5.0).max() < 0.01 and np.linalg.matrix_rank(found) == 3
    answer(np.zeros((7, 2, 2), np.uint8))
    assert seen == [1]


def test_resamples_are_timed_beside_copies_that_give_the_same() -> None:
    found = speed_sets.measure_sets(clips=24)
    assert [row["metric"] for row in found["rows"]] == list(speed_sets.NAMES) and found["draws"] == 35
    assert max(row.get("difference", 0.0) for row in found["rows"]) < 1e-6
    assert all(row["copies_cpu"] > row["draws_cpu"] for row in found["rows"] if row["metric"].startswith("k"))
    assert speed_sets.total(found) > 0 and "35 resamples of 4 speakers" in speed_sets.text(found)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_aims_of_speed_are_met() -> None:
    frechet = speed_frechet.measure_frechet()
    assert frechet["ratio"] >= 1000 and frechet["relative_difference"] < 1e-5
    sync = speed_sync.measure_sync("cpu", 80, 3)
    assert sync["relative_difference"] < 1e-5
    assert sync["ratio"] >= 1.5  # the aim is 1.6; a shared machine is noisy
