"""How long the parts take, as ratios within one run: `python -m benchmark.speed`."""
