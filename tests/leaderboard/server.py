"""A running leaderboard for tests."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from leaderboard.__main__ import command


@contextmanager
def running(results: Path, **environment: str) -> Iterator[tuple[str, int]]:
    """Its address and process id, once it answers; it ends with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    line, known = command(["--results", str(results), "--port", str(port), "--address", "127.0.0.1", "--no-browser"])
    server = subprocess.Popen(
        [*line, "--server.fileWatcherType=none"], env={**os.environ, **known, **environment}, stdout=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5) as answer:
                    if answer.read() == b"ok":
                        break
            except OSError:
                time.sleep(0.5)
        else:
            raise RuntimeError("the leaderboard did not start")
        yield url, server.pid
    finally:
        server.terminate()
        server.wait(30)
