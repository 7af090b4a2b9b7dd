"""Time and memory of a piece of work, on the CPU or on a GPU."""

from __future__ import annotations

import re
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

import torch

T = TypeVar("T")

CLEAR = Path("/proc/self/clear_refs")
STATUS = Path("/proc/self/status")


class Measured(NamedTuple, Generic[T]):
    """What a piece of work gave and cost."""

    value: T
    cpu_seconds: float
    """Seconds of all cores together that this process used."""
    wall_seconds: float
    peak_bytes: int
    """Most memory in use while it ran: of the process on the CPU, allocated by torch on a GPU."""


def measure(work: Callable[[], T], device: str = "cpu") -> Measured[T]:
    """Do the work once and measure it; on a GPU the clock stops when the GPU has finished."""
    gpu = device.startswith("cuda")
    if gpu:
        torch.cuda.synchronize(device)
        torch.cuda.reset_peak_memory_stats(device)
    else:
        forget_peak()
    cpu, wall = time.process_time(), time.perf_counter()
    value = work()
    if gpu:
        torch.cuda.synchronize(device)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak = int(torch.cuda.max_memory_allocated(device)) if gpu else peak_memory()
    return Measured(value, cpu, wall, peak)


def forget_peak() -> bool:
    """Let the process's peak memory begin anew. Returns False where the system can't: then it is that of the run."""
    try:
        CLEAR.write_text("5")
    except OSError:
        return False
    return True


def peak_memory() -> int:
    """The process's peak memory in bytes since `forget_peak`."""
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", STATUS.read_text())
    except OSError:
        found = None
    return 1024 * (int(found[1]) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
