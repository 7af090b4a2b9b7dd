"""Datasets by name. Each is imported when a run asks for it.

A new dataset gets one line here: `DATASETS.add("name", "benchmark.datasets.file:Class")`.
"""

from benchmark.datasets.base import DATASETS

__all__ = ["DATASETS"]

DATASETS.add("puppets", "benchmark.datasets.puppets:Puppets")
DATASETS.add("clips", "benchmark.datasets.clips:Clips")
DATASETS.add("mead", "benchmark.datasets.mead:Mead")
DATASETS.add("crema_d", "benchmark.datasets.crema_d:CremaD")
DATASETS.add("extended", "benchmark.datasets.extended:Extended")
