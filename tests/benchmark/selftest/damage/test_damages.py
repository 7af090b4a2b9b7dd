"""What every registered damage promises; closed forms of how much."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.core.errors import SampleError
from benchmark.core.types import Sample
from benchmark.media.clip import Clip
from benchmark.selftest.damage import DAMAGES
from benchmark.selftest.damage.base import is_picked


def samples(tmp_path: Path, frames: int = 20) -> list[Sample]:
    truth = tmp_path / "truth.npz"
    points = np.full((frames, 68, 2), 32.0)
    points[:, 48:68, 0] += np.linspace(-8, 8, 20)
    np.savez(truth, landmarks=points)
    return [
        Sample(f"{who}_{what}", "puppets", "test", who, "s", Path("a.mp4"), "neutral", what, 2, None,
               target=Path(f"{who}_{what}.mp4"), truth=truth)
        for who in ("A", "B") for what in ("happy", "sad", "angry")
    ]  # fmt: skip


def clip(frames: int = 20) -> Clip:
    rng = np.random.default_rng(0)
    return Clip(rng.integers(90, 160, (frames, 64, 64, 3)).astype(np.uint8), 25.0,
                rng.uniform(-0.5, 0.5, frames * 640).astype(np.float32))  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES.names())
def test_a_damage_keeps_its_promises(name: str, tmp_path: Path) -> None:
    damage = DAMAGES.get(name)()
    everyone, whole = samples(tmp_path), clip()
    assert damage.name == name and damage.title and damage.unit
    assert damage.strengths[0] == 0 and list(damage.strengths) == sorted(set(damage.strengths))
    assert [damage.choose(s, everyone, 0, 0) for s in everyone] == everyone
    strength = damage.strengths[-1]
    spoilt = damage.apply(whole, everyone[0], strength, np.random.default_rng(1))
    again = damage.apply(whole, everyone[0], strength, np.random.default_rng(1))
    assert (spoilt.frames == again.frames).all() and spoilt.frames.shape == whole.frames.shape
    assert spoilt.frames.dtype == np.uint8 and spoilt.fps == whole.fps
    assert spoilt.audio is not None and whole.audio is not None and len(spoilt.audio) == len(whole.audio)
    chosen = [damage.choose(s, everyone, strength, 0) for s in everyone]
    changed = bool((spoilt.frames != whole.frames).any() or (spoilt.audio != whole.audio).any())
    assert changed != (chosen != everyone), "a damage changes the clip or shows another, not both"


@pytest.mark.parametrize("name", [n for n in DAMAGES.names() if n not in ("identity_swap", "emotion_shuffle")])
def test_one_silent_frame_is_damaged_or_refused_with_a_reason(name: str, tmp_path: Path) -> None:
    damage = DAMAGES.get(name)()
    one = Clip(clip(1).frames, 25.0, None)
    try:
        assert len(damage.apply(one, samples(tmp_path)[0], damage.strengths[-1], np.random.default_rng(0)).frames) == 1
    except SampleError as error:
        assert error.status == "no_audio"


def test_noise_has_the_psnr_of_its_sigma(tmp_path: Path) -> None:
    whole = clip()
    noisy = DAMAGES.get("noise")().apply(whole, samples(tmp_path)[0], 16, np.random.default_rng(0))
    error = np.mean((noisy.frames.astype(float) - whole.frames) ** 2)
    assert 10 * np.log10(255**2 / error) == pytest.approx(20 * np.log10(255 / 16), abs=0.05)


def test_the_sound_is_late_by_as_many_samples_as_frames_say(tmp_path: Path) -> None:
    whole = clip()
    late = DAMAGES.get("audio_shift")().apply(whole, samples(tmp_path)[0], 3, np.random.default_rng(0))
    assert late.audio is not None and whole.audio is not None
    assert (late.audio[1920:] == whole.audio[:-1920]).all() and not late.audio[:1920].any()


def test_shares_grow_by_adding(tmp_path: Path) -> None:
    chosen = [{k for k in range(14) if is_picked(k, 14, share)} for share in (0.0, 0.25, 0.5, 1.0)]
    assert [len(c) for c in chosen] == [0, 4, 7, 14] and all(a <= b for a, b in zip(chosen, chosen[1:], strict=False))


def test_swaps_show_another_person_and_another_emotion(tmp_path: Path) -> None:
    everyone = samples(tmp_path)
    for sample in everyone:
        swapped = DAMAGES.get("identity_swap")().choose(sample, everyone, 100, 0)
        assert swapped.speaker != sample.speaker and swapped.emotion == sample.emotion
        shuffled = DAMAGES.get("emotion_shuffle")().choose(sample, everyone, 100, 0)
        assert shuffled.speaker == sample.speaker and shuffled.emotion != sample.emotion
    for name in ("identity_swap", "emotion_shuffle"):
        with pytest.raises(SampleError):
            DAMAGES.get(name)().choose(everyone[0], everyone[:1], 100, 0)
