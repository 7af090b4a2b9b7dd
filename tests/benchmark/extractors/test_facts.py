"""What extractors declare is what they compute with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.core.types import BASIC_EMOTIONS, SEVEN_EMOTIONS
from benchmark.extractors import EXTRACTORS
from benchmark.extractors.emotion_classes import CLASSES
from benchmark.extractors.facts import (
    IMAGENET,
    FrameChoice,
    Picture,
    all_frames,
    every_nth,
    spread_rounded,
    spread_truncated,
    successive_windows,
)
from benchmark.extractors.i3d_logits import I3DAuthor, I3DWindow
from benchmark.extractors.inception_pool3 import InceptionJpeg, InceptionPool3
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.media.video import write_clip
from tests.benchmark.media.made import made_clip

CHOICES = [all_frames(), every_nth(4), spread_rounded(16), spread_truncated(15)]


@pytest.mark.parametrize("choice", [*CHOICES, successive_windows(16, 4)])
@pytest.mark.parametrize("count", [1, 2, 15, 16, 17, 40, 149, 150, 151, 1000])
def test_a_choice_takes_frames_that_exist_in_their_order(choice: FrameChoice, count: int) -> None:
    chosen = choice.choose(count)
    assert chosen.dtype == np.int64 and chosen.size and chosen.min() == 0 and chosen.max() < count
    assert (np.diff(chosen, axis=-1) >= 0).all() and chosen.shape[-1] <= max(count, 16)


@pytest.mark.parametrize(
    ("choice", "count", "expected"),
    [
        (every_nth(4), 10, [0, 4, 8]),
        (spread_rounded(4), 11, [0, 3, 7, 10]),
        (spread_rounded(4), 2, [0, 0, 1, 1]),
        (spread_truncated(4), 11, [0, 3, 6, 10]),
        (spread_truncated(4), 2, [0, 1, 1, 1]),
        (successive_windows(3, 2), 8, [[0, 1, 2], [5, 6, 7]]),
        (successive_windows(3, 2), 2, [[0, 1, 1]]),
    ],
)
def test_choices_in_closed_form(choice: FrameChoice, count: int, expected: list[int]) -> None:
    assert choice.choose(count).tolist() == expected


@pytest.mark.parametrize("kind", [InceptionPool3, InceptionJpeg, I3DWindow])
@pytest.mark.parametrize("frames", [5, 40])
def test_whole_frames_enter_the_networks_as_declared(kind: type, frames: int, tmp_path: Path) -> None:
    write_clip(tmp_path / "a.mp4", made_clip(frames))
    footage = LazyClip(tmp_path / "a.mp4")
    inputs = kind().inputs(footage)
    expected = kind.frames.choose(frames)
    assert inputs.shape == (*expected.shape, *footage.clip.frames.shape[1:])
    if not kind.picture.detour:
        np.testing.assert_array_equal(inputs, footage.clip.frames[expected])


def test_the_released_video_distance_reduces_its_frames_to_the_first_declared_side(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.mp4", made_clip(5))
    first, last = I3DAuthor.picture.sides
    assert I3DAuthor().inputs(LazyClip(tmp_path / "a.mp4")).shape == (1, 15, first, first, 3)
    assert (first, last) == (64, 224) and I3DAuthor.picture.size == "64 x 64, then 224 x 224"


def test_facts_in_words() -> None:
    assert str(IMAGENET) == "RGB, 0 to 1, ImageNet mean and deviation"
    assert str(every_nth(5)) == "0, 5, 10, ..."
    assert Picture("none", (), "", None, IMAGENET).size == "as stored"


def test_every_classifier_declares_the_classes_of_the_one_table() -> None:
    declared = {name: EXTRACTORS.get(name).classes for name in EXTRACTORS if EXTRACTORS.get(name).classes}
    assert declared == dict(CLASSES)
    assert CLASSES["emotion_faceapi"] == SEVEN_EMOTIONS and CLASSES["puppet_emotion"] == BASIC_EMOTIONS


@pytest.mark.parametrize("name", ["emotion_faceapi", "emotion_hsemotion", "emotion_xception102", "emotion_xception119"])
def test_a_graph_has_an_output_for_every_class(name: str) -> None:
    kind = EXTRACTORS.get(name)
    assert sorted(kind.graph_classes) == sorted(kind.classes)  # type: ignore[attr-defined]
