"""What this machine can run: `python -m benchmark.doctor`."""
