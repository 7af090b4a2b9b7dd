"""Worker processes on this machine, watched (`worker_pool`): one that dies or hangs is replaced.

Each worker holds one pipe to the driver and says when it begins a sample and that it is alive (`worker`). Between the
stages of a run workers wait, with their modules and models loaded.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from benchmark.config.spec import ExecutorConfig
from benchmark.harness.executors.base import Chunk, Executor, SampleOutcome
from benchmark.harness.executors.worker_pool import Worker, WorkerPool
from benchmark.harness.journal import Journal


class Processes(Executor):
    """`--executor processes`: one worker for each GPU, or `executor.workers` on the CPU."""

    name: ClassVar[str] = "processes"

    def __init__(self, options: ExecutorConfig) -> None:
        super().__init__(options)
        self.idle: list[Worker] = []

    def close(self) -> None:
        """End the workers that wait between stages."""
        while self.idle:
            self.idle.pop().kill()

    def workers(self) -> int:
        """Workers that will be started."""
        return self.options.workers or len(self.gpus()) or max(1, count_cores() // self.options.cpus)

    def gpus(self) -> list[str]:
        """Numbers of the GPUs that may be used, if the run's device is one."""
        if not self.options.device.startswith("cuda"):
            return []
        import torch

        shown = os.environ.get("CUDA_VISIBLE_DEVICES")
        names = shown.split(",") if shown else [str(n) for n in range(torch.cuda.device_count())]
        return names if self.options.device == "cuda" else names[int(self.options.device.partition(":")[2]) :][:1]

    def run(self, chunks: Sequence[Chunk], journal: Journal) -> list[SampleOutcome]:
        """See `Executor.run`."""
        count = min(self.workers(), len(chunks))
        gpus = self.gpus()
        if gpus:  # every worker sees one GPU and calls it cuda
            chunks = [_on_first_gpu(chunk) for chunk in chunks]
        pool = WorkerPool(chunks, count, gpus, self.options.cpus, self.options.sample_seconds, journal)
        pool.workers = [worker for worker in self.idle if worker.process.is_alive()]
        self.idle = []
        outcomes = pool.run()
        self.idle = pool.workers  # their modules and models are loaded: the next stage begins at once
        return outcomes


def _on_first_gpu(chunk: Chunk) -> Chunk:
    config = chunk.config
    return replace(chunk, config=replace(config, runtime=replace(config.runtime, device="cuda")))


def count_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0))
