"""The check of an ear on real speech, on made embeddings whose affect is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.core.types import BASIC_EMOTIONS, EXTENDED_EMOTIONS
from tools.train.check_affect_probe import directions, held_out, main, norms, read_bank


def bank(path: Path, emotions: tuple[str, ...], flipped: bool = False) -> None:
    """Embeddings that hold valence, arousal and dominance linearly, with noise; four speakers with an offset each."""
    rng = np.random.default_rng(0)
    mix, offsets = rng.standard_normal((3, 64)), 0.2 * np.random.default_rng(1).standard_normal((4, 64))
    rows = {}
    for emotion in emotions:
        for speaker in range(4):
            for clip in range(6):
                state = norms(emotion) * (-1 if flipped else 1)
                noise = 0.1 * np.random.default_rng([clip, speaker, len(emotion)]).standard_normal(64)
                rows[f"{emotion}/S{speaker}_{clip}"] = state @ mix + offsets[speaker] + noise
    np.savez(path, **rows)  # type: ignore[arg-type]


def test_an_ear_that_hears_the_affect_is_told_from_one_that_hears_its_opposite(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bank(tmp_path / "basic.npz", BASIC_EMOTIONS)
    bank(tmp_path / "right.npz", EXTENDED_EMOTIONS)
    bank(tmp_path / "wrong.npz", EXTENDED_EMOTIONS, flipped=True)
    x, emotions, speakers = read_bank(tmp_path / "basic.npz")
    assert set(speakers) == {"S0", "S1", "S2", "S3"} and held_out(x, emotions, speakers).min() > 0.6
    for name, sign in (("right", 1), ("wrong", -1)):
        other, extended, _ = read_bank(tmp_path / f"{name}.npz")
        found, wins = directions(x, emotions, other, extended)
        assert all(sign * value > 0.5 for value in found.values()) and (wins > 0.7) == (sign > 0)
    main([str(tmp_path / "basic.npz"), str(tmp_path / "right.npz")])
    assert "right over wrong" in capsys.readouterr().out
