"""Is it still the same person? On puppets, by the small identity judge: cosine to the source clip (CSIM)."""

from __future__ import annotations

from benchmark.core.types import Sample
from benchmark.formulas.cosine import cosine
from benchmark.metrics.base import FeatureMap, metric

OUTPUT = "output/puppet_identity.embedding"
SOURCE = "source/puppet_identity.embedding"


@metric(
    name="identity_similarity",
    title="Identity similarity to the source",
    unit="cosine",
    higher_is_better=True,
    needs=(OUTPUT, SOURCE),
    protocol="puppets-v1",
)
def identity_similarity(sample: Sample, features: FeatureMap) -> float:
    """Cosine between the clip's identity embedding and the source's, -1 to 1."""
    return float(cosine(features[OUTPUT], features[SOURCE]))
