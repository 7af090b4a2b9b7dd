"""Decodes videos in a process of its own, so that no file can take the memory, the time or the life of another.

`python -m benchmark.submission.look MIB SECONDS` limits itself, reads paths from its input, one a line, and answers
each with a line of JSON. The caller ends it when an answer takes too long.
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
from typing import Any

from benchmark.submission.limits import Limits

START_SECONDS = 60


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
        line = [sys.executable, "-m", "benchmark.submission.look", str(limit.decode_mib), str(limit.decode_seconds)]
        self._process = subprocess.Popen(
            line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
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


def _look(path: Path) -> dict[str, Any]:
    import av

    with path.open("rb") as file:
        if file.read(12)[4:8] != b"ftyp":
            return {"problem": "not an mp4 (wrong first bytes)"}
    try:
        with av.open(str(path), format="mp4") as container:  # never a playlist that names other files
            if not container.streams.video:
                return {"problem": "holds no video"}
            stream = container.streams.video[0]
            hashed, frames, size = hashlib.sha256(), 0, (0, 0)
            for frame in container.decode(stream):
                if frames and (frame.width, frame.height) != size:
                    return {"problem": f"changes its size at frame {frames}"}
                size = (frame.width, frame.height)
                for plane in frame.planes:
                    hashed.update(memoryview(plane))
                frames += 1
            if not frames:
                return {"problem": "holds no frame"}
            fps = float(stream.average_rate) if stream.average_rate else 0.0
    except MemoryError:
        return {"problem": "takes too much memory to decode"}
    except (av.error.FFmpegError, OSError, ValueError) as error:
        return {"problem": f"does not decode: {type(error).__name__}"}
    return {"frames": frames, "fps": fps, "width": size[0], "height": size[1], "picture": hashed.hexdigest()}


def main() -> int:
    """Answer until the input ends."""
    mib, seconds = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (mib << 20, mib << 20))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    for line in sys.stdin:
        used = int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (used + seconds + 1, hard))
        print(json.dumps(_look(Path(json.loads(line)))), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
