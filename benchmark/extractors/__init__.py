"""Extractors by name. Each is imported when a metric of the run needs it.

A new extractor gets one line here: `EXTRACTORS.add("name", "benchmark.extractors.file:Class")`; a new face tracker
`FACE_TRACKERS.add(...)`. Other packages use the entry-point groups named in `base`.
"""

from benchmark.extractors.base import EXTRACTORS, FACE_TRACKERS

__all__ = ["EXTRACTORS", "FACE_TRACKERS"]

EXTRACTORS.add("quality", "benchmark.extractors.quality:Quality")
