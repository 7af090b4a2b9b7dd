"""Speech to text behind one interface; transcripts are kept in a table, so that no recording is transcribed twice."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from benchmark.core import entries
from benchmark.core.errors import MissingRequirement, UsageError, one_line
from benchmark.core.files import write_text
from benchmark.core.progress import track
from benchmark.core.registry import Registry
from benchmark.core.text_files import TextError, read_table
from benchmark.media.audio import read_audio
from benchmark.media.errors import MediaError
from benchmark.prepare.job import Piece

RATE = 16000
SAVE_EVERY = 50
DEFAULT = "openai/whisper-base.en"


class Transcriber(Protocol):
    """Anything that writes down English speech."""

    def transcribe(self, audio: NDArray[np.float32]) -> str:
        """The words of a recording, float32 (N,), 16 kHz, mono."""


TRANSCRIBERS: Registry[Callable[[str, str], Transcriber]] = Registry(
    "transcriber", "emotion_edit_benchmark.transcribers", entries.TRANSCRIBERS
)
"""Makers of transcribers: (model, device) -> Transcriber."""


class Whisper:
    """A Whisper, or any other speech recogniser of the transformers hub.

    Args:
        model: its name on the hub, or a folder.
        device: `cpu`, `cuda`.

    Raises:
        MissingRequirement: it is not here and can't be fetched.
    """

    def __init__(self, model: str, device: str) -> None:
        from transformers import pipeline

        try:
            self.pipe: Any = pipeline("automatic-speech-recognition", model=model, device=device)
        except (OSError, ValueError, KeyError) as error:
            raise MissingRequirement(
                f"speech recogniser '{model}' is not here and can't be fetched: {one_line(error)}; give a folder of a "
                "Whisper model with --model DIR, or transcripts made elsewhere with --transcripts"
            ) from error

    def transcribe(self, audio: NDArray[np.float32]) -> str:
        """The words of a recording."""
        return str(self.pipe({"raw": audio, "sampling_rate": RATE})["text"]).strip()


def read_transcripts(path: Path) -> dict[str, str]:
    """Clip id -> text of a table with the columns `clip, text`. Raises UsageError."""
    try:
        return {row["clip"]: row["text"] for _, row in read_table(path).rows}
    except (OSError, KeyError, TextError) as error:
        raise UsageError(f"{path}: must be a CSV with the columns clip, text: {one_line(error)}") from error


def write_transcripts(path: Path, texts: Mapping[str, str]) -> None:
    """Write the table, sorted, in one step."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([("clip", "text"), *sorted(texts.items())])
    write_text(path, text.getvalue())


def transcribe(
    recordings: Mapping[str, Piece], known: Mapping[str, str], open_it: Callable[[], Transcriber], table: Path
) -> dict[str, str]:
    """Transcripts of all recordings; those that are known are kept. A recording that can't be read has an empty text.

    Args:
        recordings: clip id -> sound.
        known: from an earlier run.
        open_it: loads the recogniser; called only if something is to be heard.
        table: where transcripts are written, every few recordings.
    """
    texts = {clip: known[clip] for clip in recordings if clip in known}
    pending = [clip for clip in sorted(recordings) if clip not in texts]
    if not pending:
        return texts
    recogniser = open_it()
    for count, clip in enumerate(track(pending, "transcribe", len(pending)), start=1):
        texts[clip] = hear(recordings[clip], recogniser)
        if count % SAVE_EVERY == 0 or count == len(pending):
            write_transcripts(table, {**known, **texts})
    return texts


def hear(piece: Piece, recogniser: Transcriber) -> str:
    """The words of one recording; empty where it can't be read."""
    with tempfile.TemporaryDirectory(prefix="align-") as folder:
        path = Path(folder) / f"sound{piece.kind}"
        try:
            path.write_bytes(piece.read())
            return recogniser.transcribe(read_audio(path, RATE))
        except (MediaError, OSError):
            return ""
