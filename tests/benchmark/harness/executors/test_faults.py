"""Faults of C-MET on puppets: workers that die, hang or stop, a poisoned sample, memory, clocks, files, rotten caches.

Each run is compared with an undisturbed one: the tables are the same to the last byte, or differ only in the rows of
the sample that is lost.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmark.harness.journal import read_journal
from benchmark.media.video import read_clip
from tests.benchmark.harness.executors.worlds import WORKERS, World, of_others, only_run, scores, tables
from tests.patience import patient

pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.timeout(patient(600))]


def test_two_workers_leave_the_files_of_one_process(puppets: World, tmp_path: Path) -> None:
    done = puppets.run(tmp_path, *WORKERS)
    assert done.returncode == 0, done.stderr
    assert tables(tmp_path) == puppets.tables()


@pytest.mark.parametrize(
    ("fault", "limit"),
    [("FAULTY_KILL", "120"), ("FAULTY_HANG", "25"), ("FAULTY_STOP", "25")],
    ids=["kill", "hang", "stop"],
)
def test_a_worker_that_dies_hangs_or_stops_once_costs_nothing(
    puppets: World, tmp_path: Path, fault: str, limit: str
) -> None:
    (tmp_path / "marks").mkdir()
    first, last = puppets.samples[1], puppets.samples[4]
    faults = {fault: f"{first},{last}", "FAULTY_ONCE": str(tmp_path / "marks")}
    done = puppets.run(tmp_path / "run", *WORKERS, f"executor.sample_seconds={patient(float(limit))}", **faults)
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "marks").iterdir())) == 2
    assert tables(tmp_path / "run") == puppets.tables()
    assert sum(e["event"] == "worker_lost" for e in read_journal(only_run(tmp_path / "run").folder)) == 2


def test_a_sample_that_kills_every_worker_is_set_aside_and_the_run_completes(puppets: World, tmp_path: Path) -> None:
    poisoned = puppets.samples[2]
    done = puppets.run(tmp_path, *WORKERS, FAULTY_KILL=poisoned)
    assert done.returncode == 1, done.stderr
    rows = scores(tmp_path)
    lost = rows[rows["sample_id"] == poisoned]
    assert set(lost["status"]) == {"quarantined"}
    assert lost["reason"].str.contains("tried 2 times: each time its worker was ended by signal 9").all()
    pd.testing.assert_frame_equal(of_others(rows, poisoned), of_others(scores(puppets.home), poisoned))
    assert puppets.run(tmp_path).returncode == 0  # mended, the same command completes the run
    assert tables(tmp_path) == puppets.tables()


def test_a_sample_too_large_for_memory_fails_alone(puppets: World, tmp_path: Path) -> None:
    large = puppets.samples[3]
    assert puppets.run(tmp_path, *WORKERS, FAULTY_MEMORY=large).returncode == 1
    rows = scores(tmp_path)
    assert set(rows[rows["sample_id"] == large]["status"]) == {"out_of_memory"}
    pd.testing.assert_frame_equal(of_others(rows, large), of_others(scores(puppets.home), large))


def test_a_batch_too_large_for_memory_is_halved_until_it_fits(puppets: World, tmp_path: Path) -> None:
    assert puppets.run(tmp_path, FAULTY_CARD="3").returncode == 0
    rows, whole = scores(tmp_path), scores(puppets.home)
    assert list(rows["status"]) == list(whole["status"])
    for path in sorted(puppets.home.glob("cache/videos/*/*.mp4")):
        (again,) = tmp_path.glob(f"cache/videos/*/{path.name}")
        difference = read_clip(path).frames.astype(float) - read_clip(again).frames
        # frames drawn in other batches differ by rounding, and the encoder may decide otherwise for a block
        assert np.abs(difference).mean() < 1.0, path.name
    assert puppets.run(tmp_path / "none", FAULTY_CARD="0").returncode == 1  # one at a time is too much, too
    assert set(scores(tmp_path / "none")["status"]) == {"out_of_memory"}


def test_a_clock_that_jumps_changes_nothing(puppets: World, tmp_path: Path) -> None:
    for more in ((), (*WORKERS, f"executor.sample_seconds={patient(60)}")):
        root = tmp_path / str(len(more))
        assert puppets.run(root, *more, FAULTY_CLOCK="1").returncode == 0
        assert tables(root) == puppets.tables()


def test_a_source_that_vanishes_is_a_row_and_back_again_it_is_a_number(puppets: World, tmp_path: Path) -> None:
    gone = puppets.samples[5]
    done = puppets.run(tmp_path, *WORKERS, FAULTY_VANISH=gone)
    assert done.returncode == 1, done.stderr
    rows = scores(tmp_path)
    (status,) = set(rows[(rows["sample_id"] == gone)]["status"])
    assert status == "missing_file"
    sources = {card["id"]: card["source"] for card in only_run(tmp_path).record["samples"]}
    shared = [name for name, source in sources.items() if source == sources[gone]]  # they lose what needs the source
    kept, whole = (table[~table["sample_id"].isin(shared)] for table in (rows, scores(puppets.home)))
    assert len(kept) and len(shared) == 2
    pd.testing.assert_frame_equal(of_others(kept, gone), of_others(whole, gone))
    assert puppets.run(tmp_path).returncode == 0  # the corpus is made whole again
    assert tables(tmp_path) == puppets.tables()


def test_rotten_outputs_and_features_are_made_again_never_used(puppets: World, tmp_path: Path) -> None:
    assert puppets.run(tmp_path).returncode == 0
    rng = np.random.default_rng(3)
    for kind in ("videos/*/*.mp4", "videos/*/*.json", "features/*/*/*.npz"):
        files = sorted((tmp_path / "cache").glob(kind))
        for path in rng.choice(np.array(files, dtype=object), 4, replace=False):
            data, times = bytearray(path.read_bytes()), path.stat()
            data[int(rng.integers(len(data)))] ^= 1 << int(rng.integers(8))
            path.write_bytes(bytes(data))
            os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))  # a disk's fault leaves the time as it is
    for path in only_run(tmp_path).folder.glob("*.*"):
        path.unlink()
    assert puppets.run(tmp_path, *WORKERS).returncode == 0
    assert tables(tmp_path) == puppets.tables()
