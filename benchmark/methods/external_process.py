"""Somebody else's program in a process of its own: no shell, its own process group, a time limit, a log, one GPU."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmark.core.errors import MissingRequirement

GRACE = 5.0
"""Seconds between asking a process group to end and killing it."""
TAIL_LINES, TAIL_CHARACTERS = 8, 600
"""What of a log goes into a row."""
OURS = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PYTHONSTARTUP", "LD_PRELOAD", "__PYVENV_LAUNCHER__")
"""Variables of this environment that would lead another python astray."""


@dataclass(frozen=True)
class ProcessResult:
    """How a process ended."""

    code: int
    """Exit code; negative: the signal that ended it."""
    timed_out: bool
    seconds: float


def run_command(
    command: Sequence[str], *, folder: Path, environment: Mapping[str, str], log: Path, limit: float
) -> ProcessResult:
    """Run a command to its end, or to the end of its time.

    Args:
        command: program and arguments; no shell sees them.
        folder: where it runs.
        environment: all its variables.
        log: takes what it prints, added to what is there.
        limit: seconds. Then its whole process group is asked to end, and after `GRACE` killed. Processes that it left
            in its group are killed in any case; one that made a session of its own escapes.

    Raises:
        MissingRequirement: the program can't be started.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with log.open("ab") as out:
        try:
            process = subprocess.Popen(
                list(command),
                cwd=folder,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise MissingRequirement(f"can't start {command[0]}: {error.strerror or error}") from error
        timed_out = False
        try:
            code = process.wait(limit)
        except subprocess.TimeoutExpired:
            timed_out = True
            code = _end(process)
        except BaseException:  # an interrupted benchmark leaves nothing running
            _end(process)
            raise
        finally:
            _signal(process.pid, signal.SIGKILL)
    return ProcessResult(code, timed_out, time.monotonic() - started)


def clean_environment(device: str, gpu: str | None, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables of a process: this one's without what is about this python, and one GPU.

    Args:
        device: of the run: "cpu", "cuda", "cuda:1". Without `gpu` it decides which GPU is seen, none for "cpu".
        gpu: as in CUDA_VISIBLE_DEVICES.
        more: further variables.
    """
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    environment |= {"PYTHONUNBUFFERED": "1", "PYTHONNOUSERSITE": "1", "CUDA_VISIBLE_DEVICES": visible_gpus(device, gpu)}
    return environment | dict(more or {})


def visible_gpus(device: str, gpu: str | None) -> str:
    """CUDA_VISIBLE_DEVICES for a process: `gpu` if given, else the run's device among those seen here."""
    if gpu is not None:
        return gpu
    if device == "cpu":
        return ""
    index = int(device.partition(":")[2] or 0)
    here = [part.strip() for part in os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",") if part.strip()]
    return here[index] if index < len(here) else str(index)


def tail(log: Path) -> str:
    """The end of a log on one line: at most `TAIL_LINES` lines and `TAIL_CHARACTERS` characters."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 8 * TAIL_CHARACTERS))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    lines = [" ".join(line.split()) for line in text.replace("\r", "\n").splitlines() if line.strip()]
    end = " | ".join(lines[-TAIL_LINES:])
    return end if len(end) <= TAIL_CHARACTERS else f"...{end[-TAIL_CHARACTERS:]}"


def _end(process: subprocess.Popen[bytes]) -> int:
    _signal(process.pid, signal.SIGTERM)
    try:
        return process.wait(GRACE)
    except subprocess.TimeoutExpired:
        _signal(process.pid, signal.SIGKILL)
        return process.wait()


def _signal(group: int, what: signal.Signals) -> None:
    try:
        os.killpg(group, what)
    except (ProcessLookupError, PermissionError):
        return  # it is gone already
