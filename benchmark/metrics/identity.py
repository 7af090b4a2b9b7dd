"""Is it still the same person? Cosine of the output's identity embedding to the source's (CSIM), by several networks.

`csim_*`: ArcFace embeddings of the output's frames against the identity frame, which is the first frame of the source
in which a face is found; mean over frames, then over videos. `identity_mobilefacenet`: the clips' mean embeddings
(about six frames each); on real MEAD clips the same person has 0.68 on average over all emotions (0.38 to 0.98),
another person 0.09 (at most 0.31). `identity_similarity`: the puppets' own judge.

An expression alone lowers all of them, so the ceiling is what `ground_truth` gets and the floor another person; levels
of different networks are not comparable.
"""

from __future__ import annotations

from benchmark.core.types import Sample
from benchmark.formulas.cosine import cosine, mean_similarity
from benchmark.formulas.input_checks import require_finite
from benchmark.metrics.base import FeatureMap, Metric, index_by_name, metric

QUANTITY = "identity"
MOBILEFACENET = ("output/identity_mobilefacenet.mean", "source/identity_mobilefacenet.mean")
PUPPET_OUTPUT = "output/puppet_identity.embedding"
PUPPET_SOURCE = "source/puppet_identity.embedding"


def _csim(name: str, depth: int) -> Metric:
    output, source = (f"{role}/identity_arcface{depth}.embeddings" for role in ("output", "source"))

    def csim(sample: Sample, features: FeatureMap) -> float:
        """Mean cosine of the output's frames to the source's first frame with a face, -1 to 1."""
        return mean_similarity(
            require_finite(features[output], "the output"), require_finite(features[source][0], "the source")
        )

    return metric(
        name=name,
        title=f"CSIM, ArcFace iResNet-{depth}",
        unit="cosine",
        higher_is_better=True,
        quantity=QUANTITY,
        needs=(output, source),
        protocol="standard-v1",
        caveat="Doing nothing wins: read it beside the emotion, the ceiling (ground_truth) and another person's floor.",
    )(csim)


@metric(
    name="identity_mobilefacenet",
    title="Identity",
    unit="cosine",
    higher_is_better=True,
    quantity=QUANTITY,
    needs=MOBILEFACENET,
    protocol="real-small-v1",
)
def identity_mobilefacenet(sample: Sample, features: FeatureMap) -> float:
    """Cosine of the two mean embeddings, -1 to 1."""
    return float(cosine(*(features[need] for need in MOBILEFACENET)))


@metric(
    name="identity_similarity",
    title="Identity similarity to the source",
    unit="cosine",
    higher_is_better=True,
    quantity=QUANTITY,
    needs=(PUPPET_OUTPUT, PUPPET_SOURCE),
    protocol="puppets-v1",
)
def identity_similarity(sample: Sample, features: FeatureMap) -> float:
    """Cosine between the clip's identity embedding and the source's, -1 to 1."""
    return float(cosine(features[PUPPET_OUTPUT], features[PUPPET_SOURCE]))


METRICS = index_by_name(
    _csim("csim_standard", 50), _csim("csim_r100_standard", 100), identity_mobilefacenet, identity_similarity
)
