"""Do the metrics move as they should under known damage? `python -m benchmark.selftest`."""
