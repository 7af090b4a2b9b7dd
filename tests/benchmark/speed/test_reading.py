"""A plain file is read bit for bit as the plainest loop reads it, and both are timed in one run."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmark.media.video import read_clip
from benchmark.speed.reading import made_clip, measure_reading, read_plainly, same
from tests.shared_files import MEDIA, needs_media


@pytest.mark.parametrize("side", [64, 256])
def test_a_plain_clip_is_read_bit_for_bit(tmp_path: Path, side: int) -> None:
    path = made_clip(tmp_path, side, 30)
    assert same(read_clip(path), read_plainly(path))


@needs_media
@pytest.mark.parametrize("name", ["cmet/video/W009_038.mp4", "edtalk/test_data/uncrop_Obama.mp4"])
def test_real_plain_clips_are_read_bit_for_bit(name: str) -> None:
    assert same(read_clip(MEDIA / name), read_plainly(MEDIA / name))


def test_the_report_names_every_size_and_its_ratio() -> None:
    report = measure_reading(clip_frames=10)
    assert set(report["ratios"]) == {64, 256, 512} and all(0 < ratio < 10 for ratio in report["ratios"].values())
    assert "512 px" in report["text"] and "the same bits" in report["text"]


@pytest.mark.slow
def test_questions_cost_no_more_than_a_tenth() -> None:
    assert max(measure_reading(clip_frames=80, rounds=15)["ratios"].values()) <= 1.1
