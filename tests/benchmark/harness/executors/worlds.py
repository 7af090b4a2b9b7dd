"""Worlds for faults: a run that is small enough to be repeated, and what it leaves when nothing goes wrong.

`toy`: grey videos, a few seconds; in the quick suite. `puppets`: C-MET's small networks and the judges of the embedded
corpus, six samples, every metric of the suite; what the fault suite disturbs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from benchmark.harness.journal import read_journal
from benchmark.results.store import StoredRun, list_runs, read_scores
from tests.patience import patient

ROOT = Path(__file__).resolve().parents[4]
WORKERS = ("--executor", "processes", "executor.workers=2")
TOY = ("--method", "faulty", "--dataset", "toy", "--metrics", "toy_level,toy_change,toy_error,toy_spread,psnr")
PUPPETS = ("--method", "faulty_cmet", "--limit", "6")


def environment(**faults: str) -> dict[str, str]:
    """Variables of a process that knows the worlds' methods, and what goes wrong in it (see `faulty`)."""
    return os.environ | {"EMOTION_BENCHMARK_PLUGINS": "tests.benchmark.harness.executors.faulty"} | faults


@dataclass(frozen=True)
class World:
    """A run and its undisturbed results."""

    words: tuple[str, ...]
    """Of the command line."""
    home: Path
    """Root of the undisturbed run; what it made of the corpus is given to every other root."""

    @property
    def samples(self) -> list[str]:
        """Ids, in the order of the split."""
        return [str(card["id"]) for card in only_run(self.home).record["samples"]]

    def command(self, root: Path, *more: str) -> list[str]:
        """The command line of a run in `root`."""
        words = [sys.executable, "-m", "benchmark.run", *self.words, "statistics.n_resamples=50"]
        return [*words, f"runtime.root={root}", *more]

    def prepared(self, root: Path) -> Path:
        """The root, with the corpus in it."""
        corpus = self.home / "cache" / "puppets"
        if corpus.is_dir() and not (root / "cache" / "puppets").exists():
            shutil.copytree(corpus, root / "cache" / "puppets")
        return root

    def start(self, root: Path, *more: str, said: Any = subprocess.DEVNULL, **faults: str) -> subprocess.Popen[str]:
        """A run under way, in a session of its own."""
        return subprocess.Popen(
            self.command(self.prepared(root), *more), cwd=ROOT, env=environment(**faults), stdout=subprocess.DEVNULL,
            stderr=said, text=True, start_new_session=True,
        )  # fmt: skip

    def run(self, root: Path, *more: str, **faults: str) -> subprocess.CompletedProcess[str]:
        """A run until its end."""
        return subprocess.run(
            self.command(self.prepared(root), *more), cwd=ROOT, env=environment(**faults), capture_output=True,
            text=True, timeout=patient(280),
        )  # fmt: skip

    def tables(self) -> tuple[bytes, bytes]:
        """What the undisturbed run left."""
        return tables(self.home)


def made(words: tuple[str, ...], home: Path) -> World:
    """A world whose undisturbed run is done."""
    world = World(words, home)
    done = world.run(home)
    assert done.returncode == 0, done.stderr
    return world


def only_run(root: Path) -> StoredRun:
    """The one run of a root."""
    (found,) = list_runs(root / "results").runs
    return found


def tables(root: Path) -> tuple[bytes, bytes]:
    """The bytes of scores and summary of a root's one complete run."""
    found = only_run(root)
    assert found.complete
    return (found.folder / "scores.parquet").read_bytes(), (found.folder / "summary.csv").read_bytes()


def scores(root: Path) -> pd.DataFrame:
    """The scores of a root's one run."""
    return read_scores(only_run(root).folder)


def of_others(rows: pd.DataFrame, sample: str) -> pd.DataFrame:
    """Rows of all other samples, comparable between runs."""
    return rows[rows["sample_id"] != sample].drop(columns="run_id").reset_index(drop=True)


def wait_for(root: Path, ended: int, seconds: float = 120.0) -> None:
    """Until so many samples have ended."""
    until = time.monotonic() + patient(seconds)
    while time.monotonic() < until:
        journals = list(root.glob("results/*/*/*/*/journal.jsonl"))
        if journals and sum(e["event"] == "end" for e in read_journal(journals[0].parent)) >= ended:
            return
        time.sleep(0.02)
    raise AssertionError("nothing ended")


def alive(session: int) -> list[int]:
    """Processes of a session that still run."""
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                fields = (place / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(int(place.name))
    return found
