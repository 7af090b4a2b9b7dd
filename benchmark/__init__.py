"""The benchmark: what is measured, how, and what is kept of it. Knows no method; methods register by name.

    import benchmark

    results = benchmark.run("cmet", limit=4)           # as `python -m benchmark.run --method cmet --limit 4`
    results.summary                                    # a DataFrame: one row for each metric and group of samples
    benchmark.samples("puppets", "test")               # what a method is given
    benchmark.load_results("results")                  # every run in a folder
    benchmark.compare("results", methods=["cmet", "edtalk-audio"]).table()

Nothing heavy is imported before it is called for. docs/guide/python_api.md shows more.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmark.compare.compare import compare
    from benchmark.core.types import Sample
    from benchmark.media.clip import Clip
    from benchmark.methods.base import Method
    from benchmark.metrics.base import metric
    from benchmark.results.load import load_results
    from benchmark.run.execution import run
    from benchmark.run.samples import samples

__all__ = ["Clip", "Method", "Sample", "compare", "load_results", "metric", "run", "samples"]

_PLACES = {
    "Clip": "benchmark.media.clip",
    "Method": "benchmark.methods.base",
    "Sample": "benchmark.core.types",
    "load_results": "benchmark.results.load",
    "metric": "benchmark.metrics.base",
    "samples": "benchmark.run.samples",
}
_CALLABLE = ("run", "compare")
"""Packages that can be called (`benchmark.core.callable_package`)."""


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        return getattr(importlib.import_module(_PLACES[name]), name)
    if name in _CALLABLE:
        return importlib.import_module(f"benchmark.{name}")
    raise AttributeError(f"module 'benchmark' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
