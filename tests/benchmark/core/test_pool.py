"""Work in other processes: all of it is done, whoever dies, and nobody survives the process that started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from benchmark.core.errors import BenchmarkError, SampleError
from benchmark.core.pool import Lost, run_in_processes

ROOT = Path(__file__).parents[3]

_state: list[str] = []


def remember(word: str) -> None:
    _state.append(word)


def square(number: int) -> tuple[int, int, str]:
    print("what a task prints is no answer")
    return number * number, os.getpid(), "".join(_state)


def die_at(number: int, folder: Path, deadly: int, times: int) -> int:
    """Ends its process at one number, so many times."""
    notes = folder / str(number)
    with notes.open("a") as file:
        file.write("x")
    if number == deadly and len(notes.read_text()) <= times:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def fail(number: int, kind: str) -> int:
    if number == 2:
        raise SampleError("no_face", "none here") if kind == "sample" else ZeroDivisionError("by nothing")
    return number


def wait_long(number: int) -> int:
    Path(os.environ["POOL_TEST_PIDS"], str(os.getpid())).touch()
    time.sleep(600)
    return number


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_every_item_is_answered_by_processes_that_were_set_up_once() -> None:
    found = dict(run_in_processes(square, range(7), workers=2, setup=partial(remember, "ready")))
    assert {number: result[0] for number, result in found.items()} == {n: n * n for n in range(7)}  # type: ignore[index]
    assert {result[2] for result in found.values()} == {"ready"}  # type: ignore[index]
    assert os.getpid() not in {result[1] for result in found.values()}  # type: ignore[index]
    assert not list(run_in_processes(square, [], workers=2))


def test_an_item_whose_process_dies_is_tried_once_more_and_harms_no_other(tmp_path: Path) -> None:
    once = partial(die_at, folder=tmp_path, deadly=3, times=1)
    found = list(run_in_processes(once, range(6), workers=2))
    assert dict(found) == {n: n for n in range(6)} and found[-1] == (3, 3), "it is tried alone, after the others"
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {str(n): "x" for n in range(6)} | {"3": "xx"}


def test_an_item_that_kills_its_process_each_time_is_lost_and_says_how(tmp_path: Path) -> None:
    deadly = partial(die_at, folder=tmp_path, deadly=0, times=9)
    assert dict(run_in_processes(deadly, range(3), workers=3)) == {0: Lost("ended by signal 9"), 1: 1, 2: 2}


def test_what_a_task_raises_is_raised_with_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError, match="by nothing") as caught:
        list(run_in_processes(partial(fail, kind="bug"), range(4), workers=2))
    assert "in fail" in "".join(caught.value.__notes__)
    with pytest.raises(BenchmarkError, match="SampleError: none here"):  # made with two words, it says one
        list(run_in_processes(partial(fail, kind="sample"), range(4), workers=1))


def test_who_stops_listening_ends_the_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POOL_TEST_PIDS", str(tmp_path))
    items = run_in_processes(partial(fail_or_wait), [1, 0], workers=2)
    with pytest.raises(ZeroDivisionError):
        next(items)
    (left,) = (int(path.name) for path in tmp_path.iterdir())
    assert not alive(left)


def fail_or_wait(number: int) -> int:
    """Waits for good; the other fails as soon as somebody waits."""
    if number:
        return wait_long(number)
    while not any(Path(os.environ["POOL_TEST_PIDS"]).iterdir()):
        time.sleep(0.01)
    raise ZeroDivisionError


def test_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    code = (
        "from benchmark.core.pool import run_in_processes\nfrom tests.benchmark.core.test_pool import note_and_go\n"
        "list(run_in_processes(note_and_go, range(1000), workers=2))\n"
    )
    environment = os.environ | {"POOL_TEST_PIDS": str(tmp_path)}
    starter = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment)
    until = time.monotonic() + 60
    while len(list(tmp_path.iterdir())) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    starter.kill()
    starter.wait()
    pids = [int(path.name) for path in tmp_path.iterdir()]
    assert len(pids) == 2
    while any(alive(pid) for pid in pids) and time.monotonic() < until:
        time.sleep(0.02)
    assert not any(alive(pid) for pid in pids)


def note_and_go(number: int) -> None:
    Path(os.environ["POOL_TEST_PIDS"], str(os.getpid())).touch()
    time.sleep(0.2)
