"""Progress is a bar on a terminal and lines elsewhere, with the pace and the time left."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmark.core import progress as module
from benchmark.core.progress import Progress, show_progress, track

ROOT = Path(__file__).parents[3]


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


def test_without_a_terminal_a_line_comes_every_ten_seconds_and_at_the_end(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = []
    for item in track(range(5), "generate", 5):
        seen.append(item)
        clock.now += 6
    assert seen == [0, 1, 2, 3, 4]
    assert capsys.readouterr().err.splitlines() == [
        "generate 2/5 (12 s, 0.17/s, 18 s left)",
        "generate 4/5 (24 s, 0.17/s, 6 s left)",
        "generate 5/5 (30 s, 0.17/s)",
    ]


def test_short_work_leaves_no_line_and_none_leaves_none(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    assert list(track(range(3), "generate", 3)) == [0, 1, 2]
    assert list(track([], "generate", 0)) == []
    with show_progress("generate", 3, shown=False) as shown:
        clock.now += 60
        shown.advance()
    assert capsys.readouterr().err == ""


def test_what_an_earlier_run_had_done_counts_as_done_and_not_as_fast(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    with show_progress("training", 10_000, done=2_500) as shown:
        clock.now += 100
        shown.show(2_700)
        shown.text = "loss 1.0"
        clock.now += 100
        shown.advance()
    assert capsys.readouterr().err.splitlines() == [
        "training 2700/10000 (100 s, 2/s, 61 min left)",
        "training 2701/10000 (3 min, 1/s, 2.0 h left) loss 1.0",
    ]


def test_a_total_may_be_told_later_and_steps_may_end_in_any_order(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    with show_progress("frames") as shown:
        clock.now += 11
        shown.show(7, 40)
        shown.show(33)
        clock.now += 11
        shown.show(40)
    assert [line.split(" (")[0] for line in capsys.readouterr().err.splitlines()] == ["frames 7/40", "frames 40/40"]
    assert Progress(3).pace() == ""


def test_on_a_terminal_it_is_a_bar() -> None:
    code = (
        "import time\nfrom benchmark.core.progress import track\n"
        "for _ in track(range(4), 'generate', 4):\n    time.sleep(0.02)\n"
        "    for _ in track(range(3), 'inner', 3):\n        pass\n"
    )
    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "120"}
    subprocess.run([sys.executable, "-c", code], stderr=theirs, cwd=ROOT, env=environment, check=True)
    os.close(theirs)
    shown = b""
    while True:
        try:
            if not (part := os.read(ours, 65536)):
                break
        except OSError:  # the other end is closed
            break
        shown += part
    os.close(ours)
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.decode())
    assert "inner" not in text, "one bar at a time"
    assert "generate" in text and "4/4" in text and re.search(r"\d/s", text) and "━" in text


def test_only_one_file_of_the_house_shows_progress() -> None:
    packages = ("benchmark", "baselines", "cmet", "leaderboard", "tools")
    found = [
        path.relative_to(ROOT).as_posix()
        for package in packages
        for path in sorted((ROOT / package).rglob("*.py"))
        if re.search(r"rich\.progress|rich import progress|import tqdm|from tqdm|LINE_EVERY", path.read_text("utf-8"))
    ]
    assert found == ["benchmark/core/progress.py"]
