"""Is it still the same person? CSIM: cosine of ArcFace embeddings of the output's frames to the identity frame.

The identity frame is the first frame of the source in which a face is found. The mean is over the output's frames, then
over videos. An expression alone lowers it, so its ceiling is what `ground_truth` gets and its floor another
person; levels of different networks are not comparable.
"""

from __future__ import annotations

from benchmark.core.types import Sample
from benchmark.formulas.cosine import mean_similarity
from benchmark.formulas.input_checks import finite
from benchmark.metrics.base import FeatureMap, Metric, metric


def _csim(name: str, depth: int) -> Metric:
    output, source = (f"{role}/identity_arcface{depth}.embeddings" for role in ("output", "source"))

    def csim(sample: Sample, features: FeatureMap) -> float:
        """Mean cosine of the output's frames to the source's first frame with a face, -1 to 1."""
        return mean_similarity(finite(features[output], "the output"), finite(features[source][0], "the source"))

    return metric(
        name=name,
        title=f"CSIM, ArcFace iResNet-{depth}",
        unit="cosine",
        higher_is_better=True,
        needs=(output, source),
        protocol="standard-v1",
        caveat="Doing nothing wins: read it beside the emotion, the ceiling (ground_truth) and another person's floor.",
    )(csim)


csim_standard = _csim("csim_standard", 50)
csim_r100_standard = _csim("csim_r100_standard", 100)
