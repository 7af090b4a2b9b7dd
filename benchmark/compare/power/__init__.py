"""What can a split find? `python -m benchmark.compare.power`."""
