"""Sound: read any file as mono float32, resample, write 16-bit wav.

Conventions: float32 (N,), mono, in [-1, 1]; rates in Hz. Several channels become one by their mean. Resampling is
soxr's "HQ" recipe, which is deterministic and keeps `round(N * to / from)` samples.
"""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
import soundfile
import soxr
from av.container import InputContainer
from numpy.typing import NDArray

from benchmark.media.errors import MediaError

PCM16_SCALE = 32768.0
"""One step of 16-bit sound is 1/32768, so that 16-bit values survive reading and writing unchanged."""


class RawSound(NamedTuple):
    """A sound track as it stands in its file."""

    samples: NDArray[np.float32]
    """float32 (N,), mono, in the file's own rate."""
    rate: int
    """Samples per second of the file, Hz."""
    start: float
    """Time of the first sample in the file's own clock, seconds."""


def read_audio(path: Path | str, rate: int = 16000) -> NDArray[np.float32]:
    """Read the sound of a wav, mp3, m4a, mp4, ... as mono.

    Args:
        path: any file that FFmpeg's libraries decode.
        rate: samples per second of the result, Hz.

    Returns:
        float32 (N,), in [-1, 1], N >= 1.

    Raises:
        MediaError: `missing_file`, `unreadable_audio`, `no_audio` (no sound track, or an empty one).
    """
    path = Path(path)
    if not path.is_file():
        raise MediaError("missing_file", f"no such file: {path.name}")
    try:
        with av.open(str(path)) as container:
            sound = decode_sound(container)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise MediaError("unreadable_audio", f"{path.name} does not decode: {why(error)}") from error
    if sound is None:
        raise MediaError("no_audio", f"{path.name} has no sound")
    return resample(sound.samples, sound.rate, rate)


def decode_sound(container: InputContainer) -> RawSound | None:
    """Decode the first sound track of an opened container to its end; None if there is none or it is empty."""
    known = [stream for stream in container.streams.audio if stream.codec_context is not None]
    if not known:
        return None
    stream = known[0]
    pieces: list[NDArray[np.float32]] = []
    start: float | None = None
    converter: av.AudioResampler | None = None  # to planar float; rate and channels stay
    for frame in container.decode(stream):
        if converter is None:
            start = float(frame.time) if frame.time is not None else 0.0
            converter = av.AudioResampler(format="fltp", layout=frame.layout, rate=frame.sample_rate)
        for piece in converter.resample(frame):
            pieces.append(piece.to_ndarray().mean(axis=0, dtype=np.float32))
    if not pieces or start is None:
        return None
    samples = np.clip(np.concatenate(pieces), -1.0, 1.0)
    return RawSound(samples, int(stream.codec_context.sample_rate), start)


def resample(audio: NDArray[np.float32], from_rate: int, to_rate: int) -> NDArray[np.float32]:
    """Change the rate of a sound.

    Args:
        audio: float32 (N,).
        from_rate: samples per second of `audio`, Hz.
        to_rate: samples per second of the result, Hz.

    Returns:
        float32 (round(N * to_rate / from_rate),), in [-1, 1]; the input itself when the rates are equal.
    """
    if from_rate == to_rate or len(audio) == 0:
        return audio
    result: NDArray[np.float32] = np.clip(soxr.resample(audio, from_rate, to_rate), -1.0, 1.0)
    return result


def fit_length(audio: NDArray[np.float32], length: int) -> NDArray[np.float32]:
    """Cut `audio` to `length` samples, or fill it up with silence at its end."""
    if len(audio) >= length:
        return audio[:length]
    return np.pad(audio, (0, length - len(audio)))


def write_wav(path: Path | str, audio: NDArray[np.float32], rate: int = 16000) -> None:
    """Write mono 16-bit wav: to a temporary name first, then moved, so that no half file is ever seen.

    Args:
        path: where to; its folder is made if need be.
        audio: float32 (N,), in [-1, 1]; louder values are clipped.
        rate: samples per second, Hz.

    Raises:
        OSError: the disk is full, or can't be written to.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    steps = np.clip(np.rint(np.asarray(audio, np.float64) * PCM16_SCALE), -32768, 32767).astype(np.int16)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        encoded = io.BytesIO()  # libsndfile does not say why a file can't be written
        soundfile.write(encoded, steps, rate, subtype="PCM_16", format="WAV")
        temporary.write_bytes(encoded.getvalue())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def why(error: Exception) -> str:
    """What FFmpeg or the system says went wrong, without the path, which differs from machine to machine."""
    return getattr(error, "strerror", None) or str(error)
