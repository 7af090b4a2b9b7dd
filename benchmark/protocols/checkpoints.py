"""Which weights a method, a metric or a suite needs: the one answer for doctor, run record, list, download and page."""

from __future__ import annotations

from collections.abc import Iterator

from benchmark.checkpoints.record import Checkpoint
from benchmark.extractors import EXTRACTORS, FACE_TRACKERS
from benchmark.extractors.base import AnyExtractor
from benchmark.extractors.lazy_clip import FaceTracker
from benchmark.methods.base import Method, MethodInfo
from benchmark.metrics import METRICS
from benchmark.metrics.base import Metric

Owner = type[Method] | MethodInfo | Metric | type[AnyExtractor] | type[FaceTracker] | str
"""Whose weights: a method, a metric, an extractor, a face tracker, or the name of a suite of metrics."""


def checkpoints_of(*owners: Owner) -> tuple[Checkpoint, ...]:
    """The weights that these load, each once, in the order in which they are met. Nothing is loaded or looked for.

    An extractor needs its own and its face tracker's, a metric those of its extractors, a suite those of its metrics.

    Raises:
        UsageError: an unknown suite.
    """
    return tuple({record.name: record for owner in owners for record in _records(owner)}.values())


def _records(owner: Owner) -> Iterator[Checkpoint]:
    if isinstance(owner, str):
        from benchmark.config.compose import suite_metrics  # imports hydra, which only suites need

        yield from checkpoints_of(*map(METRICS.get, suite_metrics(owner)))
    elif isinstance(owner, Metric):
        yield from checkpoints_of(
            *(EXTRACTORS.get(need.extractor) for need in owner.info.parsed_needs if need.extractor)
        )
    elif isinstance(owner, MethodInfo):
        yield from owner.checkpoints
    elif issubclass(owner, Method):
        yield from owner.info.checkpoints
    else:
        yield from owner.checkpoints
        if not issubclass(owner, FaceTracker) and owner.face_tracker:
            yield from FACE_TRACKERS.get(owner.face_tracker).checkpoints
