"""Listing and scoring need arrays only: what networks need is imported by extractors alone."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("torch", "onnxruntime", "cv2", "av", "transformers", "hydra", "scipy.stats", "scipy.signal")


def test_all_metrics_are_imported_without_networks_or_decoders() -> None:
    code = (
        "import sys; from benchmark.metrics import METRICS; print(len(METRICS.names()), "
        f"*[name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    number, *found = done.stdout.split()
    assert int(number) > 100 and not found
