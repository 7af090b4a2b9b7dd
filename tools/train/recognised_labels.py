"""The label cue of extended emotions on puppets: `python -m tools.train.recognised_labels`.

The small speech network hears, for every extended emotion and level, the ten recordings that audio-driven methods are
given, and says which basic emotion they sound like and at which level. Its label head gives the emotion (mean
probability over the recordings), its affect head the level (nearest state of that emotion).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmark.checkpoints.shipped import load_shipped
from benchmark.core.command_line import Parser, leave, run_command
from benchmark.core.files import file_sha256, write_json
from benchmark.core.types import BASIC_EMOTIONS, EXTENDED_EMOTIONS
from benchmark.puppets.affect import LEVELS, state
from benchmark.puppets.cast import SECOND_TEST_IDENTITIES, TEST_IDENTITIES
from benchmark.puppets.corpus import recite
from benchmark.puppets.plan import cue_clips
from benchmark.puppets.recognised import FILE, TABLES
from cmet.model.speech_network import SpeechNetwork, front_end

JUDGE = Path("cmet/puppets/speech.safetensors")


@torch.inference_mode()
def hear(judge: SpeechNetwork, emotion: str, level: int, cast: tuple[str, ...] = TEST_IDENTITIES) -> dict[str, Any]:
    """What the judge hears in the ten cue recordings of an emotion and level that a cast gives."""
    clips = cue_clips(emotion, level, cast)
    outs = [judge(torch.from_numpy(front_end(recite(clip).audio))[None]) for clip in clips]
    chances = torch.stack([torch.softmax(logits[0], dim=0) for _, logits, _ in outs]).numpy()
    affect = torch.stack([found[0] for _, _, found in outs]).numpy().mean(axis=0)
    label = BASIC_EMOTIONS[int(chances.mean(axis=0).argmax())]
    levels = (1,) if label == "neutral" else tuple(LEVELS)
    nearest = min(levels, key=lambda k: float(np.linalg.norm(affect - state(label, k)[: len(affect)])))
    return {
        "label": label,
        "level": nearest,
        "probability": round(float(chances.mean(axis=0).max()), 4),
        "votes": int((chances.argmax(axis=1) == BASIC_EMOTIONS.index(label)).sum()),
    }


def parser() -> Parser:
    """The command line."""
    p = Parser("tools.train.recognised_labels", __doc__)
    p.add_argument("--judge", type=Path, default=JUDGE, help="a speech network beside its manifest.json")
    p.add_argument("--out", type=Path, default=FILE)
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    return run_command(parser(), _work, arguments)


def _work(args: argparse.Namespace) -> None:
    judge = load_shipped(SpeechNetwork, args.judge)
    content: dict[str, Any] = {
        "command": "python -m tools.train.recognised_labels",
        "judge": args.judge.name,
        "sha256": file_sha256(args.judge),
    }
    for number, cast in ((1, TEST_IDENTITIES), (2, SECOND_TEST_IDENTITIES)):
        content[TABLES[number]] = {
            e: {str(level): hear(judge, e, level, cast) for level in (2, 3)} for e in EXTENDED_EMOTIONS
        }
    write_json(args.out, content, indent=1)
    print(json.dumps({name: content[name] for name in TABLES.values()}, indent=1))


if __name__ == "__main__":
    leave(main())
