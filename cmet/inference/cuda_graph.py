"""Record work on a GPU once, to replay it: for many short kernels, whose launches cost more than they do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import torch

T = TypeVar("T")
WARM_UP = 3
"""Runs before the recording, as torch's notes on CUDA graphs ask (torch.cuda.make_graphed_callables)."""


def record(work: Callable[[], T], before: Callable[[], None] = lambda: None) -> tuple[torch.cuda.CUDAGraph, T]:
    """Run `work` a few times on a stream of its own, then record it.

    Args:
        work: reads and writes the same memory at every call.
        before: called before every run and before the recording, e.g. to drop gradients.

    Returns:
        The graph, and the result of the recorded call: memory that every replay fills anew.
    """
    aside = torch.cuda.Stream()
    aside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(aside):
        for _ in range(WARM_UP):
            before()
            work()
    torch.cuda.current_stream().wait_stream(aside)
    before()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        result = work()
    return graph, result
