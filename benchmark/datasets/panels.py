"""Turning folders of finished videos into what `clips` and `videos` read.

Two layouts that people have at hand:

* panels: one folder a sample that holds `source.mp4` (or another name) and one `<method>.mp4` for each method, the way
  comparisons are cut out of a project page. It becomes a manifest and one folder of `<sample>.mp4` for each method.
* recordings: labelled clips of several speakers (see `recordings.py`). Every emotional clip becomes a sample whose
  source is a neutral clip of the same speaker and whose target it is itself.
"""

from __future__ import annotations

import csv
import fnmatch
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from benchmark.core.errors import ManifestError
from benchmark.core.file_names import make_id
from benchmark.core.files import copy_file, replace_file
from benchmark.core.foreign_files import list_files, list_folders
from benchmark.core.types import SAMPLE_ID, check_emotion
from benchmark.datasets.manifest import COLUMNS, Row
from benchmark.datasets.recordings import VIDEO_SUFFIXES, emotion_of, find_recordings


class Panels(NamedTuple):
    """What `unpack_panels` wrote."""

    manifest: Path
    methods: dict[str, Path]
    """Method -> its folder of `<sample>.mp4`."""
    samples: list[str]


def unpack_panels(
    root: Path, out: Path, *, match: str = "*", source: str = "source.mp4", emotion: str = "neutral"
) -> Panels:
    """Write `out/manifest.csv`, `out/sources/<sample>.mp4` and `out/methods/<method>/<sample>.mp4`.

    Args:
        root: holds one folder for each sample.
        out: is made if need be; files of the same name are replaced.
        match: pattern of the folders that are taken.
        source: name of the source video in each folder.
        emotion: target emotion of all samples; "name" takes it from the method's file name instead, and every file
            becomes a sample of the one method "outputs".

    Raises:
        ManifestError: no folder matches, or one lacks its source, or a name tells no emotion.
    """
    folders = [path for path in list_folders(root) if fnmatch.fnmatch(path.name, match)]
    if not folders:
        raise ManifestError(f"no folder '{match}' in {root}")
    if emotion != "name":
        check_emotion(emotion)
    rows: list[dict[str, str]] = []
    methods: dict[str, Path] = {}
    for folder in folders:
        if not (folder / source).is_file():
            raise ManifestError(f"{folder.name} has no {source}; name it with --source")
        videos = [path for path in list_files(folder, VIDEO_SUFFIXES) if path.name != source]
        for video in videos:
            sample = folder.name if emotion != "name" else f"{folder.name}_{video.stem}"
            method = video.stem if emotion != "name" else "outputs"
            wanted = emotion if emotion != "name" else emotion_of(video.stem)
            if not SAMPLE_ID.fullmatch(sample):
                raise ManifestError(
                    f"folder name '{folder.name}' may hold letters, digits, '_', '-', '.' only: "
                    f"call it '{make_id(folder.name)}'"
                )
            methods[method] = out / "methods" / method
            copy_file(video, methods[method] / f"{sample}.mp4")
            if all(row["id"] != sample for row in rows):
                rows.append(
                    {"id": sample, "source": f"sources/{folder.name}.mp4", "emotion": wanted, "speaker": folder.name}
                )
        copy_file(folder / source, out / "sources" / f"{folder.name}.mp4")
    manifest = write_manifest(out / "manifest.csv", rows)
    return Panels(manifest, methods, [row["id"] for row in rows])


def pair_recordings(root: Path, neutral: Path | None = None) -> list[dict[str, str]]:
    """Rows of a manifest whose root is `root`: each emotional clip with a neutral clip of its speaker as source.

    Args:
        root: labelled recordings, see `recordings.py`.
        neutral: one source for all speakers instead, a file below `root`.

    Raises:
        ManifestError: a speaker has no neutral clip, or no clip is emotional.
    """
    found = find_recordings(root)
    by_speaker: dict[str, Row] = {}
    for row in found:
        if row.cells["emotion"] == "neutral":
            by_speaker.setdefault(row.cells["speaker"], row)
    rows = []
    for row in found:
        cells = row.cells
        if cells["emotion"] == "neutral":
            continue
        if neutral is None and cells["speaker"] not in by_speaker:
            raise ManifestError(f"speaker {cells['speaker']} of '{cells['source']}' has no neutral clip below {root}")
        source = neutral.as_posix() if neutral else by_speaker[cells["speaker"]].cells["source"]
        rows.append({**cells, "source": source, "source_emotion": "neutral"})
    if not rows:
        raise ManifestError(f"no emotional clip below {root}")
    return rows


def write_manifest(path: Path, rows: Iterable[Mapping[str, str]]) -> Path:
    """Write a csv manifest, in one step."""
    rows = list(rows)
    columns = [column for column in COLUMNS if any(column in row for row in rows)]
    with replace_file(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path
