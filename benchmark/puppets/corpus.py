"""The embedded corpus on disk: made on first use, complete or resumed, the same bytes for the same seed.

Every clip is `<clip id>.mp4` (128 x 128, 25 fps, h264 + aac), `<clip id>.wav` (16 kHz, 16 bit) and `<clip id>.npz`
(what the puppet did, see `TRUTH`); a recording that is only heard has the wav alone. `<clip id>.json`, written last,
holds the sha256 of each: a clip without it, or with files that don't match it, is made again. All splits of one seed
share a folder whose name holds the data version, the seed and a hash of everything else that decides the bytes.

By hand: `python -m benchmark.puppets --split test --out DIR [--workers 2] [--seed 0] [--limit N]`.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmark.core.errors import BenchmarkError
from benchmark.core.files import file_sha256, replace_file, write_json
from benchmark.core.pool import Lost, run_in_processes
from benchmark.core.progress import track
from benchmark.puppets.affect import state
from benchmark.puppets.cast import voice_of
from benchmark.puppets.clip_plan import ClipPlan
from benchmark.puppets.motion import move
from benchmark.puppets.parameters import FaceMotion
from benchmark.puppets.sentences import SENTENCES
from benchmark.puppets.voice.prosody import prosody_of
from benchmark.puppets.voice.synthesis import FPS, SAMPLE_RATE, Speech, speak

DATA_VERSION = "1"
"""Moves when any clip of any split changes."""

SIZE = 128
"""Side of the picture, pixels."""

CRF = 15
"""x264 quality: small pictures need more of it than large ones."""

ALONE = 6
"""Up to so many clips are made in this process, without starting others."""

Task = tuple[ClipPlan, bool]
"""A clip, and whether it needs a picture."""

TRUTH: dict[str, str] = {
    "action_units": "float32 (T, 21), columns as parameters.ACTION_UNITS, 0 to 1",
    "visemes": "float32 (T, 6), columns as parameters.VISEMES, 0 to 1",
    "pose": "float32 (T, 6), columns as parameters.POSE",
    "eyes": "float32 (T, 3), columns as parameters.EYES",
    "affect": "float32 (7,), order as affect.AFFECT",
    "landmarks": "float32 (T, 68, 2), 300-W order, x and y in pixels",
}
"""Arrays of a clip's npz."""


@dataclass(frozen=True)
class Performance:
    """A clip before it is drawn."""

    speech: Speech
    motion: FaceMotion
    affect: NDArray[np.float64]
    """float64 (7,), order as affect.AFFECT."""


def recite(plan: ClipPlan, seed: int = 0) -> Speech:
    """The sound of a clip."""
    prosody = prosody_of(state(plan.emotion, plan.level))
    return speak(SENTENCES[plan.sentence], voice_of(plan.identity, seed), prosody, seed)


def perform(plan: ClipPlan, seed: int = 0) -> Performance:
    """Sound and motion of a clip, without drawing it."""
    affect = state(plan.emotion, plan.level)
    speech = recite(plan, seed)
    motion = move(plan.identity, plan.sentence, affect, speech.phonemes, speech.frames, seed)
    return Performance(speech, motion, affect)


def corpus_folder(cache_root: Path, seed: int) -> Path:
    """The folder of a seed's clips under a cache.

    Its name moves with everything that decides the bytes: the seed, the synthesizer's and encoder's versions, and the
    source of this package and of the media writers, so that nobody has to remember a version when a pixel moves.
    """
    here = Path(__file__).parent
    sources = [*sorted(here.rglob("*.py")), *sorted((here.parent / "media").glob("*.py"))]
    digest = hashlib.sha256()
    for source in sources:
        digest.update(source.name.encode() + source.read_bytes())
    for package in ("espeakng-loader", "av", "numpy", "opencv-python-headless"):
        digest.update(f"{package} {_installed(package)}".encode())
    return Path(cache_root) / "puppets" / f"v{DATA_VERSION}_seed{seed}_{digest.hexdigest()[:12]}"


def _installed(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "none"


def make_clip(plan: ClipPlan, folder: Path, seed: int = 0) -> None:
    """Speak, move, draw and write one clip; its json comes last."""
    from benchmark.media.audio import write_wav
    from benchmark.media.clip import Clip
    from benchmark.media.video import write_clip
    from benchmark.puppets.face.render import landmarks, render
    from benchmark.puppets.face.style import FaceStyle

    acted = perform(plan, seed)
    style = FaceStyle.of(plan.identity, seed)
    write_wav(folder / f"{plan.id}.wav", acted.speech.audio, SAMPLE_RATE)
    truth = {
        "action_units": acted.motion.action_units,
        "visemes": acted.motion.visemes,
        "pose": acted.motion.pose,
        "eyes": acted.motion.eyes,
        "affect": acted.affect.astype(np.float32),
        "landmarks": landmarks(style, acted.motion, SIZE),
    }
    with replace_file(folder / f"{plan.id}.npz") as temporary, temporary.open("wb") as file:
        np.savez(file, allow_pickle=False, **truth)
    clip = Clip(render(style, acted.motion, SIZE), float(FPS), acted.speech.audio, SAMPLE_RATE)
    write_clip(folder / f"{plan.id}.mp4", clip, crf=CRF)
    _prove(plan, folder, ("wav", "npz", "mp4"))


def make_sound(plan: ClipPlan, folder: Path, seed: int = 0) -> None:
    """Speak and write one recording; its json comes last."""
    from benchmark.media.audio import write_wav

    write_wav(folder / f"{plan.id}.wav", recite(plan, seed).audio, SAMPLE_RATE)
    _prove(plan, folder, ("wav",))


def is_done(plan: ClipPlan, folder: Path, with_picture: bool) -> bool:
    """Whether a clip's files are all there and are what was written."""
    try:
        proof = json.loads((folder / f"{plan.id}.json").read_text())
        if with_picture and "mp4" not in proof:
            return False
        return all(file_sha256(folder / f"{plan.id}.{kind}") == digest for kind, digest in proof.items())
    except (OSError, ValueError):
        return False


def build(
    seen: Sequence[ClipPlan], heard: Sequence[ClipPlan], folder: Path, *, seed: int = 0, workers: int = 1
) -> None:
    """Make what is missing of some clips. Killed at any moment, the same call completes the work.

    Args:
        seen: clips with picture, sound and truth.
        heard: clips of which only the sound is needed.
        folder: where they lie; made if need be.
        seed: of the corpus.
        workers: processes that build; the result doesn't depend on it.

    Raises:
        MissingRequirement: the speech synthesizer isn't installed.
        BenchmarkError: making a clip ends its process.
        OSError: a file can't be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tasks = [(plan, True) for plan in seen if not is_done(plan, folder, True)]
    tasks += [(plan, False) for plan in heard if not is_done(plan, folder, False)]
    task = partial(_do_task, folder=folder, seed=seed)
    if workers <= 1 or len(tasks) <= ALONE:
        for one in track(tasks, "make puppets", len(tasks)):
            task(one)
        return
    done = run_in_processes(task, tasks, workers=workers, setup=_use_one_thread)
    for (plan, _), result in track(done, "make puppets", len(tasks)):
        if isinstance(result, Lost):
            raise BenchmarkError(f"could not make {plan.id}: its process {result.how}, twice")


def _do_task(task: Task, folder: Path, seed: int) -> None:
    plan, picture = task
    (make_clip if picture else make_sound)(plan, folder, seed)


def _use_one_thread() -> None:
    import cv2

    cv2.setNumThreads(1)


def _prove(plan: ClipPlan, folder: Path, kinds: Sequence[str]) -> None:
    proof = {kind: file_sha256(folder / f"{plan.id}.{kind}") for kind in kinds}
    write_json(folder / f"{plan.id}.json", proof)
