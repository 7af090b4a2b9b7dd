"""The exact Frechet distance beside pytorch-fid's matrix root: one pair of videos, both in one process."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.formulas.frechet import frechet_distance

DIMENSIONS, FRAMES = 2048, 80


def matrix_root_distance(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, str]:
    """The distance by pytorch-fid's route, and who computed it: the package, or the same steps with scipy."""
    moments = [(side.mean(axis=0), np.cov(side, rowvar=False)) for side in (x, y)]
    (m1, s1), (m2, s2) = moments
    try:
        from pytorch_fid.fid_score import calculate_frechet_distance
    except ImportError:  # absent, or its torchvision does not work here
        from scipy.linalg import sqrtm

        found = sqrtm(s1 @ s2)
        root = np.asarray(found[0] if isinstance(found, tuple) else found)
        difference = m1 - m2
        value = difference @ difference + np.trace(s1) + np.trace(s2) - 2 * np.trace(root.real)
        return float(value), "scipy.linalg.sqrtm, pytorch-fid's steps"
    return float(calculate_frechet_distance(m1, s1, m2, s2)), "pytorch-fid"


def measure_frechet(repeats: int = 20) -> dict[str, Any]:
    """One pair of videos: ours `repeats` times, the matrix root once; CPU seconds."""
    rng = np.random.default_rng(2100)
    centre = 0.4 * np.abs(rng.standard_normal((1, DIMENSIONS)))
    basis = rng.standard_normal((8, DIMENSIONS)) / np.sqrt(8)

    def video(shift: float) -> NDArray[np.float64]:
        slow = 0.15 * rng.standard_normal((FRAMES, 8)) @ basis
        noise = 0.02 * rng.standard_normal((FRAMES, DIMENSIONS))
        return np.asarray(centre + shift * rng.standard_normal((1, DIMENSIONS)) + slow + noise)

    x, y = video(0.0), video(0.05)
    ours = frechet_distance(x, y)
    started = time.process_time()
    for _ in range(repeats):
        frechet_distance(x, y)
    mine = (time.process_time() - started) / repeats
    started = time.process_time()
    theirs, who = matrix_root_distance(x, y)
    their_seconds = time.process_time() - started
    return {
        "dimensions": DIMENSIONS,
        "frames": FRAMES,
        "ours_seconds": mine,
        "root_seconds": their_seconds,
        "ratio": their_seconds / mine,
        "ours": ours,
        "root": theirs,
        "relative_difference": abs(theirs - ours) / ours,
        "oracle": who,
    }


def text(found: dict[str, Any]) -> str:
    """One sentence."""
    return (
        f"Frechet distance of one pair, {found['dimensions']} dimensions, {found['frames']} frames a side: "
        f"{1000 * found['ours_seconds']:.2f} ms; {found['oracle']}: {found['root_seconds']:.1f} CPU s: "
        f"{found['ratio']:,.0f} times as fast; {found['ours']:.6f} and {found['root']:.6f}, relative difference "
        f"{found['relative_difference']:.1e}"
    )
