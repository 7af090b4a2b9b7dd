"""Extractors with seeded networks, for measuring speed where no released weights are: it does not depend on them.

YuNet and PFLD, which find the face, are the released files where they are here; made clips hold no face, so a fixed box
stands in for what the detector finds, after it has looked.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from benchmark.checkpoints.locate import folders, locate
from benchmark.core.errors import BenchmarkError, MissingCheckpoint, one_line
from benchmark.extractors import EXTRACTORS
from benchmark.extractors.base import AnyExtractor
from benchmark.extractors.batched import BatchedExtractor
from benchmark.extractors.landmarks_pfld import PFLD
from benchmark.extractors.lazy_clip import FaceTracker
from benchmark.harness.features import FeatureStore
from benchmark.harness.networks import Machine, Networks
from benchmark.media.clip import Clip
from benchmark.media.faces import STEP, FaceTrack
from benchmark.media.onnx import open_session
from benchmark.media.yunet import YUNET, YuNet
from benchmark.speed.sync import seed_network

BOX = (64.0, 48.0, 192.0, 208.0)
POINTS = ((100.0, 105.0), (156.0, 105.0), (128.0, 135.0), (105.0, 165.0), (151.0, 165.0))
"""Where the face of a made 256 px clip would be."""


class MadeFaces(FaceTracker):
    """Looks with YuNet where it is here, and then says the box that made clips have."""

    name = "made"
    version = "1"

    def __init__(self, detector: YuNet | None) -> None:
        self._detector = detector

    def track(self, clip: Clip) -> FaceTrack:
        """The fixed box in every fifth frame."""
        sampled = np.arange(0, len(clip.frames), STEP)
        for index in sampled:
            if self._detector is not None:
                self._detector.detect(clip.frames[index])
        boxes, points = np.tile(BOX, (len(sampled), 1)), np.tile(POINTS, (len(sampled), 1, 1))
        return FaceTrack(len(clip.frames), sampled, boxes, points, np.ones(len(sampled)), len(sampled))


class SeededNetworks(Networks):
    """The harness's extractors, each with seeded weights instead of a file.

    Args:
        machine: what to run on.
        store: features.
        one_row: networks that look at rows see the first one only, and its answer (with a little noise, so that
            covariances have some rank) stands for all.
    """

    def __init__(self, machine: Machine, store: FeatureStore, one_row: bool = False) -> None:
        super().__init__(machine, store)
        self._one_row = one_row
        self.left_out: dict[str, str] = {}
        detector = None
        try:
            detector = YuNet(locate(YUNET, folders(machine.weights)))
        except MissingCheckpoint as error:
            self.left_out["face tracker yunet"] = one_line(error)
        self.trackers["yunet"] = MadeFaces(detector)

    def _load(self, name: str) -> AnyExtractor:
        try:
            extractor = build(name, self.machine.device, self.machine.batch_size, self.machine.weights)
            if self._one_row and isinstance(extractor, BatchedExtractor):
                extractor._run = one_row_of(extractor._run)  # type: ignore[method-assign, assignment]
            return extractor
        except BenchmarkError as error:
            self.left_out[name] = one_line(error)
            raise


def one_row_of(run: Callable[[NDArray[Any]], NDArray[np.float32]]) -> Callable[[NDArray[Any]], NDArray[np.float32]]:
    """The same network's answer to one row, for as many rows as there are."""
    known: dict[tuple[int, ...], NDArray[np.float32]] = {}
    rng = np.random.default_rng(0)

    def answered(rows: NDArray[Any]) -> NDArray[np.float32]:
        if rows.shape[1:] not in known:
            known[rows.shape[1:]] = run(rows[:1])
        first = known[rows.shape[1:]]
        noise = rng.standard_normal((len(rows), *first.shape[1:]), dtype=np.float32)
        return first + np.float32(1e-3) * noise

    return answered


def build(name: str, device: str, batch: int, weights: Path | None) -> AnyExtractor:
    """An extractor with a seeded network. Raises MissingCheckpoint for PFLD, the only one that must be a real file."""
    from benchmark.networks.emotion_fan import EmotionFAN
    from benchmark.networks.i3d import I3D
    from benchmark.networks.inception import Inception
    from benchmark.networks.iresnet import IResNet
    from benchmark.networks.lpips import Lpips
    from benchmark.networks.resnet18 import ResNet18
    from benchmark.networks.syncnet import SyncNet

    networks: dict[str, Callable[[], nn.Module]] = {
        "inception_pool3": Inception,
        "inception_jpeg": Inception,
        "i3d_author": I3D,
        "i3d_window": I3D,
        "judge_mead": lambda: ResNet18(7),
        "judge_mead_author": lambda: ResNet18(7),
        "judge_crema_d": lambda: ResNet18(5),
        "judge_crema_d_author": lambda: ResNet18(5),
        "judge_fan": lambda: EmotionFAN(8),
        "identity_arcface50": lambda: IResNet(50),
        "identity_arcface100": lambda: IResNet(100),
        "syncnet_lips": SyncNet,
        "syncnet_sound": SyncNet,
        "lpips_beside": Lpips,
    }
    options = {"batch_size": batch, "weights": weights}
    extractor: Any = EXTRACTORS.get(name)()
    if name not in networks:
        extractor.load(device, options)
        return extractor  # type: ignore[no-any-return]
    if PFLD in extractor.checkpoints:
        extractor._points = open_session(locate(PFLD, folders(weights)))
    extractor._network = seed_network(networks[name](), device)
    extractor._device, extractor._batch_size = device, batch
    if isinstance(extractor, BatchedExtractor):
        extractor.prepare(device, options)
    return extractor  # type: ignore[no-any-return]
