"""Extractors and face trackers of a run, loaded when first asked for."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from pathlib import Path

from benchmark.core.errors import BenchmarkError, MissingCheckpoint, SampleError, one_line
from benchmark.core.status import Status
from benchmark.extractors import EXTRACTORS, FACE_TRACKERS
from benchmark.extractors.base import AnyExtractor
from benchmark.extractors.lazy_clip import FaceTracker
from benchmark.harness.features import FeatureStore

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Machine:
    """What the extraction runs on; no feature depends on it."""

    device: str
    batch_size: int
    weights: Path | None
    """The folder of checkpoints that is searched first."""


class Networks:
    """Extractors and face trackers, loaded when first asked for."""

    def __init__(self, machine: Machine, store: FeatureStore) -> None:
        self.machine = machine
        self._store = store
        self._loaded: dict[str, AnyExtractor | None] = {}
        self._loading = threading.RLock()
        self.trackers: dict[str, FaceTracker] = {}

    def get(self, name: str) -> AnyExtractor | None:
        """The extractor, or None if it can't be loaded; the store then knows why."""
        with self._loading:
            if name not in self._loaded:
                try:
                    self._loaded[name] = self._load(name)
                except BenchmarkError as error:
                    status = (
                        Status.MISSING_CHECKPOINT
                        if isinstance(error, MissingCheckpoint)
                        else Status.EXTRACTOR_UNAVAILABLE
                    )
                    self._refuse(name, status, one_line(error))
                except Exception as error:  # a third party's network may fail in any way; its rows say so
                    self._refuse(name, Status.EXTRACTOR_UNAVAILABLE, f"{type(error).__name__}: {one_line(error)}")
            return self._loaded[name]

    def unload(self) -> None:
        """Let all networks go; `get` loads them again, but for those that could not be loaded."""
        with self._loading:
            self._loaded = {name: extractor for name, extractor in self._loaded.items() if extractor is None}
            self.trackers = {}

    def _load(self, name: str) -> AnyExtractor:
        options = {"batch_size": self.machine.batch_size, "weights": self.machine.weights}
        kind = EXTRACTORS.get(name)
        if kind.face_tracker and kind.face_tracker not in self.trackers:
            tracker = FACE_TRACKERS.get(kind.face_tracker)()
            tracker.load(self.machine.device, options)
            self.trackers[kind.face_tracker] = tracker
        extractor = kind()
        extractor.load(self.machine.device, options)
        return extractor

    def _refuse(self, name: str, status: str, reason: str) -> None:
        log.info("extractor %s: %s", name, reason)
        log.debug("traceback", exc_info=True)
        self._loaded[name] = None
        self._store.unavailable(name, SampleError(status, reason))
