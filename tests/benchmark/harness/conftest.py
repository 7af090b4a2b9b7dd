from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmark.results.store import read_scores
from benchmark.run.command import main
from tests.benchmark.harness import toy
from tests.registries import registries_kept


@pytest.fixture(autouse=True)
def toys() -> Iterator[None]:
    """The toy world, for one test only."""
    with registries_kept():
        toy.register()
        yield


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """What was really computed since the last look."""
    path = tmp_path / "calls.txt"
    monkeypatch.setenv(toy.CALLS, str(path))

    def look() -> list[str]:
        lines = path.read_text().splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines

    return look


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., int]:
    """`run("--method toy ...", "seed=1")` on the toy dataset under `tmp_path / "root"`; returns the exit code."""

    def start(arguments: str, *overrides: str, root: str = "root") -> int:
        fixed = ("statistics.n_resamples=50", f"runtime.root={tmp_path / root}")
        return main([*arguments.split(), "--dataset", "toy", *overrides, *fixed])

    return start


@pytest.fixture
def scores(tmp_path: Path):
    """The scores table of the only run of a method."""

    def read(method: str = "toy", root: str = "root"):
        (folder,) = (tmp_path / root / "results" / "toy" / "test" / method).iterdir()
        return read_scores(folder)

    return read
