"""Extractors by name. Each is imported when a metric of the run needs it.

A new extractor or face tracker gets a line in `benchmark/core/entries.py`: `"name": "benchmark.extractors.file:Class"`.
Other packages use the entry-point groups named in `base`.
"""

from benchmark.extractors.base import EXTRACTORS, FACE_TRACKERS

__all__ = ["EXTRACTORS", "FACE_TRACKERS"]
