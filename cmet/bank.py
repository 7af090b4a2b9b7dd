"""Feature banks: `python -m cmet.bank pack FOLDER OUT.npz`, `python -m cmet.bank show FILE`.

pack   embeds a folder tree EMOTION/CLIP.wav (or takes EMOTION/CLIP.npy as they are) into one file, with the names and
       sha256 of all files
show   prints for each emotion how many recordings it has and how far its vector from neutral can be trusted
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.core.command_line import Parser, leave, output_file, run_command
from benchmark.core.progress import track

if TYPE_CHECKING:
    from cmet.inference.feature_bank import Bank
    from cmet.inference.recorded_speech import Recordings

NEUTRAL = "neutral"


def parser() -> Parser:
    """The command line."""
    p = Parser("cmet.bank", description=__doc__)
    commands = p.add_subparsers(required=True, metavar="COMMAND", dest="command")
    one = commands.add_parser("pack", help="a folder of recordings or embeddings -> one file")
    one.add_argument("folder", type=Path, help="holds EMOTION/CLIP.wav or EMOTION/CLIP.npy")
    one.add_argument("out", type=output_file, help="the bank, NAME.npz")
    one.add_argument(
        "--speech-encoder",
        default="puppets",
        metavar="NAME",
        help="what hears the emotion in recordings: puppets (default), emotion2vec, a .safetensors of the small "
        "network, or a model of the transformers hub",
    )
    one.add_argument("--device", default="cpu", help="cpu or cuda, for the speech encoder")
    one.set_defaults(run=pack)
    one = commands.add_parser("show", help="what is in a bank, and how reliable its vectors are")
    one.add_argument("file", type=Path, help="a bank")
    one.add_argument("--neutral", default=NEUTRAL, metavar="NAME", help="compare with this emotion; default: neutral")
    one.add_argument("--against", type=Path, metavar="FILE", help="another bank that holds the neutral recordings")
    one.set_defaults(run=show)
    return p


def pack(options: argparse.Namespace) -> None:
    """Embed and write."""
    from cmet.inference.feature_bank import pack_folder, write_bank
    from cmet.inference.recorded_speech import Embedder

    if options.out.suffix != ".npz":
        raise ValueError(f"{options.out}: a bank is called NAME.npz")
    bank = pack_folder(options.folder, Embedder(options.speech_encoder, options.device), track)
    write_bank(bank, options.out)
    counts = ", ".join(f"{emotion} {len(recordings.names)}" for emotion, recordings in sorted(bank.emotions.items()))
    print(f"{options.out}: {counts}; {bank.dimension} numbers each, {_encoder(bank)}")


def show(options: argparse.Namespace) -> None:
    """Print a line for each emotion."""
    from cmet.inference.feature_bank import read_bank

    bank = read_bank(options.file)
    other = bank if options.against is None else read_bank(options.against)
    neutral = other.of(options.neutral) if options.against or options.neutral in other.emotions else None
    if neutral is None and options.neutral != NEUTRAL:
        other.of(options.neutral)  # says which emotions there are
    if other.dimension != bank.dimension:
        raise ValueError(
            f"{options.against} holds embeddings of {other.dimension} numbers, {options.file} of {bank.dimension}"
        )
    named = f", {len(bank.sources)} files with sha256" if bank.sources else ""
    print(f"{options.file}: embeddings of {bank.dimension} numbers, {_encoder(bank)}{named}")
    width = max(len(emotion) for emotion in bank.emotions)
    for emotion, recordings in sorted(bank.emotions.items()):
        print(f"{emotion:<{width}}  n = {len(recordings.names):>4}  {_verdict(recordings, neutral, options.neutral)}")


def _encoder(bank: Bank) -> str:
    return f"by {bank.encoder}" if bank.encoder else "encoder not recorded"


def _verdict(recordings: Recordings, neutral: Recordings | None, name: str) -> str:
    from cmet.inference.feature_bank import trust

    if neutral is None:
        return f"no '{name}' to compare with; name a bank that has it: --against FILE"
    return "what the others are compared with" if recordings is neutral else trust(recordings, neutral).sentence()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code: 0 done, 2 wrong usage or a file that does not fit."""
    return run_command(parser(), lambda options: options.run(options), arguments, also=(ValueError, ImportError))


if __name__ == "__main__":
    leave(main())
