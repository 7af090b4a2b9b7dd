"""What the face model is taught when the true motion is known: flows, masks, pixels and codes of one batch.

A step draws a few speakers, for each one source frame and several driving frames, from a bank of `flow_bank`.
The decoder's flow at every level must lead where the correspondence says, wherever the source shows the point; at the
finest levels its mask must be open there and shut where the source hides it. The picture must equal the driving frame
in a Laplacian pyramid, with more weight where the two frames differ, where even the truly moved source differs from the
driving frame (folds, eyes, the inside of the mouth: what has to be painted), and on lips, mouth, eyes and lids. The
encoder is trained along: the latent of the source has to tell where the source is, and its heads must read the known
codes. A second encoder that rests, the reader, compares output and driving frame in features that tell expressions
apart: pixels alone are content with half an expression. It learned from training speakers and is no judge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmark.puppets.face.correspondence import Part
from cmet.edtalk.decoder import Flow
from cmet.edtalk.generator import Generator, Source
from tools.train.codes import EXPRESSION_CODES, LIP_CODES, POSE_CODES, CodeBook
from tools.train.face_model import pyramid_loss
from tools.train.flow_bank import FLOW_SIDE, FLOW_UNIT, FRAMES, SOURCES, Shard
from tools.train.loop import SplitLoss

SOURCE_ODDS = (0.4, 0.4, 0.2)
"""How often each source of a speaker is drawn."""
FINE = 64
"""From this side on the masks are taught."""
FLOW_WEIGHT = 0.15
"""Of the mean distance in pixels of a 128-pixel picture, beside the pixels."""
MASK_WEIGHT = 0.02
CODE_WEIGHT = 1.0
READER_WEIGHT = (4.0, 0.6)
"""Of the codes and of the features that the reader finds."""
READER_LEVELS = slice(0, 3)
"""Features of 8, 16 and 32 pixels."""


@dataclass(frozen=True)
class Faces:
    """The shards of a bank as a step reads them."""

    shards: Sequence[Shard]
    codes: Sequence[Tensor]
    """float32 (speakers, FRAMES, 36) of each shard."""
    size: int
    """Side of the pictures: 128 divided by a whole number."""

    @staticmethod
    def of(shards: Sequence[Shard], book: CodeBook, size: int) -> Faces:
        """With the known codes of all frames."""
        codes = []
        for shard in shards:
            motion = (getattr(shard, name) for name in ("action_units", "visemes", "pose", "eyes"))
            flat = book.encode(*(np.asarray(one).reshape(-1, one.shape[-1]) for one in motion))
            codes.append(torch.from_numpy(flat).view(-1, FRAMES, flat.shape[1]))
        return Faces(shards, codes, size)

    def pictures(self, images: np.ndarray) -> Tensor:
        """uint8 (N, 128, 128, 3) -> float32 (N, 3, size, size) in [-1, 1]."""
        x = torch.from_numpy(np.array(images)).permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0)
        return x if x.shape[-1] == self.size else F.avg_pool2d(x, x.shape[-1] // self.size)

    def gather(self, rows: Sequence[tuple[int, int, int, Sequence[int]]]) -> tuple[Tensor, ...]:
        """Read some speakers.

        Args:
            rows: shard, speaker in it, source frame, driving frames, for each speaker.

        Returns:
            sources (N, 3, S, S), drivers (N * D, 3, S, S), source codes (N, 36), driver codes (N * D, 36),
            positions (N * D, 2, 64, 64) in [-1, 1] as `grid_sample` takes them (border of the picture at 1),
            visible (N * D, 1, 64, 64) and care (N * D, 1, 64, 64): 1 on lips, mouth, eyes and lids.
        """
        parts: list[list[np.ndarray]] = [[], [], [], [], []]
        codes: list[list[Tensor]] = [[], []]
        for number, speaker, source, drivers in rows:
            shard = self.shards[number]
            parts[0].append(shard.images[speaker, source][None])
            parts[1].append(shard.images[speaker, drivers])
            parts[2].append(shard.positions[speaker, source, drivers])
            parts[3].append(shard.visible[speaker, source, drivers])
            parts[4].append(shard.parts[speaker, drivers])
            codes[0].append(self.codes[number][speaker, source][None])
            codes[1].append(self.codes[number][speaker, list(drivers)])
        sources, moving, positions, visible, shown = (torch.from_numpy(np.concatenate(one)) for one in parts)
        where = (2.0 * FLOW_UNIT * positions.float() + 1.0) / FLOW_SIDE - 1.0
        return (
            self.pictures(sources.numpy()),
            self.pictures(moving.numpy()),
            torch.cat(codes[0]),
            torch.cat(codes[1]),
            where.permute(0, 3, 1, 2).contiguous(),
            visible[:, None].float(),
            (shown[:, None] >= Part.UPPER_LIP).float(),
        )

    def draw(self, rng: np.random.Generator, speakers: int, drivers: int) -> tuple[Tensor, ...]:
        """A random batch, see `gather`."""
        rows = []
        for _ in range(speakers):
            number = int(rng.integers(len(self.shards)))
            speaker = int(rng.integers(len(self.codes[number])))
            source = int(rng.choice(SOURCES, p=SOURCE_ODDS))
            rows.append((number, speaker, source, np.sort(rng.choice(FRAMES, drivers, replace=False)).tolist()))
        return self.gather(rows)


def each(x: Tensor, drivers: int) -> Tensor:
    """One row for each driving frame: (N, ...) -> (N * drivers, ...)."""
    return x.unsqueeze(1).expand(-1, drivers, *x.shape[1:]).flatten(0, 1)


def flow_terms(network: Generator, raws: Sequence[Tensor], where: Tensor, visible: Tensor) -> tuple[Tensor, Tensor]:
    """How far flows and masks are from the truth.

    Args:
        network: whose decoder made them.
        raws: (B, 3, H, H) of each level, before squashing.
        where: (B, 2, 64, 64) true positions in [-1, 1].
        visible: (B, 1, 64, 64) where they count.

    Returns:
        mean distance in pixels of a 128-pixel picture, mean over the levels; cross entropy of the finest masks.
    """
    distance, entropy = where.new_zeros(()), where.new_zeros(())
    for raw, level in zip(raws, network.dec.to_flows, strict=True):
        assert isinstance(level, Flow)
        side = raw.shape[-1]
        truth, seen = at_side(where, visible, side)
        found = level.grid.permute(0, 3, 1, 2) + torch.tanh(raw[:, :2])
        apart = (64.0 * (found - truth)).square().sum(1, keepdim=True)
        # a distance that is smooth below half a pixel
        distance = distance + (seen * ((apart + 0.25).sqrt() - 0.5)).sum() / seen.sum()
        if side >= FINE:
            entropy = entropy + F.binary_cross_entropy_with_logits(raw[:, 2:], seen)
    return distance / len(raws), entropy


def at_side(where: Tensor, visible: Tensor, side: int) -> tuple[Tensor, Tensor]:
    """Positions and visibility at another side: means of the visible positions, and the share of them."""
    own = where.shape[-1]
    if side == own:
        return where, visible
    if side > own:
        return (
            F.interpolate(where, size=side, mode="bilinear", align_corners=False),
            F.interpolate(visible, size=side, mode="bilinear", align_corners=False),
        )
    share = F.avg_pool2d(visible, own // side)
    return F.avg_pool2d(where * visible, own // side) / share.clamp(min=1e-3), share


def painted(sources: Tensor, moving: Tensor, where: Tensor) -> Tensor:
    """How far the truly moved sources are from the driving frames: (B, 1, S, S), mean over the colours."""
    size = moving.shape[-1]
    positions, _ = at_side(where, torch.ones_like(where[:, :1]), size)
    moved = F.grid_sample(
        sources, positions.permute(0, 2, 3, 1), mode="bilinear", padding_mode="border", align_corners=False
    )
    return (moving - moved).abs().mean(1, keepdim=True)


def spread_out(change: Tensor) -> Tensor:
    """A map (B, 1, S, S) smoothed and divided by its largest value."""
    smooth = F.avg_pool2d(change, 5, 1, 2)
    return smooth / (smooth.amax(dim=(2, 3), keepdim=True) + 1e-3)


def read_back(reader: Generator, output: Tensor, moving: Tensor) -> Tensor:
    """How differently the reader sees output and driving frames (B, 3, S, S)."""
    by = output.shape[-1] // reader.config.size
    pictures = [F.avg_pool2d(x, by) if by > 1 else x for x in (output, moving)]
    latent, features = reader.enc(pictures[0])
    with torch.no_grad():
        expected_latent, expected = reader.enc(pictures[1])
        expected_codes = torch.cat(reader.codes(expected_latent), dim=1).float()
    codes = F.smooth_l1_loss(torch.cat(reader.codes(latent), dim=1).float(), expected_codes)
    apart = output.new_zeros(())
    for found, truth in zip(features[READER_LEVELS], expected[READER_LEVELS], strict=True):
        apart = apart + F.l1_loss(found.float(), truth.float()) / truth.float().std()
    return READER_WEIGHT[0] * codes + READER_WEIGHT[1] * apart


def flow_loss(faces: Faces, speakers: int, drivers: int, reader: Generator, care: float = 3.0) -> SplitLoss:
    """The loss of a step.

    Args:
        faces: bank.
        speakers: of a step.
        drivers: driving frames of each.
        reader: a face model whose encoder is not trained; it sees every second output.
        care: weight that lips, mouth, eyes and lids get beside 1.
    """
    reader.requires_grad_(False).eval()

    def draw(rng: np.random.Generator) -> tuple[Tensor, ...]:
        return faces.draw(rng, speakers, drivers)

    def terms(
        network: nn.Module,
        sources: Tensor,
        moving: Tensor,
        source_codes: Tensor,
        codes: Tensor,
        where: Tensor,
        visible: Tensor,
        shown: Tensor,
    ) -> dict[str, Tensor]:
        assert isinstance(network, Generator)
        # one driving frame of each speaker is read, too, so that the heads see expressions
        latents, features = network.enc(torch.cat([sources, moving[::drivers]]))
        read = torch.cat(network.codes(latents), dim=1).float()
        reading = F.smooth_l1_loss(read, torch.cat([source_codes, codes[::drivers]]))
        kept = [feature[: len(sources)] for feature in features]
        details = [each(detail, drivers) for detail in network.dec.details(kept)]
        source = Source(each(latents[: len(sources)], drivers), [each(feature, drivers) for feature in kept], details)
        raws: list[Tensor] = []

        def note(name: str, value: Tensor) -> None:
            if name.startswith("flowraw"):
                raws.append(value)

        lip, pose, exp = codes.split([LIP_CODES, POSE_CODES, EXPRESSION_CODES], dim=1)
        output = network.decode(source, lip, pose, exp, network.directions(), note).float()
        with torch.no_grad():
            spread = each(sources, drivers)
            weight = 1.0 + 4.0 * spread_out((moving - spread).abs().mean(1, keepdim=True))
            weight = weight + 8.0 * spread_out(painted(spread, moving, where))
            weight = weight + care * F.interpolate(shown, size=faces.size, mode="area")
        pixels = pyramid_loss(output, moving, weight)
        flow, mask = flow_terms(network, raws, where, visible)
        seen = read_back(reader, output[::2], moving[::2])
        total = pixels + FLOW_WEIGHT * flow + MASK_WEIGHT * mask + CODE_WEIGHT * reading + seen
        return {"total": total, "pixels": pixels, "flow": flow, "mask": mask, "codes": reading, "reader": seen}

    return SplitLoss(draw, terms)
