"""A worker process: it receives chunks through a pipe and sends back events and results.

Messages to the driver are pairs: ("beat", None) every second, ("begin", (sample, how many)) before samples are touched,
("done", outcomes) after a chunk, ("failed", `task.error_payload`) for a chunk that raised.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from multiprocessing.connection import Connection
from typing import Any

from benchmark.core.threads import VARIABLES

BEAT = 1.0
"""Seconds between two signs of life."""


def serve(pipe: Connection, gpu: str | None, threads: int) -> None:
    """Run chunks until the driver closes the pipe.

    Args:
        pipe: to the driver.
        gpu: the only GPU that this process sees; None: those of the driver.
        threads: of linear algebra.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the driver decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if gpu is not None:
        os.environ["CUDA_VISIBLE_DEVICES"] = gpu
    os.environ |= dict.fromkeys(VARIABLES, str(threads))
    sending = threading.Lock()

    def send(event: str, content: Any) -> None:
        with sending, contextlib.suppress(OSError):
            pipe.send((event, content))

    def beat() -> None:
        while True:
            time.sleep(BEAT)
            send("beat", None)

    threading.Thread(target=beat, daemon=True).start()
    from benchmark.harness.executors.task import error_payload, run_chunk

    while True:
        try:
            chunk = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            send("done", run_chunk(chunk, send))
        except BaseException as error:
            send("failed", error_payload(error))
