"""Workers that die, hang or stop, a full disk, two drivers, signals: the tables end as those of an undisturbed run."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmark.executors.base import Chunk
from benchmark.executors.processes import Crew, Worker
from benchmark.harness.journal import Journal, read_journal
from benchmark.results.store import list_runs, read_scores

ROOT = Path(__file__).resolve().parents[3]
METRICS = "toy_level,toy_change,toy_error,toy_spread,psnr"


PUPPETS = ("--method", "cmet", "--limit", "6", "statistics.n_resamples=50")
"""A real run: C-MET's small networks and the puppets' judges."""


def command(root: Path, *more: str, world: tuple[str, ...] = ()) -> list[str]:
    toy = ("--method", "faulty", "--dataset", "toy", "--metrics", METRICS, "statistics.n_resamples=50")
    words = world or toy
    return [sys.executable, "-m", "benchmark.run", *words, f"runtime.root={root}", *more]


def environment(**faults: str) -> dict[str, str]:
    return os.environ | {"EMOTION_BENCHMARK_PLUGINS": "tests.benchmark.executors.faulty"} | faults


def run(root: Path, *more: str, **faults: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(root, *more), cwd=ROOT, env=environment(**faults), capture_output=True, text=True, timeout=200
    )


WORKERS = ("--executor", "processes", "executor.workers=2")


def tables(root: Path) -> tuple[bytes, bytes]:
    (found,) = list_runs(root / "results").runs
    assert found.complete
    return (found.folder / "scores.parquet").read_bytes(), (found.folder / "summary.csv").read_bytes()


def scores(root: Path) -> pd.DataFrame:
    (found,) = list_runs(root / "results").runs
    return read_scores(found.folder)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("undisturbed")
    done = run(root)
    assert done.returncode == 0, done.stderr
    return root


def test_two_workers_leave_the_files_of_one_process(undisturbed: Path, tmp_path: Path) -> None:
    done = run(tmp_path, *WORKERS)
    assert done.returncode == 0, done.stderr
    assert tables(tmp_path) == tables(undisturbed)
    (folder,) = [r.folder for r in list_runs(tmp_path / "results").runs]
    ended = [e for e in read_journal(folder) if e["event"] == "end" and e["stage"] == "generate" and "worker" in e]
    assert {e["sample"] for e in ended} == {f"S{n}_{e}" for n in (1, 2, 3) for e in ("happy", "sad", "sarcastic")}
    assert {e["run"] for e in read_journal(folder)} == {folder.name}
    orders = sorted(pd.read_parquet(folder / "timing.parquet")["order"])
    assert orders[0] == 0 and sum(order == 0 for order in orders) <= 2 and len(orders) == 9  # one first for each worker
    (made,) = json.loads((folder / "run.json").read_text())["provenance"]["generated"]
    assert made["samples"] == 9  # who made the outputs is known although other processes did


@pytest.mark.slow
@pytest.mark.faults
@pytest.mark.parametrize(
    ("fault", "limit"),
    [("FAULTY_KILL", "120"), ("FAULTY_HANG", "15"), ("FAULTY_STOP", "15")],
    ids=["kill", "hang", "stop"],
)
def test_a_worker_that_dies_hangs_or_stops_once_costs_nothing(
    undisturbed: Path, tmp_path: Path, fault: str, limit: str
) -> None:
    (tmp_path / "marks").mkdir()
    faults = {fault: "S1_sad,S3_happy", "FAULTY_ONCE": str(tmp_path / "marks")}
    done = run(tmp_path / "run", *WORKERS, f"executor.sample_seconds={limit}", **faults)
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "marks").iterdir())) == 2
    assert tables(tmp_path / "run") == tables(undisturbed)
    (found,) = list_runs(tmp_path / "run" / "results").runs
    assert sum(e["event"] == "worker_lost" for e in read_journal(found.folder)) == 2


@pytest.mark.slow
@pytest.mark.faults
def test_a_sample_that_kills_every_worker_is_set_aside_and_the_run_completes(undisturbed: Path, tmp_path: Path) -> None:
    done = run(tmp_path, *WORKERS, FAULTY_KILL="S2_happy")
    assert done.returncode == 1, done.stderr
    rows, whole = scores(tmp_path), scores(undisturbed)
    poisoned = rows[rows["sample_id"] == "S2_happy"]
    assert set(poisoned["status"]) == {"quarantined"}
    assert poisoned["reason"].str.contains("tried 2 times: each time its worker was ended by signal 9").all()
    others = [t[t["sample_id"] != "S2_happy"].drop(columns="run_id").reset_index(drop=True) for t in (rows, whole)]
    pd.testing.assert_frame_equal(*others)


def test_a_sample_too_large_for_memory_fails_alone(undisturbed: Path, tmp_path: Path) -> None:
    done = run(tmp_path, *WORKERS, FAULTY_MEMORY="S2_happy")
    assert done.returncode == 1, done.stderr
    rows = scores(tmp_path)
    assert set(rows[rows["sample_id"] == "S2_happy"]["status"]) == {"out_of_memory"}
    assert "out_of_memory" not in set(rows[rows["sample_id"] != "S2_happy"]["status"])


@pytest.mark.slow
@pytest.mark.faults
def test_a_full_disk_stops_the_run_in_one_line_and_the_same_command_goes_on(undisturbed: Path, tmp_path: Path) -> None:
    for more in ((), WORKERS):
        root = tmp_path / str(len(more))
        done = run(root, *more, FAULTY_FULL="S2_sad")
        assert done.returncode == 2
        (error,) = [text for text in done.stderr.splitlines() if text.startswith("error")]
        assert "the disk is full (" in error and "the same command goes on where it stopped" in error
        (found,) = list_runs(root / "results").runs
        assert found.record["status"] == "failed" and "disk is full" in found.record["error"]
        assert run(root, *more).returncode == 0
        assert tables(root) == tables(undisturbed)


@pytest.mark.slow
@pytest.mark.faults
def test_a_second_driver_is_refused_and_a_lock_of_a_dead_one_is_not_felt(undisturbed: Path, tmp_path: Path) -> None:
    first = subprocess.Popen(
        command(tmp_path),
        cwd=ROOT,
        env=environment(TOY_SLOW="0.5"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for(tmp_path, 1)
    second = run(tmp_path)
    assert second.returncode == 2 and f"process {first.pid} on " in second.stderr and "drives this run" in second.stderr
    first.kill()
    first.wait()
    assert run(tmp_path).returncode == 0
    assert tables(tmp_path) == tables(undisturbed)


@pytest.mark.slow
@pytest.mark.faults
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("more", [(), WORKERS], ids=["local", "processes"])
def test_a_signal_ends_the_run_within_five_seconds(
    undisturbed: Path, tmp_path: Path, number: signal.Signals, more: tuple[str, ...]
) -> None:
    driver = subprocess.Popen(
        command(tmp_path, *more), cwd=ROOT, env=environment(TOY_SLOW="0.4"), stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    wait_for(tmp_path, 2)
    begun = time.monotonic()
    driver.send_signal(number)
    _, said = driver.communicate(timeout=20)
    assert time.monotonic() - begun < 5.0
    assert driver.returncode == 130 and "the same command completes the run" in said
    until = time.monotonic() + 3.0  # Python's resource tracker goes when it finds its pipe closed
    while alive(driver.pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive(driver.pid)
    assert run(tmp_path, *more).returncode == 0
    assert tables(tmp_path) == tables(undisturbed)


def wait_for(root: Path, ended: int) -> None:
    """Until so many samples have ended."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        journals = list(root.glob("results/*/*/*/*/journal.jsonl"))
        if journals and sum(e["event"] == "end" for e in read_journal(journals[0].parent)) >= ended:
            return
        time.sleep(0.02)
    raise AssertionError("nothing ended")


def alive(group: int) -> list[int]:
    """Processes of a session that still run."""
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                fields = (place / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == group and fields[0] != "Z":
                found.append(int(place.name))
    return found


@pytest.mark.slow
@pytest.mark.faults
def test_a_file_that_vanishes_is_a_row_not_a_crash(tmp_path: Path) -> None:
    assert run(tmp_path).returncode == 0
    for video in (tmp_path / "cache" / "videos").rglob("*.mp4"):
        video.unlink()
    gone = next((tmp_path / "cache" / "toy").glob("S1_happy.mp4"))
    gone.write_bytes(b"")
    done = run(tmp_path, *WORKERS)
    assert done.returncode == 1
    rows = scores(tmp_path)
    lost = rows[(rows["sample_id"] == "S1_happy") & (rows["metric"] == "psnr")]
    assert set(lost["status"]) == {"unreadable_video"}
    assert (rows[rows["metric"] == "toy_level"]["status"] == "ok").all()


@pytest.mark.slow
@pytest.mark.faults
def test_a_clock_that_jumps_changes_nothing(undisturbed: Path, tmp_path: Path) -> None:
    for more in ((), (*WORKERS, "executor.sample_seconds=30")):
        root = tmp_path / str(len(more))
        assert run(root, *more, FAULTY_CLOCK="1").returncode == 0
        assert tables(root) == tables(undisturbed)


def test_a_run_is_watched_from_another_terminal(undisturbed: Path) -> None:
    (found,) = list_runs(undisturbed / "results").runs
    done = subprocess.run(
        [sys.executable, "-m", "benchmark.run", "--watch", str(found.folder)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0
    assert done.stdout.startswith("complete · ") and "9/9" in done.stdout and "worker(s)" in done.stdout
    lost = subprocess.run(
        [sys.executable, "-m", "benchmark.run", "--watch", "nowhere"], cwd=ROOT, capture_output=True, text=True
    )
    assert lost.returncode == 2 and lost.stderr.startswith("error: --watch: ")


def test_the_journal_is_json_lines_with_run_and_sample(undisturbed: Path) -> None:
    (found,) = list_runs(undisturbed / "results").runs
    lines = [json.loads(text) for text in (found.folder / "journal.jsonl").read_text().splitlines()]
    assert lines[0]["event"] == "driver" and lines[-1]["event"] == "complete"
    assert all({"time", "run", "pid", "event"} <= set(one) for one in lines)


def killed(root: Path, world: tuple[str, ...], rng: np.random.Generator, longest: float, stages: list[str]) -> int:
    """Start a run again and again, kill -9 its driver or a worker at random moments, then let it end.

    Returns how many kills there were; `stages` says what the journal's last word was at each.
    """
    kills = 0
    for attempt in range(8):
        driver = subprocess.Popen(
            command(root, *WORKERS, world=world), cwd=ROOT, env=environment(TOY_SLOW="0.03"),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        if attempt < 7:
            time.sleep(float(rng.uniform(1.0, longest)))
            there = alive(driver.pid)
            if there and driver.poll() is None:
                stages.append(last_stage(root))
                os.kill(int(rng.choice(there)), signal.SIGKILL)
                kills += 1
                time.sleep(float(rng.uniform(0.0, 1.0)))
                if rng.random() < 0.5:
                    driver.kill()
        code = driver.wait(timeout=300)
        if attempt == 7:
            assert code == 0
    return kills


def last_stage(root: Path) -> str:
    """What a run's journal spoke of last; "start" where there is none yet."""
    journals = list(root.glob("results/*/*/*/*/journal.jsonl"))
    events = list(read_journal(journals[0].parent)) if journals else []
    return str(events[-1].get("stage") or events[-1]["event"]) if events else "start"


@pytest.mark.slow
@pytest.mark.faults
@pytest.mark.timeout(1500)
def test_thirty_kills_of_drivers_and_workers_at_random_leave_the_same_tables(undisturbed: Path, tmp_path: Path) -> None:
    rng, stages = np.random.default_rng(7), list[str]()
    kills = rounds = 0
    while kills < 30:
        root = tmp_path / str(rounds)
        kills += killed(root, (), rng, 7.0, stages)
        rounds += 1
        assert tables(root) == tables(undisturbed), f"round {rounds}"
    assert {"generate", "extract"} <= set(stages)


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_thirty_kills_of_a_run_of_cmet_on_puppets_leave_the_same_tables(tmp_path: Path) -> None:
    """The same with real networks and judges, on the embedded corpus; it is made once and shared by all rounds."""
    undisturbed = tmp_path / "undisturbed"
    made = subprocess.run(
        command(undisturbed, world=PUPPETS), cwd=ROOT, env=environment(), capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr
    rng, stages = np.random.default_rng(11), list[str]()
    kills = rounds = 0
    while kills < 30:
        root = tmp_path / str(rounds)
        shutil.copytree(undisturbed / "cache" / "puppets", root / "cache" / "puppets")
        kills += killed(root, PUPPETS, rng, 25.0, stages)
        rounds += 1
        assert tables(root) == tables(undisturbed), f"round {rounds}"
    print(f"{kills} kills in {rounds} rounds, at: { {name: stages.count(name) for name in sorted(set(stages))} }")
    assert {"generate", "extract"} <= set(stages)


def test_an_unknown_executor_is_said_with_the_nearest(tmp_path: Path) -> None:
    done = run(tmp_path, "--executor", "proceses")
    assert done.returncode == 2 and "unknown executor 'proceses'; did you mean 'processes'?" in done.stderr


def crew_of(limit: float) -> Crew:
    chunk = Chunk(None, "generate", ("a", "b", "c"))  # type: ignore[arg-type]
    return Crew([chunk], 1, [], 1, limit, Journal(None))


def test_a_sample_set_aside_says_every_reason_and_the_others_go_on() -> None:
    crew = crew_of(60.0)
    chunk = crew.waiting.popleft()
    crew._strike(chunk, "b", "its worker was ended by signal 9")
    assert [c.samples for c in crew.waiting] == [("a", "c"), ("b",)]
    crew._strike(crew.waiting.pop(), "b", "it was over the time limit of 60 s for a sample")
    ended = crew.ended["b"]
    assert ended.status == "quarantined" and not ended.kept
    assert ended.reason == (
        "tried 2 times: its worker was ended by signal 9; then it was over the time limit of 60 s for a sample"
    )


def test_samples_that_are_made_together_have_the_time_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """A method such as `external` works on a chunk at once: the limit for a sample is not that of the chunk."""
    crew, lost = crew_of(10.0), []
    now = time.monotonic()
    worker = Worker(None, None, 0, chunk=crew.waiting[0], sample="a", since=now - 25.0, heard=now)  # type: ignore[arg-type]
    monkeypatch.setattr(crew, "_lost", lambda who, why: lost.append(why))
    crew.crew = [worker]
    worker.together = 3
    crew._look_after()
    assert not lost
    worker.together = 2
    crew._look_after()
    assert lost == ["it was over the time limit of 10 s for a sample"]
