"""Text -> samples and phoneme times, by eSpeak NG in a process of its own (see `espeak_worker.py` for why).

The worker starts with the first sentence, serves one request at a time and ends with this process. The same utterance
gives the same samples, bit for bit, whatever was spoken before and in whichever process.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmark.core.errors import BenchmarkError, MissingRequirement
from benchmark.puppets.voice.espeak_worker import read_message, write_message


@dataclass(frozen=True)
class Utterance:
    """What eSpeak NG is asked to say, in its own units."""

    text: str
    voice: str
    """Voice and variant, e.g. "en-us+f2"."""
    rate: int
    """Words a minute, 80 to 450."""
    pitch: int
    """0 to 100; 50 is the voice's own, every 50 up doubles it."""
    range: int
    """Pitch range, 0 (monotone) to 100 (twice the voice's own)."""
    gap: int = 0
    """Extra pause between words, units of 10 ms."""

    def __post_init__(self) -> None:
        for name, low, high in (("rate", 80, 450), ("pitch", 0, 100), ("range", 0, 100), ("gap", 0, 50)):
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} must be {low} to {high}, got {getattr(self, name)}")


@dataclass(frozen=True)
class Phoneme:
    """One phoneme event."""

    name: str
    """eSpeak's mnemonic, without stress marks; "_" is silence."""
    start: float
    """When it begins, seconds from the beginning of the utterance."""
    end: float
    """When it ends, seconds from the beginning of the utterance."""
    stress: int = 0
    """0 none, 1 secondary, 2 primary."""


@dataclass(frozen=True)
class RawSpeech:
    """What eSpeak NG answered."""

    samples: NDArray[np.float64]
    """float64 (N,), mono, -1 to 1."""
    sample_rate: int
    phonemes: tuple[Phoneme, ...]
    """The phonemes in order, without gaps: each ends where the next begins."""


class Synthesizer:
    """The worker process and the conversation with it. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner = os.getpid()
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("espeak_worker.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        hello = self._read()
        if "error" in hello:
            raise MissingRequirement(f"speech needs espeakng-loader ({hello['error']}): pip install espeakng-loader")

    def _read(self) -> dict[str, object]:
        assert self._process.stdout is not None
        message = read_message(self._process.stdout)
        if message is None:
            raise BenchmarkError("the speech process ended unexpectedly")
        return message

    def say(self, utterance: Utterance) -> RawSpeech:
        """Speak one utterance.

        Raises:
            BenchmarkError: the voice is unknown, or the speech process died.
        """
        assert self._process.stdin is not None and self._process.stdout is not None
        with self._lock:
            write_message(self._process.stdin, asdict(utterance))
            header = self._read()
            count = int(header["samples"])  # type: ignore[call-overload]
            data = self._process.stdout.read(2 * count)
        if "error" in header:
            raise BenchmarkError(str(header["error"]))
        rate = int(header["sample_rate"])  # type: ignore[call-overload]
        samples = np.frombuffer(data, "<i2").astype(np.float64) / 32768
        return RawSpeech(samples, rate, _phonemes(header["phonemes"], rate, len(samples)))  # type: ignore[arg-type]

    def close(self) -> None:
        """End the worker."""
        if os.getpid() != self._owner or self._process.stdin is None or self._process.stdout is None:
            return
        self._process.stdin.close()
        self._process.wait(timeout=10)
        self._process.stdout.close()


def _phonemes(events: list[tuple[str, int]], rate: int, samples: int) -> tuple[Phoneme, ...]:
    result = []
    for index, (name, start) in enumerate(events):
        end = events[index + 1][1] if index + 1 < len(events) else samples
        if end <= start:
            continue
        stress = 2 if name.startswith("'") else 1 if name.startswith(",") else 0
        result.append(Phoneme(name.lstrip("',%=") or "_", start / rate, end / rate, stress))
    return tuple(result)


_shared: Synthesizer | None = None


def say(utterance: Utterance) -> RawSpeech:
    """Speak with this process's own synthesizer, started when first needed."""
    global _shared
    if _shared is None or _shared._owner != os.getpid():
        _shared = Synthesizer()
        atexit.register(_shared.close)
    return _shared.say(utterance)
