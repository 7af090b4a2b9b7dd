"""Was the face edited, and was the rest kept? Numbers that doing nothing cannot win, on puppets.

`edit_gain` is how much of the distance from the source's expression to the target's the edit closes: 100 for all, 0
for nothing, negative for a face that is farther from the target than the source was. Unlike `edit_size` it punishes an
edit into the wrong direction and an overdone one. `edit_success` is the share of clips where all holds: a quarter of
the distance is closed, the person is the same, the lips are in time. Copying the source fails the first, another
person's perfect expression the second, a face that forgets to speak the third.

`lip_motion_kept` says whether the lips move as the source's do, frame by frame, whatever the expression: the
correlation over time of the sync judge's lip embeddings. It applies where the output keeps the source's timing, as an
edit that follows the source's speech does; a recording of another take does not (`not_applicable`).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from benchmark.core.errors import SampleError
from benchmark.core.types import Sample
from benchmark.formulas.cosine import cosine
from benchmark.metrics.base import CORRELATION, FeatureMap, metric
from benchmark.metrics.puppet_face import OUTPUT, SOURCE, TARGET, mean_units
from benchmark.metrics.puppet_identity import OUTPUT as FACE_OUTPUT
from benchmark.metrics.puppet_identity import SOURCE as FACE_SOURCE
from benchmark.metrics.puppet_sync import LIP, SOUND, scores

SOURCE_LIP = "source/puppet_sync.lip"
LEAST_GAIN = 25.0
"""Percent of the distance that an edit must close to count."""
SAME_PERSON = 0.6
"""Cosine of the identity judge above which two clips show the same person: the middle between the least of one person's
(0.92) and the largest of two persons' (0.31) among all 68 recordings of split `test`."""
IN_TIME = 1
"""Frames."""
OTHER_TIMING = 2
"""Frames by which an output's length may differ from the source's."""


def gain(output: NDArray[np.floating], source: NDArray[np.floating], target: NDArray[np.floating]) -> float:
    """Share of the distance from source to target that is closed, in percent, at most 100.

    Args:
        output: mean action units (21,).
        source: the same of the source.
        target: the same of the target.

    Raises:
        SampleError: `no_change_wanted`, source and target show the same.
    """
    whole = float(np.linalg.norm(target - source))
    if whole < 1e-3:
        raise SampleError("no_change_wanted", "source and target show the same action units")
    return 100.0 * (1.0 - float(np.linalg.norm(target - output)) / whole)


def motion_correlation(output: NDArray[np.floating], source: NDArray[np.floating]) -> float:
    """Correlation over time of two tracks of embeddings, each centred on its own mean, -1 to 1.

    Args:
        output: (T, E), T >= 2; a track that does not move at all has the correlation 0.
        source: (T, E).

    Raises:
        SampleError: `too_short` for fewer than two rows; `not_applicable` if the source does not move.
    """
    if len(output) < 2:
        raise SampleError("too_short", "a motion needs at least two windows")
    a, b = (np.asarray(x, np.float64) - np.asarray(x, np.float64).mean(axis=0) for x in (output, source))
    if not np.abs(b).max() > 1e-6:
        raise SampleError("not_applicable", "the source's lips do not move")
    lengths = np.sqrt(float((a * a).sum()) * float((b * b).sum()))
    return float((a * b).sum()) / lengths if np.abs(a).max() > 1e-6 else 0.0


@metric(
    name="edit_gain",
    title="Distance to the target's expression closed",
    unit="% of the distance",
    bounds=(-math.inf, 100.0),
    higher_is_better=True,
    needs=(OUTPUT, SOURCE, TARGET),
    protocol="puppets-v1",
)
def edit_gain(sample: Sample, features: FeatureMap) -> float:
    """How much nearer to the target's mean action units the output is than the source."""
    return gain(*(mean_units(features[name]) for name in (OUTPUT, SOURCE, TARGET)))


@metric(
    name="edit_success",
    title="Edited, same person, lips in time",
    unit="% of clips",
    higher_is_better=True,
    share="yes_no",
    needs=(OUTPUT, SOURCE, TARGET, FACE_OUTPUT, FACE_SOURCE, LIP, SOUND),
    protocol="puppets-v1",
)
def edit_success(sample: Sample, features: FeatureMap) -> float:
    """100 if a quarter of the distance is closed, identity is at least 0.6 and the best shift at most one frame."""
    edited = gain(*(mean_units(features[name]) for name in (OUTPUT, SOURCE, TARGET))) >= LEAST_GAIN
    same = float(cosine(features[FACE_OUTPUT], features[FACE_SOURCE])) >= SAME_PERSON
    return 100.0 * float(edited and same and abs(scores(features).offset) <= IN_TIME)


@metric(
    name="lip_motion_kept",
    title="Lip motion kept (correlation)",
    unit="",
    bounds=CORRELATION,
    higher_is_better=True,
    needs=(LIP, SOURCE_LIP),
    protocol="puppets-v1",
)
def lip_motion_kept(sample: Sample, features: FeatureMap) -> float:
    """Correlation of the output's lip embeddings with the source's, window by window."""
    output, source = features[LIP], features[SOURCE_LIP]
    if abs(len(output) - len(source)) > OTHER_TIMING:
        raise SampleError("not_applicable", f"another timing: {len(output)} windows where the source has {len(source)}")
    count = min(len(output), len(source))
    return motion_correlation(output[:count], source[:count])
