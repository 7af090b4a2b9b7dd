"""Making the frame banks: which pictures there are, and drawing them in several processes.

`train` holds three kinds: every frame of one spoken clip for each training identity, basic emotion and level; a few
frames of the same conditions for other, nameless faces; and single frames of yet other faces that pose random action
units without any emotion (as people in a FACS database do). `faces` holds two frames of every basic emotion and level
for 600 more nameless faces; `talk` two more spoken clips for each training identity, emotion and level, which the sync
judge learns from; `test` clips of the test identities. No extended emotion is in any.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmark.core.action_units import ACTION_UNITS
from benchmark.core.command_line import Parser, leave, run_command
from benchmark.core.progress import track
from benchmark.core.types import BASIC_EMOTIONS
from benchmark.networks.mfcc import to_int16
from benchmark.puppets.affect import state
from benchmark.puppets.cast import TEST_IDENTITIES, TRAINING_IDENTITIES, generator
from benchmark.puppets.clip_plan import ClipPlan
from benchmark.puppets.corpus import DATA_VERSION, SIZE, perform
from benchmark.puppets.emfacs import action_units
from benchmark.puppets.face.render import FaceStyle, render
from benchmark.puppets.parameters import POSE, VISEMES, FaceMotion
from benchmark.puppets.sentences import TEST_SENTENCES, TRAINING_SENTENCES
from tools.train.frames import COLUMNS, FrameBank

POSE_SPREAD = (7.0, 5.0, 4.0, 0.02, 0.02, 0.03)
"""Standard deviation of the pose of single frames, units as POSE; clips are calmer."""


BANKS = ("test", "train", "faces", "talk")


class Job(NamedTuple):
    """One piece of work: a spoken clip, or single frames of one face."""

    kind: str
    """"clip", "condition" or "posed"."""
    identity: str
    emotion: str
    level: int
    sentence: str
    singles: int
    """Single frames; 0 for a whole clip."""


@dataclass(frozen=True)
class Piece:
    """What a job drew."""

    images: NDArray[np.uint8]
    motion: FaceMotion
    sound: NDArray[np.int16]


def jobs(split: str, small: bool = False) -> list[Job]:
    """The work of a bank; `small` is a tenth of it, for tests and trials."""
    conditions = [(e, level) for e in BASIC_EMOTIONS for level in ((1,) if e == "neutral" else (1, 2, 3))]
    if split == "test":
        chosen = conditions[:: 6 if small else 1]
        return [
            Job("clip", who, e, level, TEST_SENTENCES[i % len(TEST_SENTENCES)], 0)
            for who in TEST_IDENTITIES
            for i, (e, level) in enumerate(chosen)
        ]
    if split == "faces":
        nameless = [f"face{number:03d}" for number in range(10 if small else 600)]
        return [Job("condition", who, e, level, "", 2) for who in nameless for e, level in conditions]
    rng = generator("frames", split)
    if split == "talk":
        speakers = TRAINING_IDENTITIES[: 2 if small else None]
        return [
            Job("clip", who, e, level, str(sentence), 0)
            for who in speakers
            for e, level in conditions
            for sentence in rng.choice(TRAINING_SENTENCES, 2, replace=False)
        ]
    named, unnamed, posing = (3, 10, 20) if small else (len(TRAINING_IDENTITIES), 120, 280)
    work = []
    for who in TRAINING_IDENTITIES[:named]:
        for e, level in conditions:
            work.append(Job("clip", who, e, level, str(rng.choice(TRAINING_SENTENCES)), 0))
    for number in range(unnamed):
        for e, level in conditions:
            work.append(Job("condition", f"extra{number:03d}", e, level, "", 4))
    work += [Job("posed", f"posed{number:03d}", "", 0, "", 16) for number in range(posing)]
    return work


def single_frames(job: Job) -> FaceMotion:
    """Unrelated frames of one face: random visemes, pose and eyes, under an emotion or random action units."""
    rng = generator("single", *job)
    count = job.singles
    visemes = rng.dirichlet(np.full(len(VISEMES), 0.25), count) * rng.uniform(0, 1.2, (count, 1))
    if job.kind == "condition":
        base = action_units(state(job.emotion, job.level))
        units = base * rng.uniform(0.85, 1.15, (count, len(ACTION_UNITS)))
    else:
        units = rng.uniform(0, 1, (count, len(ACTION_UNITS))) * (rng.random((count, len(ACTION_UNITS))) < 0.2)
    blink = np.where(rng.random(count) < 0.15, rng.uniform(0.3, 1, count), 0.0)
    eyes = np.stack([blink, rng.normal(0, 0.3, count), rng.normal(0, 0.2, count)], axis=1)
    spread = np.array(POSE_SPREAD) * (1.0 if job.kind == "posed" else 0.6)
    pose = np.clip(rng.standard_normal((count, len(POSE))), -2, 2) * spread
    return FaceMotion(
        np.clip(units, 0, 1).astype(np.float32),
        np.clip(visemes, 0, 1).astype(np.float32),
        pose.astype(np.float32),
        np.clip(eyes, -1, 1).astype(np.float32),
    )


def motion_of(job: Job) -> FaceMotion:
    """What a job's frames do, without their pictures."""
    if job.kind == "clip":
        return perform(ClipPlan(job.identity, job.emotion, job.level, job.sentence)).motion
    return single_frames(job)


def draw(job: Job) -> Piece:
    """Do one job."""
    if job.kind == "clip":
        acted = perform(ClipPlan(job.identity, job.emotion, job.level, job.sentence))
        motion, sound = acted.motion, to_int16(acted.speech.audio)
    else:
        motion, sound = single_frames(job), np.zeros(0, np.int16)
    return Piece(render(FaceStyle.of(job.identity, 0), motion, SIZE), motion, sound)


def in_order(work: Sequence[Job], workers: int) -> Iterator[Piece]:
    """Draw all jobs, in their order."""
    if workers <= 1:
        yield from map(draw, work)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(draw, work, chunksize=4)


def make(folder: Path, split: str, workers: int, small: bool = False) -> FrameBank:
    """Draw one bank into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    work = jobs(split, small)
    names = sorted({job.identity for job in work})
    columns: dict[str, list[np.ndarray]] = {name: [] for name in COLUMNS}
    images, sounds = [], []
    clip = 0
    for job, piece in zip(work, track(in_order(work, workers), f"draw {split}", len(work)), strict=True):
        count = len(piece.images)
        images.append(piece.images)
        sounds.append(piece.sound)
        for name in ("action_units", "visemes", "pose", "eyes"):
            columns[name].append(getattr(piece.motion, name))
        label = BASIC_EMOTIONS.index(job.emotion) if job.emotion else -1
        number = clip if job.kind == "clip" else -1
        clip += job.kind == "clip"
        for name, value in (("identity", names.index(job.identity)), ("emotion", label), ("level", job.level)):
            columns[name].append(np.full(count, value))
        columns["clip"].append(np.full(count, number))
    np.save(folder / "images.npy", np.concatenate(images))
    bank = FrameBank(
        folder=folder,
        images=np.load(folder / "images.npy", mmap_mode="r"),
        sound=np.concatenate(sounds),
        **{name: np.concatenate(values) for name, values in columns.items()},
    )
    for stale in folder.glob("small*.npy"):
        stale.unlink()
    bank.save(DATA_VERSION)
    return bank


def parser() -> Parser:
    """The command line."""
    p = Parser("tools.train.make_frames", __doc__)
    p.add_argument("--out", type=Path, required=True, help="the banks are made here, each in a folder")
    p.add_argument("--workers", type=int, default=2)
    p.add_argument("--banks", nargs="+", choices=BANKS, default=BANKS)
    p.add_argument("--small", action="store_true", help="about a tenth, for trials")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    return run_command(parser(), _work, arguments)


def _work(args: argparse.Namespace) -> None:
    for split in args.banks:
        bank = make(args.out / split, split, args.workers, args.small)
        print(f"{split}: {len(bank.images)} frames", flush=True)


if __name__ == "__main__":
    leave(main())
