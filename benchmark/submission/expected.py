"""What a split expects of a submission: one video for every sample, as long, as large and as fast as its source.

Nobody needs a corpus to check a submission. The embedded corpus has a list beside this module for each split that can
be submitted to, with the length and size of every source (`python -m benchmark.submission.lists`). The ids of MEAD,
CREMA-D and the extended set come from the official split files; how long their sources are only a machine that has
them can say (`benchmark.submission.sources`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from benchmark.core.errors import UsageError, nearest
from benchmark.datasets import DATASETS
from benchmark.datasets.paired_corpus import PairedCorpus

FOLDER = Path(__file__).parent / "splits"
OFFICIAL = ("crema_d", "extended", "mead")
"""Datasets whose media are not here."""
FPS = 25.0
"""Frames a second of every corpus as it is prepared."""


@dataclass(frozen=True)
class Expected:
    """One video that a submission must hold: `<id>.mp4`."""

    id: str
    frames: int | None = None
    """None: not known here."""
    fps: float = FPS
    width: int | None = None
    """None: not known here; then all videos must be of one size."""
    height: int | None = None
    slack: int = 0
    """Frames by which the length may differ."""
    task: str = ""
    """Source and target emotion: a method that knows no levels rightly gives two samples of one task the same video."""

    @property
    def measured(self) -> bool:
        """Whether length and size are known."""
        return None not in (self.frames, self.width, self.height)


def known_splits() -> list[str]:
    """The splits that can be submitted to, as `dataset/split`."""
    stored = [path.stem.replace("__", "/") for path in FOLDER.glob("*.json")]
    return sorted([*stored, *(f"{name}/{split}" for name in OFFICIAL for split in corpus(name).splits())])


def expected_videos(dataset: str, split: str) -> dict[str, Expected]:
    """Sample id -> what its video must be. Raises UsageError for a split that can't be submitted to."""
    known = known_splits()
    name = f"{dataset}/{split}"
    if name not in known:
        raise UsageError(f"no split '{name}' to submit to{nearest(name, known)}")
    if dataset in OFFICIAL:
        rows = corpus(dataset).rows(split)
        return {row["sample_id"]: Expected(row["sample_id"], task=_task(row)) for row in rows}
    rows = json.loads((FOLDER / f"{dataset}__{split}.json").read_text(encoding="utf-8"))
    return {row["id"]: Expected(**row) for row in rows}


def corpus(name: str, options: dict[str, str] | None = None) -> PairedCorpus:
    """One of `OFFICIAL`."""
    found = DATASETS.get(name)(options)
    assert isinstance(found, PairedCorpus)
    return found


def _task(row: dict[str, str]) -> str:
    """In the extended set each item has speech of its own, which the lips follow: no two videos are the same."""
    return "" if "audio" in row else f"{row['source']} {row['emotion']}"
