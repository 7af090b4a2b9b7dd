"""Is it still the same person? Cosine of MobileFaceNet embeddings of output and source.

Between the clips' mean embeddings (about six frames each). On real MEAD clips the same person has 0.68 on average
over all emotions (0.38 to 0.98), another person 0.09 (at most 0.31).
"""

from __future__ import annotations

from benchmark.core.types import Sample
from benchmark.formulas.cosine import cosine
from benchmark.metrics.base import FeatureMap, metric

OUTPUT = "output/identity_mobilefacenet.mean"
SOURCE = "source/identity_mobilefacenet.mean"


@metric(
    name="identity_mobilefacenet",
    title="Identity",
    unit="cosine",
    higher_is_better=True,
    needs=(OUTPUT, SOURCE),
    protocol="real-small-v1",
)
def identity_mobilefacenet(sample: Sample, features: FeatureMap) -> float:
    """Cosine of the two mean embeddings, -1 to 1."""
    return float(cosine(features[OUTPUT], features[SOURCE]))
