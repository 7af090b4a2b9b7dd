"""Work in batches that may be too large for a GPU's memory: then with half as many at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import torch

T = TypeVar("T")


def retry_with_smaller_batch(work: Callable[[int], T], batch: int) -> T:
    """Call `work(batch)`; where memory is short, again with half the batch, down to one at a time.

    Raises:
        torch.OutOfMemoryError: one at a time is too much.
    """
    while True:
        try:
            return work(batch)
        except torch.OutOfMemoryError:
            if batch <= 1:
                raise
        batch //= 2
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
