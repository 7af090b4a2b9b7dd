"""The rules of the paper's released evaluation, on the puppets' own judges.

The same features as `puppets-v1`, pooled as `cmet-author-v1` pools: so what the choice of protocol alone does to a
ranking can be measured where no released weights are (`python -m benchmark.sensitivity`,
docs/concepts/metric_validation.md).
"""

from __future__ import annotations

import numpy as np

from benchmark.core.errors import SampleError
from benchmark.core.types import BASIC_EMOTIONS, Sample
from benchmark.formulas.frame_sampling import spread
from benchmark.formulas.frechet import frechet_distance
from benchmark.formulas.input_checks import enough, finite
from benchmark.formulas.sync_curve import sync_distances, sync_scores
from benchmark.metrics.base import NOT_NEGATIVE, FeatureMap, metric
from benchmark.metrics.puppet_emotion import class_of
from benchmark.metrics.puppet_frechet import OUTPUT, TARGET
from benchmark.metrics.puppet_sync import LIP, REACH, SOUND, unit

PROTOCOL = "puppets-author-v1"
FRAME_PROBS = "output/puppet_emotion.frame_probs"
FRAMES = 16
NEUTRAL = BASIC_EMOTIONS.index("neutral")


@metric(
    name="emotion_accuracy_puppets_author",
    title="Emotion accuracy, 16 frames, no neutral",
    unit="%",
    higher_is_better=True,
    share="yes_no",
    needs=(FRAME_PROBS,),
    protocol=PROTOCOL,
    caveat="The judge can't say neutral, so a face that shows nothing is sometimes right by chance.",
)
def emotion_accuracy_puppets_author(sample: Sample, features: FeatureMap) -> float:
    """100 if the wanted emotion has the highest mean logit of sixteen frames among seven classes, else 0."""
    wanted = class_of(sample)
    if wanted == NEUTRAL:
        return 100.0  # the released script records the label as the prediction
    rows = finite(features[FRAME_PROBS], "the judge")
    logits = np.log(np.maximum(rows[spread(len(rows), FRAMES)], 1e-30)).mean(axis=0)  # up to a constant of the frame
    logits[NEUTRAL] = -np.inf
    return 100.0 * float(int(np.argmax(logits)) == wanted)


@metric(
    name="frechet_face_author",
    title="Frechet distance of face features, mean over videos",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    needs=(OUTPUT, TARGET),
    protocol=PROTOCOL,
    caveat="Falls with the clip's length, and pairs an output with its own target only.",
)
def frechet_face_author(sample: Sample, features: FeatureMap) -> float:
    """Frechet distance of all frames of the output and of its target."""
    made, wanted = (
        enough(features[need], 2, f"frames of {need.split('/')[0]}", "too_short") for need in (OUTPUT, TARGET)
    )
    return frechet_distance(made, wanted)


@metric(
    name="sync_confidence_puppets_author",
    title="Sync confidence, zero-padded",
    unit="",
    bounds=NOT_NEGATIVE,
    higher_is_better=True,
    needs=(LIP, SOUND),
    protocol=PROTOCOL,
    caveat="Grows with the clip's length by zero padding.",
)
def sync_confidence_puppets_author(sample: Sample, features: FeatureMap) -> float:
    """Median less least of the mean distances over shifts, zero vectors beyond the ends, one window left out."""
    count = min(len(features[LIP]), len(features[SOUND])) - 1
    if count < 1:
        raise SampleError("too_short", "lip sync needs two windows with sound")
    lips, sounds = unit(features[LIP][:count]), unit(features[SOUND][:count])
    return sync_scores(sync_distances(lips, sounds, reach=REACH)).confidence
