"""Registries as they were: what a test module adds is gone when it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from benchmark.datasets import DATASETS
from benchmark.extractors import EXTRACTORS
from benchmark.methods.base import METHODS
from benchmark.metrics import METRICS


@contextmanager
def registries_kept() -> Iterator[None]:
    """Put the entries of all registries back at the end."""
    with ExitStack() as stack:
        for registry in (DATASETS, EXTRACTORS, METHODS, METRICS):
            stack.enter_context(registry.isolated())
        yield
