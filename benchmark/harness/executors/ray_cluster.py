"""A Ray cluster: Ray places the chunks, holds back what does not fit, and repeats what a lost node had in hand.

The nodes must see the run's root under the same path (a shared file system), and have the project installed. The
address is RAY_ADDRESS; without it a cluster of this one machine is started.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from benchmark.core.errors import BenchmarkError, MissingRequirement, one_line
from benchmark.harness.executors.base import Chunk, SampleOutcome
from benchmark.harness.executors.engine import ChunkResult, Engine

RETRIES = 2
"""Ray repeats a chunk whose node or worker was lost so many times, elsewhere."""


class RayCluster(Engine):
    """`--executor ray`."""

    name: ClassVar[str] = "ray"

    def workers(self) -> int:
        """CPUs or GPUs of the cluster over what a chunk takes."""
        ray = connect()
        have = ray.cluster_resources()
        if self.options.device.startswith("cuda"):
            return max(1, int(have.get("GPU", 1)))
        return self.options.workers or max(1, int(have.get("CPU", 1) // self.options.cpus))

    def submit(self, chunks: Sequence[Chunk], again: bool) -> Iterator[ChunkResult]:
        """See `Engine.submit`."""
        ray = connect()
        gpus = 1 if self.options.device.startswith("cuda") else 0
        retries = 1 if again else RETRIES
        task = ray.remote(run_remotely).options(num_cpus=self.options.cpus, num_gpus=gpus, max_retries=retries)
        running = {task.remote(chunk): chunk for chunk in chunks}
        while running:
            done, _ = ray.wait(list(running), num_returns=1, timeout=1.0)
            for reference in done:
                chunk = running.pop(reference)
                try:
                    yield chunk, ray.get(reference)
                except ray.exceptions.RayTaskError as error:
                    if isinstance(error.cause, BenchmarkError):
                        raise error.cause from error
                    yield chunk, one_line(error)[-300:]
                except ray.exceptions.RayError as error:
                    yield chunk, one_line(error)[:300]


def run_remotely(chunk: Chunk) -> list[SampleOutcome]:
    """A chunk, in a Ray worker, which keeps its models for the next one."""
    from benchmark.harness.executors.task import run_chunk

    return run_chunk(chunk)


def connect() -> Any:
    """Ray, connected. Raises MissingRequirement."""
    try:
        import ray
    except ImportError as error:
        raise MissingRequirement("executor ray needs Ray: pip install 'emotion-edit-benchmark[ray]'") from error
    if not ray.is_initialized():
        try:
            ray.init(address=os.environ.get("RAY_ADDRESS"), log_to_driver=False, include_dashboard=False)
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise MissingRequirement(f"no Ray cluster at {os.environ.get('RAY_ADDRESS')}: {one_line(error)}") from error
    return ray
