"""The same content in any form is read as the plain form: every picture near its time, every click at its time."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmark.media.video import probe, read_clip
from tests.benchmark.media.recordings import CLICKS, HEIGHT, WIDTH, Recording, clicks_of, number_of, record

FORMS = (
    ("mp4", "libx264", "yuv420p", "aac"),
    ("mp4", "libx264", "yuv444p", "aac"),
    ("mov", "libx264", "yuv420p10le", "pcm_s16le"),
    ("mkv", "libx264", "yuv422p", "libopus"),
    ("mkv", "ffv1", "yuv420p", "flac"),
    ("webm", "libvpx", "yuv420p", "libopus"),
    ("webm", "libvpx-vp9", "yuv420p", "libopus"),
    ("ts", "libx264", "yuv420p", "aac"),
)
LAID = ("mp4", "mov")
"""Containers in which PyAV writes a display matrix."""


@st.composite
def recordings(draw: st.DrawFn) -> tuple[str, Recording, float]:
    """A file's suffix, how it is made, and its true frame rate."""
    suffix, codec, pixel_format, sound = draw(st.sampled_from(FORMS))
    rate = draw(st.sampled_from((15.0, 24.0, 25.0, 30000 / 1001, 30.0, 50.0)))
    jitter = draw(st.sampled_from((0.0, 0.0, 0.1, 0.3)))
    count = round(1.7 * rate)
    steps = np.ones(count)
    for place in draw(st.lists(st.integers(5, count - 5), max_size=2, unique=True)):
        steps[place] = draw(st.integers(2, 8))
    true = np.concatenate([[0.0], np.cumsum(steps[1:])]) / rate
    late = np.random.default_rng(draw(st.integers(0, 9))).uniform(-jitter, jitter, count) / rate
    late[0] = 0.0
    aspect = draw(st.sampled_from((Fraction(1), Fraction(1), Fraction(2), Fraction(4, 3), Fraction(1, 2))))
    turned = suffix in LAID
    form = Recording(
        times=tuple(float(time) for time in true + late),
        stated=draw(st.sampled_from((rate, rate, 25.0, 30.0))),
        codec=codec,
        pixel_format=pixel_format,
        aspect=aspect if codec == "libx264" else Fraction(1),
        quarters=draw(st.integers(0, 3)) if turned else 0,
        mirrored=draw(st.booleans()) if turned else False,
        full_range=draw(st.booleans()) and pixel_format == "yuv420p" and codec == "libx264",
        artwork=draw(st.booleans()) and suffix in ("mp4", "mkv"),
        sound=sound,
        sound_first=draw(st.booleans()),
        lead=draw(st.sampled_from((0.0, 0.0, 0.2, 0.4, -0.3))),
        channels=draw(st.sampled_from(((1.0,), (1.0, 1.0), (1.0, -1.0)))),
        lost=draw(st.sampled_from(((), (), ((0.6, 0.9),)))) if suffix != "mov" else (),  # PCM there has no gaps
        options={"level": "3"} if codec == "ffv1" else {},
    )
    return suffix, form, rate


def test_a_clip_of_any_form_is_read_as_its_plain_form(tmp_path: Path) -> None:
    @settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(recordings())
    def check(case: tuple[str, Recording, float]) -> None:
        suffix, form, rate = case
        path = tmp_path / f"a.{suffix}"
        record(path, form)
        clip = read_clip(path)
        assert clip.frames.shape[1:] == (HEIGHT, WIDTH, 3)
        numbers = [number_of(frame) for frame in clip.frames]
        first = {number: tick for tick, number in reversed(list(enumerate(numbers)))}
        assert sorted(numbers) == numbers and sorted(first) == list(range(len(form.times)))
        for number, time in enumerate(form.times):
            assert abs(first[number] / clip.fps - time) <= 1.3 / rate
        assert clip.fps < 1.7 * rate, "a rate that no picture needs"
        assert clip.audio is not None and len(clip.audio) == round(clip.duration * clip.sample_rate)
        heard = clicks_of(clip.audio)
        for click in CLICKS:
            if form.lead < click - 0.05 and click + 0.05 < clip.duration:
                assert min(abs(click - time) for time in heard) < 0.01
        facts = probe(path)
        assert abs(facts.frames - len(clip.frames)) <= 1 and abs(facts.fps / clip.fps - 1) < 0.01

    check()
