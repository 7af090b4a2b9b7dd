from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmark.extractors import EXTRACTORS, FACE_TRACKERS
from benchmark.extractors.base import Extractor
from benchmark.extractors.lazy_clip import FaceTracker, LazyClip
from tests.shared_files import WEIGHTS

OPTIONS = {"weights": WEIGHTS, "batch_size": 32}


@pytest.fixture(scope="session")
def yunet() -> FaceTracker:
    tracker = FACE_TRACKERS.get("yunet")()
    tracker.load("cpu", OPTIONS)
    return tracker


@pytest.fixture(scope="session")
def real(yunet: FaceTracker) -> Callable[[str], Extractor]:
    """A real evaluator by name, loaded once for all tests."""
    loaded: dict[str, Extractor] = {}

    def get(name: str) -> Extractor:
        if name not in loaded:
            extractor = EXTRACTORS.get(name)()
            assert isinstance(extractor, Extractor)
            extractor.load("cpu", OPTIONS)
            loaded[name] = extractor
        return loaded[name]

    return get


@pytest.fixture
def footage(yunet: FaceTracker) -> Callable[[Path], LazyClip]:
    return lambda path: LazyClip(path, {"yunet": yunet})
