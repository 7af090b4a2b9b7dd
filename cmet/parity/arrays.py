"""Reading golden arrays: collect comparisons, and compare tensors that are stored in parts.

A big tensor X is stored as `X.sub` (every c-th channel, every k-th row and column; `X.stride` = [c, k]), `X.shape`,
`X.cmean` and `X.cstd` (mean and population deviation of each channel), `X.patch` (windows at `X.patch_yx`, channels
`X.patch_ch`) and `X.minmax`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from benchmark.checkpoints.golden import Comparison, Measure, compare

Arrays = Mapping[str, NDArray[Any]]
PARTS = ("sub", "shape", "cmean", "cstd", "patch", "minmax")
LAYOUT = ("stride", "patch_yx", "patch_ch")
"""Arrays that only say how others are cut out."""


@dataclass(frozen=True)
class Bounds:
    """Tolerances of a tensor that is stored in parts."""

    values: tuple[tuple[Measure, float], ...]
    """The measures of `sub` and `patch`, each with its tolerance."""
    statistics: float
    """The tolerance of `cmean` and `cstd`: largest absolute difference."""

    @property
    def largest(self) -> float:
        """For `minmax`: the loosest of the value tolerances."""
        return max(tolerance for _, tolerance in self.values)


def within(tolerance: float) -> Bounds:
    """Largest absolute difference for everything."""
    return Bounds((("max", tolerance),), tolerance)


class Results:
    """Collects the comparisons of one check and knows which golden arrays are still open."""

    def __init__(self, check: str, arrays: Arrays) -> None:
        self.check = check
        self.arrays = arrays
        self.seen: set[str] = set()
        self.rows: list[Comparison] = []

    def add(self, name: str, got: ArrayLike | Tensor, tolerance: float, measure: Measure = "max") -> None:
        """Compare with the golden array of that name, if the folder has it."""
        if name in self.arrays:
            self.seen.add(name)
            self.rows.append(compare(self.check, name, as_numpy(got), self.arrays[name], tolerance, measure))

    def reshaped(self, name: str, got: Tensor, tolerance: float) -> None:
        """As `add`, where only the number and order of elements must agree: (B, T, n) against (B*T, n)."""
        if name in self.arrays:
            want = self.arrays[name].shape
            fits = got.numel() == math.prod(want)
            self.add(name, got.reshape(want) if fits else got, tolerance)

    def inputs(self, names: Iterable[str]) -> None:
        """Mark arrays as inputs or layout: nothing to compare."""
        self.seen.update(names)

    def stored(self, prefix: str, tensor: Tensor, bounds: Bounds) -> None:
        """Compare a tensor (B, C, H, W) with its stored parts."""
        self.inputs(f"{prefix}.{part}" for part in LAYOUT)
        whole = tensor.detach()
        self.add(f"{prefix}.shape", np.array(whole.shape), 0, "exact")
        for name, got in parts(whole, self.arrays, prefix).items():
            if name.endswith((".cmean", ".cstd")):
                self.add(name, got, bounds.statistics)
            elif name.endswith(".minmax"):
                self.add(name, got, bounds.largest)
            else:
                for measure, tolerance in bounds.values:
                    self.add(name, got, tolerance, measure)

    def finish(self) -> list[Comparison]:
        """All comparisons, and a row for every array that none of them touched."""
        rest = [name for name in self.arrays if name not in self.seen]
        unknown = [Comparison(self.check, name, "none", math.nan, math.nan, math.nan, "unknown name") for name in rest]
        return self.rows + unknown


def parts(tensor: Tensor, arrays: Arrays, prefix: str) -> dict[str, Tensor]:
    """The parts of a tensor (B, C, H, W) that the folder stores under `prefix`, computed from the whole."""
    wide = tensor.double()
    made: dict[str, Tensor] = {}
    if f"{prefix}.sub" in arrays and f"{prefix}.stride" in arrays:
        channel, step = (int(n) for n in arrays[f"{prefix}.stride"])
        made[f"{prefix}.sub"] = tensor[:, ::channel, ::step, ::step]
    made[f"{prefix}.cmean"] = squeeze_one(wide.mean(dim=(2, 3)), arrays, f"{prefix}.cmean")
    made[f"{prefix}.cstd"] = squeeze_one(wide.std(dim=(2, 3), correction=0), arrays, f"{prefix}.cstd")
    made[f"{prefix}.minmax"] = torch.stack([wide.min(), wide.max()])
    if f"{prefix}.patch" in arrays:
        height, width = arrays[f"{prefix}.patch"].shape[-2:]
        channels = torch.from_numpy(arrays[f"{prefix}.patch_ch"].astype(np.int64))
        corners = [(int(y), int(x)) for y, x in arrays[f"{prefix}.patch_yx"]]
        windows = [tensor[0, channels, y : y + height, x : x + width] for y, x in corners]
        made[f"{prefix}.patch"] = torch.stack(windows)
    return {name: value for name, value in made.items() if name in arrays}


def squeeze_one(statistic: Tensor, arrays: Arrays, name: str) -> Tensor:
    """(1, C) as (C,) where the golden array has one axis: means over all images."""
    return statistic.mean(dim=0) if name in arrays and arrays[name].ndim == 1 else statistic


def prefixes(arrays: Arrays, ending: str) -> list[str]:
    """What stands before `ending` in the names of the arrays, in their order."""
    return [name.removesuffix(ending) for name in arrays if name.endswith(ending)]


def tensors(arrays: Arrays, names: Iterable[str], dtype: torch.dtype = torch.float32) -> list[Tensor]:
    """Arrays as tensors."""
    return [torch.from_numpy(np.array(arrays[name])).to(dtype) for name in names]


def as_numpy(value: ArrayLike | Tensor) -> NDArray[Any]:
    """A tensor or anything like an array, as an array."""
    return value.detach().cpu().numpy() if isinstance(value, Tensor) else np.asarray(value)
