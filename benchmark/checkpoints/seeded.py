"""Deterministic weights: fill a network with numbers that depend on nothing but its keys.

Golden values of networks whose trained weights can't be shipped were computed with such weights. Every entry has a
generator of its own, seeded with crc32 of its key, so that the order of keys does not matter. Two families of golden
values exist; they draw and scale differently:

* `fill_cmet`: float64 normals, rules by the entry's name (C-MET, EDTalk, Audio2Lip).
* `fill_metrics`: float32 normals, a rule for each entry from a manifest (SyncNet, Inception, I3D, ResNet, ArcFace).
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

Module = TypeVar("Module", bound=nn.Module)

EQUALISED = frozenset({"enc", "dec", "fc", "lip_fc", "pose_fc", "exp_fc", "direction_lipnonlip", "direction_exp"})
"""First parts of the keys whose layers multiply by 1/sqrt(fan_in) at run time, or are orthonormalised."""


@dataclass(frozen=True)
class Seed:
    """How the seed of an entry is made: crc32(prefix + key) + offset."""

    prefix: str = ""
    offset: int = 0

    def generator(self, key: str) -> np.random.Generator:
        """The random generator of one entry."""
        return np.random.Generator(np.random.PCG64(zlib.crc32((self.prefix + key).encode("utf-8")) + self.offset))


def cmet_value(key: str, shape: tuple[int, ...], seed: Seed) -> NDArray[np.float64]:
    """The float64 value of one floating entry of the C-MET family; the first rule that fits decides."""
    x = seed.generator(key).standard_normal(shape)
    first, last = key.split(".", 1)[0], key.rsplit(".", 1)[-1]
    if last == "running_mean":
        return 0.1 * x
    if last == "running_var":
        return 1 + 0.1 * np.abs(x)
    if key.endswith("modulation.bias"):
        return 1 + 0.1 * x
    if last.endswith("bias"):
        return 0.1 * x
    if len(shape) <= 1:
        return 1 + 0.1 * x
    if first in EQUALISED and ".fineadainresblock." not in key:
        small = any(part in key for part in (".to_flows.", ".to_rgbs.", ".to_rgb1."))
        return 0.25 * x if small else np.asarray(x)
    return np.asarray(x / math.sqrt(math.prod(shape[1:])))


def fill_cmet(module: Module, seed: Seed = Seed()) -> Module:
    """Fill a network of the C-MET family in place and return it.

    Integer entries, positional tables (`pe`) and resampling kernels (`kernel`) stay as the constructor made them.
    """
    filled = {}
    for key, entry in module.state_dict().items():
        kept = not entry.is_floating_point() or key.rsplit(".", 1)[-1] in ("pe", "kernel")
        filled[key] = entry if kept else torch.from_numpy(cmet_value(key, tuple(entry.shape), seed).astype(np.float32))
    module.load_state_dict(filled, strict=True)
    return module


def metrics_value(key: str, shape: tuple[int, ...], rule: str, gain: float, seed: Seed) -> NDArray[np.float32]:
    """The float32 value of one floating entry of an evaluation network.

    Args:
        key: the recipe's key, without any wrapper's prefix.
        shape: of the entry.
        rule: `fan`, `norm`, `prelu`, `bias`, `mean` or `var`.
        gain: factor of rule `fan`.
        seed: how the seed is made.
    """
    x = seed.generator(key).standard_normal(shape, dtype=np.float32)
    if rule == "fan":
        return np.asarray(x * gain / math.sqrt(math.prod(shape[1:])), dtype=np.float32)
    values = {
        "norm": 1 + 0.1 * x,
        "prelu": 0.25 + 0.05 * x,
        "bias": 0.01 * x,
        "mean": 0.1 * x,
        "var": 1 + 0.1 * np.abs(x),
    }
    if rule not in values:
        raise ValueError(f"unknown rule '{rule}' for entry '{key}'; known: fan, keep, {', '.join(values)}")
    return np.asarray(values[rule], dtype=np.float32)


def fill_metrics(
    module: Module,
    entries: Mapping[str, Mapping[str, Any]],
    gain: float = 1.0,
    prefix: str = "",
    seed: Seed = Seed(),
) -> Module:
    """Fill an evaluation network in place and return it.

    Args:
        module: the network.
        entries: the manifest's entries: key -> `rule` (`keep` leaves an integer counter at zero) and `shape`.
        gain: the manifest's gain, a factor of rule `fan`.
        prefix: what stands before every manifest key and is no part of the module's keys: "base_model.module.".
        seed: how the seed is made, from the key without the prefix.

    Raises:
        RuntimeError: keys or shapes of module and manifest differ.
    """
    filled = {}
    for entry_key, entry in entries.items():
        key = entry_key.removeprefix(prefix)
        rule, shape = str(entry["rule"]), tuple(int(n) for n in entry["shape"])
        if rule == "keep":
            filled[key] = torch.zeros(shape, dtype=torch.int64)
        else:
            filled[key] = torch.from_numpy(metrics_value(key, shape, rule, gain, seed))
    module.load_state_dict(filled, strict=True)
    return module
