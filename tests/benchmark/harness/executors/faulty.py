"""Methods with faults: samples that kill, stop or hang their process, lose their source, or want too much memory.

`faulty` is the toy, `faulty_cmet` is C-MET. What goes wrong is said by environment variables, which worker processes
inherit. FAULTY_KILL, FAULTY_HANG, FAULTY_STOP, FAULTY_VANISH, FAULTY_MEMORY, FAULTY_FULL (disk): sample ids;
FAULTY_ONCE=FOLDER: each only the first time. FAULTY_CARD=N: a device that holds N frames at a time (C-MET only).
FAULTY_CLOCK: a clock that jumps. TOY_SLOW: seconds that an edit takes longer.
"""

from __future__ import annotations

import errno
import itertools
import os
import signal
import time
from pathlib import Path

from benchmark.core.types import Sample
from benchmark.media.clip import Clip
from benchmark.methods.base import METHODS, MethodInfo
from tests.benchmark.harness import toy


def hit(variable: str, sample: str) -> bool:
    """Whether this sample has this fault now."""
    if sample not in os.environ.get(variable, "").split(","):
        return False
    folder = os.environ.get("FAULTY_ONCE")
    if folder is None:
        return True
    mark = Path(folder) / f"{variable}_{sample}"
    if mark.exists():
        return False
    mark.touch()
    return True


def suffer(sample: Sample) -> None:
    """What befalls a sample before it is edited."""
    if hit("FAULTY_KILL", sample.id):
        os.kill(os.getpid(), signal.SIGKILL)
    if hit("FAULTY_STOP", sample.id):
        os.kill(os.getpid(), signal.SIGSTOP)
    if hit("FAULTY_HANG", sample.id):
        time.sleep(3600)
    if hit("FAULTY_VANISH", sample.id):
        sample.source.unlink()
    if hit("FAULTY_FULL", sample.id):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if hit("FAULTY_MEMORY", sample.id):
        import torch

        raise torch.OutOfMemoryError("CUDA out of memory")


class Faulty(toy.ToyMethod):
    """Toy, with faults."""

    info = MethodInfo(name="faulty", title="Faulty", version="1", cue="label")

    def edit(self, sample: Sample, seed: int) -> Clip:
        suffer(sample)
        return super().edit(sample, seed)


def register() -> None:
    """Put all of it into the registries, once a process."""
    toy.register()
    if "FAULTY_CLOCK" in os.environ:
        jumps = itertools.cycle((0.0, 86_400.0, -86_400.0, 3.0e8))
        right = time.time
        time.time = lambda: right() + next(jumps)
    if "faulty" not in METHODS:
        METHODS.add("faulty", Faulty)
        METHODS.add("faulty_cmet", "tests.benchmark.harness.executors.faulty_cmet:FaultyCMet")
