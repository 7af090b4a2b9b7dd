"""What preparing a clip costs beside what can't be saved: decoding, detecting every fifth frame, encoding."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.checkpoints.locate import folders, locate
from benchmark.core.status import Status
from benchmark.media.audio import write_wav
from benchmark.media.clip import Clip
from benchmark.media.faces import Detector, track_face
from benchmark.media.fps import to_fps
from benchmark.media.video import read_clip, write_clip
from benchmark.media.yunet import YUNET, YuNet
from benchmark.prepare.clip import FPS, RATE, Recipe, cropped, make_clip
from benchmark.prepare.job import Job, Piece
from benchmark.puppets.clip_plan import ClipPlan
from benchmark.puppets.corpus import perform
from benchmark.puppets.face.render import FaceStyle, render

WIDTH, HEIGHT, SOURCE_FPS = 1280, 720, 30.0
"""Size and rate of a made source: half of MEAD's 1920 x 1080 in area, at its rate."""
FACE = 384


def measure_prepare(
    *,
    clip_frames: int = 80,
    rounds: int = 1,
    weights: Path | None = None,
    device: str = "cpu",
    progress: Callable[[Iterator[None], int], Iterator[None]] | None = None,
) -> dict[str, Any]:
    """Time `make_clip` and its unavoidable parts in turn, on one made clip.

    Args:
        clip_frames: of the source, at 30 a second.
        rounds: how often; times are added up.
        weights: folder of checkpoints, for the face detector.
        device: only `cpu` has a part in it.
        progress: shows how many of so many pieces of work are done.

    Returns:
        `text`, and the seconds.

    Raises:
        MissingCheckpoint: the face detector is not here.
    """
    detector = YuNet(locate(YUNET, folders(weights)))
    spent = {"floor": 0.0, "ours": 0.0}
    with tempfile.TemporaryDirectory(prefix="speed-") as folder:
        place = Path(folder)
        source = make_source(place, clip_frames)
        expected = cropped(to_fps(read_clip(source), FPS).frames, Recipe(), detector)[0]

        def ours() -> None:
            done = make_clip(Job("clip", Piece(source)), place / "out", Recipe(), detector)
            assert done.status == Status.OK, done

        def work() -> Iterator[None]:
            for round_ in range(rounds + 1):  # the first is not counted
                for name, run in (("floor", partial(floor, source, expected, place, detector)), ("ours", ours)):
                    begun = time.process_time()
                    run()
                    spent[name] += (time.process_time() - begun) * (round_ > 0)
                    yield

        for _ in progress(work(), 2 * (rounds + 1)) if progress else work():
            pass
    ratio = spent["ours"] / spent["floor"]
    text = (
        f"prepare, one clip of {clip_frames} frames, {WIDTH} x {HEIGHT}, {SOURCE_FPS:g} fps, {rounds} round(s): decode,"
        f" detect every fifth frame, encode alone {spent['floor'] / rounds:.2f} CPU s; all of it"
        f" {spent['ours'] / rounds:.2f} CPU s: {ratio:.2f} times"
    )
    return {"text": text, "device": device, "seconds": spent, "ratio": ratio}


def make_source(folder: Path, frames: int) -> Path:
    """A puppet's face in a wide picture with some texture, with sound."""
    acted = perform(ClipPlan("P25", "happy", 3, "s29"))
    faces = render(FaceStyle.of("P25", 0), acted.motion, FACE)
    rng = np.random.default_rng(0)
    background = np.repeat(np.repeat(rng.integers(60, 120, (HEIGHT // 8, WIDTH // 8, 3), dtype=np.uint8), 8, 0), 8, 1)
    pictures: NDArray[np.uint8] = np.repeat(background[None], frames, axis=0)
    there = np.minimum(np.arange(frames) * len(faces) // frames, len(faces) - 1)
    top, left = (HEIGHT - FACE) // 2, (WIDTH - FACE) // 2
    pictures[:, top : top + FACE, left : left + FACE] = faces[there]
    write_clip(folder / "source.mp4", Clip(pictures, SOURCE_FPS, acted.speech.audio, RATE))
    return folder / "source.mp4"


def floor(source: Path, expected: NDArray[np.uint8], folder: Path, detector: Detector) -> None:
    """What can't be saved."""
    clip = to_fps(read_clip(source, audio_rate=RATE), FPS)
    track_face(clip.frames, detector)
    assert clip.audio is not None
    write_clip(folder / "floor.mp4", Clip(expected, FPS, clip.audio, RATE))
    write_wav(folder / "floor.wav", clip.audio, RATE)
