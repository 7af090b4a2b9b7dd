"""Edit the emotion of a talking face: `python -m cmet.edit --source VIDEO --emotion-speech WAV... --out OUT.mp4`.

The emotion is the difference between emotional and neutral speech; recordings, .npy embeddings and folders of both are
read. Without --neutral-speech the neutral side is the bank's, or else the source's own speech, which should be neutral.

    python -m cmet.edit --source clip.mp4 --emotion-speech happy/ --neutral-speech neutral/ --out happy.mp4
    python -m cmet.edit --source clip.mp4 --emotion happy --bank mead.npz --weights DIR --out happy.mp4
"""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.core.command_line import Parser, leave, output_file, run_command, warn
from benchmark.core.errors import UsageError
from benchmark.core.progress import show_progress, track

if TYPE_CHECKING:
    from benchmark.media.clip import Clip
    from cmet.inference.cmet import CMet
    from cmet.inference.edit_video import EditedVideo
    from cmet.inference.emotion_cue import EmotionCue
    from cmet.inference.feature_bank import Bank
    from cmet.inference.recorded_speech import Embedder, Recordings

SEEDED = re.compile(r"seeded(?::(\d+))?")
UNTRAINED = "THE NETWORKS ARE NOT TRAINED (seeded numbers in place of weights): the picture means nothing"
RATE = 16000


def parser() -> Parser:
    """The command line."""
    p = Parser("cmet.edit", description=__doc__)
    p.add_argument("--source", type=Path, required=True, metavar="VIDEO", help="who moves; should speak neutrally")
    p.add_argument("--out", type=output_file, required=True, metavar="OUT.mp4", help="written as h264 and aac")
    emotion = p.add_argument_group("emotion")
    emotion.add_argument("--emotion-speech", type=Path, nargs="+", metavar="WAV", help="speech of the emotion")
    emotion.add_argument("--neutral-speech", type=Path, nargs="+", metavar="WAV", help="neutral speech")
    emotion.add_argument("--emotion", metavar="NAME", help="an emotion of --bank, in place of --emotion-speech")
    emotion.add_argument("--bank", type=Path, metavar="FILE", help="embeddings by emotion, see python -m cmet.bank")
    emotion.add_argument("--intensity", type=float, default=1.0, metavar="F", help="factor of the emotion; default: 1")
    emotion.add_argument(
        "--vector",
        choices=("raw", "unit"),
        default="raw",
        help="unit: normalised, for networks trained so; default: raw",
    )
    emotion.add_argument(
        "--speech-encoder",
        metavar="NAME",
        help="puppets, emotion2vec, a .safetensors of the small network, or a model of the transformers hub; default: "
        "the one that the weights belong to",
    )
    what = p.add_argument_group("who and what is shown")
    what.add_argument(
        "--identity", type=Path, metavar="IMAGE", help="somebody else; default: the source's first good frame"
    )
    what.add_argument("--speech", type=Path, metavar="WAV", help="what is spoken; default: the source's sound")
    what.add_argument("--keep-lips", action="store_true", help="lips and length of the source, not of the speech")
    what.add_argument("--seconds", type=float, metavar="S", help="only the first S seconds")
    what.add_argument("--no-crop", action="store_true", help="source and identity are face crops already")
    what.add_argument("--paste-back", action="store_true", help="put the face back into the source's frames")
    what.add_argument("--face-detector", type=Path, metavar="FILE", help="yunet_n_dynamic.onnx")
    how = p.add_argument_group("how")
    how.add_argument(
        "--mode", choices=("clean", "paper"), default="clean", help="paper: with the reference's quirks; default: clean"
    )
    how.add_argument(
        "--weights",
        default="puppets",
        metavar="W",
        help="puppets (the small networks that ship, default), a folder with the authors' files, or seeded:N (full "
        "size, NOT trained, for trials)",
    )
    how.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    how.add_argument("--batch-size", type=int, default=8, metavar="N", help="frames at a time; default: 8")
    how.add_argument(
        "--precision", choices=("float32", "bfloat16", "float16"), default="float32", help="of the face model"
    )
    how.add_argument("--channels-last", action="store_true", help="memory order of the face model")
    how.add_argument("--compiled", action="store_true", help="the face model through torch.compile")
    how.add_argument("--graphs", action="store_true", help="the face model as CUDA graphs")
    how.add_argument("--memory", type=float, default=4.0, metavar="GIB", help="of the decoded source; default: 4")
    return p


def check(options: argparse.Namespace) -> None:
    """Raise UsageError for options that make no sense together, before anything is loaded."""
    if (options.emotion is None) == (options.emotion_speech is None):
        raise UsageError("name the emotion by --emotion-speech WAV..., or by --emotion NAME with --bank FILE")
    if options.emotion is not None and options.bank is None:
        raise UsageError("--emotion needs --bank FILE")
    if options.out.suffix.lower() != ".mp4":
        raise UsageError(f"--out must be called NAME.mp4, got {options.out}")
    for given in (options.source, options.identity, options.speech):
        if given is not None and given.resolve() == options.out.resolve():
            raise UsageError(f"--out would overwrite {given}")
    if options.paste_back and (options.no_crop or options.identity):
        raise UsageError("--paste-back needs the source's own face, cut out of it: no --no-crop, no --identity")
    if options.keep_lips and options.speech:
        raise UsageError("--keep-lips and --speech contradict each other")
    if not math.isfinite(options.intensity):
        raise UsageError(f"--intensity must be a number, got {options.intensity}")
    for flag in ("seconds", "batch_size", "memory"):
        value = getattr(options, flag)
        if value is not None and not value > 0:
            raise UsageError(f"--{flag.replace('_', '-')} must be above 0, got {value}")
    for path in (options.source, options.identity, options.speech, options.bank):
        if path is not None and not path.is_file():
            raise UsageError(f"{path}: no such file")


def load_model(weights: str, device: str) -> CMet:
    """The networks of `--weights`. Raises WeightsError, FileNotFoundError, ValueError."""
    from cmet.inference.networks import load_networks, seeded_networks

    seeded = SEEDED.fullmatch(weights)
    if seeded is None:
        return load_networks(weights, device)
    warn(UNTRAINED)
    return seeded_networks(int(seeded[1] or 0), device)


def find_cue(options: argparse.Namespace, bank: Bank | None, embedder: Embedder) -> EmotionCue:
    """The two sides of speech that the options name."""
    from cmet.inference.emotion_cue import EmotionCue, from_bank
    from cmet.inference.feature_bank import NEUTRAL
    from cmet.inference.recorded_speech import read_recordings

    neutral: Recordings | None = None
    if options.neutral_speech:
        neutral = read_recordings(options.neutral_speech, embedder, track)
    if bank is not None and options.emotion is not None:
        return from_bank(bank, options.emotion, neutral, options.mode)
    emotional = read_recordings(options.emotion_speech, embedder, track)
    if neutral is None and bank is not None:
        neutral = bank.of(NEUTRAL)
    if neutral is None:
        print(f"neutral speech: that of {options.source.name}")
        neutral = read_recordings([options.source], embedder)
    return EmotionCue(emotional, neutral)


def encoder_name(options: argparse.Namespace, bank: Bank | None) -> str:
    """The speech encoder that was named, or the bank's, or the one that the weights belong to.

    Raises:
        UsageError: another one is named than the bank was made with.
    """
    from cmet.inference.recorded_speech import Embedder

    name = options.speech_encoder
    if bank is not None and bank.encoder is not None:
        if name is not None and Embedder(name).name != bank.encoder:
            raise UsageError(f"{options.bank} was made by '{bank.encoder}', not by '{name}'")
        name = name or bank.encoder
    beside = Path(options.weights) / "speech.safetensors"
    own = "puppets" if options.weights == "puppets" else str(beside) if beside.is_file() else "emotion2vec"
    return str(name or own)


def read_source(options: argparse.Namespace) -> Clip:
    """The source, cut to the seconds wanted. Raises MediaError."""
    from benchmark.media.video import read_clip

    return read_clip(options.source, audio_rate=RATE, seconds=options.seconds, max_bytes=int(options.memory * 2**30))


def run(options: argparse.Namespace) -> None:
    """Load, edit, write, and say what was done."""
    check(options)
    import torch

    from benchmark.media.audio import read_audio
    from benchmark.media.image import read_image
    from benchmark.media.video import write_clip
    from cmet.inference.edit_video import FPS, edit_video
    from cmet.inference.face_detector import load_detector
    from cmet.inference.feature_bank import read_bank
    from cmet.inference.optimized import InferenceOptions
    from cmet.inference.recorded_speech import Embedder

    if options.device == "cuda" and not torch.cuda.is_available():
        raise UsageError("--device cuda: torch finds no CUDA device")
    device = "cuda" if options.device != "cpu" and torch.cuda.is_available() else "cpu"
    detector = None if options.no_crop else load_detector(options.face_detector)
    if options.graphs and device == "cpu":
        raise UsageError("--graphs: CUDA graphs need a GPU")
    model = replace(load_model(options.weights, device), options=InferenceOptions.of(vars(options)))
    bank = None if options.bank is None else read_bank(options.bank)
    cue = find_cue(options, bank, Embedder(encoder_name(options, bank), device))
    print(f"emotion: {cue.sentence()}")
    if not cue.reliability.reliable:
        warn("the emotion vector is not reliable: the edit may follow noise")

    source = read_source(options)
    if options.mode == "paper" and abs(source.fps - FPS) > 1e-3:
        warn(
            f"mode paper keeps the source's {source.fps:g} frames a second; its lips run at 25 and part from the sound"
        )
    speech = None if options.speech is None else read_audio(options.speech, RATE)
    if speech is not None and options.seconds is not None:
        speech = speech[: round(options.seconds * RATE)]
    with show_progress("frames") as progress:
        edited = edit_video(
            model,
            source,
            cue.vector(options.vector, options.intensity),
            detector=detector,
            identity=None if options.identity is None else read_image(options.identity),
            speech=speech,
            lips="clip" if options.keep_lips else "speech",
            mode=options.mode,
            paste_back=options.paste_back,
            batch=options.batch_size,
            progress=progress.show,
        )
    write_clip(options.out, edited.clip)
    print(summary(edited, source, options))


def summary(edited: EditedVideo, source: Clip, options: argparse.Namespace) -> str:
    """What was cut and what was written."""
    clip, region = edited.clip, edited.region
    height, width = source.frames.shape[1:3]
    rows, columns = clip.frames.shape[1:3]
    face = "the whole frame"
    if region is not None:
        face = f"{region.width}x{region.height} at {region.left}, {region.top}"
    person = ""
    if edited.reference:
        moment = edited.reference / clip.fps
        person = (
            f"person: frame {edited.reference} of the source, at {moment:.2f} s, the first that shows the face well\n"
        )
    if edited.held:
        person += f"{edited.held} frames of the source are black or faded: pose and expression of the nearest other\n"
    loud = f"\n{UNTRAINED}" if SEEDED.fullmatch(options.weights) else ""
    return (
        f"face: {face} of {width}x{height}, {len(source.frames)} frames, {source.fps:g} a second\n{person}"
        f"{options.out}: {len(clip.frames)} frames, {columns}x{rows}, {clip.fps:g} a second"
        f", {clip.duration:.2f} s, {'no sound' if clip.audio is None else 'with sound'}; mode {options.mode},"
        f" weights {options.weights}{loud}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code: 0 done, 2 wrong usage or a file that does not fit."""
    return run_command(parser(), run, arguments, also=(ValueError, ImportError))


if __name__ == "__main__":
    leave(main())
