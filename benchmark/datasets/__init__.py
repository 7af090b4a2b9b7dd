"""Datasets by name. Each is imported when a run asks for it.

A new dataset gets one line here: `DATASETS.add("name", "benchmark.datasets.file:Class")`.
"""

from benchmark.datasets.base import DATASETS

__all__ = ["DATASETS"]

DATASETS.add("puppets", "benchmark.datasets.puppets:Puppets")
DATASETS.add("clips", "benchmark.datasets.clips:Clips")
