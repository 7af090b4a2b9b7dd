"""A worker process: chunks come in by a pipe, words go out."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from multiprocessing.connection import Connection
from typing import Any

BEAT = 1.0
"""Seconds between two signs of life."""


def serve(pipe: Connection, gpu: str | None, threads: int) -> None:
    """A worker's life: chunks come in, words go out. Ends with the driver."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the driver decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if gpu is not None:
        os.environ["CUDA_VISIBLE_DEVICES"] = gpu
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = str(threads)
    speaking = threading.Lock()

    def tell(event: str, what: Any) -> None:
        with speaking, contextlib.suppress(OSError):
            pipe.send((event, what))

    def beat() -> None:
        while True:
            time.sleep(BEAT)
            tell("beat", None)

    threading.Thread(target=beat, daemon=True).start()
    from benchmark.harness.executors.task import do, said

    while True:
        try:
            chunk = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            tell("done", do(chunk, tell))
        except BaseException as error:
            tell("failed", said(error))
