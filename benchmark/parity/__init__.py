"""Agreement with other people's implementations: `python -m benchmark.parity`."""
