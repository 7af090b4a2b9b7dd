"""A SLURM job array through submitit: one job a chunk, requeued by SLURM, results through files.

The nodes must see the run's root and this environment under the same paths. `executor.cluster=local` runs the same
jobs as processes of this machine, `debug` in this process: for trials without SLURM.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

from benchmark.core.errors import BenchmarkError, MissingRequirement, one_line
from benchmark.harness.executors.base import Chunk, SampleOutcome
from benchmark.harness.executors.engine import ChunkResult, Engine


class Slurm(Engine):
    """`--executor slurm`."""

    name: ClassVar[str] = "slurm"

    def workers(self) -> int:
        """Jobs that may run at a time."""
        return self.options.workers or 16

    def submit(self, chunks: Sequence[Chunk], again: bool) -> Iterator[ChunkResult]:
        """See `Engine.submit`."""
        folder = chunks[0].config.runtime.root / "cache" / "slurm"
        jobs = self._submitit(folder).map_array(run_job, list(chunks))
        for one, chunk in zip(jobs, chunks, strict=True):
            try:
                found: list[SampleOutcome] | dict[str, Any] = one.result()
            except Exception as error:  # submitit raises its own for a job that failed, was cancelled or vanished
                yield chunk, one_line(error)[-300:]
                continue
            if isinstance(found, dict):
                raise BenchmarkError(str(found["text"]))
            yield chunk, found

    def _submitit(self, folder: Path) -> Any:
        try:
            import submitit
        except ImportError as error:
            raise MissingRequirement(
                "executor slurm needs submitit: pip install 'emotion-edit-benchmark[slurm]'"
            ) from error
        try:
            executor = submitit.AutoExecutor(folder=folder, cluster=self.options.cluster or "slurm")
        except (RuntimeError, ValueError) as error:
            raise MissingRequirement(
                f"executor slurm: {one_line(error)}; executor.cluster=local tries it here"
            ) from error
        parameters: dict[str, Any] = {
            "timeout_min": max(1, round(60 * self.options.hours)),
            "cpus_per_task": self.options.cpus,
            "slurm_array_parallelism": self.workers(),
        }
        if self.options.device.startswith("cuda"):
            parameters["gpus_per_node"] = 1
        if self.options.partition:
            parameters["slurm_partition"] = self.options.partition
        executor.update_parameters(**parameters)
        return executor


def run_job(chunk: Chunk) -> list[SampleOutcome] | dict[str, Any]:
    """A chunk, in a job. An error that a user must act on comes back as words."""
    from benchmark.harness.executors.task import error_payload, run_chunk

    try:
        return run_chunk(chunk)
    except BenchmarkError as error:
        return error_payload(error)
