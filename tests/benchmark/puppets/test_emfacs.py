"""The map from state to face reproduces the prototypes and gives plausible faces to emotions that it never saw."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize

from benchmark.core.action_units import ACTION_UNITS
from benchmark.core.types import EMOTIONS, EXTENDED_EMOTIONS
from benchmark.puppets.affect import full_state, state
from benchmark.puppets.emfacs import PROTOTYPES, RIDGE, action_units, prototype, rectify, unrectify, weights

BASIC = list(PROTOTYPES)


def units(emotion: str, level: int = 3) -> dict[str, float]:
    """Action units of an emotion by name."""
    return dict(zip(ACTION_UNITS, action_units(state(emotion, level)).tolist(), strict=True))


def test_the_neutral_face_is_at_rest() -> None:
    assert not action_units(np.zeros(7)).any()


@pytest.mark.parametrize("emotion", BASIC)
def test_prototypes_are_reproduced(emotion: str) -> None:
    shown = action_units(full_state(emotion))
    wanted = prototype(emotion)
    assert np.abs(shown - wanted).max() < 0.22
    assert np.corrcoef(shown, wanted)[0, 1] > 0.95
    assert np.linalg.norm(shown - wanted) < 0.3 * np.linalg.norm(wanted)


@pytest.mark.parametrize("column", range(len(ACTION_UNITS)))
def test_the_fit_is_the_minimum_that_scipy_finds(column: int) -> None:
    states = np.stack([full_state(name) for name in BASIC])
    wanted = np.stack([prototype(name) for name in BASIC])[:, column]
    goal = unrectify(wanted)

    def loss(w: NDArray[np.float64]) -> float:
        error = states @ w - goal
        error[(wanted == 0) & (error < 0)] = 0
        return float(error @ error + RIDGE * w @ w)

    found = minimize(loss, np.zeros(7), method="BFGS", options={"gtol": 1e-10})
    assert loss(weights()[column]) == pytest.approx(found.fun, abs=1e-6)


def test_the_rectifier_and_its_inverse_agree() -> None:
    a = np.linspace(0, 1, 50)
    np.testing.assert_allclose(rectify(unrectify(a)), a, atol=1e-12)
    assert not rectify(np.array([-3.0, -1e-9, 0.0])).any()


@pytest.mark.parametrize("emotion", [name for name in EMOTIONS if name != "neutral"])
def test_levels_scale_the_face(emotion: str) -> None:
    sizes = [float(np.linalg.norm(action_units(state(emotion, level)))) for level in (1, 2, 3)]
    assert sizes[0] < sizes[1] < sizes[2]
    assert 0.40 < sizes[0] / sizes[2] < 0.60


def test_all_emotions_differ_from_neutral_and_basic_ones_from_each_other_at_the_lowest_level() -> None:
    faces = {name: action_units(state(name, 1)) for name in EMOTIONS}
    for name in EMOTIONS:
        if name != "neutral":
            assert np.linalg.norm(faces[name]) > 0.35, name
    for first, second in itertools.combinations(BASIC, 2):
        assert np.linalg.norm(faces[first] - faces[second]) > 0.5, (first, second)


def test_contempt_is_one_sided_and_so_is_sarcasm() -> None:
    for emotion in ("contempt", "sarcastic"):
        face = units(emotion)
        assert face["AU12R"] > 0.3 and face["AU14R"] > 0.4
        assert face["AU12L"] < 0.05 and face["AU14L"] < 0.05
        assert face["AU43"] > 0.15


def test_extended_faces_follow_from_their_states_alone() -> None:
    for emotion in ("charismatic", "desirous", "empathetic", "romantic"):
        face = units(emotion)
        assert face["AU12L"] > 0.35 and face["AU12R"] > 0.3 and face["AU6"] > 0.3, emotion
    assert units("charismatic")["AU2L"] > 0.1  # raised brows
    assert units("charismatic")["AU25"] > 0.3  # speaking, open
    assert units("empathetic")["AU1"] > 0.5  # concern
    assert units("envious")["AU4"] > 0.5 and units("envious")["AU23"] > 0.15 and units("envious")["AU12L"] < 0.05


def test_faces_change_smoothly_with_the_state() -> None:
    path = np.linspace(0, 1, 400)[:, None] * full_state("fear")[None]
    steps = np.diff(action_units(path), axis=0)
    assert np.abs(steps).max() < 0.01
    assert np.abs(np.diff(steps, axis=0)).max() < 5e-4


def test_no_face_exceeds_the_scale() -> None:
    faces = np.stack([action_units(full_state(name)) for name in EXTENDED_EMOTIONS])
    assert faces.min() >= 0 and faces.max() < 1
