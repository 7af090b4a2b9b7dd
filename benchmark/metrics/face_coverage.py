"""In how many of an output's frames is there a face at all? What is not found can't be measured by any other metric."""

from __future__ import annotations

from benchmark.core.types import Sample
from benchmark.metrics.base import FeatureMap, index_by_name, metric

SHARE = "output/face_presence.share"


@metric(
    name="face_coverage_standard",
    title="Frames with a face",
    unit="%",
    higher_is_better=True,
    quantity="face coverage",
    share="part",
    needs=(SHARE,),
    protocol="standard-v1",
    failed_value=0.0,
)
def face_coverage_standard(sample: Sample, features: FeatureMap) -> float:
    """Share of the looked-at frames of the output in which a face was found; 0 for an output that was not generated."""
    return 100.0 * float(features[SHARE])


METRICS = index_by_name(face_coverage_standard)
