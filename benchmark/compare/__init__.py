"""Compare methods with tests and intervals: `python -m benchmark.compare`."""
