"""The flags of the commands `mead`, `crema_d`, `extended`, `check` and `align` of `python -m benchmark.prepare`."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmark.core.command_line import Parser, output_file, output_folder

WEIGHTS = "EMOTION_BENCHMARK_WEIGHTS"
"""Variable that names folders of checkpoints (`benchmark.checkpoints.locate`)."""


def add_commands(commands: argparse._SubParsersAction[Parser]) -> None:
    """Add the commands to the parser of `benchmark.prepare`."""
    for name, what in (
        ("mead", "MEAD as downloaded -> face clips of 256 px, 25 fps, 16 kHz"),
        ("crema_d", "CREMA-D as downloaded -> the same"),
        ("extended", "the extended emotions: MEAD's neutral clips and the recordings -> the same"),
    ):
        command = commands.add_parser(name, help=what)
        command.add_argument("--source", type=Path, required=True, metavar="DIR", help="the corpus as downloaded")
        command.add_argument(
            "--out", type=output_folder, required=True, metavar="DIR", help="where the prepared corpus goes"
        )
        if name == "extended":
            command.add_argument("--speech", type=Path, required=True, metavar="DIR", help="holds <emotion>/*.wav")
        command.add_argument("--split", default="test", help="whose clips are made; default: test")
        command.add_argument("--all", action="store_true", help="every clip that is there, not only the split's")
        if name != "crema_d":
            command.add_argument("--mapping", type=Path, metavar="FILE", help="of `prepare align mead`")
        command.add_argument("--crop", choices=("face", "whole"), default="face", help="whole: clips are face crops")
        command.add_argument("--workers", type=int, default=2, help="processes; default: 2")
        command.add_argument("--retry", action="store_true", help="try clips again that failed")
        command.add_argument("--weights", type=Path, metavar="DIR", help="folder of checkpoints, for the face detector")
        command.set_defaults(run=_run, corpus=name)
    command = commands.add_parser("check", help="compare a copy of a corpus with what a split needs")
    command.add_argument("source", type=Path, metavar="DIR", help="prepared, or as downloaded")
    command.add_argument("--dataset", choices=("mead", "crema_d", "extended"), default="mead", help="default: mead")
    command.add_argument("--split", default="test", help="default: test")
    command.add_argument("--csv", type=output_file, metavar="FILE", help="write a row for every clip")
    command.add_argument("--no-faces", action="store_true", help="do not look for faces")
    command.add_argument("--workers", type=int, default=2, help="processes; default: 2")
    command.add_argument("--weights", type=Path, metavar="DIR", help="folder of checkpoints, for the face detector")
    command.set_defaults(run=_check)
    _add_align(commands)


def _add_align(commands: argparse._SubParsersAction[Parser]) -> None:
    """Add the command to the parser of `benchmark.prepare`."""
    command = commands.add_parser("align", help="find out by ear which clip says which sentence; write a mapping")
    command.add_argument("dataset", choices=("mead",), help="the corpus whose folders are numbered otherwise")
    command.add_argument("--source", type=Path, required=True, metavar="DIR", help="the corpus as downloaded")
    command.add_argument(
        "--trusted", required=True, metavar="ID[,ID]", help="identities whose folders are numbered as in the paper"
    )
    command.add_argument("--out", type=output_file, required=True, metavar="FILE", help="the mapping, .json")
    command.add_argument(
        "--transcripts", type=Path, metavar="FILE", help="CSV clip,text: kept and completed; default: beside --out"
    )
    command.add_argument("--recogniser", default="whisper", help="default: whisper")
    command.add_argument("--model", help="name on the hub or folder; default: whisper-base.en")
    command.add_argument("--device", default="cpu")
    command.set_defaults(run=_align)


def _run(options: argparse.Namespace) -> int:
    from benchmark.prepare.corpora import run

    return run(options)


def _check(options: argparse.Namespace) -> int:
    from benchmark.prepare.corpora import check

    return check(options)


def _align(options: argparse.Namespace) -> int:
    from benchmark.prepare.align.command import align

    return align(options)
