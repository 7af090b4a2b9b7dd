"""A tiny bank of faces with true motion, drawn once for a test session."""

from __future__ import annotations

from functools import cache

import numpy as np

from benchmark.puppets.parameters import FaceMotion
from tools.train.codes import CodeBook
from tools.train.flow_bank import FRAMES, Shard, draw_speaker
from tools.train.make_frames import Job, single_frames


def posed(name: str) -> FaceMotion:
    """`FRAMES` frames with random action units, the first of them at rest."""
    motion = single_frames(Job("posed", name, "", 0, "", FRAMES))
    for values in (motion.action_units, motion.visemes, motion.pose, motion.eyes):
        values[0] = 0.0
    return motion


@cache
def shard() -> Shard:
    """Two speakers."""
    drawn = [draw_speaker(name, posed(name)) for name in ("tiny0", "tiny1")]
    return Shard(**{key: np.stack([one[key] for one in drawn]) for key in drawn[0]})


@cache
def book() -> CodeBook:
    """Codes fitted to the shard's own frames."""
    motion = shard()
    return CodeBook.fit(motion.action_units.reshape(-1, 21), motion.eyes.reshape(-1, 3))
