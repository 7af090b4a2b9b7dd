"""Worker processes leave the files of one; what goes wrong with a sample is its row; a run can be watched."""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd

from benchmark.harness.executors.base import Chunk
from benchmark.harness.executors.worker_pool import Worker, WorkerPool
from benchmark.harness.journal import Journal, read_journal
from tests.benchmark.harness.executors.worlds import ROOT, WORKERS, World, only_run, scores, tables


def test_two_workers_leave_the_files_of_one_process(toy: World, tmp_path: Path) -> None:
    done = toy.run(tmp_path, *WORKERS)
    assert done.returncode == 0, done.stderr
    assert tables(tmp_path) == toy.tables()
    folder = only_run(tmp_path).folder
    ended = [e for e in read_journal(folder) if e["event"] == "end" and e["stage"] == "generate" and "worker" in e]
    assert {e["sample"] for e in ended} == {f"S{n}_{e}" for n in (1, 2, 3) for e in ("happy", "sad", "sarcastic")}
    assert {e["run"] for e in read_journal(folder)} == {folder.name}
    orders = sorted(pd.read_parquet(folder / "timing.parquet")["order"])
    assert orders[0] == 0 and sum(order == 0 for order in orders) <= 2 and len(orders) == 9  # one first for each worker
    (made,) = json.loads((folder / "run.json").read_text())["provenance"]["generated"]
    assert made["samples"] == 9  # who made the outputs is known although other processes did


def test_a_sample_too_large_for_memory_fails_alone(toy: World, tmp_path: Path) -> None:
    done = toy.run(tmp_path, *WORKERS, FAULTY_MEMORY="S2_happy")
    assert done.returncode == 1, done.stderr
    rows = scores(tmp_path)
    assert set(rows[rows["sample_id"] == "S2_happy"]["status"]) == {"out_of_memory"}
    assert "out_of_memory" not in set(rows[rows["sample_id"] != "S2_happy"]["status"])


def test_a_full_disk_stops_the_run_in_one_line_and_in_its_record(toy: World, tmp_path: Path) -> None:
    done = toy.run(tmp_path, *WORKERS, FAULTY_FULL="S2_sad")
    assert done.returncode == 2
    (error,) = [text for text in done.stderr.splitlines() if text.startswith("error")]
    assert "the disk is full (" in error and "MB are free); make room, then the same command goes on" in error
    assert error.endswith("about 0.1 MB more are needed")
    record = only_run(tmp_path).record
    assert record["status"] == "failed" and "disk is full" in record["error"]
    assert toy.run(tmp_path, *WORKERS).returncode == 0
    assert tables(tmp_path) == toy.tables()


def test_a_run_is_watched_from_another_terminal(toy: World) -> None:
    found = only_run(toy.home)
    done = subprocess.run(
        [sys.executable, "-m", "benchmark.run", "--watch", str(found.folder)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0
    assert done.stdout.startswith("complete · ") and "9/9" in done.stdout and "worker(s)" in done.stdout
    lost = subprocess.run(
        [sys.executable, "-m", "benchmark.run", "--watch", "nowhere"], cwd=ROOT, capture_output=True, text=True
    )
    assert lost.returncode == 2 and lost.stderr.startswith("error: --watch: ")


def test_the_journal_is_json_lines_with_run_and_sample(toy: World) -> None:
    found = only_run(toy.home)
    lines = [json.loads(text) for text in (found.folder / "journal.jsonl").read_text().splitlines()]
    assert lines[0]["event"] == "driver" and lines[-1]["event"] == "complete"
    assert all({"time", "run", "pid", "event"} <= set(one) for one in lines)


def test_an_unknown_executor_is_said_with_the_nearest(toy: World, tmp_path: Path) -> None:
    done = toy.run(tmp_path, "--executor", "proceses")
    assert done.returncode == 2 and "unknown executor 'proceses'; did you mean 'processes'?" in done.stderr


def pool_of(limit: float) -> WorkerPool:
    chunk = Chunk(None, "generate", ("a", "b", "c"))  # type: ignore[arg-type]
    return WorkerPool([chunk], 1, [], 1, limit, Journal(None))


def test_a_sample_set_aside_says_every_reason_and_the_others_go_on() -> None:
    pool = pool_of(60.0)
    chunk = pool.pending.popleft()
    pool.record_failure(chunk, "b", "its worker was ended by signal 9")
    assert [c.samples for c in pool.pending] == [("a", "c"), ("b",)]
    pool.record_failure(pool.pending.pop(), "b", "it was over the time limit of 60 s for a sample")
    outcome = pool.outcomes["b"]
    assert outcome.status == "quarantined" and not outcome.cached
    assert outcome.reason == (
        "tried 2 times: its worker was ended by signal 9; then it was over the time limit of 60 s for a sample"
    )


class HungProcess:
    """A process that does nothing until it is killed."""

    exitcode: int | None = None

    def kill(self) -> None:
        self.exitcode = -9

    def join(self, timeout: float) -> None:
        pass


def test_samples_that_are_made_together_have_the_time_of_all() -> None:
    """A method such as `external` works on a chunk at once: the limit for a sample is not that of the chunk."""
    pool = pool_of(10.0)
    now = time.monotonic()
    process, (pipe, _) = HungProcess(), multiprocessing.Pipe()
    chunk = pool.pending.popleft()
    worker = Worker(process, pipe, 0, chunk=chunk, sample="a", since=now - 25.0, heard=now)  # type: ignore[arg-type]
    pool.workers = [worker]
    worker.begun_together = 3
    pool.check_time_limits()
    assert pool.workers == [worker] and not pool.failures and process.exitcode is None
    worker.begun_together = 2
    pool.check_time_limits()
    assert pool.failures == {"a": ["it was over the time limit of 10 s for a sample"]}
    assert not pool.workers and process.exitcode == -9
