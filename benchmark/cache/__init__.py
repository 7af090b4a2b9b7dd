"""What the cache holds, and pruning it: `python -m benchmark.cache`."""
