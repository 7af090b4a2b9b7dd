"""The state reaches the voice: all of it, within what the synthesizer can do."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest

from benchmark.core.types import EMOTIONS
from benchmark.puppets.affect import AFFECT, full_state, state
from benchmark.puppets.voice.prosody import LIMITS, MAP, Prosody, matrix, prosody_of


def test_neutral_prosody_is_the_default() -> None:
    assert prosody_of(np.zeros(7)) == Prosody()


def test_the_state_can_be_read_back_from_the_prosody() -> None:
    spans = np.array([high - low for low, high in LIMITS.values()])
    strengths = np.linalg.svd(matrix() / spans[:, None], compute_uv=False)
    assert len(strengths) == len(AFFECT)
    assert strengths.min() > 0.2


@pytest.mark.parametrize("dimension", AFFECT)
def test_every_dimension_moves_at_least_three_quantities(dimension: str) -> None:
    assert sum(dimension in row for row in MAP.values()) >= 3


def test_map_and_limits_name_the_fields_of_prosody() -> None:
    assert list(asdict(Prosody())) == list(LIMITS)
    assert set(MAP) == set(LIMITS)


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_prosody_stays_within_its_limits(emotion: str) -> None:
    for name, value in asdict(prosody_of(full_state(emotion))).items():
        low, high = LIMITS[name]
        assert low <= value <= high


def test_published_contrasts_hold() -> None:
    said = {name: prosody_of(state(name, 3)) for name in EMOTIONS}
    neutral = said["neutral"]
    assert said["sad"].pitch < neutral.pitch < said["happy"].pitch < said["surprised"].pitch
    assert said["sad"].rate < neutral.rate < said["angry"].rate
    assert said["sad"].energy < neutral.energy < said["angry"].energy
    assert said["sad"].tilt < neutral.tilt < said["angry"].tilt
    assert said["fear"].tremor > neutral.tremor
    assert said["surprised"].final > 1 > said["angry"].final
    assert said["contempt"].rate < neutral.rate and said["contempt"].range < neutral.range
    assert said["romantic"].breath > neutral.breath > said["angry"].breath
