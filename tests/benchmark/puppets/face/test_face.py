"""The picture: shape, determinism, independence of chunks, continuity, speed, and that it shows a face."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time

import numpy as np
import pytest

from benchmark.core.action_units import ACTION_UNITS
from benchmark.puppets.face.render import FaceStyle, landmarks, render
from benchmark.puppets.parameters import EYES, POSE, VISEMES, FaceMotion

STYLE = FaceStyle.of("anna", 0)


def lively(frames: int, seed: int = 0) -> FaceMotion:
    """Everything moves at once."""
    rng = np.random.default_rng(seed)
    time_axis = np.arange(frames)[:, None] / 25.0

    def waves(count: int, low: float, high: float) -> np.ndarray:
        speed, phase = rng.uniform(0.3, 2.0, count), rng.uniform(0, 6.3, count)
        wave = 0.5 + 0.5 * np.sin(2 * np.pi * speed * time_axis + phase)
        return (low + (high - low) * wave).astype(np.float32)

    pose = np.concatenate([waves(3, -15.0, 15.0), waves(3, -0.04, 0.04)], 1)
    eyes = np.concatenate([waves(1, 0.0, 1.0), waves(2, -1.0, 1.0)], 1)
    return FaceMotion(waves(len(ACTION_UNITS), 0, 0.8), waves(len(VISEMES), 0, 0.8), pose, eyes)


def test_frames_have_the_shape_and_type_that_the_contract_names() -> None:
    motion = lively(3)
    for size in (64, 128):
        frames = render(STYLE, motion, size)
        assert frames.shape == (3, size, size, 3)
        assert frames.dtype == np.uint8
    points = landmarks(STYLE, motion)
    assert points.shape == (3, 68, 2)
    assert points.dtype == np.float32


def test_no_frames_are_no_frames() -> None:
    assert render(STYLE, FaceMotion.still(0)).shape == (0, 128, 128, 3)
    assert landmarks(STYLE, FaceMotion.still(0)).shape == (0, 68, 2)


@pytest.mark.parametrize("size", [0, 16, 130])
def test_a_size_that_cannot_be_drawn_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="multiple of 4"):
        render(STYLE, FaceMotion.still(1), size)


def test_chunks_do_not_matter() -> None:
    motion = lively(7)
    whole_frames, whole_points = render(STYLE, motion), landmarks(STYLE, motion)
    for t in range(len(motion)):
        one = motion.select(slice(t, t + 1))
        np.testing.assert_array_equal(render(STYLE, one)[0], whole_frames[t])
        np.testing.assert_array_equal(landmarks(STYLE, one)[0], whole_points[t])


def test_another_process_draws_the_same_bits() -> None:
    code = (
        "import hashlib, numpy as np\n"
        "from benchmark.puppets.face.render import FaceStyle, render\n"
        "from benchmark.puppets.parameters import FaceMotion\n"
        "m = FaceMotion.still(2); m.action_units[1] = 0.5; m.pose[1, 0] = 12.0\n"
        "print(hashlib.sha256(render(FaceStyle.of('bo', 7), m).tobytes()).hexdigest())\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    motion = FaceMotion.still(2)
    motion.action_units[1] = 0.5
    motion.pose[1, 0] = 12.0
    assert run.stdout.strip() == hashlib.sha256(render(FaceStyle.of("bo", 7), motion).tobytes()).hexdigest()


def test_rendering_leaves_the_motion_and_the_cached_head_alone() -> None:
    motion = lively(2, seed=4)
    before = [array.copy() for array in (motion.action_units, motion.visemes, motion.pose, motion.eyes)]
    first = render(STYLE, motion)
    second = render(STYLE, motion)
    np.testing.assert_array_equal(first, second)
    for was, array in zip(before, (motion.action_units, motion.visemes, motion.pose, motion.eyes), strict=True):
        np.testing.assert_array_equal(was, array)


SWEEPS = [(n, "action_units", i, 0.0, 1.0) for i, n in enumerate(ACTION_UNITS)]
SWEEPS += [(n, "visemes", i, 0.0, 1.0) for i, n in enumerate(VISEMES)]
SWEEPS += [(n, "eyes", i, 0.0 if n == "blink" else -1.0, 1.0) for i, n in enumerate(EYES)]
SWEEPS += [(n, "pose", i, *((-20.0, 20.0) if i < 3 else (-0.08, 0.08))) for i, n in enumerate(POSE)]


@pytest.mark.parametrize(("name", "group", "column", "low", "high"), SWEEPS, ids=[s[0] for s in SWEEPS])
def test_small_steps_stay_small(name: str, group: str, column: int, low: float, high: float) -> None:
    """Ten coarse steps, and twenty fine ones inside the largest of them."""
    coarse_steps = FaceMotion.still(11)
    getattr(coarse_steps, group)[:, column] = np.linspace(low, high, 11)
    frames = render(STYLE, coarse_steps, 64).astype(np.float64)
    changes = np.abs(np.diff(frames, axis=0)).sum((1, 2, 3))
    at = int(changes.argmax())
    start, end = np.linspace(low, high, 11)[[at, at + 1]]
    fine_steps = FaceMotion.still(21)
    getattr(fine_steps, group)[:, column] = np.linspace(start, end, 21)
    fine = np.abs(np.diff(render(STYLE, fine_steps, 64).astype(np.float64), axis=0)).sum((1, 2, 3))
    assert changes[at] > 0.0, f"{name} changes nothing"
    # A jump would put most of the interval's change into one of its twenty steps.
    assert fine.max() < 0.30 * changes[at] + 150.0
    points = landmarks(STYLE, fine_steps)
    assert np.abs(np.diff(points, axis=0)).max() < 0.6


@pytest.mark.parametrize("level", [0.3, 1.0])
@pytest.mark.parametrize("unit", ACTION_UNITS)
def test_every_action_unit_is_seen(unit: str, level: float) -> None:
    motion = FaceMotion.still(2)
    motion.action_units[1, ACTION_UNITS.index(unit)] = level
    for identity in ("anna", "bo", "cy"):
        rest, moved = render(FaceStyle.of(identity, 0), motion).astype(int)
        change = np.abs(moved - rest).max(-1)
        seen = int((change > 12).sum()) if level == 1.0 else int((change > 5).sum())
        assert seen >= (30 if level == 1.0 else 20), f"{unit} at {level} changes {seen} pixels of {identity}"


def test_no_two_action_units_look_alike() -> None:
    motion = FaceMotion.still(1 + len(ACTION_UNITS))
    motion.action_units[1:] = np.eye(len(ACTION_UNITS), dtype=np.float32)
    frames = render(STYLE, motion).astype(np.float64)
    change = (frames[1:] - frames[0]).reshape(len(ACTION_UNITS), -1)
    change /= np.linalg.norm(change, axis=1, keepdims=True)
    alike = change @ change.T - np.eye(len(change))
    row, column = np.unravel_index(int(alike.argmax()), alike.shape)
    assert alike.max() < 0.85, f"{ACTION_UNITS[row]} and {ACTION_UNITS[column]} correlate at {alike.max():.2f}"


@pytest.mark.slow  # a clock
def test_it_is_fast_enough_for_a_corpus() -> None:
    """The corpus needs 60 frames per second on one core; half of that leaves room for slower machines."""
    motion = lively(50)
    render(STYLE, motion.select(slice(0, 1)))  # the resting head is painted once
    began = time.process_time()
    render(STYLE, motion)
    assert 50 / (time.process_time() - began) > 30
