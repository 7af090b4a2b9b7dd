"""Cosines of identity embeddings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.core.types import Sample
from benchmark.metrics import METRICS


def sample(emotion: str = "happy") -> Sample:
    return Sample(
        id="a",
        dataset="puppets",
        split="test",
        speaker="P25",
        sentence="s29",
        source=Path("source.mp4"),
        source_emotion="neutral",
        emotion=emotion,
        intensity=2,
        speech=None,
    )


def test_identity_is_the_cosine_to_the_source() -> None:
    a, b = np.array([1.0, 0.0], np.float32), np.array([1.0, 1.0], np.float32)
    features = {"output/puppet_identity.embedding": a, "source/puppet_identity.embedding": b}
    assert METRICS.get("identity_similarity")(sample(), features) == pytest.approx(2**-0.5, rel=1e-6)


def sample_of(emotion: str) -> Sample:
    return Sample("s", "clips", "test", "A", "", Path("a.mp4"), "neutral", emotion, 0, None)


def test_identity_of_mobilefacenet_is_the_cosine_of_the_means() -> None:
    sample = sample_of("happy")
    identity = METRICS.get("identity_mobilefacenet")
    features = {"output/identity_mobilefacenet.mean": np.array([0.6, 0.8]),
                "source/identity_mobilefacenet.mean": np.array([1.0, 0.0])}  # fmt: skip
    assert identity(sample, features) == pytest.approx(0.6)
