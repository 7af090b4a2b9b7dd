"""A good submission of three small videos, for tests to spoil."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmark.media.clip import Clip
from benchmark.media.video import write_clip
from benchmark.submission.limits import Limits

LIMIT = Limits(decode_seconds=20)
IDS = ("s1", "s2", "s3")
CARD = {"name": "mine", "title": "Mine", "cue": "audio", "licence": "MIT"}
MANIFEST = {"dataset": "toy", "split": "test", "method": CARD}


def clip(seed: int, frames: int = 6, side: int = 32, fps: float = 25.0) -> Clip:
    """Blocks of random colours that stand still."""
    rng = np.random.default_rng(seed)
    return Clip(np.repeat(rng.integers(0, 255, (frames, 4, 4, 3), np.uint8), side // 4, 1).repeat(side // 4, 2), fps)


def good_folder(place: Path, lists: Path) -> Path:
    """A split `toy/test` of three samples in `lists`, and a good submission to it."""
    rows = [{"id": name, "frames": 6, "fps": 25.0, "width": 32, "height": 32} for name in IDS]
    lists.mkdir()
    (lists / "toy__test.json").write_text(json.dumps(rows))
    for seed, name in enumerate(IDS):
        write_clip(place / f"{name}.mp4", clip(seed))
    (place / "manifest.json").write_text(json.dumps(MANIFEST))
    return place


def zipped(folder: Path, extra: Callable[[zipfile.ZipFile], object] = lambda z: None) -> Path:
    """The folder as a zip beside it, and what `extra` adds."""
    path = folder.parent / "submission.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, f"mine/{file.name}")
        extra(archive)
    return path


def card(folder: Path, **changes: Any) -> None:
    """Change the method card."""
    (folder / "manifest.json").write_text(json.dumps(MANIFEST | {"method": CARD | changes}))
