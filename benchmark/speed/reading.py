"""What reading a plain file costs beside the plainest loop over its frames, and that both read the same bits.

The loop is the reader before files had clocks: it believes the stated rate, takes the first stream of each kind, and
stacks what is decoded. On plain files (constant rate, square pixels, one stream of a kind) it is right.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from benchmark.media.clip import Clip
from benchmark.media.resample import fit_length, resample
from benchmark.media.video import read_clip, write_clip
from benchmark.puppets.clip_plan import ClipPlan
from benchmark.puppets.corpus import perform
from benchmark.puppets.face.render import FaceStyle, render

SIDES = (64, 256, 512)
"""Pixels of the clips: of the small networks, of the datasets, of the large methods."""
RATE = 16000


def measure_reading(
    *,
    clip_frames: int = 80,
    rounds: int = 1,
    device: str = "cpu",
    progress: Callable[[Iterator[None], int], Iterator[None]] | None = None,
) -> dict[str, Any]:
    """Time `read_clip` and the loop in turn, on plain clips of a puppet with its voice.

    Args:
        clip_frames: of each clip, at 25 a second.
        rounds: how often; the least time of each counts, as the machine may be shared.
        device: only `cpu` has a part in it.
        progress: shows how many of so many pieces of work are done.

    Returns:
        `text`, and of each size the CPU seconds and their ratio; `ratio` of all sizes together.

    Raises:
        ValueError: the two read different bits.
    """
    spent: dict[int, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="speed-") as folder:
        paths = {side: made_clip(Path(folder), side, clip_frames) for side in SIDES}

        def work() -> Iterator[None]:
            for side, path in paths.items():
                if not same(read_plainly(path), read_clip(path)):
                    raise ValueError(f"a plain clip of {side} pixels is not read bit for bit")
                least = {"loop": float("inf"), "ours": float("inf")}
                for _ in range(rounds):
                    for name, read in (("loop", read_plainly), ("ours", read_clip)):
                        begun = time.process_time()
                        read(path)
                        least[name] = min(least[name], time.process_time() - begun)
                        yield
                spent[side] = least

        for _ in progress(work(), 2 * rounds * len(SIDES)) if progress else work():
            pass
    ratios = {side: times["ours"] / times["loop"] for side, times in spent.items()}
    told = ", ".join(
        f"{side} px {1000 * times['loop']:.1f} and {1000 * times['ours']:.1f} ms, {ratios[side]:.2f} times"
        for side, times in spent.items()
    )
    ratio = sum(times["ours"] for times in spent.values()) / sum(times["loop"] for times in spent.values())
    text = (
        f"reading a plain clip of {clip_frames} frames with sound, the least of {rounds} round(s), CPU: the plainest"
        f" loop and `read_clip`, the same bits: {told}; together {ratio:.2f} times"
    )
    return {"text": text, "device": device, "seconds": spent, "ratios": ratios, "ratio": ratio}


def made_clip(folder: Path, side: int, frames: int) -> Path:
    """A plain clip: a puppet that speaks, to and fro where its words end."""
    acted = perform(ClipPlan("P25", "happy", 3, "s29"))
    faces = render(FaceStyle.of("P25", 0), acted.motion, side)
    place = np.arange(frames) % (2 * len(faces))
    pictures = faces[np.where(place < len(faces), place, 2 * len(faces) - 1 - place)]
    sound = np.resize(acted.speech.audio, round(frames / 25 * RATE))
    path = folder / f"{side}.mp4"
    write_clip(path, Clip(pictures, 25.0, sound, RATE))
    return path


def same(one: Clip, other: Clip) -> bool:
    """Whether two clips hold the same bits."""
    assert one.audio is not None and other.audio is not None
    return np.array_equal(one.frames, other.frames) and one.fps == other.fps and np.array_equal(one.audio, other.audio)


def read_plainly(path: Path) -> Clip:
    """Read a plain file: no question is asked."""
    frames: list[NDArray[np.uint8]] = []
    times: list[float] = []
    convert = VideoReformatter()
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        fps = float(stream.average_rate or 25)
        for frame in container.decode(stream):
            frames.append(np.asarray(convert.reformat(frame, format="rgb24").to_ndarray(), np.uint8))
            times.append(float(frame.time or 0.0))
    pictures = np.stack(frames)
    pieces: list[NDArray[np.float32]] = []
    with av.open(str(path)) as container:
        sound = container.streams.audio[0]
        start, rate, converter = 0.0, 0, None
        for heard in container.decode(sound):
            if converter is None:
                start, rate = float(heard.time or 0.0), heard.sample_rate
                converter = av.AudioResampler(format="fltp", layout=heard.layout, rate=heard.sample_rate)
            pieces += [piece.to_ndarray().mean(axis=0, dtype=np.float32) for piece in converter.resample(heard)]
    samples = np.clip(np.concatenate(pieces), -1.0, 1.0)
    lead = round((start - times[0]) * rate)
    samples = np.pad(samples, (lead, 0)) if lead > 0 else samples[-lead:]
    audio = fit_length(resample(samples, rate, RATE), round(len(pictures) / fps * RATE))
    return Clip(pictures, fps, audio, RATE)
