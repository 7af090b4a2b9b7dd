"""What an edit costs: wall time with and without waiting for the accelerator, and the most memory held meanwhile.

Memory is that of the accelerator where torch uses one (`torch.cuda.max_memory_allocated`), else the most resident
memory of the process, which Linux counts from a mark (`/proc/self/clear_refs`, proc(5)); elsewhere it is not known.
torch is looked at only if the method has imported it.
"""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any

_STATUS = Path("/proc/self/status")
_MARK = Path("/proc/self/clear_refs")


class Meter:
    """Measures one block. `mark_return()` notes the end of the call; the block's end waits for the accelerator."""

    seconds: float | None = None
    """Wall time from the beginning of the block to `mark_return()`."""
    synchronised: float | None = None
    """Wall time from its beginning to its end, when the accelerator is idle."""
    peak_bytes: int | None = None
    """The most memory that was held meanwhile; None: not known."""

    def __enter__(self) -> Meter:
        self._cuda = _cuda()
        if self._cuda is not None:
            self._cuda.synchronize()
            self._cuda.reset_peak_memory_stats()
        else:
            _mark_memory()
        self._started = time.perf_counter()
        return self

    def mark_return(self) -> None:
        """Note that the edit has returned, whatever the accelerator still does."""
        self.seconds = time.perf_counter() - self._started

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            return
        cuda = self._cuda or _cuda()  # the edit itself may have been the first to use it
        if cuda is not None:
            cuda.synchronize()
            self.peak_bytes = int(cuda.max_memory_allocated())
        else:
            self.peak_bytes = _peak_of_process()
        self.synchronised = time.perf_counter() - self._started


def _cuda() -> Any:
    """`torch.cuda` if this process uses an accelerator, else None."""
    torch = sys.modules.get("torch")
    cuda = getattr(torch, "cuda", None)
    return cuda if cuda is not None and cuda.is_available() and cuda.is_initialized() else None


def _mark_memory() -> None:
    """From now on the process's peak memory counts anew."""
    try:
        _MARK.write_text("5")
    except OSError:
        pass  # not Linux, or not allowed: the peak is then that of the process's whole life


def _peak_of_process() -> int | None:
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", _STATUS.read_text())
    except OSError:
        return None
    return int(found[1]) * 1024 if found else None
