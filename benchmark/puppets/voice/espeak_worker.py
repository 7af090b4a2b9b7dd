"""The process that speaks: eSpeak NG behind a pipe.

eSpeak NG is licensed under GPL-3.0. The project does not link it: this file is run as a process of its own (it imports
nothing of the project) and talks to `espeak.py` over its standard input and output.

Protocol, both ways: a 4-byte little-endian length, then that many bytes of UTF-8 JSON; an answer's JSON names the
number of samples, whose 16-bit little-endian values follow. Request: `text`, `voice`, `rate` (words a minute), `pitch`,
`range` (0 to 100), `gap` (units of 10 ms between words). Answer: `sample_rate`, `samples`, `phonemes` (list of
[mnemonic, first sample]), `words` (list of first samples), or `error`.

eSpeak NG carries state from one utterance to the next (noise, voice flutter), so each request is spoken by a fork of
the freshly initialised process: the same request gives the same samples whatever was said before.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from typing import IO, Any

AUDIO_OUTPUT_SYNCHRONOUS = 2
PHONEME_EVENTS = 1
CHARS_UTF8 = 1
END_PAUSE = 0x1000
RATE, PITCH, RANGE, WORD_GAP = 1, 3, 4, 7
EVENT_LIST_TERMINATED, EVENT_WORD, EVENT_PHONEME = 0, 1, 7


class _Identifier(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    """`espeak_EVENT` of speak_lib.h (revision 12)."""

    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Identifier),
    ]


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.POINTER(_Event))


class Engine:
    """eSpeak NG, initialised once."""

    def __init__(self) -> None:
        import espeakng_loader

        self._library = ctypes.CDLL(str(espeakng_loader.get_library_path()))
        self._samples = bytearray()
        self._phonemes: list[tuple[str, int]] = []
        self._words: list[int] = []
        self._callback = _Callback(self._receive)
        data = str(espeakng_loader.get_data_path()).encode()
        self.sample_rate = int(self._library.espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, data, PHONEME_EVENTS))
        if self.sample_rate <= 0:
            raise RuntimeError("eSpeak NG could not be initialised")
        self._library.espeak_SetSynthCallback(self._callback)
        # eSpeak NG seeds the noise of breathy voices (f2, f3, f5) with the time of day.
        self._library.espeak_ng_SetRandSeed(ctypes.c_long(1))

    def _receive(self, samples: int | None, count: int, events: Any) -> int:
        if samples and count > 0:
            self._samples += ctypes.string_at(samples, 2 * count)
        index = 0
        while events[index].type != EVENT_LIST_TERMINATED:
            event = events[index]
            if event.type == EVENT_PHONEME:
                self._phonemes.append((event.id.string.decode("utf-8", "replace"), event.sample))
            elif event.type == EVENT_WORD:
                self._words.append(event.sample)
            index += 1
        return 0

    def say(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Speak one request; the header and the samples of the answer."""
        if self._library.espeak_SetVoiceByName(str(request["voice"]).encode()) != 0:
            return {"error": f"eSpeak NG has no voice '{request['voice']}'", "samples": 0}, b""
        for parameter, key in ((RATE, "rate"), (PITCH, "pitch"), (RANGE, "range"), (WORD_GAP, "gap")):
            self._library.espeak_SetParameter(parameter, int(request[key]), 0)
        text = str(request["text"]).encode() + b"\0"
        status = self._library.espeak_Synth(text, len(text), 0, 1, 0, CHARS_UTF8 | END_PAUSE, None, None)
        self._library.espeak_Synchronize()
        if status != 0:
            return {"error": f"eSpeak NG failed with status {status}", "samples": 0}, b""
        header = {
            "sample_rate": self.sample_rate,
            "samples": len(self._samples) // 2,
            "phonemes": self._phonemes,
            "words": self._words,
        }
        return header, bytes(self._samples)


def read_message(stream: IO[bytes]) -> dict[str, Any] | None:
    """One length-prefixed JSON object; None when the other side has closed."""
    prefix = stream.read(4)
    if len(prefix) < 4:
        return None
    message: dict[str, Any] = json.loads(stream.read(int.from_bytes(prefix, "little")))
    return message


def write_message(stream: IO[bytes], header: dict[str, Any], samples: bytes = b"") -> None:
    """One length-prefixed JSON object and the samples that it announces."""
    encoded = json.dumps(header).encode()
    stream.write(len(encoded).to_bytes(4, "little") + encoded + samples)
    stream.flush()


def main() -> None:
    """Answer requests until the input closes."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    try:
        engine = Engine()
    except (ImportError, OSError, RuntimeError) as error:
        write_message(sink, {"error": str(error), "samples": 0})
        return
    write_message(sink, {"sample_rate": engine.sample_rate, "samples": 0})
    while (request := read_message(source)) is not None:
        child = os.fork()
        if child == 0:
            write_message(sink, *engine.say(request))
            os._exit(0)
        if os.waitpid(child, 0)[1] != 0:
            write_message(sink, {"error": "eSpeak NG crashed on this text", "samples": 0})


if __name__ == "__main__":
    main()
