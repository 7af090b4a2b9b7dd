"""Images, sound and weights made from formulas, so that golden values can be recomputed anywhere.

Images: with tri(n) = |(n mod 510) - 255| on integers, channel c of frame t at row y, column x is
tri(a x + b y + floor(x y / s) + o + d t), a whole number from 0 to 255. Two sets of constants exist, PUB and ALT.
Weights: every entry of a network gets a rule from what it is (`entries`), and `benchmark.checkpoints.seeded` fills it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from torch import nn

from benchmark.checkpoints.golden import GoldenError, GoldenFolder
from benchmark.checkpoints.seeded import fill_metrics

Module = TypeVar("Module", bound=nn.Module)
Triple = tuple[int, int, int]

SETS: dict[str, dict[str, Triple]] = {
    "PUB": {"a": (2, 1, 3), "b": (1, 3, 2), "s": (64, 48, 80), "o": (0, 85, 170), "d": (37, 23, 11)},
    "ALT": {"a": (3, 2, 1), "b": (2, 1, 3), "s": (56, 72, 40), "o": (40, 200, 120), "d": (19, 41, 29)},
}
"""Constants of the formula images, one number a channel, in the order in which a network gets the channels."""


def tri(n: NDArray[np.int64]) -> NDArray[np.int64]:
    """Triangle wave of period 510 between 0 and 255; the modulo is floored."""
    return np.asarray(np.abs(np.mod(n, 510) - 255))


def formula_image(name: str, t: int, height: int, width: int) -> NDArray[np.uint8]:
    """Formula image uint8 (height, width, 3) of frame `t` of set `name`. Raises GoldenError for an unknown set."""
    if name not in SETS:
        raise GoldenError(f"unknown set of formula images '{name}'; known: {', '.join(SETS)}")
    k = SETS[name]
    y, x = np.mgrid[:height, :width].astype(np.int64)
    channels = [tri(k["a"][c] * x + k["b"][c] * y + (x * y) // k["s"][c] + k["o"][c] + k["d"][c] * t) for c in range(3)]
    return np.stack(channels, axis=-1).astype(np.uint8)


def formula_clip(spec: Mapping[str, Any]) -> NDArray[np.uint8]:
    """Formula frames uint8 (T, height, width, 3) of a golden index's `{set, t, height, width}`; t: one or a list."""
    times = spec["t"] if isinstance(spec["t"], list) else [spec["t"]]
    frames = [formula_image(str(spec["set"]), int(t), int(spec["height"]), int(spec["width"])) for t in times]
    return np.stack(frames)


def formula_sound(samples: int = 32000) -> NDArray[np.int16]:
    """Formula sound int16 (samples,) at 16 kHz: three triangle waves, one of rising pitch."""
    n = np.arange(samples, dtype=np.int64)
    wave = 40 * (tri(5 * n) - 128) + 25 * (tri(23 * n + n * n // 3000) - 128) + 15 * (tri(101 * n) - 128)
    return wave.astype(np.int16)


def entries(network: nn.Module) -> dict[str, dict[str, Any]]:
    """The recipe's rule and the shape of every entry of a network's state dict, from the kind of its layer."""
    owners = dict(network.named_modules())
    found: dict[str, dict[str, Any]] = {}
    for key, value in network.state_dict().items():
        owner, _, leaf = key.rpartition(".")
        found[key] = {"shape": list(value.shape), "rule": _rule(owners[owner], leaf)}
    return found


def fill(network: Module, folder: GoldenFolder, gain: float = 1.0, manifest: str | None = None) -> Module:
    """Fill a network for a golden folder, in place; returned in eval mode without gradients.

    Args:
        network: built at the size that the golden values mean.
        folder: its index says how seeds are made; its manifest, if it holds one, says the gain.
        gain: factor of the rule `fan` where the folder holds no manifest.
        manifest: file name of the network's manifest in the folder.

    Raises:
        GoldenError: the manifest lists other keys, shapes or rules than the network has.
    """
    ours = entries(network)
    if manifest is not None and (folder.path / manifest).is_file():
        table = folder.json(manifest)
        gain = float(table.get("gain", 1.0))
        listed = _without_wrapper(table["entries"])
        wrong = sorted(set(ours) ^ set(listed)) or [k for k in ours if not _same(ours[k], listed[k])]
        if wrong:
            raise GoldenError(f"{manifest}: {len(wrong)} entries differ from the network, first '{wrong[0]}'")
    return fill_metrics(network, ours, gain=gain, seed=folder.seed).eval().requires_grad_(False)


def _rule(owner: nn.Module, leaf: str) -> str:
    if leaf == "num_batches_tracked":
        return "keep"
    if leaf in ("running_mean", "running_var"):
        return leaf.removeprefix("running_")
    if leaf == "bias":
        return "bias"
    if isinstance(owner, nn.PReLU):
        return "prelu"
    return "norm" if isinstance(owner, nn.BatchNorm1d | nn.BatchNorm2d | nn.BatchNorm3d) else "fan"


def _without_wrapper(listed: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Manifest entries without the prefix of a wrapper (`module.`, `base_model.module.`)."""
    for prefix in ("base_model.module.", "module."):
        if all(key.startswith(prefix) for key in listed):
            return {key.removeprefix(prefix): value for key, value in listed.items()}
    return dict(listed)


def _same(ours: Mapping[str, Any], listed: Mapping[str, Any]) -> bool:
    return list(ours["shape"]) == list(listed["shape"]) and ours["rule"] == listed["rule"]
