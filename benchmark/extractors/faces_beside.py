"""An output's aligned faces beside those of another clip: PSNR, SSIM and LPIPS of 128 px faces, frame beside frame.

Frame i of an output of T frames is held against frame floor(i U / T) of a clip of U frames (both at 25 per second,
then resampled to one length, as in EAT's evaluation); of the output, the frames that all evaluators look at. Both faces
are turned upright by their five points to 128 px (the 112 px template, scaled).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmark.checkpoints.locate import folders, locate
from benchmark.checkpoints.record import Checkpoint
from benchmark.core.errors import SampleError
from benchmark.core.profiling import time_block
from benchmark.core.status import Status
from benchmark.extractors.base import Features, PairExtractor
from benchmark.extractors.facts import BLACK_OUTSIDE, RGB_BYTES, RGB_SIGNED, Frames, Picture
from benchmark.extractors.lazy_clip import LazyClip
from benchmark.extractors.sampling import ARCFACE_CROP, SAMPLED_FRAMES, sample_faces
from benchmark.formulas.psnr import psnr
from benchmark.formulas.ssim import ssim
from benchmark.media.faces import aligned_crop

FRAME_PAIRS = Frames(f"{SAMPLED_FRAMES}, against the other clip's frame at the same share of its length")
FACE = Picture(ARCFACE_CROP, (128,), BLACK_OUTSIDE, False, RGB_BYTES)
ALEXNET = Checkpoint(
    name="lpips/alexnet-owt-7be5be79.pth",
    address="https://download.pytorch.org/models/alexnet-owt-7be5be79.pth",
    sha256="7be5be791159472b1fbf3c69796f7cb30dca7ad8466c2df70058c37116cdee02",
    size=244408911,
    licence="BSD-3-Clause (torchvision); trained on ImageNet",
    belongs_to="LPIPS, AlexNet trunk",
)
LPIPS_LINEAR = Checkpoint(
    name="lpips/alex.pth",
    address="lpips/weights/v0.1/alex.pth of https://github.com/richzhang/PerceptualSimilarity (or of the package "
    "lpips 0.1.4)",
    sha256="df73285e35b22355a2df87cdb6b70b343713b667eddbda73e1977e0c860835c0",
    size=6009,
    licence="BSD-2-Clause",
    belongs_to="LPIPS, weights of its five layers",
)


class FacePairs(NamedTuple):
    """Corresponding aligned faces."""

    output: NDArray[np.uint8]
    """The faces of the output, uint8 (S, 128, 128, 3), RGB."""
    other: NDArray[np.uint8]
    """The faces of the other clip, of the same shape."""


def face_pairs(output: LazyClip, other: LazyClip) -> FacePairs:
    """The faces of both clips, cut once for all pair extractors. Raises SampleError `no_face`, `several_faces`, ..."""

    def cut() -> FacePairs:
        faces = sample_faces(output)
        partner = faces.indices * len(other.clip.frames) // len(output.clip.frames)
        seen = output.faces.present(faces.indices) & other.faces.present(partner)
        if not seen.any():
            raise SampleError(Status.NO_TRACK, "the two clips show a face in no frame of the same time")
        chosen, partner = np.flatnonzero(seen), partner[seen]
        points = other.faces.points_at(partner)
        first = [
            aligned_crop(p, five, FACE.side)
            for p, five in zip([faces.pictures[i] for i in chosen], faces.points[chosen], strict=True)
        ]
        second = [aligned_crop(other.clip.frames[j], five, FACE.side) for j, five in zip(partner, points, strict=True)]
        return FacePairs(np.stack(first), np.stack(second))

    return output.shared(f"face_pairs/{other.path}", cut)


class PairedFaceQuality(PairExtractor):
    """Features: `psnr` float64 (S,), dB, infinite for equal faces; `ssim` float64 (S,), -1 to 1, 7 x 7 windows."""

    name: ClassVar[str] = "faces_beside"
    version: ClassVar[str] = "1"
    provides: ClassVar[tuple[str, ...]] = ("psnr", "ssim")
    face_tracker: ClassVar[str] = "yunet"
    frames: ClassVar[Frames] = FRAME_PAIRS
    picture: ClassVar[Picture] = FACE

    def extract_pair(self, output: LazyClip, other: LazyClip) -> Features:
        """Of each pair. Raises SampleError `no_face`, `several_faces`, `unreadable_video`."""
        pairs = list(zip(*face_pairs(output, other), strict=True))
        return {"psnr": np.array([psnr(a, b) for a, b in pairs]), "ssim": np.array([ssim(a, b) for a, b in pairs])}


class PairedLpips(PairExtractor):
    """Features: `lpips` float32 (S,), 0 for equal faces."""

    name: ClassVar[str] = "lpips_beside"
    version: ClassVar[str] = "1"
    provides: ClassVar[tuple[str, ...]] = ("lpips",)
    checkpoints: ClassVar[tuple[Checkpoint, ...]] = (ALEXNET, LPIPS_LINEAR)
    face_tracker: ClassVar[str] = "yunet"
    frames: ClassVar[Frames] = FRAME_PAIRS
    picture: ClassVar[Picture] = replace(FACE, colour=RGB_SIGNED)

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Load the network, strictly. Raises MissingCheckpoint, CheckpointError."""
        for record in self.checkpoints:
            locate(record, folders(options.get("weights")))

        from benchmark.extractors.loading import load_network
        from benchmark.networks.lpips import Lpips

        network = Lpips()
        load_network(network.trunk, ALEXNET, options, device, ignore=("classifier.",))
        load_network(network.layers, LPIPS_LINEAR, options, device)
        self._network = network.eval().to(device)
        self._device = device

    def extract_pair(self, output: LazyClip, other: LazyClip) -> Features:
        """Of each pair. Raises SampleError `no_face`, `several_faces`, `unreadable_video`."""
        import torch

        from benchmark.extractors.batched import unit_pictures

        pairs = face_pairs(output, other)
        with torch.inference_mode(), time_block("forward"):
            first, second = (2 * unit_pictures(torch.from_numpy(side).to(self._device)) - 1 for side in pairs)
            return {"lpips": self._network(first, second).float().cpu().numpy()}
