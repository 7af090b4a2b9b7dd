"""Speech-emotion embeddings of files: recordings go through a speech encoder, .npy files hold them already."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmark.core.foreign_files import list_files
from benchmark.media.audio import read_audio
from cmet.model.vectors import Array

if TYPE_CHECKING:
    from cmet.inference.speech import SpeechEncoder

SOUND_SUFFIXES = (".wav", ".mp3", ".m4a", ".flac", ".ogg", ".mp4")
SUFFIXES = (".npy", *SOUND_SUFFIXES)
Track = Callable[[Iterable[Path], str, int], Iterable[Path]]
"""(items, title, total) -> the same items, while showing how many are done."""


@dataclass(frozen=True)
class Recordings:
    """Embeddings of several recordings of one emotion."""

    names: tuple[str, ...]
    """One name for each embedding, all different; a speaker's share what stands before the first underscore."""
    rows: Array
    """float32 (n, D), n >= 1, finite."""

    def __post_init__(self) -> None:
        if self.rows.ndim != 2 or not 1 <= len(self.rows) == len(self.names):
            raise ValueError(f"{len(self.names)} recordings need embeddings (n, D), n >= 1, got {self.rows.shape}")
        if len(set(self.names)) < len(self.names):
            raise ValueError(f"recordings must have different names, got {', '.join(self.names[:8])} ...")
        if self.rows.dtype != np.float32 or not np.isfinite(self.rows).all():
            raise ValueError(f"embeddings of {self.names[0]} ... must be finite float32, got {self.rows.dtype}")

    def of(self, names: Sequence[str]) -> Recordings:
        """Some of the recordings, in the order of `names`."""
        return Recordings(tuple(names), self.rows[[self.names.index(name) for name in names]])


class Embedder:
    """Embeds files one by one; the encoder is loaded when the first sound comes.

    Args:
        encoder: name or file, see `cmet.inference.speech.load_speech_encoder`.
        device: where it runs.
    """

    def __init__(self, encoder: str, device: str = "cpu") -> None:
        self.encoder = encoder
        self.device = device
        self.used = False

    @property
    def name(self) -> str:
        """The encoder's name for records: a file's name without its folder."""
        return Path(self.encoder).name if self.encoder.endswith(".safetensors") else self.encoder

    @cached_property
    def network(self) -> SpeechEncoder:
        """The encoder itself.

        Raises:
            FileNotFoundError, ImportError, OSError, ValueError: it can't be loaded.
        """
        from cmet.inference.speech import load_speech_encoder  # torch takes a second

        self.used = True
        return load_speech_encoder(self.encoder, self.device)

    def embed(self, speech: Array, name: str) -> Array:
        """The embedding (D,) of speech (N,), 16 kHz. Raises ValueError, which names the recording."""
        try:
            return np.asarray(self.network.embed([speech])[0], np.float32)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error

    def read(self, path: Path) -> Array:
        """The embedding or embeddings of a file.

        Args:
            path: a recording, or .npy with (D,) or (n, D).

        Returns:
            float32 (n, D); n = 1 for a recording.

        Raises:
            FileNotFoundError, MediaError, ValueError: not there, not readable, or not an embedding.
        """
        if not path.is_file():
            raise FileNotFoundError(f"{path}: no such file")
        if path.suffix.lower() == ".npy":
            return read_embeddings(path)
        return self.embed(read_audio(path), path.name)[None]


def read_embeddings(path: Path) -> Array:
    """The embeddings float32 (n, D) in a .npy of shape (D,) or (n, D).

    Raises:
        ValueError: damaged, of another shape or kind, or not finite.
    """
    try:
        values = np.load(path, allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise ValueError(f"{path}: not a whole .npy file ({' '.join(str(error).split())})") from error
    if not isinstance(values, np.ndarray) or values.dtype.kind != "f" or values.ndim not in (1, 2) or values.size == 0:
        raise ValueError(f"{path}: expected an embedding of floats, (D,) or (n, D), got {_kind(values)}")
    if not np.isfinite(values).all():
        raise ValueError(f"{path}: holds values that are not finite")
    return np.atleast_2d(values).astype(np.float32, copy=False)


def _kind(values: object) -> str:
    return f"{values.dtype} {values.shape}" if isinstance(values, np.ndarray) else type(values).__name__


def list_speech(paths: Sequence[Path]) -> list[Path]:
    """The files named, folders replaced by the recordings and .npy files that lie in them, sorted.

    Raises:
        FileNotFoundError: a file or folder is not there, or a folder holds none.
    """
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            if not path.is_file():
                raise FileNotFoundError(f"{path}: no such file or folder")
            found.append(path)
            continue
        inside = list_files(path, SUFFIXES)
        if not inside:
            raise FileNotFoundError(f"{path}: holds no recording and no .npy")
        found += inside
    return found


def read_recordings(paths: Sequence[Path], embedder: Embedder, track: Track | None = None) -> Recordings:
    """Embeddings of files and folders, each row with the name of its file.

    Args:
        paths: recordings, .npy files, or folders of them.
        embedder: for recordings.
        track: shows progress.

    Raises:
        FileNotFoundError, MediaError, ValueError: a file is not there or does not fit the others.
    """
    files = list_speech(paths)
    names: list[str] = []
    rows: list[Array] = []
    for path in files if track is None else track(files, "speech", len(files)):
        found = embedder.read(path)
        if rows and found.shape[1] != rows[0].shape[1]:
            raise ValueError(f"{path}: {found.shape[1]} numbers, but {names[0]} has {rows[0].shape[1]}")
        rows.append(found)
        for _ in found:
            names.append(_unused(path.stem, names))
    return Recordings(tuple(names), np.concatenate(rows))


def _unused(name: str, names: Sequence[str]) -> str:
    """The name, or name_2, name_3 ... if it is taken."""
    candidates = (name if number == 1 else f"{name}_{number}" for number in itertools.count(1))
    return next(candidate for candidate in candidates if candidate not in names)
