"""What the puppets' C-MET is trained on: `python -m tools.train.features --data DIR --out DIR`.

Motion codes of the training identities' clips and embeddings of their speech as the small speech encoder hears it, in
the layout of `cmet.corpus`. The codes are those that the face model was taught (`tools.train.codes`): what a perfect
encoder would read off the clips. Test identities are written too, for validation.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from benchmark.core.command_line import Parser, leave, run_command
from benchmark.core.progress import track
from benchmark.core.types import BASIC_EMOTIONS
from benchmark.puppets.affect import state
from benchmark.puppets.cast import TEST_IDENTITIES, TRAINING_IDENTITIES, voice_of
from benchmark.puppets.sentences import CUE_SENTENCES, SENTENCES, TRAINING_SENTENCES
from benchmark.puppets.voice.prosody import prosody_of
from benchmark.puppets.voice.synthesis import speak
from cmet.corpus.prepared import write_clip
from cmet.corpus.sampler import ClipKey
from cmet.inference.speech import load_speech_encoder
from tools.train.codes import LIP_CODES, POSE_CODES, CodeBook
from tools.train.frames import FrameBank
from tools.train.make_frames import jobs
from tools.train.speech import conditions

SPEECH_FOLDER = "puppets_features"


def number_of(sentence: str) -> int:
    """Sentence "s07" -> 7."""
    return int(sentence[1:])


def write_codes(book: CodeBook, bank: FrameBank, split: str, out: Path) -> None:
    """Motion codes of every spoken clip of a bank."""
    clips = [job for job in jobs(split) if job.kind == "clip"]
    codes = bank.codes(book)
    for job, (rows, _) in zip(clips, bank.spoken_clips(), strict=True):
        key = ClipKey(job.identity, job.emotion, job.level, number_of(job.sentence))
        lip, pose, expression = np.split(codes[rows], [LIP_CODES, LIP_CODES + POSE_CODES], axis=1)
        write_clip(out, key, expression=expression, pose=pose, lip=lip)


def write_speech(encoder_path: Path, identities: Sequence[str], sentences: Sequence[str], out: Path, each: int) -> None:
    """Embeddings of `each` sentences for every identity, emotion and level."""
    encoder = load_speech_encoder(str(encoder_path))
    rng = np.random.default_rng(7)
    work = [(who, e, level) for who in identities for e, level in conditions(BASIC_EMOTIONS)]
    for who, emotion, level in track(work, "speech embeddings", len(work)):
        for sentence in rng.choice(sentences, each, replace=False):
            speech = speak(SENTENCES[str(sentence)], voice_of(who), prosody_of(state(emotion, level)))
            key = ClipKey(who, emotion, level, number_of(str(sentence)))
            write_clip(out, key, speech=encoder.embed([speech.audio])[0], speech_folder=SPEECH_FOLDER)


def parser() -> Parser:
    """The command line."""
    p = Parser("tools.train.features", __doc__)
    p.add_argument("--data", type=Path, required=True, help="frame bank, made by python -m tools.train.make_frames")
    p.add_argument("--weights", type=Path, default=Path("cmet/puppets"), help="folder of speech.safetensors")
    p.add_argument("--out", type=Path, required=True, help="corpus folder")
    p.add_argument("--each", type=int, default=5, help="recordings for every identity, emotion and level")
    p.add_argument("--threads", type=int, default=1)
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    return run_command(parser(), _work, arguments)


def _work(args: argparse.Namespace) -> None:
    torch.set_num_threads(args.threads)
    banks = {split: FrameBank.open(args.data / split) for split in ("train", "test")}
    book = CodeBook.fit(banks["train"].action_units, banks["train"].eyes)
    for split, bank in banks.items():
        write_codes(book, bank, split, args.out)
    write_speech(args.weights / "speech.safetensors", TRAINING_IDENTITIES, TRAINING_SENTENCES, args.out, args.each)
    write_speech(args.weights / "speech.safetensors", TEST_IDENTITIES, CUE_SENTENCES, args.out, args.each)
    (args.out / "train.txt").write_text("".join(f"{who}\n" for who in TRAINING_IDENTITIES))
    (args.out / "test.txt").write_text("".join(f"{who}\n" for who in TEST_IDENTITIES))


if __name__ == "__main__":
    leave(main())
