"""The affect states are the published numbers, rescaled as written."""

from __future__ import annotations

import numpy as np
import pytest

from benchmark.core.errors import ManifestError
from benchmark.core.types import BASIC_EMOTIONS, EMOTIONS, EXTENDED_EMOTIONS
from benchmark.puppets.affect import AFFECT, LEVELS, full_state, state
from benchmark.puppets.emfacs import weights


def test_neutral_is_the_origin() -> None:
    assert not full_state("neutral").any()


def test_basic_emotions_are_where_russell_and_mehrabian_put_them() -> None:
    assert full_state("angry")[:3].tolist() == [-0.51, 0.59, 0.25]
    assert full_state("happy")[:3].tolist() == [0.81, 0.51, 0.46]


def test_norms_are_differences_from_the_word_neutral_over_four() -> None:
    np.testing.assert_allclose(full_state("romantic")[:3], [(7.61 - 5.5) / 4, (5.12 - 3.45) / 4, (6.45 - 5.81) / 4])


def test_states_stay_within_one() -> None:
    states = np.stack([state(name, 3) for name in EMOTIONS])
    assert states.shape == (len(EMOTIONS), len(AFFECT))
    assert np.abs(states).max() <= 1


@pytest.mark.parametrize("emotion", [name for name in EMOTIONS if name != "neutral"])
def test_a_higher_level_is_further_from_neutral_in_the_same_direction(emotion: str) -> None:
    points = [state(emotion, level) for level in (1, 2, 3)]
    sizes = [float(np.linalg.norm(point)) for point in points]
    assert sizes[0] < sizes[1] < sizes[2]
    for point, factor in zip(points, LEVELS.values(), strict=True):
        np.testing.assert_allclose(point, full_state(emotion) * factor)


def test_every_dimension_an_extended_emotion_uses_is_used_as_far_by_a_basic_one() -> None:
    basic = np.stack([full_state(name) for name in BASIC_EMOTIONS])
    for emotion in EXTENDED_EMOTIONS:
        point = full_state(emotion)
        assert (point <= basic.max(axis=0) + 0.21).all() and (point >= basic.min(axis=0) - 0.21).all(), emotion


def test_the_basic_emotions_span_six_directions_and_the_seventh_hardly_moves_a_face() -> None:
    strengths, directions = np.linalg.svd(np.stack([full_state(name) for name in BASIC_EMOTIONS]))[1:]
    assert (strengths[:6] > 0.5).all()
    along = max(abs(float(full_state(name) @ directions[6])) for name in EXTENDED_EMOTIONS)
    assert np.abs(weights() @ directions[6]).max() * along < 0.15


def test_unknown_emotions_and_levels_are_refused() -> None:
    with pytest.raises(ManifestError, match="did you mean 'happy'"):
        state("hapy", 1)
    with pytest.raises(ValueError, match="level must be 1, 2 or 3"):
        state("happy", 4)
