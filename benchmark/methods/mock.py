"""A stand-in for any method: the source with a marked frame, so that the whole pipeline runs without weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from benchmark.core.types import Sample
from benchmark.media.clip import Clip
from benchmark.methods.base import Method

MARK = (255, 0, 255)
"""Colour of the border that marks a mock output."""


def mock_of(method: type[Method]) -> type[Method]:
    """The mock of a method: same card without checkpoints, its own version."""

    class Mock(Method):
        """Returns the source with a border, as long as the speech and with its sound."""

        info = replace(
            method.info,
            title=f"{method.info.title} (mock)",
            version=f"mock-1 of {method.info.version}",
            checkpoints=(),
        )

        @classmethod
        def output_options(cls, options: Mapping[str, Any]) -> Mapping[str, Any]:
            return {}

        def edit(self, sample: Sample, seed: int) -> Clip:
            return marked_source(sample)

    return Mock


def marked_source(sample: Sample) -> Clip:
    """The source, played to and fro until it is as long as the speech, with a border of `MARK` and its sound."""
    from benchmark.media.audio import read_audio
    from benchmark.media.video import read_clip

    source = read_clip(sample.source)
    audio, rate, frames = source.audio, source.sample_rate, len(source.frames)
    if sample.speech is not None:
        audio, rate = read_audio(sample.speech, 16000), 16000
        frames = max(1, round(len(audio) / rate * source.fps))
    there_and_back = np.concatenate([np.arange(len(source.frames)), np.arange(len(source.frames))[::-1]])
    picture = source.frames[np.resize(there_and_back, frames)].copy()
    width = max(1, min(picture.shape[1:3]) // 32)
    for edge in (np.s_[:, :width], np.s_[:, -width:], np.s_[:, :, :width], np.s_[:, :, -width:]):
        picture[edge] = MARK
    return Clip(picture, source.fps, audio, rate)
