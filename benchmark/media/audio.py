"""Sound: read any file as mono float32, write 16-bit wav.

Conventions: float32 (N,), mono, in [-1, 1]; rates in Hz. Several channels become one by their mean, or by the loudest
where they cancel each other. What is read is at its true time, see `benchmark.media.sound_track`.
"""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
import soundfile
from av.container import InputContainer
from numpy.typing import NDArray

from benchmark.core.file_names import as_file
from benchmark.core.files import write_bytes
from benchmark.core.status import Status
from benchmark.media.errors import MediaError, out_of_memory, why
from benchmark.media.resample import resample
from benchmark.media.sound_track import RawSound, decode_sound
from benchmark.media.streams import film_of, sound_of

PCM16_SCALE = 32768.0
"""One step of 16-bit sound is 1/32768, so that 16-bit values survive reading and writing unchanged."""
MAX_SOUND_BYTES = 2 << 30
"""Sound of one file may take 2 GiB decoded: three hours at 48 kHz."""
LEAST_LEAD = 0.04
"""Seconds: by less, codecs delay a track; a track that starts later or earlier than the picture does so on purpose."""


def read_audio(path: Path | str, rate: int = 16000, *, max_bytes: int = MAX_SOUND_BYTES) -> NDArray[np.float32]:
    """Read the sound of a wav, mp3, m4a, mp4, ... as mono.

    Args:
        path: any file that FFmpeg's libraries decode. Of a video whose sound starts at least 0.04 s before or after the
            picture, time 0 is the first picture.
        rate: samples per second of the result, Hz.
        max_bytes: refuse sound that takes more.

    Returns:
        float32 (N,), in [-1, 1], N >= 1.

    Raises:
        MediaError: `missing_file`, `unreadable_audio`, `no_audio` (no sound track, or an empty one), `too_large`,
            `out_of_memory`.
    """
    path = Path(path)
    if not path.is_file():
        raise MediaError(Status.MISSING_FILE, f"no such file: {path.name}")
    try:
        with av.open(as_file(path)) as container:
            lead = _lead(container)
            sound = decode_sound(container, max_bytes=max_bytes)
        if sound is None:
            raise MediaError(Status.NO_AUDIO, f"{path.name} has no sound")
        samples = shifted(sound, lead) if abs(lead) >= LEAST_LEAD else sound.samples
        if len(samples) == 0:
            raise MediaError(Status.NO_AUDIO, f"the sound of {path.name} ends before its picture begins")
        return resample(samples, sound.rate, rate)
    except MemoryError as error:
        raise out_of_memory(path.name) from error
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise MediaError(Status.UNREADABLE_AUDIO, f"{path.name} does not decode: {why(error)}") from error


def shifted(sound: RawSound, seconds: float) -> NDArray[np.float32]:
    """The samples `seconds` later: with silence before them, or, below 0, without their beginning."""
    lead = round(seconds * sound.rate)
    return np.pad(sound.samples, (lead, 0)) if lead > 0 else sound.samples[-lead:]


def _lead(container: InputContainer) -> float:
    """By how many seconds the sound starts after the picture, as the header says; 0 without a picture."""
    try:
        film = film_of(container, "")
    except MediaError:
        return 0.0
    sound = sound_of(container)
    if sound is None:
        return 0.0
    starts = [
        stream.start_time * stream.time_base
        for stream in (sound, film)
        if stream.start_time is not None and stream.time_base is not None
    ]
    return float(starts[0] - starts[1]) if len(starts) == 2 else 0.0


def write_wav(path: Path | str, audio: NDArray[np.float32], rate: int = 16000) -> None:
    """Write mono 16-bit wav, in one step.

    Args:
        path: where to; its folder is made if need be.
        audio: float32 (N,), in [-1, 1]; louder values are clipped.
        rate: samples per second, Hz.

    Raises:
        OSError: the disk is full, or can't be written to.
    """
    steps = np.clip(np.rint(np.asarray(audio, np.float64) * PCM16_SCALE), -32768, 32767).astype(np.int16)
    encoded = io.BytesIO()  # libsndfile does not say why a file can't be written
    soundfile.write(encoded, steps, rate, subtype="PCM_16", format="WAV")
    write_bytes(Path(path), encoded.getvalue())
