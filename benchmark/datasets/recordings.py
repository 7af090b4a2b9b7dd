"""A folder of labelled recordings without a manifest: what their names say.

Every video is its own source and its own target, so that `source_copy` and `ground_truth` tell what the judges make of
real recordings. The emotion is the one emotion word in the name or in a folder's name (`W009_front_sad_level3_001.mp4`,
`happy/clip.mp4`), the level a `level3` or `level_3`, the speaker a MEAD name (`M030`, `W009`), else the recording
itself. Files of other programs are passed over (`core.foreign_files`); names in other alphabets get an id in ASCII
(`core.file_names`).
"""

from __future__ import annotations

import logging
import re
from pathlib import Path

from benchmark.core.errors import ManifestError
from benchmark.core.file_names import make_id
from benchmark.core.foreign_files import list_files
from benchmark.core.types import EMOTIONS
from benchmark.datasets.manifest import Row

log = logging.getLogger(__name__)

VIDEO_SUFFIXES = frozenset({".mp4", ".mov", ".avi", ".mkv", ".webm"})
SPEAKER = re.compile(r"(?<![A-Za-z0-9])([MW]\d{3})(?![0-9])")
LEVEL = re.compile(r"level_?([123])(?![0-9])")
WORD = re.compile(r"[a-z]+")
SYNONYMS = {"anger": "angry", "disgust": "disgusted", "surprise": "surprised", "happiness": "happy", "sadness": "sad"}
"""Words that corpora use for our names."""


def find_recordings(root: Path) -> list[Row]:
    """One row for every video below `root`, sorted by path.

    Raises:
        ManifestError: there is none, two have one name, or a name tells no emotion or more than one.
    """
    paths = list_files(root, VIDEO_SUFFIXES, below=True)
    if not paths:
        raise ManifestError(f"no video below {root}")
    rows = [_row(number, path.relative_to(root)) for number, path in enumerate(paths, start=1)]
    renamed = {row.cells["source"]: row.cells["id"] for row in rows if not row.cells["source"].isascii()}
    if renamed:
        log.info("ids of names in other alphabets: %s", ", ".join(f"{name} is {id_}" for name, id_ in renamed.items()))
    return rows


def emotion_of(name: str) -> str:
    """The one emotion that a path names. Raises ManifestError if it names none or several."""
    words: list[str] = [SYNONYMS.get(word, word) for word in WORD.findall(name.lower())]
    found = list(dict.fromkeys(word for word in words if word in EMOTIONS))
    if len(found) != 1:
        what = "no emotion" if not found else " and ".join(found)
        raise ManifestError(f"'{name}' names {what}: write a manifest (docs/guide/evaluate_your_method.md)")
    return found[0]


def _row(number: int, path: Path) -> Row:
    name = path.as_posix()
    emotion = emotion_of(name)
    identifier = make_id(path.with_suffix("").as_posix().replace("/", "__"))
    speaker, level = SPEAKER.search(name), LEVEL.search(name)
    return Row(
        number,
        {
            "id": identifier,
            "source": name,
            "target": name,
            "emotion": emotion,
            "source_emotion": emotion,
            "speaker": speaker[1] if speaker else identifier,
            "intensity": level[1] if level else "0",
        },
    )
