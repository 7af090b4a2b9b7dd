"""How far the expression went towards the target's, and how far it is from the truth: on puppets, by action units.

All read action units that the small face judge sees in the pictures, and work for every emotion, seen in training or
not. `action_unit_error` compares them with those that drew the target, so even `ground_truth` has an error: the judge's
own.

`edit_gain` is how much of the distance from the source's expression to the target's the edit closes: 100 for all, 0
for nothing, negative for a face that is farther from the target than the source was. Unlike `edit_size` it punishes an
edit into the wrong direction and an overdone one. `edit_success` is the share of clips where all holds: a quarter of
the distance is closed, the person is the same, the lips are in time. Copying the source fails the first, another
person's perfect expression the second, a face that forgets to speak the third.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from benchmark.core.errors import SampleError
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.formulas.cosine import cosine
from benchmark.metrics.base import NOT_NEGATIVE, FeatureMap, index_by_name, metric
from benchmark.metrics.identity import PUPPET_OUTPUT as FACE_OUTPUT
from benchmark.metrics.identity import PUPPET_SOURCE as FACE_SOURCE
from benchmark.metrics.puppet_sync import LIP, SOUND, score_sync

OUTPUT = "output/puppet_face.action_units"
SOURCE = "source/puppet_face.action_units"
TARGET = "target/puppet_face.action_units"
TRUTH = "truth/action_units"
QUANTITY = "expression change"
LEAST_CHANGE = 1e-3
"""Length of the change of action units from source to target under which none is requested."""
LEAST_GAIN = 25.0
"""Percent of the distance that an edit must close to count."""
SAME_PERSON = 0.6
"""Cosine of the identity judge above which two clips show the same person: the middle between the least of one person's
(0.92) and the largest of two persons' (0.31) among all 68 recordings of split `test`."""
IN_TIME = 1
"""Frames."""


def mean_units(rows: NDArray[np.floating]) -> NDArray[np.float64]:
    """Mean over time of action units (T, 21); T >= 1."""
    mean: NDArray[np.float64] = np.asarray(rows, np.float64).mean(axis=0)
    return mean


@metric(
    name="action_unit_error",
    title="Action-unit error",
    unit="% of full intensity",
    bounds=NOT_NEGATIVE,
    higher_is_better=False,
    quantity=QUANTITY,
    needs=(OUTPUT, TRUTH),
    protocol="puppets-v1",
)
def action_unit_error(sample: Sample, features: FeatureMap) -> float:
    """Mean absolute difference between the clip's mean action units and the target's true ones, times 100.

    The mean over time comes first, because an edit keeps the source's timing: what counts is what the face shows.
    """
    return 100.0 * float(np.abs(mean_units(features[OUTPUT]) - mean_units(features[TRUTH])).mean())


def expression_magnitude(
    output: NDArray[np.floating], source: NDArray[np.floating], target: NDArray[np.floating]
) -> tuple[float, float]:
    """Cosine and relative size of the change output - source along target - source.

    Args:
        output: mean action units (21,) of the output.
        source: the same of the source.
        target: the same of the target.

    Returns:
        cosine in [-1, 1] (0 where nothing changed), projection of the change on the target's over its length.

    Raises:
        SampleError: `no_target_change`, source and target show the same.
    """
    generated, expected = output - source, target - source
    length = require_change(expected)
    size = float(np.linalg.norm(generated))
    direction = float(generated @ expected) / (size * length) if size > 1e-9 else 0.0
    return direction, float(generated @ expected) / length**2


def expression_recovery(
    output: NDArray[np.floating], source: NDArray[np.floating], target: NDArray[np.floating]
) -> float:
    """Share of the distance from source to target that is closed, in percent, at most 100.

    Args and errors as `expression_magnitude`.
    """
    whole = require_change(target - source)
    return 100.0 * (1.0 - float(np.linalg.norm(target - output)) / whole)


def require_change(expected: NDArray[np.floating]) -> float:
    """The length of the target's change. Raises SampleError `no_target_change`: source and target show the same."""
    length = float(np.linalg.norm(expected))
    if length < LEAST_CHANGE:
        raise SampleError(Status.NO_TARGET_CHANGE, "source and target show the same action units")
    return length


@metric(
    name="edit_cosine",
    title="Direction of the expression change",
    unit="cosine",
    higher_is_better=True,
    quantity=QUANTITY,
    needs=(OUTPUT, SOURCE, TARGET),
    protocol="puppets-v1",
)
def edit_cosine(sample: Sample, features: FeatureMap) -> float:
    """Cosine between the change of action units from source to output and from source to target; 0 for no change."""
    return expression_magnitude(*(mean_units(features[name]) for name in (OUTPUT, SOURCE, TARGET)))[0]


@metric(
    name="edit_size",
    title="Size of the expression change",
    unit="% of the target's",
    higher_is_better=True,
    quantity=QUANTITY,
    needs=(OUTPUT, SOURCE, TARGET),
    protocol="puppets-v1",
)
def edit_size(sample: Sample, features: FeatureMap) -> float:
    """How much of the target's change of action units the output has: 0 none, 100 all, more for an overdone edit."""
    return 100.0 * expression_magnitude(*(mean_units(features[name]) for name in (OUTPUT, SOURCE, TARGET)))[1]


@metric(
    name="edit_gain",
    title="Distance to the target's expression closed",
    unit="% of the distance",
    bounds=(-math.inf, 100.0),
    higher_is_better=True,
    quantity=QUANTITY,
    needs=(OUTPUT, SOURCE, TARGET),
    protocol="puppets-v1",
)
def edit_gain(sample: Sample, features: FeatureMap) -> float:
    """How much nearer to the target's mean action units the output is than the source."""
    return expression_recovery(*(mean_units(features[name]) for name in (OUTPUT, SOURCE, TARGET)))


@metric(
    name="edit_success",
    title="Edited, same person, lips in time",
    unit="% of clips",
    higher_is_better=True,
    quantity=QUANTITY,
    share="yes_no",
    needs=(OUTPUT, SOURCE, TARGET, FACE_OUTPUT, FACE_SOURCE, LIP, SOUND),
    protocol="puppets-v1",
)
def edit_success(sample: Sample, features: FeatureMap) -> float:
    """100 if a quarter of the distance is closed, identity is at least 0.6 and the best shift at most one frame."""
    edited = expression_recovery(*(mean_units(features[name]) for name in (OUTPUT, SOURCE, TARGET))) >= LEAST_GAIN
    same = float(cosine(features[FACE_OUTPUT], features[FACE_SOURCE])) >= SAME_PERSON
    return 100.0 * float(edited and same and abs(score_sync(features).offset) <= IN_TIME)


METRICS = index_by_name(action_unit_error, edit_gain, edit_cosine, edit_size, edit_success)
