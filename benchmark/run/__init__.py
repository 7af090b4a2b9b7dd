"""Run methods on a dataset: `python -m benchmark.run`, or `benchmark.run("cmet", limit=4)` from Python."""

from benchmark.core.callable_package import make_callable

CALLED = "benchmark.run.execution:run"
make_callable(__name__)
