"""Check stored results and submissions: `python -m benchmark.validate`."""
