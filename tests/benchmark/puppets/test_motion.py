"""Faces show their emotion all the time, move their heads alike in neutral and emotional takes, and blink."""

from __future__ import annotations

import numpy as np
import pytest

from benchmark.core.action_units import ACTION_UNITS
from benchmark.core.types import EMOTIONS
from benchmark.puppets.affect import state
from benchmark.puppets.cast import TRAINING_IDENTITIES
from benchmark.puppets.emfacs import action_units
from benchmark.puppets.motion import BLINKS_A_SECOND, move
from benchmark.puppets.voice.espeak import Phoneme

WORDS = [Phoneme(n, 0.1 + 0.1 * i, 0.2 + 0.1 * i, 2 * (n == "a")) for i, n in enumerate("matapanamafa")]


def test_the_same_arguments_move_the_same() -> None:
    first = move("P01", "s01", state("happy", 2), WORDS, 40)
    again = move("P01", "s01", state("happy", 2), WORDS, 40)
    for name in ("action_units", "visemes", "pose", "eyes"):
        assert getattr(first, name).tobytes() == getattr(again, name).tobytes()
    other = move("P01", "s01", state("happy", 2), WORDS, 40, seed=1)
    assert other.pose.tobytes() != first.pose.tobytes()


@pytest.mark.parametrize("emotion", [name for name in EMOTIONS if name != "neutral"])
def test_every_window_of_five_frames_shows_the_emotion(emotion: str) -> None:
    wanted = action_units(state(emotion, 1))
    strong = wanted > 0.1
    shown = move("P02", "s03", state(emotion, 1), WORDS, 42).action_units
    for start in range(0, 38):
        window = shown[start : start + 5].mean(axis=0)
        assert (window[strong] > 0.75 * wanted[strong]).all()
        assert np.linalg.norm(window - wanted) < 0.3 * np.linalg.norm(wanted) + 0.2


def test_a_neutral_face_only_flashes_its_brows() -> None:
    shown = move("P02", "s03", state("neutral", 1), WORDS, 42).action_units
    brows = [ACTION_UNITS.index(name) for name in ("AU1", "AU2L", "AU2R")]
    assert 0.03 < shown[:, brows].max() <= 0.1 + 1e-6
    assert not np.delete(shown, brows, axis=1).any()


def test_source_and_target_move_their_heads_alike_whatever_their_length() -> None:
    neutral = move("P05", "s31", state("neutral", 1), WORDS, 48).pose
    faster = [Phoneme(p.name, p.start * 40 / 48, p.end * 40 / 48, p.stress) for p in WORDS]
    angry = move("P05", "s31", state("angry", 3), faster, 40).pose
    place = np.linspace(0, 1, 20)
    for column in range(3):
        a = np.interp(place, (np.arange(48) + 0.5) / 48, neutral[:, column])
        b = np.interp(place, (np.arange(40) + 0.5) / 40, angry[:, column])
        assert np.abs((a - a.mean()) - (b - b.mean())).max() < 1.0
        assert abs(a.mean() - b.mean()) < 3.5


def test_heads_stay_near_the_front_and_move_smoothly() -> None:
    for identity in TRAINING_IDENTITIES[:8]:
        pose = move(identity, "s07", state("contempt", 3), WORDS, 45).pose
        assert np.abs(pose[:, :3]).max() < 14
        assert np.abs(np.diff(pose[:, :3], axis=0)).max() < 1.2


def test_puppets_blink_as_often_as_people() -> None:
    blinks, seconds = 0, 0.0
    for number in range(400):
        closed = move(f"P{number % 24 + 1:02d}", f"t{number}", state("neutral", 1), [], 45).eyes[:, 0]
        blinks += int((np.diff((closed > 0.7).astype(int)) == 1).sum())
        seconds += 45 / 25
    assert 0.8 * BLINKS_A_SECOND < blinks / seconds < 1.2 * BLINKS_A_SECOND


def test_identities_have_their_own_way_of_smiling() -> None:
    smiles = {
        identity: move(identity, "s01", state("happy", 2), WORDS, 30).action_units.mean(axis=0)
        for identity in TRAINING_IDENTITIES
    }
    corners = np.array([s[ACTION_UNITS.index("AU12L")] for s in smiles.values()])
    assert 0.02 < corners.std() / corners.mean() < 0.12
