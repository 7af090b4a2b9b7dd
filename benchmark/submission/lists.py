"""`python -m benchmark.submission.lists DATASET SPLIT [--write]`: prints the names of the videos that a split expects.

`--write` makes the list of a split of the embedded corpus from its sources, for `benchmark.submission.expected`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmark.core.errors import BenchmarkError, UsageError, one_line
from benchmark.core.files import write_text
from benchmark.submission import expected
from benchmark.submission.package import SUFFIX


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmark.submission.lists", description=__doc__)
    parser.add_argument("dataset")
    parser.add_argument("split")
    parser.add_argument("--write", action="store_true", help="measure the sources and write the list (puppets)")
    given = parser.parse_args(arguments)
    try:
        if given.write:
            print(_write(given.dataset, given.split))
        else:
            names = expected.expected_videos(given.dataset, given.split)
            print("\n".join(f"{name}{SUFFIX}" for name in names))
    except BenchmarkError as error:
        print(f"error: {one_line(error)}", file=sys.stderr)
        return error.exit_code
    return 0


def _write(dataset: str, split: str) -> str:
    from benchmark.datasets import DATASETS
    from benchmark.media.video import probe

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
    sys.exit(main())
