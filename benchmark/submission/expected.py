"""What a split expects of a submission: one video for every sample, as long, as large and as fast as its source.

The lists are files beside this module, so that nobody needs the corpus to check a submission:
`python -m benchmark.submission.expected puppets test` writes the list of a split (it makes or reads the corpus).
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmark.errors import BenchmarkError, UsageError, nearest
from benchmark.results.store import write_text

FOLDER = Path(__file__).parent / "splits"


@dataclass(frozen=True)
class Expected:
    """One video that a submission must hold."""

    id: str
    frames: int
    fps: float
    width: int
    height: int


def known_splits() -> list[str]:
    """The splits that can be submitted to, as `dataset/split`."""
    return sorted(path.stem.replace("__", "/") for path in FOLDER.glob("*.json"))


def expected_videos(dataset: str, split: str) -> dict[str, Expected]:
    """Sample id -> what its video must be. Raises UsageError for a split without a list."""
    known = known_splits()
    name = f"{dataset}/{split}"
    if name not in known:
        raise UsageError(f"no split '{name}' to submit to{nearest(name, known)}")
    rows = json.loads((FOLDER / f"{dataset}__{split}.json").read_text(encoding="utf-8"))
    return {row["id"]: Expected(**row) for row in rows}


def main() -> int:
    """Write the list of the split on the command line, from its sources."""
    from benchmark.datasets import DATASETS
    from media.video import probe

    if len(sys.argv) != 3:
        print("usage: python -m benchmark.submission.expected DATASET SPLIT", file=sys.stderr)
        return 2
    dataset, split = sys.argv[1:]
    try:
        rows = []
        for sample in DATASETS.get(dataset)({}).samples(split, Path("cache"), 0, 2):
            info = probe(sample.source)
            rows.append(asdict(Expected(sample.id, info.frames, info.fps, info.width, info.height)))
    except BenchmarkError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    path = FOLDER / f"{dataset}__{split}.json"
    write_text(path, "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")
    print(f"{path.name}: {len(rows)} videos")
    return 0


if __name__ == "__main__":
    sys.exit(main())
