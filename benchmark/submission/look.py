"""Decodes videos in a process of its own, so that no file can take the memory, the time or the life of another.

`python -m benchmark.submission.look MIB SECONDS SIDE FRAMES` limits itself, reads paths from its input, one a line, and
answers each with a line of JSON. The caller ends it when an answer takes too long.
"""

from __future__ import annotations

import hashlib
import json
import resource
import selectors
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmark.core.file_names import as_file
from benchmark.core.interpreter import module_command, module_environment
from benchmark.submission.limits import Limits

if TYPE_CHECKING:
    from av.container import InputContainer

START_SECONDS = 60
SOUND_SECONDS = 10
"""The sound may outlast the picture by so many seconds; what is over is cut when it is scored."""


@dataclass(frozen=True)
class Look:
    """What was seen of one video, or why it can't be seen."""

    problem: str = ""
    frames: int = 0
    fps: float = 0.0
    width: int = 0
    height: int = 0
    picture: str = ""
    """Hash of the decoded frames."""


def look_at(paths: Sequence[Path], limit: Limits) -> list[Look]:
    """Decode videos one after the other in a child that is replaced when one of them is its end."""
    looks: list[Look] = []
    child: _Child | None = None
    for path in paths:
        if child is None:
            child = _Child(limit)
        answer = child.ask(path)
        if answer is None:
            child.end()
            child = None
            looks.append(
                Look(f"took more than {limit.decode_seconds} s or {limit.decode_mib} MiB to decode, or crashed")
            )
        else:
            looks.append(Look(**answer))
    if child is not None:
        child.end()
    return looks


class _Child:
    def __init__(self, limit: Limits) -> None:
        self._limit = limit
        most = (limit.decode_mib, limit.decode_seconds, limit.side_px, limit.frames)
        line = module_command("benchmark.submission.look", *map(str, most))
        self._process = subprocess.Popen(
            line,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=module_environment(),
        )
        self._buffer = b""
        self._first = True

    def ask(self, path: Path) -> dict[str, Any] | None:
        assert self._process.stdin is not None and self._process.stdout is not None
        patience = self._limit.decode_seconds + (START_SECONDS if self._first else 0)
        self._first = False
        try:
            self._process.stdin.write(json.dumps(str(path.resolve())).encode() + b"\n")
        except OSError:
            return None
        until = time.monotonic() + patience
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._process.stdout, selectors.EVENT_READ)
            while b"\n" not in self._buffer:
                if not waiting.select(max(0.0, until - time.monotonic())):
                    return None
                block = self._process.stdout.read(65536)
                if not block:
                    return None
                self._buffer += block
        line, _, self._buffer = self._buffer.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


def _look(path: Path, side: int, most: int) -> dict[str, Any]:
    import av

    with path.open("rb") as file:
        if file.read(12)[4:8] != b"ftyp":
            return {"problem": "not an mp4 (wrong first bytes)"}
    try:
        with av.open(as_file(path), format="mp4") as container:  # never a playlist that names other files
            seen = _see(container, side, most)
        if "problem" not in seen:
            with av.open(as_file(path), format="mp4") as container:
                lasts = seen["frames"] / seen["fps"] if seen["fps"] else 0.0
                seen |= _hear(container, seen.pop("start"), lasts)
    except MemoryError:
        return {"problem": "takes too much memory to decode"}
    except (av.error.FFmpegError, OSError, ValueError) as error:
        return {"problem": f"does not decode: {type(error).__name__}"}
    return seen


def _see(container: InputContainer, side: int, most: int) -> dict[str, Any]:
    """What `Look` says of the picture."""
    from benchmark.media.errors import MediaError
    from benchmark.media.streams import film_of

    try:
        stream = film_of(container, "it")
    except MediaError as error:
        return {"problem": str(error).removeprefix("it ")}
    fps = float(stream.average_rate) if stream.average_rate else 0.0
    hashed, frames, start = hashlib.sha256(), 0, 0.0
    size = (stream.codec_context.width, stream.codec_context.height)
    if max(size) > side:
        return {"problem": f"{size[0]}x{size[1]} px: no more than {side} a side are taken"}
    for frame in container.decode(stream):
        if frames >= most:
            return {"problem": f"more than {most} frames"}
        if frames and (frame.width, frame.height) != size:
            return {"problem": f"changes its size at frame {frames}"}
        size = (frame.width, frame.height)
        if max(size) > side:
            return {"problem": f"{size[0]}x{size[1]} px: no more than {side} a side are taken"}
        if fps and frame.time is not None:
            start = start if frames else frame.time
            if abs(frame.time - start - frames / fps) > 0.5 / fps:  # a reader would fill the gaps
                return {"problem": f"uneven clock: frame {frames} comes after {frame.time - start:.2f} s, "
                                   f"must after {frames / fps:.2f}"}  # fmt: skip
        for plane in frame.planes:
            hashed.update(memoryview(plane))
        frames += 1
    if not frames:
        return {"problem": "holds no frame"}
    facts = {"frames": frames, "fps": fps, "width": size[0], "height": size[1], "picture": hashed.hexdigest()}
    return facts | {"start": start}


def _hear(container: InputContainer, start: float, seconds: float) -> dict[str, Any]:
    """A problem of the sound beside a picture that begins at `start` and lasts so long; {} where there is none."""
    from benchmark.media.streams import sound_of

    stream, heard = sound_of(container), None
    for frame in container.decode(stream) if stream is not None else ():
        heard = max(0.0, (frame.time or 0.0) - start) if heard is None else heard
        heard += frame.samples / max(frame.sample_rate, 1)
        if heard > seconds + SOUND_SECONDS:
            return {"problem": f"its sound ends more than {SOUND_SECONDS} s after its picture"}
    return {}


def main() -> int:
    """Answer until the input ends."""
    mib, seconds, side, most = map(int, sys.argv[1:5])
    resource.setrlimit(resource.RLIMIT_AS, (mib << 20, mib << 20))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    for line in sys.stdin:
        used = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (used + seconds + 1, hard))
        print(json.dumps(_look(Path(json.loads(line)), side, most)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
