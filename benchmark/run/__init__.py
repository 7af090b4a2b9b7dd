"""Run methods on a dataset: `python -m benchmark.run`."""
