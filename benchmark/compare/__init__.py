"""Compare methods with tests and intervals: `python -m benchmark.compare`, or `benchmark.compare(a, b)` from Python."""

from benchmark.core.callable_package import make_callable

CALLED = "benchmark.compare.compare:compare"
make_callable(__name__)
