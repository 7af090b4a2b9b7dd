"""Which recordings a corpus has: found in folders of the authors' layout, or listed in a table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from benchmark.core import text_files
from benchmark.core.foreign_files import is_foreign
from cmet.corpus.prepared import VIEW
from cmet.corpus.sampler import ClipKey

VIDEO_SUFFIXES = (".mp4", ".mov", ".avi", ".mkv", ".webm")
COLUMNS = ("identity", "emotion", "level", "number", "video")


@dataclass(frozen=True, order=True)
class Recording:
    """A clip that features are made of."""

    key: ClipKey
    video: Path | None
    """None: only its speech is there."""
    audio: Path | None
    """Sound file; None: the video's own sound."""


def list_recordings(root: Path) -> list[Recording]:
    """The videos and wavs under `{identity}/front/{emotion}/level_{n}/{NNN}.mp4|wav`, sorted.

    Raises:
        FileNotFoundError: no such folder, or nothing in it.
        ValueError: two videos of one clip.
    """
    if not root.is_dir():
        raise FileNotFoundError(f"{root}: no such folder")
    videos: dict[ClipKey, Path] = {}
    sounds: dict[ClipKey, Path] = {}
    for path in sorted(root.glob(f"*/{VIEW}/*/level_*/*")):
        if is_foreign(path.relative_to(root)):
            continue
        level, number = re.fullmatch(r"level_(\d+)", path.parent.name), re.fullmatch(r"\d+", path.stem)
        kind = path.suffix.lower()
        if level is None or number is None or kind not in (*VIDEO_SUFFIXES, ".wav"):
            continue
        key = ClipKey(path.parents[3].name, path.parents[1].name, int(level[1]), int(number[0]))
        found = sounds if kind == ".wav" else videos
        if key in found:
            raise ValueError(f"two files of one clip: {found[key]} and {path}")
        found[key] = path
    if not videos and not sounds:
        raise FileNotFoundError(f"{root}: no IDENTITY/{VIEW}/EMOTION/level_N/NNN.mp4 or .wav; or name a table of clips")
    return [Recording(key, videos.get(key), sounds.get(key)) for key in sorted(videos.keys() | sounds.keys())]


def read_table(path: Path) -> list[Recording]:
    """The clips of a CSV with the columns identity, emotion, level, number, video and, if wanted, audio.

    Files are relative to the table. Either of video and audio may be empty.

    Raises:
        FileNotFoundError: no such table.
        ValueError: a column is missing, a row names no file or has a wrong number, or two rows name one clip.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such table")
    table = text_files.read_table(path)
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise ValueError(f"{path}: lacks the columns {', '.join(missing)}")
    found: dict[ClipKey, Recording] = {}
    for line, row in table.rows:
        numbers = [row.get("level", ""), row.get("number", "")]
        names = [row.get("identity", ""), row.get("emotion", "")]
        if not all(value.isdigit() for value in numbers) or not all(re.fullmatch(r"[\w.+-]+", n) for n in names):
            raise ValueError(f"{path}, line {line}: identity and emotion must be names, level and number whole numbers")
        key = ClipKey(names[0], names[1], int(numbers[0]), int(numbers[1]))
        video, audio = (path.parent / value if (value := row.get(kind)) else None for kind in ("video", "audio"))
        if key in found or (video is None and audio is None):
            raise ValueError(f"{path}, line {line}: {'the clip comes twice' if key in found else 'no file is named'}")
        found[key] = Recording(key, video, audio)
    if not found:
        raise ValueError(f"{path}: lists no clip")
    return [found[key] for key in sorted(found)]
