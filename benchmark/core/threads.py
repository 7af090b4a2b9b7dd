"""Work on several clips at once, in threads: decoders, crops and ONNX graphs leave Python's lock while they work.

Used while an accelerator has to be fed, and for linear algebra that has many parts. Each thread is one: torch, OpenCV
and BLAS, which would start as many again for every small picture or matrix, are told so (with BLAS alone in its thread
no number depends on how many cores there are). What the threads take is counted by `benchmark.core.profiling`: their
seconds under "threads", those in which whoever asked waited for them under "waiting".
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import TypeVar

from threadpoolctl import threadpool_limits

from benchmark.core.profiling import time_thread, time_wait

T = TypeVar("T")
R = TypeVar("R")

VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
"""What tells linear algebra of a process that is yet to start how many threads to use."""
MOST = 16
"""Threads at once; no more than there are cores."""


def thread_map(function: Callable[[T], R], items: Sequence[T]) -> list[R]:
    """`function` of every item, in their order; an exception of one is raised when all are done.

    Args:
        function: called in a thread of the pool; an item is touched by one thread only.
        items: what to call it with.
    """

    def counted(item: T) -> R:
        with time_thread():
            return function(item)

    workers = max(1, min(MOST, os.cpu_count() or 1))
    with _alone, ThreadPoolExecutor(workers, initializer=_torch_alone) as pool, time_wait():
        return list(pool.map(counted, items))


@contextmanager
def limit_threads(count: int) -> Iterator[None]:
    """torch and BLAS of this process with so many threads until the block ends.

    Sums are split among threads, so their number moves the last bits of a convolution, and an encoder can make much of
    a last bit: with another number of threads a run is another run. torch need not be imported yet.
    """
    before = os.environ.get("OMP_NUM_THREADS")
    torch = sys.modules.get("torch")
    threads = torch.get_num_threads() if torch is not None else None
    os.environ["OMP_NUM_THREADS"] = str(count)
    if torch is not None:
        torch.set_num_threads(count)
    try:
        with threadpool_limits(count, user_api="blas"):
            yield
    finally:
        if before is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = before
        if torch is not None:
            torch.set_num_threads(threads)


def _torch_alone() -> None:
    """One thread of torch for the calling thread; not imported for it."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)


class _Alone:
    """OpenCV (if it is imported) and BLAS without threads of their own while anybody is inside, in any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._undo = ExitStack()

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._undo.enter_context(threadpool_limits(1, user_api="blas"))
                cv2 = sys.modules.get("cv2")
                if cv2 is not None:
                    self._undo.callback(cv2.setNumThreads, cv2.getNumThreads())
                    cv2.setNumThreads(1)
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._undo.close()


_alone = _Alone()
