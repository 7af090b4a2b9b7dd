"""How the ranking moves with the protocol: `python -m benchmark.sensitivity`."""
