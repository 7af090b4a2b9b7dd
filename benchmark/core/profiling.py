"""Where the time of an extraction goes: decoding, networks, the rest. Off unless someone measures.

    with profile_time() as spending:
        ...                      # code that says `with time_block("decode"):` around its parts
    spending["decode"]           # seconds that threads spent on it

Nested parts count for the outermost only, so the kinds never overlap within a thread; threads add up. Beside the kinds:
"covered" is the wall time during which at least one thread was in one of them; "threads" is all that the threads of a
pool worked, "waiting" how long whoever asked waited for them. so all threads together worked for the wall time, less
"waiting", plus "threads".
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

WAITING, THREADS, COVERED = "waiting", "threads", "covered"

_spending: dict[str, float] | None = None
_lock = threading.Lock()
_thread = threading.local()
_inside = 0
"""Threads that are in a kind now."""
_since = 0.0


@contextmanager
def profile_time() -> Iterator[dict[str, float]]:
    """Collect the seconds that the parts of this process take, by kind, until the block ends."""
    global _spending
    before, _spending = _spending, {}
    try:
        yield _spending
    finally:
        _spending = before


@contextmanager
def time_block(kind: str) -> Iterator[None]:
    """Count this block under a kind: "decode", "faces" or "forward"."""
    if _spending is None or getattr(_thread, "inside", False):
        yield
        return
    _thread.inside = True
    started = time.perf_counter()
    _enter(started)
    try:
        yield
    finally:
        _thread.inside = False
        now = time.perf_counter()
        _leave(now)
        _add(kind, now - started)


@contextmanager
def time_wait() -> Iterator[None]:
    """Count this block, in which a pool's threads are waited for, under "waiting"."""
    started = time.perf_counter()
    try:
        yield
    finally:
        _add(WAITING, time.perf_counter() - started)


@contextmanager
def time_thread() -> Iterator[None]:
    """Count this block of a pool's thread under "threads", whatever kinds its parts count under."""
    started = time.perf_counter()
    try:
        yield
    finally:
        _add(THREADS, time.perf_counter() - started)


def _enter(now: float) -> None:
    global _inside, _since
    with _lock:
        if _inside == 0:
            _since = now
        _inside += 1


def _leave(now: float) -> None:
    global _inside
    with _lock:
        _inside -= 1
        if _inside == 0 and _spending is not None:
            _spending[COVERED] = _spending.get(COVERED, 0.0) + now - _since


def _add(kind: str, seconds: float) -> None:
    with _lock:
        if _spending is not None:
            _spending[kind] = _spending.get(kind, 0.0) + seconds
