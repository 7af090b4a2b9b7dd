"""How far the face's action units are from the truth, and which way they moved. On puppets, where the truth is known.

Both read action units that the small face judge sees in the pictures; `action_unit_error` compares them with those
that drew the target, so that even `ground_truth` has an error: the judge's own. They work for every emotion, seen in
training or not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmark.core.errors import SampleError
from benchmark.core.types import Sample
from benchmark.metrics.base import NOT_NEGATIVE, FeatureMap, metric

OUTPUT = "output/puppet_face.action_units"
SOURCE = "source/puppet_face.action_units"
TARGET = "target/puppet_face.action_units"
TRUTH = "truth/action_units"


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
    needs=(OUTPUT, TRUTH),
    protocol="puppets-v1",
)
def action_unit_error(sample: Sample, features: FeatureMap) -> float:
    """Mean absolute difference between the clip's mean action units and the target's true ones, times 100.

    The mean over time comes first, because an edit keeps the source's timing: what counts is what the face shows.
    """
    return 100.0 * float(np.abs(mean_units(features[OUTPUT]) - mean_units(features[TRUTH])).mean())


def edit_direction(
    output: NDArray[np.floating], source: NDArray[np.floating], target: NDArray[np.floating]
) -> tuple[float, float]:
    """Cosine and relative size of the change output - source along target - source.

    Args:
        output: mean action units (21,) of the output.
        source: the same of the source.
        target: the same of the target.

    Returns:
        cosine in [-1, 1] (0 where nothing changed), projection of the change on the wanted one over its length.

    Raises:
        SampleError: `no_change_wanted`, source and target show the same.
    """
    made, wanted = output - source, target - source
    length = float(np.linalg.norm(wanted))
    if length < 1e-3:
        raise SampleError("no_change_wanted", "source and target show the same action units")
    size = float(np.linalg.norm(made))
    cosine = float(made @ wanted) / (size * length) if size > 1e-9 else 0.0
    return cosine, float(made @ wanted) / length**2


@metric(
    name="edit_cosine",
    title="Direction of the expression change",
    unit="cosine",
    higher_is_better=True,
    needs=(OUTPUT, SOURCE, TARGET),
    protocol="puppets-v1",
)
def edit_cosine(sample: Sample, features: FeatureMap) -> float:
    """Cosine between the change of action units from source to output and from source to target; 0 for no change."""
    return edit_direction(*(mean_units(features[name]) for name in (OUTPUT, SOURCE, TARGET)))[0]


@metric(
    name="edit_size",
    title="Size of the expression change",
    unit="% of the target's",
    higher_is_better=True,
    needs=(OUTPUT, SOURCE, TARGET),
    protocol="puppets-v1",
)
def edit_size(sample: Sample, features: FeatureMap) -> float:
    """How much of the wanted change of action units was made: 0 for none, 100 for all, more for an overdone edit."""
    return 100.0 * edit_direction(*(mean_units(features[name]) for name in (OUTPUT, SOURCE, TARGET)))[1]
