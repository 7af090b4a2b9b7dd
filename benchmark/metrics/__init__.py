"""Metrics by name. A module of this room offers its own in `METRICS`.

A new module gets one line in `METRIC_MODULES` of `benchmark/core/entries.py`. Other packages use the entry-point group
`emotion_edit_benchmark.metrics`.
"""

from benchmark.metrics.base import METRICS

__all__ = ["METRICS"]
