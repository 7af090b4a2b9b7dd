"""Datasets by name. Each is imported when a run asks for it.

A new dataset gets one line in `benchmark/core/entries.py`: `"name": "benchmark.datasets.file:Class"`.
"""

from benchmark.datasets.base import DATASETS

__all__ = ["DATASETS"]
