"""Who does a run's work: this process, several, a Ray cluster, or a SLURM array. All leave the same files.

A run's work is split into chunks of samples. A worker writes what it makes into the cache, each file in one step, and
says how each sample ended; workers share nothing else, and a chunk may run twice without harm.
"""

from benchmark.harness.executors.base import EXECUTORS, Executor

__all__ = ["EXECUTORS", "Executor"]
