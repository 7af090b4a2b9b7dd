"""kill -9 of drivers, workers and whole nodes at random moments: the tables end as those of an undisturbed run."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from benchmark.harness.journal import read_journal
from tests.benchmark.harness.executors.worlds import WORKERS, World, alive, tables
from tests.patience import patient

pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.timeout(patient(3000))]

KILLS = 30
STARTS = 4
"""Starts of one run: all but the last are disturbed; with more of them most would find nothing left to do."""


def killed(world: World, root: Path, rng: np.random.Generator, longest: float, stages: list[str]) -> int:
    """Start a run again and again, kill -9 a process of it or all of them, then let it end.

    Returns how many kills there were; `stages` says what the journal's last word was at each.
    """
    kills = 0
    for attempt in range(STARTS):
        driver = world.start(root, *WORKERS, TOY_SLOW="0.3")
        if attempt < STARTS - 1:
            time.sleep(float(rng.uniform(1.0, longest)))
            there = alive(driver.pid)
            if there and driver.poll() is None:
                stages.append(last_stage(root))
                if rng.random() < 0.3:  # the whole node
                    os.killpg(driver.pid, signal.SIGKILL)
                else:
                    os.kill(int(rng.choice(there)), signal.SIGKILL)
                kills += 1
                time.sleep(float(rng.uniform(0.0, 1.0)))
                if rng.random() < 0.5:
                    driver.kill()
        code = driver.wait(timeout=patient(300))
        if attempt == STARTS - 1:
            assert code == 0
    return kills


def last_stage(root: Path) -> str:
    """What a run's journal spoke of last; "start" where there is none yet."""
    journals = list(root.glob("results/*/*/*/*/journal.jsonl"))
    events = list(read_journal(journals[0].parent)) if journals else []
    return str(events[-1].get("stage") or events[-1]["event"]) if events else "start"


def test_thirty_kills_at_random_moments_leave_the_same_tables(puppets: World, tmp_path: Path) -> None:
    rng, stages = np.random.default_rng(11), list[str]()
    kills = rounds = 0
    while kills < KILLS:
        root = tmp_path / str(rounds)
        kills += killed(puppets, root, rng, 16.0, stages)
        rounds += 1
        assert tables(root) == puppets.tables(), f"round {rounds}"
    print(f"{kills} kills in {rounds} rounds, at: { {name: stages.count(name) for name in sorted(set(stages))} }")
    assert {"generate", "extract"} <= set(stages)
