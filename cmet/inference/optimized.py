"""The face model optimized for a device: half precision, memory order, compiled, as a CUDA graph.

    fast = OptimizedGenerator(generator, InferenceOptions(precision="bfloat16", channels_last=True, compiled=True))
    source, basis = fast.encode(identity), fast.directions()
    video = fast.decode(source, lip, pose, exp, basis)

`InferenceOptions()` change nothing. What the others change in the picture is rounding; `python -m benchmark.speed
generation` measures speed and difference of each.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import torch
from torch import Tensor, nn

from cmet.edtalk.generator import Codes, Generator, Source
from cmet.inference.cuda_graph import record

PRECISIONS: dict[str, torch.dtype] = {
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}

Tensors = tuple[Tensor, ...]


@dataclass(frozen=True)
class InferenceOptions:
    """How the face model runs."""

    precision: str = "float32"
    """The precision of convolutions and wide maps: `float32`, `bfloat16`, `float16`. Styles, flows and colours stay
    float32."""
    channels_last: bool = False
    """Whether wide maps lie in memory as (N, H, W, C)."""
    compiled: bool = False
    """Whether torch.compile fuses what lies between the convolutions; costs a minute at the first batch."""
    graphs: bool = False
    """Whether a batch is recorded once and replayed as one CUDA graph: for small networks, whose launches cost most."""

    def __post_init__(self) -> None:
        if self.precision not in PRECISIONS:
            raise ValueError(f"precision must be one of {', '.join(PRECISIONS)}, got {self.precision!r}")

    @property
    def changes_nothing(self) -> bool:
        """Whether the network runs as it is."""
        return self == InferenceOptions()

    @staticmethod
    def of(options: Mapping[str, Any]) -> InferenceOptions:
        """From options of the same names; others are passed over. Raises ValueError for a wrong value."""
        given = {field.name: options[field.name] for field in fields(InferenceOptions) if field.name in options}
        for name, value in given.items():
            if name != "precision" and not isinstance(value, bool):
                raise ValueError(f"{name} must be true or false, got {value!r}")
        return InferenceOptions(**given)


class OptimizedGenerator:
    """The generator's functions run as the options say; the generator itself is left as it is.

    Args:
        generator: in eval mode, on its device.
        options: how to run it.
        batch: frames at a time where it is compiled or recorded: shorter batches are filled up, so that one form
            serves all.

    Raises:
        ValueError: CUDA graphs without CUDA.
    """

    def __init__(self, generator: Generator, options: InferenceOptions, batch: int = 8) -> None:
        self.config = generator.config
        self.options = options
        device = next(generator.parameters()).device
        if options.graphs and device.type != "cuda":
            raise ValueError(f"CUDA graphs need a GPU, the network is on {device.type}")
        self.network = generator if options.changes_nothing else lower_precision(generator, options)
        self.batch = batch if options.compiled or options.graphs else 0
        self.run_latent = self._optimize(self._latent)
        self.run_draw = self._optimize(self._draw)
        self.run_decode = self._optimize(self._decode)

    def encode(self, image: Tensor) -> Source:
        """As `Generator.encode`."""
        return self.network.encode(image)

    def directions(self) -> Tensor:
        """As `Generator.directions`."""
        return self.network.directions()

    def express(self, source: Source, exp: Tensor, basis: Tensor) -> list[Tensor]:
        """As `Generator.express`."""
        return self.network.express(source, exp, basis)

    def codes(self, latent: Tensor) -> Codes:
        """As `Generator.codes`."""
        return self.network.codes(latent)

    def latent(self, image: Tensor) -> Tensor:
        """As `Generator.latent`."""
        return self.run_latent(self._fill(image))[: len(image)]

    def draw(self, latent: Tensor, features: list[Tensor], alpha: Tensor, basis: Tensor) -> Tensor:
        """As `Generator.draw`, for features of batch 1."""
        return self.run_draw(self._fill(alpha), basis, latent, *features)[: len(alpha)]

    def decode(self, source: Source, lip: Tensor, pose: Tensor, exp: Tensor, basis: Tensor) -> Tensor:
        """As `Generator.decode`, for one source and codes of one length."""
        codes = (self._fill(code) for code in (lip, pose, exp))
        return self.run_decode(*codes, basis, source.latent, *source.features, *source.details)[: len(lip)]

    def _latent(self, image: Tensor) -> Tensor:
        return self.network.latent(image)

    def _draw(self, alpha: Tensor, basis: Tensor, latent: Tensor, *features: Tensor) -> Tensor:
        return self.network.draw(latent, list(features), alpha, basis)

    def _decode(self, lip: Tensor, pose: Tensor, exp: Tensor, basis: Tensor, latent: Tensor, *maps: Tensor) -> Tensor:
        levels = len(self.network.dec.to_flows)
        source = Source(latent, list(maps[:levels]), list(maps[levels:]))
        return self.network.decode(source, lip, pose, exp, basis)

    def _optimize(self, function: Callable[..., Tensor]) -> Callable[..., Tensor]:
        if self.options.compiled:
            function = torch.compile(function, dynamic=False)
        return GraphedFunction(function) if self.options.graphs else function

    def _fill(self, rows: Tensor) -> Tensor:
        """A copy with the last row repeated up to the batch; where nothing is compiled or recorded the rows themselves.

        A copy also where the batch is full: torch.compile tells tensors made under inference mode from others.
        """
        if not self.batch:
            return rows
        missing = max(0, self.batch - len(rows))
        return torch.cat([rows, rows[-1:].expand(missing, *rows.shape[1:])])


def lower_precision(generator: Generator, options: InferenceOptions) -> Generator:
    """A copy whose convolutions have the precision and memory order of the options."""
    copied = copy.deepcopy(generator)
    order = torch.channels_last if options.channels_last else torch.contiguous_format
    dtype = PRECISIONS[options.precision]
    for module in copied.modules():
        for parameter in module.parameters(recurse=False):
            if parameter.dtype == torch.float32 and (parameter.dim() >= 4 or isinstance(module, nn.Conv2d)):
                parameter.data = parameter.data.to(dtype)
            if parameter.dim() == 4:
                parameter.data = parameter.data.contiguous(memory_format=order)
    return copied


class GraphedFunction:
    """A function of tensors that is run once for each set of shapes, recorded, and replayed on the GPU.

    The result of a replay is copied, so that it stays what it is when the next one runs.
    """

    def __init__(self, function: Callable[..., Tensor]) -> None:
        self.function = function
        self.recordings: dict[tuple[torch.Size, ...], tuple[torch.cuda.CUDAGraph, Tensors, Tensor]] = {}

    def __call__(self, *given: Tensor) -> Tensor:
        """The function's value."""
        shapes = tuple(tensor.shape for tensor in given)
        if shapes not in self.recordings:
            self.recordings[shapes] = self.record(given)
        graph, inputs, output = self.recordings[shapes]
        for place, tensor in zip(inputs, given, strict=True):
            place.copy_(tensor)
        graph.replay()
        return output.clone()

    def record(self, given: Tensors) -> tuple[torch.cuda.CUDAGraph, Tensors, Tensor]:
        """Record the function on copies of what it is given."""
        inputs = tuple(tensor.clone() for tensor in given)
        graph, output = record(lambda: self.function(*inputs))
        return graph, inputs, output
