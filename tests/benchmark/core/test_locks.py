"""Locks end with their process, name their holder, and let many share what one may claim."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from benchmark.core.errors import UsageError
from benchmark.core.locks import claim, hold, share

ROOT = Path(__file__).parents[3]


def start(path: Path, call: str) -> subprocess.Popen[bytes]:
    """A process that has the lock and waits."""
    code = (
        f"import pathlib, sys\nfrom benchmark.core.locks import hold, share\npath = pathlib.Path({str(path)!r})\n"
        f"with {call}:\n    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdout is not None and process.stdout.readline() == b"held\n"
    return process


def refusal(who: str) -> str:
    return f"{who} was first"


def test_a_second_process_is_refused_with_the_name_of_the_first_until_that_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "new" / ".lock"
    holder = start(path, "hold(path)")
    try:
        with pytest.raises(UsageError, match=f"process {holder.pid} on {os.uname().nodename} was first"):
            with hold(path, refusal):
                pass
    finally:
        holder.kill()
        holder.communicate()
    with hold(path, refusal):
        assert path.read_text() == f"process {os.getpid()} on {os.uname().nodename}"


def test_in_one_process_too_a_lock_is_held_once(tmp_path: Path) -> None:
    with hold(tmp_path / "lock", refusal), pytest.raises(UsageError, match=f"process {os.getpid()} on .* was first"):
        with hold(tmp_path / "lock", refusal):
            pass
    with hold(tmp_path / "lock", refusal):
        pass


def test_what_fails_inside_gives_the_lock_back(tmp_path: Path) -> None:
    with pytest.raises(KeyError), hold(tmp_path / "lock"):
        raise KeyError("x")
    with hold(tmp_path / "lock", refusal):
        pass


def test_threads_that_wait_come_one_after_the_other(tmp_path: Path) -> None:
    inside, most = [], []

    def work() -> None:
        with hold(tmp_path / "lock"):
            inside.append(1)
            most.append(len(inside))
            inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1, 1, 1, 1]


def test_many_share_what_nobody_may_claim_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "folder" / ".used"
    with claim(path) as mine:
        assert not mine, "there is nothing to claim yet"
    other = start(path, "share(path)")
    with share(path):
        other.kill()
        other.communicate()
        with claim(path) as mine:
            assert not mine
    with claim(path) as mine, claim(path) as twice:
        assert mine and not twice


def test_a_mark_that_was_made_anew_is_not_the_one_that_was_opened(tmp_path: Path) -> None:
    path = tmp_path / "folder" / ".used"
    with share(path):
        path.parent.rename(tmp_path / "gone")
        with share(path), claim(path) as mine:
            assert not mine
        with claim(path) as mine:
            assert mine, "the old mark is locked, and is no longer here"
    (tmp_path / "file").write_text("x")
    with pytest.raises(FileExistsError):
        share(tmp_path / "file" / ".used")


def test_only_one_file_of_the_house_asks_the_kernel_for_locks() -> None:
    packages = ("benchmark", "baselines", "cmet", "leaderboard", "tools")
    own = [
        path for package in packages for path in (ROOT / package).rglob("*.py") if "fcntl" in path.read_text("utf-8")
    ]
    assert [path.relative_to(ROOT).as_posix() for path in own] == ["benchmark/core/locks.py"]
    assert not re.search("SoftFileLock", own[0].read_text("utf-8")), "a soft lock would outlive its process"
