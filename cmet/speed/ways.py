"""The ways to draw the same frames that `cmet.speed.generation` compares.

* `loop`: the reference's arrangement, see `cmet.speed.frame_loop`;
* `held`: ours, motion codes known and one expression for all frames (label-driven editing): source features,
  directions and expression blocks once, the decoder in batches;
* `varying`: ours, another expression in every frame, as C-MET makes them;
* `encoded`: as `varying`, and the driving frames are encoded too, each once and in batches.

What is prepared once (source features, directions) is counted in full in each of ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from cmet.edtalk.generator import Generator
from cmet.inference.optimized import OptimizedGenerator
from cmet.inference.renderer import batches
from cmet.parity.edtalk import synthetic
from cmet.speed.frame_loop import draw_frame

EXPRESSION_SIZE = 2.0
"""Standard deviation of the expression codes: ten of them have the length of the published vectors, 5.7 to 8.5."""

Draw = Callable[[Any, "Scene", int], Tensor]
"""(network: the generator for a loop, `OptimizedGenerator` for ours; scene; frames at a time) -> (N, 3, S, S)."""


class Scene(NamedTuple):
    """What is to be drawn."""

    source: Tensor
    """(1, 3, S, S)."""
    driving: Tensor
    """(N, 3, S, S)."""
    lip: Tensor
    """(N, lip)."""
    pose: Tensor
    """(N, pose): those of the driving frames, known beforehand."""
    exp: Tensor
    """(N, exp)."""

    def part(self, rows: slice) -> Scene:
        """Some of the frames."""
        return Scene(self.source, *(field[rows] for field in self[1:]))


@torch.no_grad()
def make_scene(network: Generator, frames: int) -> Scene:
    """Pictures by formula, codes by a seeded generator, pose codes as the network reads them."""
    config = network.config
    like = network.direction_exp.weight
    rng = np.random.default_rng(0)
    driving = torch.cat([synthetic(k, config.size) for k in range(1, frames + 1)]).to(like)
    lip = torch.from_numpy(rng.standard_normal((frames, config.lip))).to(like)
    exp = torch.from_numpy(rng.standard_normal((frames, config.exp)) * EXPRESSION_SIZE).to(like)
    pose = torch.cat([network.codes(network.latent(picture[None])).pose for picture in driving])
    return Scene(synthetic(0, config.size).to(like), driving, lip, pose, exp)


def hold(scene: Scene) -> Scene:
    """The same scene with the first frame's expression throughout."""
    return scene._replace(exp=scene.exp[:1].expand_as(scene.exp))


def draw_loop(network: Generator, scene: Scene, batch: int) -> Tensor:
    """Frame by frame; `batch` plays no part."""
    rows = [slice(i, i + 1) for i in range(len(scene.lip))]
    return torch.cat([draw_frame(network, scene.source, scene.driving[r], scene.lip[r], scene.exp[r]) for r in rows])


@torch.inference_mode()
def draw_held(network: OptimizedGenerator, scene: Scene, batch: int) -> Tensor:
    """One expression, put on the source's features once."""
    source, basis = network.encode(scene.source), network.directions()
    features = network.express(source, scene.exp[:1], basis)
    alpha = torch.cat([scene.lip, scene.pose, scene.exp], dim=1)
    return torch.cat([network.draw(source.latent, features, alpha[b], basis) for b in batches(len(alpha), batch)])


@torch.inference_mode()
def draw_varying(network: OptimizedGenerator, scene: Scene, batch: int) -> Tensor:
    """An expression for each frame."""
    source, basis = network.encode(scene.source), network.directions()
    parts = [scene.part(rows) for rows in batches(len(scene.lip), batch)]
    return torch.cat([network.decode(source, p.lip, p.pose, p.exp, basis) for p in parts])


@torch.inference_mode()
def draw_encoded(network: OptimizedGenerator, scene: Scene, batch: int) -> Tensor:
    """Pose codes are read off the driving frames first."""
    rows = batches(len(scene.driving), batch)
    pose = torch.cat([network.codes(network.latent(scene.driving[r])).pose for r in rows])
    return draw_varying(network, scene._replace(pose=pose), batch)


@dataclass(frozen=True)
class Way:
    """One way to draw a scene."""

    name: str
    title: str
    draw: Draw
    loop: str
    """Name of the loop that draws the same."""
    held: bool = False
    """Draws the scene whose expression is held."""

    @property
    def is_loop(self) -> bool:
        """Whether this is the reference's arrangement."""
        return self.name == self.loop


WAYS: tuple[Way, ...] = (
    Way("loop_held", "loop, held expression", draw_loop, "loop_held", held=True),
    Way("loop", "loop, varying expression", draw_loop, "loop"),
    Way("held", "ours, held expression", draw_held, "loop_held", held=True),
    Way("varying", "ours, varying expression", draw_varying, "loop"),
    Way("encoded", "ours, driving frames encoded too", draw_encoded, "loop"),
)
"""What is timed. The loop's work is the same in both of its rows."""


def scene_of(way: Way, scene: Scene) -> Scene:
    """What a way draws."""
    return hold(scene) if way.held else scene
