"""Checks of the face model: codes and basis, source features, every decoder stage, and whole images."""

from __future__ import annotations

import copy
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import torch
from torch import Tensor

from benchmark.checkpoints.golden import Comparison, GoldenError, GoldenFolder
from benchmark.checkpoints.seeded import Seed, fill_cmet
from cmet.edtalk.config import GeneratorConfig
from cmet.edtalk.decoder import Recorder
from cmet.edtalk.generator import Codes, Generator, Source, orthonormal
from cmet.inference.editing import to_unit
from cmet.parity.arrays import Arrays, Bounds, Results, prefixes, tensors, within

CODES = within(3e-5)
STAGES = within(5e-4)
"""Decoder stages up to 64x64."""
IMAGES = Bounds((("mean", 3e-5), ("p99.9", 2e-3), ("max", 2e-2)), 3e-5)
"""A rounding error in a flow moves the sampling position, and single pixels with it."""
IMAGES_FLOAT64 = within(2e-6)
ROLES = ("src", "pose", "lip")
SUBSAMPLING = 16


@lru_cache(maxsize=1)
def seeded_generator(config: GeneratorConfig, seed: Seed) -> Generator:
    """The face model with deterministic weights, in eval mode, float32."""
    return fill_cmet(Generator(config), seed).eval()


def synthetic(k: int, size: int) -> Tensor:
    """The formula image S_k of the reference data: float32 (1, 3, size, size)."""
    y, x = np.meshgrid(*[np.arange(size) / (size - 1.0)] * 2, indexing="ij")
    c = np.arange(3)[:, None, None]
    wave = np.sin(2 * np.pi * ((1 + c) * x + 0.5 * k * y) + 0.7 * c)
    wave = 0.6 * wave * np.cos(2 * np.pi * (1.5 * y - 0.25 * c * x) + 0.3 * k)
    spot = 0.3 * np.exp(-((x - 0.5) ** 2 + (y - 0.45) ** 2) / 0.05)
    return torch.from_numpy((wave + spot - 0.1).astype(np.float32))[None]


class Inputs:
    """The inputs that all face-model checks share; they lie in `codes.npz` beside the check's file."""

    def __init__(self, folder: GoldenFolder, parameters: dict[str, Any]) -> None:
        beside = PurePosixPath(parameters["file"]).with_name("codes.npz")
        self.arrays: Arrays = folder.arrays(str(parameters.get("inputs", beside)))
        self.seed = folder.seed
        numbers = [int(k) for k in self.arrays["in.k_src_pose_lip"]]
        self.numbers = dict(zip(ROLES, numbers, strict=True))
        sub = self.arrays.get("in.synth_src_sub")
        self.size = 256 if sub is None else int(sub.shape[-1]) * SUBSAMPLING

    def generator(self, dtype: torch.dtype = torch.float32) -> Generator:
        """The face model whose sizes fit the stored codes."""
        config = GeneratorConfig(
            size=self.size,
            lip=int(self.arrays["in.lip_code"].shape[-1]),
            exp=next(int(a.shape[-1]) for name, a in self.arrays.items() if name.startswith("in.exp_")),
        )
        generator = seeded_generator(config, self.seed)
        return generator if dtype == torch.float32 else copy.deepcopy(generator).to(dtype)

    def image(self, name: str) -> Tensor:
        """An image by name: `synth` (the source), `src`, `pose`, `lip`, or X for a stored `in.X_u8`; (1, 3, S, S)."""
        role = "src" if name == "synth" else name.removeprefix("synth_")
        if role in self.numbers:
            return synthetic(self.numbers[role], self.size)
        if f"in.{name}_u8" not in self.arrays:
            raise GoldenError(f"no image called '{name}': neither synthetic nor stored as in.{name}_u8")
        stored = np.array(self.arrays[f"in.{name}_u8"])
        return to_unit(stored[None] if stored.ndim == 3 else stored)

    def stored_images(self) -> list[str]:
        """Names of the images that are stored, not made by the formula."""
        return [name[3:-3] for name in self.arrays if name.startswith("in.") and name.endswith("_u8")]


class Stage:
    """A face model with its basis, and what it made of each image, computed once."""

    def __init__(self, generator: Generator, inputs: Inputs) -> None:
        self.generator, self.inputs = generator, inputs
        self.dtype = generator.direction_lipnonlip.weight.dtype
        self.basis = generator.directions()
        self.sources: dict[str, Source] = {}
        self.motions: dict[str, Codes] = {}

    def source(self, name: str) -> Source:
        """What decoding needs of a source image."""
        if name not in self.sources:
            self.sources[name] = self.generator.encode(self.inputs.image(name).to(self.dtype))
        return self.sources[name]

    def codes(self, name: str) -> Codes:
        """The motion codes of an image."""
        if name not in self.motions:
            self.motions[name] = self.generator.codes(self.generator.latent(self.inputs.image(name).to(self.dtype)))
        return self.motions[name]


def draw_case(stage: Stage, case: str, record: Recorder | None = None) -> Tensor:
    """Generate a case `SOURCE.MODE`.

    The mode names the expression code (`in.exp_MODE`); with an A in it the lip code is given (`in.lip_code`), without,
    it is read from the lip image. The pose is always read from the pose image.
    """
    source_name, _, mode = case.rpartition(".")
    if f"in.exp_{mode}" not in stage.inputs.arrays:
        raise GoldenError(f"case '{case}': no expression code in.exp_{mode}")
    lip, exp = tensors(stage.inputs.arrays, ["in.lip_code", f"in.exp_{mode}"], stage.dtype)
    if "A" not in mode:
        lip = stage.codes("lip").lip
    return stage.generator.decode(stage.source(source_name), lip, stage.codes("pose").pose, exp, stage.basis, record)


@torch.no_grad()
def check_codes(folder: GoldenFolder, parameters: dict[str, Any]) -> list[Comparison]:
    """Inputs, orthonormal basis with the signs of R, motions, and the codes of the images."""
    arrays = folder.arrays(parameters["file"])
    inputs = Inputs(folder, parameters)
    generator = inputs.generator()
    results = Results(parameters["id"], arrays)
    results.inputs(name for name in arrays if name.startswith("in.") and not name.endswith("_sub"))
    for role in ROLES:
        image = inputs.image(role)[:, :, ::SUBSAMPLING, ::SUBSAMPLING]
        results.add(f"in.synth_{role}_sub", image, 1e-6)

    tolerance = CODES.statistics
    basis = generator.directions()
    weight = torch.cat([generator.direction_lipnonlip.weight, generator.direction_exp.weight], dim=1)
    results.add("dir.Q", basis, tolerance)
    results.add("dir.R_diag", (basis * (weight + 1e-8)).sum(dim=0), tolerance)
    results.add("dir.Q_lipnonlip_only", orthonormal(generator.direction_lipnonlip.weight), tolerance)
    if "dir.alpha" in arrays:
        results.inputs(["dir.alpha"])
        (alpha,) = tensors(arrays, ["dir.alpha"])
        results.add("dir.exp_latent", generator.expression(alpha[:, -generator.config.exp :], basis), tolerance)
        results.add("dir.sum", alpha @ basis.T, tolerance)

    names = ["src", "pose", *inputs.stored_images()]
    latent = torch.cat([generator.latent(inputs.image(name)) for name in names])
    codes = generator.codes(latent)
    found = {"wa": latent, "fc": generator.fc(latent), "lip": codes.lip, "pose": codes.pose, "exp": codes.exp}
    for name, value in found.items():
        results.add(f"codes.{name}", value, tolerance)
    return results.finish()


@torch.no_grad()
def check_encoder(folder: GoldenFolder, parameters: dict[str, Any]) -> list[Comparison]:
    """Latent and features of every stored source image."""
    arrays = folder.arrays(parameters["file"])
    inputs = Inputs(folder, parameters)
    results = Results(parameters["id"], arrays)
    generator = inputs.generator()
    for name in prefixes(arrays, ".wa"):
        source = generator.encode(inputs.image(name))
        results.add(f"{name}.wa", source.latent, CODES.statistics)
        for level, feature in enumerate(source.features):
            results.stored(f"{name}.feat{level}", feature, CODES)
    return results.finish()


@torch.no_grad()
def check_decoder(folder: GoldenFolder, parameters: dict[str, Any]) -> list[Comparison]:
    """Every stage of the decoder for one case."""
    arrays = folder.arrays(parameters["file"])
    inputs = Inputs(folder, parameters)
    results = Results(parameters["id"], arrays)

    def record(stage: str, value: Tensor) -> None:
        results.stored(f"dec.{stage}", value, STAGES if value.shape[-1] <= 64 else IMAGES)

    draw_case(Stage(inputs.generator(), inputs), str(parameters["case"]), record)
    return results.finish()


@torch.no_grad()
def check_outputs(folder: GoldenFolder, parameters: dict[str, Any]) -> list[Comparison]:
    """Whole images, in float32 (regression test) or in float64 (proof)."""
    dtypes = {"float32": (torch.float32, IMAGES), "float64": (torch.float64, IMAGES_FLOAT64)}
    name = str(parameters.get("dtype", "float32"))
    if name not in dtypes:
        raise GoldenError(f"{parameters['id']}: unknown dtype '{name}'; known: {', '.join(dtypes)}")
    dtype, bounds = dtypes[name]
    arrays = folder.arrays(parameters["file"])
    inputs = Inputs(folder, parameters)
    results = Results(parameters["id"], arrays)
    stage = Stage(inputs.generator(dtype), inputs)
    for case in parameters.get("cases") or prefixes(arrays, ".shape"):
        results.stored(case, draw_case(stage, case), bounds)
    return results.finish()
