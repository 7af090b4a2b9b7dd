"""A feature bank: the speech embeddings of many recordings, by emotion, in one .npz.

Entries `<emotion>/<clip>`: float32 (D,). What `write_bank` writes also has `_origin`, JSON as bytes: the speech encoder
and, for every entry, the file it was made of and its sha256. Banks without it (the published features, packed) are read
as well. No pickles; the same files give the same bytes.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmark.core.files import file_sha256, replace_file
from benchmark.core.foreign_files import is_foreign
from cmet.inference.recorded_speech import SUFFIXES, Embedder, Recordings, Track
from cmet.model.vectors import Array, Reliability, reliability

ORIGIN = "_origin"
NEUTRAL = "neutral"


@dataclass(frozen=True)
class Source:
    """The file an embedding was made of."""

    file: str
    """Relative to the packed folder, with slashes."""
    sha256: str


@dataclass(frozen=True)
class Bank:
    """Embeddings by emotion."""

    emotions: Mapping[str, Recordings]
    """Embeddings by emotion, at least one emotion; all embeddings are of one length."""
    encoder: str | None = None
    """What embedded the recordings; None: unknown, or they came as .npy."""
    sources: Mapping[str, Source] = field(default_factory=dict)
    """`<emotion>/<clip>` -> its file; empty if the bank does not say."""

    def __post_init__(self) -> None:
        sizes = {recordings.rows.shape[1] for recordings in self.emotions.values()}
        if len(sizes) != 1:
            raise ValueError(f"a bank holds embeddings of one length, got {sorted(sizes) or 'none'}")

    @property
    def dimension(self) -> int:
        """Length of an embedding."""
        return int(next(iter(self.emotions.values())).rows.shape[1])

    def of(self, emotion: str) -> Recordings:
        """The recordings of an emotion; ValueError with the nearest name if there are none."""
        if emotion in self.emotions:
            return self.emotions[emotion]
        near = difflib.get_close_matches(emotion, self.emotions, n=1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        raise ValueError(f"the bank has no emotion '{emotion}'; it has {', '.join(sorted(self.emotions))}{hint}")


def pack_folder(folder: Path, embedder: Embedder, track: Track | None = None) -> Bank:
    """Embed a folder tree `<emotion>/<clip>.wav|.npy`. A clip with both takes the .npy, which is made already.

    Raises:
        FileNotFoundError: no such folder, or nothing in it.
        MediaError, ValueError: a file is damaged, or two files are one clip, or lengths differ.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: no such folder")
    clips: dict[str, Path] = {}
    for path in sorted(folder.glob("*/*")):
        key = f"{path.parent.name}/{path.stem}"
        if path.suffix.lower() not in SUFFIXES or not path.is_file() or path.parent.name.startswith(("_", ".")):
            continue
        if is_foreign(path.relative_to(folder)):
            continue
        if key in clips and ".npy" not in (path.suffix.lower(), clips[key].suffix.lower()):
            raise ValueError(f"two recordings of one clip: {clips[key]} and {path}")
        if key not in clips or path.suffix.lower() == ".npy":
            clips[key] = path
    if not clips:
        raise FileNotFoundError(f"{folder}: no EMOTION/CLIP.wav or EMOTION/CLIP.npy")
    keys = {path: key for key, path in clips.items()}
    rows: dict[str, Array] = {}
    for path in keys if track is None else track(keys, "speech", len(keys)):
        found = embedder.read(path)
        if len(found) != 1:
            raise ValueError(f"{path}: a clip of a bank has one embedding, got {len(found)}")
        rows[keys[path]] = found[0]
    sources = {key: Source(path.relative_to(folder).as_posix(), file_sha256(path)) for key, path in clips.items()}
    return Bank(_by_emotion(rows, folder), embedder.name if embedder.used else None, sources)


def write_bank(bank: Bank, path: Path) -> None:
    """Write a bank, in one step. Raises ValueError if it is not to be called NAME.npz."""
    if path.suffix != ".npz":
        raise ValueError(f"{path}: a bank is called NAME.npz")
    origin = {
        "encoder": bank.encoder,
        "sources": {key: vars(source) for key, source in sorted(bank.sources.items())},
    }
    arrays: dict[str, np.ndarray[Any, Any]] = {ORIGIN: np.frombuffer(json.dumps(origin).encode(), np.uint8)}
    for emotion, recordings in sorted(bank.emotions.items()):
        for name, row in zip(recordings.names, recordings.rows, strict=True):
            arrays[f"{emotion}/{name}"] = row
    with replace_file(path) as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]


def read_bank(path: Path) -> Bank:
    """Read a bank.

    Raises:
        FileNotFoundError: no such file.
        ValueError: damaged, or another kind of file.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such bank")
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {key: np.asarray(file[key]) for key in file.files}
        origin = json.loads(arrays.pop(ORIGIN).tobytes()) if ORIGIN in arrays else {}
        encoder, sources = origin.get("encoder"), origin.get("sources", {})
        named = {key: Source(value["file"], value["sha256"]) for key, value in sources.items()}
    except Exception as error:  # a flipped bit makes zipfile and numpy raise nearly anything
        raise ValueError(f"{path}: not a whole bank ({' '.join(str(error).split())})") from error
    for key, row in arrays.items():
        if row.ndim != 1 or row.dtype.kind != "f" or key.count("/") != 1:
            raise ValueError(f"{path}: entry '{key}' is {row.dtype} {row.shape}, not EMOTION/CLIP with floats (D,)")
    return Bank(_by_emotion({key: row.astype(np.float32) for key, row in arrays.items()}, path), encoder, named)


def _by_emotion(rows: Mapping[str, Array], origin: Path) -> dict[str, Recordings]:
    """`<emotion>/<clip>` -> embedding (D,), sorted into emotions. Raises ValueError if lengths differ."""
    emotions: dict[str, list[str]] = {}
    for key in sorted(rows):
        emotions.setdefault(key.split("/")[0], []).append(key)
    sizes = {len(row): key for key, row in rows.items()}
    if len(sizes) != 1:
        found = ", ".join(f"{key} has {size}" for size, key in sorted(sizes.items())) or "none"
        raise ValueError(f"{origin}: embeddings must be of one length: {found}")
    return {
        emotion: Recordings(tuple(key.split("/")[1] for key in keys), np.stack([rows[key] for key in keys]))
        for emotion, keys in emotions.items()
    }


def speakers(emotional: Sequence[str], neutral: Sequence[str]) -> tuple[list[str], list[str]] | None:
    """Who speaks, by the part of the names before the first underscore (`M003_level_3_005`); None if they do not tell.

    Names tell if some speaker is heard on both sides: only within a speaker may a permutation test exchange labels.
    """
    sides = [[name.split("_")[0] if "_" in name else "" for name in names] for names in (emotional, neutral)]
    return (sides[0], sides[1]) if set(sides[0]) & set(sides[1]) else None


def trust(emotional: Recordings, neutral: Recordings) -> Reliability:
    """How far the vector between two sets of recordings can be trusted, see `cmet.model.vectors.reliability`."""
    groups = speakers(emotional.names, neutral.names) or (None, None)
    return reliability(emotional.rows, neutral.rows, *groups)
