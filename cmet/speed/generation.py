"""How fast the face model draws: our arrangement against a loop over frames, in one run, over the same weights.

    from cmet.speed.generation import measure_generation
    report = measure_generation(size=256, frames=8)

No data and no trained weights are needed: the network is filled by `benchmark.checkpoints.seeded`, pictures come from
a formula. All ways of `cmet.speed.ways` draw the same frames in turn, so that whatever else the machine does falls on
all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from benchmark.checkpoints.seeded import fill_cmet
from cmet.edtalk.config import GeneratorConfig
from cmet.edtalk.generator import Generator
from cmet.inference.optimized import PRECISIONS, InferenceOptions, OptimizedGenerator
from cmet.speed.meter import Measured, measure
from cmet.speed.ways import WAYS, Scene, Way, make_scene, scene_of


def difference(ours: Tensor, loop: Tensor) -> dict[str, float]:
    """Absolute difference of pictures: max, 99.9th percentile, mean."""
    apart = (ours.double() - loop.double()).abs().flatten().cpu().numpy()
    return {"max": float(apart.max()), "p99.9": float(np.quantile(apart, 0.999)), "mean": float(apart.mean())}


def proof(config: GeneratorConfig, scene: Scene, frames: int, drawn: dict[str, Tensor]) -> dict[str, Any]:
    """The first frames once more in float64, on the CPU, where rounding no longer hides what is the same.

    Args:
        config: of the network.
        scene: what was drawn.
        frames: how many of its frames.
        drawn: what each way drew before.

    Returns:
        `same`: largest difference of each of ours from the loop, both in float64; `rounding`: largest difference of
        what was drawn before from the loop in float64. The loop's own rounding is the scale for ours.
    """
    network = build(config).double()
    scene = Scene(*(field.cpu().double() for field in scene.part(slice(0, frames))))
    scene = scene._replace(pose=network.codes(network.latent(scene.driving)).pose)
    ours = OptimizedGenerator(network, InferenceOptions())
    exact = {way.name: way.draw(network if way.is_loop else ours, scene_of(way, scene), frames) for way in WAYS}
    return {
        "frames": frames,
        "same": {way.name: difference(exact[way.name], exact[way.loop])["max"] for way in WAYS if not way.is_loop},
        "rounding": {way.name: difference(drawn[way.name][:frames], exact[way.loop])["max"] for way in WAYS},
    }


@dataclass
class Total:
    """Costs of a way, added up over rounds."""

    cpu: float = 0.0
    wall: float = 0.0
    peak: int = 0

    def add(self, done: Measured[Tensor]) -> Tensor:
        """Add one round; returns what it drew."""
        self.cpu += done.cpu_seconds
        self.wall += done.wall_seconds
        self.peak = max(self.peak, done.peak_bytes)
        return done.value

    def rates(self, frames: int) -> dict[str, float]:
        """Frames per second, and peak memory."""
        return {
            "frames_per_cpu_second": frames / self.cpu,
            "frames_per_second": frames / self.wall,
            "peak_bytes": self.peak,
        }


def build(config: GeneratorConfig) -> Generator:
    """The network with the recipe's weights, in eval mode, float32."""
    return fill_cmet(Generator(config)).eval().requires_grad_(False)


@torch.no_grad()
def flop_per_frame(config: GeneratorConfig, frames: int) -> dict[str, float]:
    """Floating point operations of convolutions and matrix products for each way, by shapes: nothing is computed.

    Two clips, of one and of two frames, say what is done once and what for every frame. Counted is the arrangement
    with least arithmetic, that of the CPU.
    """
    with torch.device("meta"):
        network = Generator(config).to("meta").eval().requires_grad_(False)
    two = torch.zeros(2, 1, device="meta")
    picture = two.new_zeros(2, 3, config.size, config.size)
    codes = (two.expand(-1, count) for count in (config.lip, config.pose, config.exp))
    scene = Scene(picture[:1], picture, *codes)
    ours = OptimizedGenerator(network, InferenceOptions())
    counts = {}
    for way in WAYS:
        one, both = (
            counted(partial(way.draw, network if way.is_loop else ours, scene.part(slice(n)), 1)) for n in (1, 2)
        )
        counts[way.name] = (one + (both - one) * (frames - 1)) / frames
    return counts


def counted(work: Callable[[], Tensor]) -> int:
    """Floating point operations of a piece of work."""
    with FlopCounterMode(display=False) as counter:
        work()
    return int(counter.get_total_flops())


def strictly(network: Generator, scene: Scene, drawn: dict[str, Tensor], frames: int = 8) -> dict[str, Tensor]:
    """What each way should have drawn on a GPU: the loop's first frames without TF32, which torch's default allows."""
    allowed = torch.backends.cudnn.allow_tf32
    torch.backends.cudnn.allow_tf32 = False
    try:
        first = scene.part(slice(0, frames))
        loops = {way.name: way.draw(network, scene_of(way, first), 1) for way in WAYS if way.is_loop}
    finally:
        torch.backends.cudnn.allow_tf32 = allowed
    return {way.name: loops[way.loop] for way in WAYS if way.name in drawn}


def matrix_rate(device: str, dtype: torch.dtype, side: int = 8192, times: int = 20) -> float:
    """Floating point operations per second of a product of random square matrices on this card."""
    a, b = (torch.randn(side, side, device=device, dtype=dtype) for _ in range(2))
    for _ in range(3):
        a @ b
    return times * 2 * side**3 / measure(lambda: [a @ b for _ in range(times)], device).wall_seconds


def measure_generation(
    *,
    size: int = 256,
    width: float = 1.0,
    frames: int = 8,
    batch: int = 1,
    rounds: int = 1,
    threads: int | None = None,
    device: str = "cpu",
    precision: str = "float32",
    channels_last: bool = False,
    compiled: bool = False,
    graphs: bool = False,
    proof_frames: int = 1,
    progress: Callable[[Iterator[None], int], Iterator[None]] | None = None,
) -> dict[str, Any]:
    """Time all ways to draw and compare what they drew.

    Args:
        size: of the pictures, pixels.
        width: factor on the channels; 1 is EDTalk.
        frames: to draw in each round.
        batch: frames at a time, in ours.
        rounds: how often; times are added up.
        threads: of torch on the CPU; None: as it is.
        device: `cpu`, `cuda`.
        precision: of convolutions and wide maps in ours; the loop always runs in float32 (on a GPU with torch's
            default, TF32 convolutions).
        channels_last: memory order of pictures in ours.
        compiled: ours through torch.compile.
        graphs: ours as CUDA graphs.
        proof_frames: frames that are drawn once more in float64, on the CPU; 0: none.
        progress: shows how many of so many pieces of work are done.

    Returns:
        What can be written as JSON: `setup`, `rows` (one for each way), `proof`.

    Raises:
        ValueError: an unknown precision, or numbers below 1.
    """
    options = InferenceOptions(precision, channels_last, compiled, graphs)
    if min(frames, batch, rounds) < 1 or proof_frames < 0:
        raise ValueError("frames, batch and rounds must be 1 or more")
    if threads:
        torch.set_num_threads(threads)
    config = GeneratorConfig(size=size, width=width)
    network = build(config).to(device)
    scene = make_scene(network, frames)
    optimized = OptimizedGenerator(network, options, batch)
    totals = {way.name: Total() for way in WAYS}
    drawn: dict[str, Tensor] = {}

    def draw(way: Way, scene: Scene) -> Tensor:
        return way.draw(network if way.is_loop else optimized, scene_of(way, scene), batch)

    def work() -> Iterator[None]:
        for way in WAYS:  # the first frames of each are slower: caches, and on a GPU the choice of kernels
            draw(way, scene.part(slice(0, 1 if way.is_loop else batch)))
            yield
        for _ in range(rounds):
            for way in WAYS:
                drawn[way.name] = totals[way.name].add(measure(partial(draw, way, scene), device))
                yield

    gpu = device.startswith("cuda")
    count = len(WAYS) * (1 + rounds)
    for _ in progress(work(), count) if progress else work():
        pass
    setup = {
        "size": size,
        "width": width,
        "frames": frames,
        "batch": batch,
        "rounds": rounds,
        "threads": torch.get_num_threads(),
        "device": device,
        "name": torch.cuda.get_device_name(device) if gpu else "CPU",
        "precision": precision,
        "channels_last": channels_last,
        "compiled": compiled,
        "graphs": graphs,
        "torch": torch.__version__,
    }
    flops = flop_per_frame(config, frames)
    # CPU seconds on the CPU, where other work may share the cores; wall seconds on a GPU.
    rate = "frames_per_second" if gpu else "frames_per_cpu_second"
    compared = (
        strictly(network, scene, drawn) if gpu else {way.name: drawn[way.loop] for way in WAYS if not way.is_loop}
    )
    rates = {name: total.rates(frames * rounds) for name, total in totals.items()}
    rows = [
        {
            "name": way.name,
            "title": way.title,
            "gflop_per_frame": flops[way.name] / 1e9,
            **rates[way.name],
            "ratio": rates[way.name][rate] / rates[way.loop][rate],
            "difference": difference(drawn[way.name][: len(compared[way.name])], compared[way.name])
            if way.name in compared
            else None,
        }
        for way in WAYS
    ]
    return {
        "setup": setup,
        "rows": rows,
        "matrix": matrix_rate(device, PRECISIONS[precision]) if gpu else None,
        "proof": proof(config, scene, min(proof_frames, frames), drawn) if proof_frames else None,
    }
