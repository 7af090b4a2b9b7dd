"""A Ray cluster: Ray places the chunks, holds back what does not fit, and repeats what a lost node had in hand.

The nodes must see the run's root under the same path (a shared file system), and have the project installed. The
address is RAY_ADDRESS; without it a cluster of this one machine is started.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, ClassVar

from benchmark.errors import BenchmarkError, MissingRequirement, one_line
from benchmark.executors.base import Chunk, Ended, Executor
from benchmark.executors.dispatch import singles
from benchmark.harness.journal import Journal
from benchmark.progress import Steps

RETRIES = 2
"""Of a chunk whose node or worker was lost; Ray does them elsewhere."""


class RayCluster(Executor):
    """`--executor ray`."""

    name: ClassVar[str] = "ray"

    def workers(self) -> int:
        """CPUs or GPUs of the cluster over what a chunk takes."""
        ray = connect()
        have = ray.cluster_resources()
        if self.options.device.startswith("cuda"):
            return max(1, int(have.get("GPU", 1)))
        return self.options.workers or max(1, int(have.get("CPU", 1) // self.options.cpus))

    def run(self, chunks: Sequence[Chunk], journal: Journal) -> list[Ended]:
        """See `Executor.run`."""
        ray = connect()
        gpus = 1 if self.options.device.startswith("cuda") else 0
        options = {"num_cpus": self.options.cpus, "num_gpus": gpus, "max_retries": RETRIES}
        task = ray.remote(remote_do).options(**options)
        ended: list[Ended] = []
        lost: list[tuple[Chunk, str]] = []
        steps = Steps(chunks[0].stage if chunks else "", sum(len(chunk.samples) for chunk in chunks))
        try:
            ended += self._gather(ray, {task.remote(chunk): chunk for chunk in chunks}, lost, journal, steps)
            again = [single for chunk, _ in lost for single in singles(chunk)]
            last: list[tuple[Chunk, str]] = []
            if again:  # one sample of the chunk kills its worker: alone, only it does
                alone = ray.remote(remote_do).options(**{**options, "max_retries": 1})
                ended += self._gather(ray, {alone.remote(c): c for c in again}, last, journal, steps)
            for chunk, why in last:
                reason = f"its worker was lost each time: {why}"
                ended.append(Ended(chunk.samples[0], "quarantined", reason, kept=False))
                journal.note("end", stage=chunk.stage, sample=chunk.samples[0], status="quarantined", reason=reason)
        finally:
            steps.close()
        return ended

    def _gather(
        self, ray: Any, running: dict[Any, Chunk], lost: list[tuple[Chunk, str]], journal: Journal, steps: Steps
    ) -> list[Ended]:
        ended: list[Ended] = []
        while running:
            done, _ = ray.wait(list(running), num_returns=1, timeout=1.0)
            for reference in done:
                chunk = running.pop(reference)
                try:
                    found = ray.get(reference)
                except ray.exceptions.RayTaskError as error:
                    cause = error.cause if isinstance(error.cause, BenchmarkError) else None
                    if cause is not None:
                        raise cause from error
                    lost.append((chunk, one_line(error)[-300:]))
                    continue
                except ray.exceptions.RayError as error:
                    lost.append((chunk, one_line(error)[:300]))
                    continue
                ended += found
                steps.at(steps.done + len(found))
                for one in found:
                    journal.note("end", stage=chunk.stage, sample=one.sample, status=one.status, seconds=one.seconds)
        return ended


def remote_do(chunk: Chunk) -> list[Ended]:
    """A chunk, in a Ray worker, which keeps its models for the next one."""
    from benchmark.executors.work import do

    return do(chunk)


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
