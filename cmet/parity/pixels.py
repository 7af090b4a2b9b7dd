"""Check of the last step: generated frames to pixels."""

from __future__ import annotations

from typing import Any

import torch

from benchmark.checkpoints.golden import Comparison, GoldenFolder
from cmet.inference.editing import to_pixels
from cmet.parity.arrays import Results


def check_postprocess(folder: GoldenFolder, parameters: dict[str, Any]) -> list[Comparison]:
    """For every `in_X` (1, 3, T, H, W) the pixels `out_X_u8` (T, H, W, 3) in paper mode, exactly."""
    arrays = folder.arrays(parameters["file"])
    results = Results(parameters["id"], arrays)
    for name in [name.removeprefix("in_") for name in arrays if name.startswith("in_")]:
        results.inputs([f"in_{name}"])
        video = torch.from_numpy(arrays[f"in_{name}"])[0].transpose(0, 1)
        results.add(f"out_{name}_u8", to_pixels(video, "paper"), 0, "exact")
    return results.finish()
