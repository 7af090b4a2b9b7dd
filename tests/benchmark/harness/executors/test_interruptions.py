"""What stops a driver: signals, a second driver, a full disk. The same command goes on and ends as undisturbed."""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.benchmark.harness.executors.worlds import ROOT, WORKERS, World, alive, environment, tables, wait_for
from tests.patience import patient
from tests.small_disk import IN_A_NAMESPACE, NO_RIGHT, can_mount

pytestmark = [pytest.mark.slow, pytest.mark.faults, pytest.mark.timeout(patient(900))]

SECONDS = patient(5.0)
"""Within which a signal ends a run."""
ATTEMPTS = 3
"""Of a measurement of time on a machine that may be busy with something else."""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("more", [(), WORKERS], ids=["local", "processes"])
def test_a_signal_ends_the_run_within_five_seconds(
    puppets: World, tmp_path: Path, number: signal.Signals, more: tuple[str, ...]
) -> None:
    took = []
    for attempt in range(ATTEMPTS):
        root = tmp_path / str(attempt)
        driver = puppets.start(root, *more, said=subprocess.PIPE, TOY_SLOW="0.4")
        wait_for(root, 2)
        begun = time.monotonic()
        driver.send_signal(number)
        _, said = driver.communicate(timeout=patient(60))
        took.append(time.monotonic() - begun)
        assert driver.returncode == 130 and "the same command completes the run" in said
        until = time.monotonic() + patient(3.0)  # Python's resource tracker goes when it finds its pipe closed
        while alive(driver.pid) and time.monotonic() < until:
            time.sleep(0.05)
        assert not alive(driver.pid)
        if took[-1] < SECONDS:
            break
    assert min(took) < SECONDS
    assert puppets.run(root, *more).returncode == 0
    assert tables(root) == puppets.tables()


def test_a_second_driver_is_refused_and_a_lock_of_a_dead_one_is_not_felt(puppets: World, tmp_path: Path) -> None:
    first = puppets.start(tmp_path, TOY_SLOW="3")
    wait_for(tmp_path, 1)
    second = puppets.run(tmp_path)
    assert second.returncode == 2 and f"process {first.pid} on " in second.stderr and "drives this run" in second.stderr
    first.kill()
    first.wait()
    assert puppets.run(tmp_path).returncode == 0
    assert tables(tmp_path) == puppets.tables()


def kib_under(folder: Path) -> int:
    """On a file system that counts whole pages."""
    return sum(-(-path.stat().st_size // 4096) * 4 for path in folder.rglob("*"))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.75])
@pytest.mark.parametrize("more", [(), WORKERS], ids=["local", "processes"])
def test_a_full_disk_stops_the_run_in_one_line_and_the_same_command_goes_on(
    puppets: World, tmp_path: Path, share: float, more: tuple[str, ...]
) -> None:
    """A real file system that holds the corpus and a share of what the run writes; then it is made larger."""
    if not can_mount():
        pytest.skip(NO_RIGHT)
    corpus = puppets.home / "cache" / "puppets"
    written = kib_under(puppets.home) - kib_under(corpus)
    disk, out = tmp_path / "disk", tmp_path / "out"
    disk.mkdir()
    out.mkdir()
    room = 64 + int(share * written)
    command = shlex.join(puppets.command(disk, *more))
    script = f"""
    mount -t tmpfs -o size=1g tmpfs {disk} && mkdir {disk}/cache && cp -r {corpus} {disk}/cache/ || exit 90
    mount -o remount,size=$(($(df -k --output=used {disk} | tail -1) + {room}))k {disk} || exit 90
    {command} >{out}/said 2>{out}/first; code=$?
    cp -r {disk}/results {out}/early
    mount -o remount,size=1g {disk}
    {command} >{out}/said 2>{out}/second || exit 91
    cp -r {disk}/results {out}/results
    exit $code
    """
    line = [*IN_A_NAMESPACE, script]
    done = subprocess.run(
        line, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=patient(300), check=False
    )
    assert done.returncode == 2, (out / "first").read_text() + done.stderr
    said = (out / "first").read_text()
    (error,) = [text for text in said.splitlines() if text.startswith("error")]
    assert "Traceback" not in said
    assert "the disk is full (" in error and "the same command goes on where it stopped" in error
    needed = re.search(r"about ([0-9.]+) MB more are needed", error)
    assert needed is not None and float(needed[1]) < 4 * written / 1e3
    assert tables(out) == puppets.tables()
