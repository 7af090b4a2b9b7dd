"""Sharpness and quality of aligned faces."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.core.types import Sample
from benchmark.metrics import METRICS


def sample_of(emotion: str) -> Sample:
    return Sample("s", "clips", "test", "A", "", Path("a.mp4"), "neutral", emotion, 0, None)


def test_sharpness_is_relative_to_the_source_and_psnr_is_capped() -> None:
    sample = sample_of("happy")
    sharp = {"output/sharpness.laplacian_variance": np.array([1.0, 3.0]),
             "source/sharpness.laplacian_variance": np.array([8.0])}  # fmt: skip
    assert METRICS.get("sharpness_kept")(sample, sharp) == pytest.approx(25)
    assert METRICS.get("aligned_psnr")(sample, {"output~source/aligned_quality.psnr": np.array([np.inf, 20.0])}) == 40
