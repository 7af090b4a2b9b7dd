"""Killed at any moment, the same command completes the work, and the results equal those of an undisturbed run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from benchmark.results.store import list_runs

ROOT = Path(__file__).resolve().parents[3]
METRICS = "toy_level,toy_change,toy_error,toy_spread,psnr"


def start(root: Path, slow: float = 0.0) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.benchmark.harness.toy", "--method", "toy", "--dataset", "toy"]
    return subprocess.Popen(
        [*command, "--metrics", METRICS, "statistics.n_resamples=50", f"runtime.root={root}"],
        cwd=ROOT,
        env=os.environ | {"TOY_SLOW": str(slow), "TOY_CALLS": str(root) + ".calls"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill_after(process: subprocess.Popen[bytes], calls: Path, count: int) -> None:
    """Kill -9 once `count` things were computed."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if calls.exists() and len(calls.read_text().splitlines()) >= count:
            break
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()


def tables(root: Path) -> tuple[bytes, bytes]:
    (run,) = list_runs(root / "results").runs
    assert run.complete
    return (run.folder / "scores.parquet").read_bytes(), (run.folder / "summary.csv").read_bytes()


def test_killed_in_generation_and_in_extraction_the_same_command_completes(tmp_path: Path) -> None:
    assert start(tmp_path / "undisturbed").wait() == 0
    total = len(Path(str(tmp_path / "undisturbed") + ".calls").read_text().splitlines())
    rng = np.random.default_rng(5)
    disturbed, calls = tmp_path / "disturbed", Path(str(tmp_path / "disturbed") + ".calls")
    generation, extraction = int(rng.integers(2, 9)), int(rng.integers(14, total - 2))
    kill_after(start(disturbed, slow=0.02), calls, generation)
    (begun,) = list_runs(disturbed / "results").runs
    assert begun.record["status"] == "started" and not (begun.folder / "scores.parquet").exists()
    kill_after(start(disturbed, slow=0.02), calls, extraction)
    assert start(disturbed).wait() == 0
    assert tables(disturbed) == tables(tmp_path / "undisturbed")
    repeated = len(calls.read_text().splitlines()) - total
    assert repeated <= 4, "work that was done before the kill is done again"


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_killed_twenty_times_at_random_moments(tmp_path: Path) -> None:
    assert start(tmp_path / "undisturbed").wait() == 0
    rng = np.random.default_rng(11)
    for _ in range(20):
        process = start(tmp_path / "disturbed", slow=0.02)
        time.sleep(float(rng.uniform(0.5, 4.0)))
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert start(tmp_path / "disturbed").wait() == 0
    assert tables(tmp_path / "disturbed") == tables(tmp_path / "undisturbed")
