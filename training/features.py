"""What the puppets' C-MET is trained on: `python -m training.features --data DIR --out DIR`.

Expression codes of the training identities' clips as the small face model reads them off the pictures, and embeddings
of their speech as the small speech encoder hears it, in the layout of `cmet.corpus`. Test identities are written too,
for validation.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from benchmark.progress import track
from benchmark.puppets.affect import state
from benchmark.puppets.cast import TEST_IDENTITIES, TRAINING_IDENTITIES, voice_of
from benchmark.puppets.prosody import prosody_of
from benchmark.puppets.sentences import CUE_SENTENCES, SENTENCES, TRAINING_SENTENCES
from benchmark.puppets.voice import speak
from benchmark.types import BASIC_EMOTIONS
from cmet.corpus import write_clip
from cmet.edtalk.config import GeneratorConfig
from cmet.edtalk.generator import Generator
from cmet.sampler import ClipKey
from cmet.speech import load_speech_encoder
from training.face_model import to_tensor
from training.frames import FrameBank
from training.make_frames import jobs
from training.speech import conditions
from weights.shipped import load_shipped

SPEECH_FOLDER = "puppets_features"


def number_of(sentence: str) -> int:
    """Sentence "s07" -> 7."""
    return int(sentence[1:])


@torch.inference_mode()
def write_codes(network: Generator, bank: FrameBank, split: str, out: Path) -> None:
    """Motion codes of every spoken clip of a bank."""
    clips = [job for job in jobs(split) if job.kind == "clip"]
    spoken = list(bank.spoken_clips())
    for job, (rows, _) in track(zip(clips, spoken, strict=True), f"codes of {split}", len(clips)):
        codes = network.codes(network.latent(to_tensor(bank.images[rows], network.config.size)))
        key = ClipKey(job.identity, job.emotion, job.level, number_of(job.sentence))
        lip, pose, expression = (code.numpy() for code in codes)
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


def main(argv: Sequence[str] | None = None) -> None:
    """Command line; see `--help`."""
    parser = argparse.ArgumentParser(prog="python -m training.features", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="frame bank, made by python -m training.make_frames")
    parser.add_argument("--weights", type=Path, default=Path("cmet/puppets"), help="face_model and speech safetensors")
    parser.add_argument("--out", type=Path, required=True, help="corpus folder")
    parser.add_argument("--each", type=int, default=5, help="recordings for every identity, emotion and level")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args(argv)
    torch.set_num_threads(args.threads)
    network = load_shipped(lambda **a: Generator(GeneratorConfig(**a)), args.weights / "face_model.safetensors")
    for split in ("train", "test"):
        write_codes(network, FrameBank.open(args.data / split), split, args.out)
    write_speech(args.weights / "speech.safetensors", TRAINING_IDENTITIES, TRAINING_SENTENCES, args.out, args.each)
    write_speech(args.weights / "speech.safetensors", TEST_IDENTITIES, CUE_SENTENCES, args.out, args.each)
    (args.out / "train.txt").write_text("".join(f"{who}\n" for who in TRAINING_IDENTITIES))
    (args.out / "test.txt").write_text("".join(f"{who}\n" for who in TEST_IDENTITIES))


if __name__ == "__main__":
    main()
