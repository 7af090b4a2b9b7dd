"""The video distance of single videos."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.core.types import Sample
from benchmark.formulas.frechet import frechet_distance
from benchmark.metrics.fvd import AUTHOR_LOGITS, fvd_author

SAMPLE = Sample("a", "clips", "test", "s", "1", Path("a.mp4"), "neutral", "happy", 0, None)


def test_the_author_fvd_is_the_squared_distance_that_sixteen_copies_leave() -> None:
    rng = np.random.default_rng(4)
    a, b = rng.standard_normal((2, 400)).astype(np.float32)
    found = fvd_author(SAMPLE, {AUTHOR_LOGITS[0]: a, AUTHOR_LOGITS[1]: b})
    assert found == pytest.approx(frechet_distance(np.repeat(a[None], 16, 0), np.repeat(b[None], 16, 0)), rel=1e-12)
