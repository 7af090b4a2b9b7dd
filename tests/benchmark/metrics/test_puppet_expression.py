"""Change of action units in closed form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.core.errors import SampleError
from benchmark.core.types import Sample
from benchmark.metrics import METRICS
from benchmark.metrics.puppet_expression import expression_recovery


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


def edit_features(output: list[float], source: list[float], target: list[float]) -> dict[str, np.ndarray]:
    def rows(values: list[float]) -> np.ndarray:
        return np.tile(np.array(values + [0.0] * (21 - len(values)), np.float32), (3, 1))

    roles = {"output": output, "source": source, "target": target}
    return {f"{role}/puppet_face.action_units": rows(values) for role, values in roles.items()}


def test_gain_is_0_for_nothing_100_for_all_and_negative_for_the_wrong_way() -> None:
    source, target = np.zeros(21), np.eye(21)[0]
    assert expression_recovery(source, source, target) == 0.0
    assert expression_recovery(target, source, target) == 100.0
    assert expression_recovery(target / 2, source, target) == pytest.approx(50.0)
    assert expression_recovery(2 * target, source, target) == pytest.approx(0.0)  # overdone by as much as was expected
    assert expression_recovery(-target, source, target) == pytest.approx(-100.0)
    with pytest.raises(SampleError) as caught:
        expression_recovery(target, source, source)
    assert caught.value.status == "no_target_change"


def test_action_unit_error_averages_over_time_first() -> None:
    metric = METRICS.get("action_unit_error")
    output = np.zeros((4, 21), np.float32)
    output[:2, 0] = 1.0  # half of the time: 0.5 on average
    truth = np.zeros((7, 21), np.float32)
    truth[:, 0] = 0.5
    truth[:, 1] = 0.21
    features = {"output/puppet_face.action_units": output, "truth/action_units": truth}
    assert metric(sample(), features) == pytest.approx(100 * 0.21 / 21, rel=1e-5)


@pytest.mark.parametrize(
    ("output", "cosine", "size"),
    [([0.0, 0.0], 0.0, 0.0), ([0.4, 0.0], 1.0, 50.0), ([0.8, 0.8], 2**-0.5, 100.0), ([-0.4, 0.0], -1.0, -50.0)],
)
def test_direction_and_size_of_the_change(output: list[float], cosine: float, size: float) -> None:
    features = edit_features(output, [0.0, 0.0], [0.8, 0.0])
    assert METRICS.get("edit_cosine")(sample(), features) == pytest.approx(cosine, abs=1e-6)
    assert METRICS.get("edit_size")(sample(), features) == pytest.approx(size, abs=1e-4)


def test_no_wanted_change_is_a_status() -> None:
    with pytest.raises(SampleError) as caught:
        METRICS.get("edit_cosine")(sample(), edit_features([0.1], [0.5], [0.5]))
    assert caught.value.status == "no_target_change"
