"""Where the time of an extraction goes: decoding, networks, the rest. Off unless someone measures.

    with measured() as spending:
        ...                      # code that says `with spent("decode"):` around its parts
    spending["decode"]           # seconds of wall time

Nested parts count for the outermost only, so the kinds never overlap within a thread; threads add up.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_spending: dict[str, float] | None = None
_lock = threading.Lock()
_thread = threading.local()


@contextmanager
def measured() -> Iterator[dict[str, float]]:
    """Collect the seconds that the parts of this process take, by kind, until the block ends."""
    global _spending
    before, _spending = _spending, {}
    try:
        yield _spending
    finally:
        _spending = before


@contextmanager
def spent(kind: str) -> Iterator[None]:
    """Count this block under a kind: "decode" or "forward"."""
    if _spending is None or getattr(_thread, "inside", False):
        yield
        return
    _thread.inside = True
    started = time.perf_counter()
    try:
        yield
    finally:
        _thread.inside = False
        with _lock:
            if _spending is not None:
                _spending[kind] = _spending.get(kind, 0.0) + time.perf_counter() - started
