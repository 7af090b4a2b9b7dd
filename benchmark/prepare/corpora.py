"""What the commands `mead`, `crema_d`, `extended` and `check` of `python -m benchmark.prepare` do."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

from benchmark.checkpoints.locate import folders, locate
from benchmark.core.errors import UsageError
from benchmark.core.foreign_files import list_folders
from benchmark.core.status import Status
from benchmark.media.yunet import YUNET
from benchmark.prepare.align.mapping import read_mapping
from benchmark.prepare.check import findings, tables, write_findings
from benchmark.prepare.clip import Recipe
from benchmark.prepare.expected_clips import corpus, wanted_clips, wanted_recordings
from benchmark.prepare.job import Job
from benchmark.prepare.run import Summary, prepare
from benchmark.prepare.sources import Pieces, crema_d_pieces, jobs_of, mead_pieces, refuse_pointers


def run(options: argparse.Namespace) -> int:
    """Prepare a corpus. Returns 0, or 1 if a wanted clip is not there afterwards."""
    if options.workers < 1:
        raise UsageError(f"--workers must be 1 or more, got {options.workers}")
    wanted = wanted_clips(options.corpus, options.split)
    videos, sounds = pieces(options.corpus, options.source)
    refuse_pointers(videos, options.source)
    mapping = getattr(options, "mapping", None)
    renumbered = None if mapping is None else read_mapping(mapping)
    clips = sorted(videos) if options.all else wanted
    jobs, absent = jobs_of(clips, videos, sounds, renumbered)
    if options.corpus == "extended":
        more, gone = recordings(options.speech)
        jobs, absent = [*jobs, *more], absent | gone
    if not jobs:
        raise UsageError(f"{options.source}: none of the {len(clips)} clips that are wanted is there")
    detector = locate(YUNET, folders(options.weights)) if options.crop == "face" else None
    done = prepare(
        jobs,
        absent,
        options.out,
        recipe=Recipe(options.crop),
        detector=detector,
        workers=options.workers,
        retry=options.retry,
    )
    print(done.text())
    print(usage(options.corpus, options.out, done))
    return 0 if done.complete else 1


def usage(name: str, out: Path, done: Summary) -> str:
    """The run that uses what was made."""
    speech = [f"dataset.speech={out / 'speech'}"] if name == "extended" else []
    words = ["--dataset", name, f"dataset.root={out}", *speech, "--method", "source_copy,ground_truth"]
    return shlex.join(["python", "-m", "benchmark.run", *words])


def pieces(name: str, source: Path) -> tuple[Pieces, Pieces]:
    """Videos and sounds of a corpus by clip id."""
    return crema_d_pieces(source) if name == "crema_d" else mead_pieces(source)


def recordings(folder: Path) -> tuple[list[Job], dict[str, str]]:
    """Jobs of the extended set's recordings, and those that are not there. Raises UsageError."""
    from benchmark.prepare.job import Piece

    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder")
    jobs, absent = [], {}
    for name in wanted_recordings():
        path = folder / f"{name}.wav"
        if path.is_file():
            jobs.append(Job(name, None, Piece(path), folder="speech"))
        else:
            absent[name] = f"{path} is not there"
    return jobs, absent


def check(options: argparse.Namespace) -> int:
    """Say what is wrong with a copy. Returns 0, or 1 if anything is."""
    corpus(options.dataset)
    wanted = wanted_clips(options.dataset, options.split)
    videos, sounds = pieces(options.dataset, options.source)
    jobs, absent = jobs_of(wanted, videos, sounds)
    detector = None if options.no_faces else locate(YUNET, folders(options.weights))
    found = findings(
        jobs, absent, prepared=is_prepared(options.source), detector=detector, workers=max(1, options.workers)
    )
    print(tables(options.dataset, found))
    if options.csv is not None:
        write_findings(options.dataset, found, options.csv)
        print(options.csv)
    return 0 if (found["status"] == Status.OK).all() else 1


def is_prepared(source: Path) -> bool:
    """Whether a copy is a prepared one, whose clips have one size and rate."""
    if (source / "FPS25").is_dir() or (source / "ledger.csv").is_file():
        return True
    return any((folder / "front").is_dir() for folder in list_folders(source))
