"""`python -m benchmark.submission.lists DATASET SPLIT [--write]`: prints the names of the videos that a split expects.

`--write` makes the list of a split of the embedded corpus from its sources, for `benchmark.submission.expected`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from benchmark.core.command_line import Parser, leave, run_command
from benchmark.core.errors import UsageError


def parser() -> Parser:
    """The command line."""
    p = Parser("benchmark.submission.lists", description=__doc__)
    p.add_argument("dataset", help="such as puppets or mead")
    p.add_argument("split", help="such as test")
    p.add_argument("--write", action="store_true", help="measure the sources and write the list (puppets)")
    return p


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. Returns the exit code."""
    return run_command(parser(), _work, arguments)


def _work(given: argparse.Namespace) -> None:
    from benchmark.submission.expected import expected_videos
    from benchmark.submission.package import SUFFIX

    if given.write:
        print(_write(given.dataset, given.split))
    else:
        print("\n".join(f"{name}{SUFFIX}" for name in expected_videos(given.dataset, given.split)))


def _write(dataset: str, split: str) -> str:
    from benchmark.core.files import write_text
    from benchmark.datasets import DATASETS
    from benchmark.media.video import probe
    from benchmark.submission import expected

    if dataset in expected.OFFICIAL:
        raise UsageError(f"{dataset} needs no list: its ids are those of the official split files")
    rows = []
    for sample in DATASETS.get(dataset)({}).samples(split, Path("cache"), 0, 2):
        info = probe(sample.source)
        rows.append({"id": sample.id, "frames": info.frames, "fps": info.fps, "width": info.width,
                     "height": info.height})  # fmt: skip
    path = expected.FOLDER / f"{dataset}__{split}.json"
    write_text(path, "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")
    return f"{path.name}: {len(rows)} videos"


if __name__ == "__main__":
    leave(main())
