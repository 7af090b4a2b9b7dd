"""The loudness over time that stands beside a mouth's opening: of the sound as a player plays it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.analysis.loudness import measure_loudness
from tests.benchmark.media.recordings import Recording, record

CLICKS = [12, 25, 37]
"""Frames at 25 a second in which the clicks of a recording begin (0.5, 1.0, 1.5 s)."""


@pytest.mark.parametrize(
    "made",
    [
        Recording(),
        Recording(artwork=True),
        Recording(stated=1000.0, codec="libvpx"),
        Recording(channels=(1.0, -1.0)),
    ],
    ids=["plain", "artwork", "stated rate", "opposite channels"],
)
def test_clicks_stand_at_their_frames_whatever_the_file_says(tmp_path: Path, made: Recording) -> None:
    path = tmp_path / ("a.webm" if made.codec == "libvpx" else "a.mp4")
    if made.codec == "libvpx":
        made = Recording(stated=1000.0, codec="libvpx", sound="libopus")
    record(path, made)
    values, fps = measure_loudness(path)
    assert fps == 25.0 and len(values) == 50 and max(values) == 1.0
    loud = np.flatnonzero(np.array(values) > 0.5)
    assert {min(abs(frame - click) for click in CLICKS) for frame in loud.tolist()} <= {0, 1}
    assert all(np.abs(loud - click).min() <= 1 for click in CLICKS)


def test_what_is_silent_or_no_video_has_none(tmp_path: Path) -> None:
    record(tmp_path / "silent.mp4", Recording(sound=None))
    (tmp_path / "x.mp4").write_bytes(b"nothing")
    assert measure_loudness(tmp_path / "silent.mp4") == measure_loudness(tmp_path / "x.mp4") == ([], 25.0)
