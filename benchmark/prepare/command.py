"""`python -m benchmark.prepare`: what is to be done once, before a run.

mead|crema_d|extended --source DIR --out DIR   a corpus as downloaded -> face clips of 256 px, 25 fps, 16 kHz
check DIR --dataset NAME                       what is missing or wrong in a copy of a corpus
align mead --source DIR --trusted ID,ID        the release's numbers -> the paper's, by speech recognition
checkpoints [--folder DIR] [--get NAME|all]    which weights are here, where to get the others, download them
panels DIR --out DIR [--match 'PATTERN']       folders of source and method videos -> manifest and method folders
recordings DIR --out manifest.csv              labelled clips -> manifest, neutral source to emotional target
features DIR --face-model FILE --speech NAME   videos -> motion codes and speech embeddings that C-MET is trained on
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmark.core import entries
from benchmark.core.command_line import Parser, output_file, output_folder, run_command
from benchmark.core.errors import MissingCheckpoint, UsageError, nearest, one_line
from benchmark.core.progress import track
from benchmark.core.registry import Registry
from benchmark.core.status import Status
from benchmark.prepare.subcommands import WEIGHTS, add_commands

if TYPE_CHECKING:
    from benchmark.checkpoints.record import Checkpoint

FEATURES: Registry[Callable[..., Mapping[str, int]]] = Registry(
    "feature maker", "emotion_edit_benchmark.features", entries.FEATURE_MAKERS
)
"""Who turns a corpus into training features: (videos, out, ...) -> clips by status."""


def known_checkpoints() -> dict[str, Checkpoint]:
    """Every checkpoint that an extractor or face tracker names and that does not ship with the project, by name."""
    from benchmark.extractors import EXTRACTORS, FACE_TRACKERS
    from benchmark.protocols.checkpoints import checkpoints_of

    owners = [*map(EXTRACTORS.get, EXTRACTORS), *map(FACE_TRACKERS.get, FACE_TRACKERS)]
    records = [record for record in checkpoints_of(*owners) if record.directory is None]
    return {record.name: record for record in sorted(records, key=lambda record: record.name)}


def checkpoints(options: argparse.Namespace) -> int:
    """List checkpoints, or download them. Returns 0, or 2 if one could not be had."""
    from benchmark.checkpoints.locate import folders, locate

    known = known_checkpoints()
    if options.get is None:
        for record in known.values():
            try:
                print(f"here     {record.name}  {locate(record, folders(options.folder))}")
            except MissingCheckpoint:
                size = "" if record.size is None else f", {record.size / 1e6:.1f} MB"
                print(f"missing  {record.name}  ({record.licence}{size}), get it from {record.address}")
        return 0
    if options.folder is None:
        raise UsageError("--get needs --folder DIR")
    if options.get != "all" and options.get not in known:
        raise UsageError(f"unknown checkpoint '{options.get}'{nearest(options.get, known)}")
    from benchmark.checkpoints.fetch import fetch

    failed = False
    for name in known if options.get == "all" else [options.get]:
        try:
            print(f"got      {name}  {fetch(known[name], options.folder)}")
        except MissingCheckpoint as error:
            failed = True
            print(one_line(error), file=sys.stderr)
    return 2 if failed else 0


def panels(options: argparse.Namespace) -> int:
    """Unpack comparison panels and print the runs that score them."""
    from benchmark.datasets.panels import unpack_panels

    _existing(options.folder)
    done = unpack_panels(
        options.folder, options.out, match=options.match, source=options.source, emotion=options.emotion
    )
    print(f"{len(done.samples)} samples, {len(done.methods)} methods; score them with")
    for method, folder in done.methods.items():
        words = [f"dataset.manifest={done.manifest}", f"method.folder={folder}", f"method.label={method}"]
        print(shlex.join(["python", "-m", "benchmark.run", "--method", "videos", "--dataset", "clips", *words]))
    return 0


def recordings(options: argparse.Namespace) -> int:
    """Write a manifest of labelled recordings and print the runs that use it."""
    from benchmark.datasets.panels import pair_recordings, write_manifest

    _existing(options.folder)
    rows = pair_recordings(options.folder)
    manifest = write_manifest(options.out, rows)
    print(f"{len(rows)} samples in {manifest}; use it with")
    words = ["--dataset", "clips", f"dataset.root={options.folder}", f"dataset.manifest={manifest}"]
    print(shlex.join(["python", "-m", "benchmark.run", "--method", "source_copy,ground_truth", *words]))
    return 0


def features(options: argparse.Namespace) -> int:
    """Extract features. Returns 0, or 1 if something is missing of a clip."""
    detector = None
    if options.crop == "face":
        from benchmark.checkpoints.locate import folders, locate
        from benchmark.media.yunet import YUNET

        detector = locate(YUNET, folders(options.folder))
    try:
        counts = FEATURES.get("cmet")(
            options.videos,
            options.out or (options.videos.parent if options.videos.suffix == ".csv" else options.videos),
            face_model=options.face_model,
            speech=options.speech,
            speech_folder=options.speech_folder,
            crop=options.crop,
            detector=detector,
            batch=options.batch_size,
            device=options.device,
            track=track,
        )
    except (ValueError, OSError, ImportError) as error:
        raise UsageError(one_line(error)) from error
    print(", ".join(f"{count} {status}" for status, count in sorted(counts.items())) + "; see features.csv")
    return 0 if set(counts) == {Status.OK} else 1


def parser() -> Parser:
    """The command line."""
    whole = Parser("benchmark.prepare", description="What is done once, before a run.")
    commands = whole.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("checkpoints", help="which weights are here; download the others")
    command.add_argument("--folder", type=Path, help=f"folder of checkpoints; default: ${WEIGHTS}")
    command.add_argument("--get", metavar="NAME", help="download this one, or 'all', into --folder")
    command.set_defaults(run=checkpoints)

    command = commands.add_parser("panels", help="folders of source and method videos -> manifest and method folders")
    command.add_argument("folder", type=Path, help="holds one folder for each sample")
    command.add_argument("--out", type=output_folder, required=True, help="where manifest and videos are written")
    command.add_argument("--match", default="*", help="pattern of the folders that are taken; default: all")
    command.add_argument("--source", default="source.mp4", help="name of the source in each folder")
    command.add_argument(
        "--emotion", default="neutral", help="target emotion of all; 'name': from each file's name; default: neutral"
    )
    command.set_defaults(run=panels)

    command = commands.add_parser("recordings", help="labelled clips -> manifest, neutral source to emotional target")
    command.add_argument("folder", type=Path, help="holds the clips, named by speaker and emotion")
    command.add_argument("--out", type=output_file, required=True, help="the manifest, .csv")
    command.set_defaults(run=recordings)

    command = commands.add_parser("features", help="videos -> motion codes and speech embeddings for training C-MET")
    command.add_argument("videos", type=Path, help="folder IDENTITY/front/EMOTION/level_N/NNN.mp4, or a table .csv")
    command.add_argument("--out", type=output_folder, help="corpus folder; default: beside the videos")
    command.add_argument("--face-model", metavar="FILE", help="EDTalk.pt, or 'puppets'; without it no motion codes")
    command.add_argument("--speech", metavar="NAME", help="emotion2vec, puppets, or a model of the transformers hub")
    command.add_argument("--speech-folder", metavar="NAME", help="where embeddings go; default: named after --speech")
    command.add_argument(
        "--crop", choices=("whole", "face"), default="whole", help="whole: the clips show the face only; face: cut it"
    )
    command.add_argument("--folder", type=Path, help=f"folder of checkpoints, for the detector; default: ${WEIGHTS}")
    command.add_argument("--batch-size", type=int, default=32, help="frames at a time; default: 32")
    command.add_argument("--device", default="cpu", help="cpu or cuda")
    command.set_defaults(run=features)

    add_commands(commands)
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit code."""
    return run_command(
        parser(),
        lambda options: int(options.run(options)),
        arguments,
        interrupted="interrupted; the same command goes on where it ended",
    )


def _existing(folder: Path) -> None:
    if not folder.is_dir():
        raise UsageError(f"no such folder: {folder}")
