"""Encoding a clip into an opened container: h264 and aac, the same bytes from run to run."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np
from av.container import OutputContainer
from numpy.typing import NDArray

from benchmark.media.clip import Clip
from benchmark.media.resample import fit_length

AAC_BIT_RATE = 96_000
AAC_FRAME = 1024


def encode(container: OutputContainer, clip: Clip, crf: int) -> None:
    """Encode a clip. `crf` as in `benchmark.media.video.write_clip`."""
    rate = Fraction(clip.fps).limit_denominator(1001)
    lossless = crf == 0
    frames = clip.frames if lossless else _even_sides(clip.frames)
    video = container.add_stream("libx264rgb" if lossless else "libx264", rate=rate)
    video.height, video.width = frames.shape[1:3]
    video.pix_fmt = "rgb24" if lossless else "yuv420p"
    # Without mbtree: with AVX-512 x264 (core 165) writes other bytes at every run when it is on and the width in
    # macroblocks is no multiple of eight.
    video.options = {"qp": "0"} if lossless else {"crf": str(crf), "x264-params": "mbtree=0"}
    video.codec_context.thread_count = 1  # the bytes depend on the number of threads
    pieces: Iterator[tuple[float, av.AudioFrame]] = iter(())
    sound = None
    if clip.audio is not None:
        sound = container.add_stream("aac", rate=clip.sample_rate, layout="mono")
        sound.bit_rate = AAC_BIT_RATE
        pieces = _audio_frames(clip)
    waiting = next(pieces, None)
    for index, picture in enumerate(frames):
        while waiting is not None and sound is not None and waiting[0] * clip.fps <= index:
            container.mux(sound.encode(waiting[1]))
            waiting = next(pieces, None)
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
        frame.pts, frame.time_base = index, 1 / rate
        container.mux(video.encode(frame))
    while waiting is not None and sound is not None:
        container.mux(sound.encode(waiting[1]))
        waiting = next(pieces, None)
    container.mux(video.encode())
    if sound is not None:
        container.mux(sound.encode())


def _audio_frames(clip: Clip) -> Iterator[tuple[float, av.AudioFrame]]:
    """The sound in pieces of one aac frame, each with its time in seconds."""
    if clip.audio is None:
        return
    audio = fit_length(np.clip(clip.audio, -1.0, 1.0), round(clip.duration * clip.sample_rate))
    for start in range(0, len(audio), AAC_FRAME):
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(audio[None, start : start + AAC_FRAME]), format="fltp", layout="mono"
        )
        frame.sample_rate = clip.sample_rate
        frame.pts, frame.time_base = start, Fraction(1, clip.sample_rate)
        yield start / clip.sample_rate, frame


def _even_sides(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Repeat the last line or column of odd pictures: yuv420p halves both sides."""
    height, width = frames.shape[1:3]
    if height % 2 == 0 and width % 2 == 0:
        return frames
    return np.pad(frames, ((0, 0), (0, height % 2), (0, width % 2), (0, 0)), mode="edge")
