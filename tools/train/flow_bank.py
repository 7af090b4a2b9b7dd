"""Faces with true motion: many nameless speakers, what they do, and the flow between their frames.

A bank is a folder of shards, each of `SPEAKERS` speakers with `FRAMES` single frames. The first `SOURCES` of a speaker
are sources: for each of them and each frame the bank holds where the frame's points are in the source
(`benchmark.puppets.face.correspondence`), so that a network can be taught to move and not only to paint. Frames come
from spoken clips of the training identities, put on another face; from blends of two basic emotions; and from random
action units. No extended emotion is in any, and no test or validation identity in `train`. The bank `validation` shows
the validation identities in clips of their own.

`python -m tools.train.flow_bank --out DIR` draws both; interrupted, it goes on with the next shard.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmark.core.action_units import ACTION_UNITS
from benchmark.core.command_line import Parser, leave, run_command
from benchmark.core.files import replace_file, write_json
from benchmark.core.progress import track
from benchmark.core.types import BASIC_EMOTIONS
from benchmark.puppets.affect import state
from benchmark.puppets.cast import TRAINING_IDENTITIES, VALIDATION_IDENTITIES, generator
from benchmark.puppets.clip_plan import ClipPlan
from benchmark.puppets.corpus import SIZE, perform
from benchmark.puppets.emfacs import action_units
from benchmark.puppets.face.correspondence import canonical_map, correspond
from benchmark.puppets.face.render import FaceStyle, render
from benchmark.puppets.parameters import FaceMotion
from benchmark.puppets.sentences import TRAINING_SENTENCES
from tools.train.codes import CodeBook
from tools.train.make_frames import Job, jobs, motion_of, single_frames

SPEAKERS = 50
"""Speakers of a shard."""
FRAMES = 16
"""Frames of a speaker."""
SOURCES = 3
"""Frames of a speaker that flows lead to: two neutral ones and an emotional one."""
FLOW_SIDE = 64
FLOW_UNIT = 1 / 256
"""Pixels of `FLOW_SIDE` that one unit of the stored positions is."""
CONDITIONS = tuple((e, level) for e in BASIC_EMOTIONS for level in ((1,) if e == "neutral" else (1, 2, 3)))
MOTION = ("action_units", "visemes", "pose", "eyes")


@dataclass(frozen=True)
class Shard:
    """Some speakers; arrays of one length (speakers), memory-mapped."""

    images: NDArray[np.uint8]
    """uint8 (N, FRAMES, 128, 128, 3) RGB."""
    parts: NDArray[np.uint8]
    """uint8 (N, FRAMES, 64, 64), values of `correspondence.Part`."""
    positions: NDArray[np.int16]
    """int16 (N, SOURCES, FRAMES, 64, 64, 2): x and y in the source, in `FLOW_UNIT`."""
    visible: NDArray[np.bool_]
    """bool (N, SOURCES, FRAMES, 64, 64)."""
    action_units: NDArray[np.float32]
    """float32 (N, FRAMES, 21)."""
    visemes: NDArray[np.float32]
    """float32 (N, FRAMES, 6)."""
    pose: NDArray[np.float32]
    """float32 (N, FRAMES, 6)."""
    eyes: NDArray[np.float32]
    """float32 (N, FRAMES, 3)."""

    @staticmethod
    def open(folder: Path) -> Shard:
        """Open a drawn shard."""
        return Shard(**{name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in Shard.__annotations__})


def open_bank(folder: Path) -> list[Shard]:
    """All shards that are drawn. Raises FileNotFoundError with the command that draws them."""
    shards = [Shard.open(done.parent) for done in sorted(folder.glob("*/done.json"))]
    if not shards:
        raise FileNotFoundError(
            f"no faces in {folder}: draw them with python -m tools.train.flow_bank --out {folder.parent}"
        )
    return shards


def shared_book(path: Path) -> CodeBook:
    """What the motion codes of all shipped networks mean: fitted to the frames of `make_frames`' bank `train`.

    Nothing is drawn for it. Kept in `path`.
    """
    if not path.exists():
        motions = [motion_of(job) for job in jobs("train")]
        units, eyes = (
            np.concatenate([getattr(motion, name) for motion in motions]) for name in ("action_units", "eyes")
        )
        book = CodeBook.fit(units, eyes)
        with replace_file(path) as temporary, temporary.open("wb") as file:
            np.savez(file, lip=book.lip, mean=book.mean, expression=book.expression, explained=book.explained)
    with np.load(path) as kept:
        return CodeBook(kept["lip"], kept["mean"], kept["expression"], float(kept["explained"]))


@lru_cache(maxsize=1024)
def spoken(identity: str, emotion: str, level: int) -> FaceMotion:
    """What a training identity does while it says one of the training sentences."""
    word = str(generator("flow words", identity, emotion, level).choice(TRAINING_SENTENCES))
    return perform(ClipPlan(identity, emotion, level, word)).motion


def joined(motions: Sequence[FaceMotion]) -> FaceMotion:
    """One motion after the other."""
    return FaceMotion(*(np.concatenate([getattr(motion, name) for motion in motions]) for name in MOTION))


def blended(name: str, count: int) -> FaceMotion:
    """Single frames between two basic emotions each."""
    frames = single_frames(Job("condition", name, "neutral", 1, "", count))
    rng = generator("blend", name)
    units = frames.action_units.copy()
    for row in units:
        (one, low), (other, high) = (CONDITIONS[k] for k in rng.choice(len(CONDITIONS), 2, replace=False))
        share = rng.uniform()
        row[:] = share * action_units(state(one, low)) + (1 - share) * action_units(state(other, high))
        row *= rng.uniform(0.85, 1.15, len(ACTION_UNITS))
    return FaceMotion(np.clip(units, 0, 1), frames.visemes, frames.pose, frames.eyes)


def nameless_motion(name: str) -> FaceMotion:
    """The frames of a nameless speaker: 2 neutral, 9 of other emotions, 3 blended, 2 with random action units."""
    rng = generator("flow", name)
    conditions = [("neutral", 1)] * 2 + [CONDITIONS[k] for k in rng.permutation(len(CONDITIONS))[:9]]
    frames = []
    for emotion, level in conditions:
        motion = spoken(str(rng.choice(TRAINING_IDENTITIES)), emotion, level)
        at = int(rng.integers(len(motion)))
        frames.append(motion.select(slice(at, at + 1)))
    return joined([*frames, blended(name, 3), single_frames(Job("posed", name, "", 0, "", 2))])


def validation_motion(identity: str, part: int) -> FaceMotion:
    """Frames of a validation identity's own clips: 2 neutral, then one of each of some conditions."""
    rng = generator("flow validation", identity, part)
    order = generator("flow validation", identity).permutation(np.arange(1, len(CONDITIONS)))
    moved = [CONDITIONS[k] for k in np.resize(np.roll(order, -part * 14), FRAMES - 2)]
    frames = []
    for emotion, level in [("neutral", 1)] * 2 + moved:
        motion = perform(ClipPlan(identity, emotion, level, str(rng.choice(TRAINING_SENTENCES)))).motion
        at = int(rng.integers(len(motion)))
        frames.append(motion.select(slice(at, at + 1)))
    return joined(frames)


def draw_speaker(name: str, motion: FaceMotion) -> dict[str, np.ndarray]:
    """One speaker's part of a shard."""
    style = FaceStyle.of(name, 0)
    maps = [canonical_map(style, motion, k, FLOW_SIDE) for k in range(len(motion))]
    flows = [
        [correspond(style, maps[k], motion, source, maps[source]) for k in range(len(motion))]
        for source in range(SOURCES)
    ]
    positions = np.array([[flow.positions for flow in row] for row in flows])
    return {
        "images": render(style, motion, SIZE),
        "parts": np.array([one.parts for one in maps]),
        "positions": np.clip(np.rint(positions / FLOW_UNIT), -32768, 32767).astype(np.int16),
        "visible": np.array([[flow.visible for flow in row] for row in flows]),
        **{name: getattr(motion, name) for name in MOTION},
    }


def draw_shard(folder: Path, speakers: Sequence[tuple[str, FaceMotion]]) -> None:
    """Draw a shard; it is complete when `done.json` is there."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = [draw_speaker(name, motion) for name, motion in speakers]
    for key in drawn[0]:
        np.save(folder / f"{key}.npy", np.stack([one[key] for one in drawn]))
    write_json(folder / "done.json", {"speakers": [name for name, _ in speakers]})


def parser() -> Parser:
    """The command line."""
    p = Parser("tools.train.flow_bank", __doc__)
    p.add_argument("--out", type=Path, required=True, help="folder of the banks train and validation")
    p.add_argument("--shards", type=int, default=32, help=f"of {SPEAKERS} nameless speakers each")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    return run_command(parser(), _work, arguments, interrupted="interrupted; the same command draws the rest")


def _work(args: argparse.Namespace) -> None:
    if not (args.out / "validation" / "000" / "done.json").exists():
        people = [(who, validation_motion(who, part)) for who in VALIDATION_IDENTITIES for part in range(3)]
        draw_shard(args.out / "validation" / "000", people)
    for number in track(range(args.shards), "draw faces", args.shards):
        folder = args.out / "train" / f"{number:03d}"
        if not (folder / "done.json").exists():
            names = [f"flow{number * SPEAKERS + k:05d}" for k in range(SPEAKERS)]
            draw_shard(folder, [(name, nameless_motion(name)) for name in names])


if __name__ == "__main__":
    leave(main())
