"""How fast the metrics are: `python -m benchmark.speed metrics`.

Three parts, each both sides in one process: the exact Frechet distance beside pytorch-fid's matrix root, at 2,048
dimensions and 80 frames a side; SyncNet's visual tower in one pass beside the published loop over windows, with equal
output; and all metrics of `cmet-author-v1` and `standard-v1` on made clips, with what decoding, networks and the rest
take, and what that comes to for the 1,143 clips of MEAD's test list.

Networks have seeded weights: speed does not depend on what they were trained to. YuNet and PFLD, which find the face,
are the released files where they are here (`--weights`); made clips hold no face, so a fixed box stands in for what the
detector finds, after it has looked. On the CPU times are CPU seconds, on an accelerator wall time.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from benchmark.checkpoints import folders, locate
from benchmark.errors import MissingCheckpoint
from benchmark.extractors import EXTRACTORS
from benchmark.extractors.base import Extractor, FaceTracker, Footage, PairExtractor
from benchmark.extractors.batched import BatchedExtractor
from benchmark.extractors.landmarks_pfld import PFLD
from benchmark.golden.inputs import entries, formula_image
from benchmark.harness.plan import extractors_of
from benchmark.metrics import METRICS
from benchmark.metrics.base import Metric
from benchmark.metrics.frechet import frechet_distance
from benchmark.metrics.kernel_distance import kernel_distance
from benchmark.networks.syncnet import WINDOW, SyncNet, embed_lips
from benchmark.protocols import PROTOCOLS
from benchmark.stopwatch import measured
from benchmark.types import Sample
from media.clip import Clip
from media.faces import STEP, FaceTrack
from media.onnx import open_session
from media.video import write_clip
from media.yunet import YUNET, YuNet
from weights.recipe import fill_metrics

MEAD_CLIPS, MEAD_SOURCES = 1143, 56
"""Rows and distinct sources of the paper's test list for MEAD (../shared/splits/README.md)."""
DIMENSIONS, FRAMES = 2048, 80
PARTS = ("frechet", "sync", "list")
PROTOCOL_IDS = ("cmet-author-v1", "standard-v1")
GAINS = {"Inception": 1.6, "I3D": 1.6, "IResNet": 0.7}
"""Gains of the recipe, without which deep networks forget their input; see the reference README."""
BOX = (64.0, 48.0, 192.0, 208.0)
POINTS = ((100.0, 105.0), (156.0, 105.0), (128.0, 135.0), (105.0, 165.0), (151.0, 165.0))
"""Where the face of a made 256 px clip would be."""


def clock(device: str) -> float:
    """CPU seconds of all threads, or wall time after the accelerator has come to rest."""
    if device.startswith("cuda"):
        torch.cuda.synchronize()
        return time.perf_counter()
    return time.process_time()


def seeded(network: nn.Module, device: str) -> nn.Module:
    """A network with weights of the recipe, in eval mode."""
    gain = GAINS.get(type(network).__name__, 1.0)
    return fill_metrics(network, entries(network), gain=gain).eval().requires_grad_(False).to(device)


def matrix_root_distance(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[float, str]:
    """The distance by pytorch-fid's route, and who computed it: the package, or the same steps with scipy."""
    moments = [(side.mean(axis=0), np.cov(side, rowvar=False)) for side in (x, y)]
    (m1, s1), (m2, s2) = moments
    try:
        from pytorch_fid.fid_score import calculate_frechet_distance
    except ImportError:  # absent, or its torchvision does not work here
        from scipy.linalg import sqrtm

        found = sqrtm(s1 @ s2)
        root = np.asarray(found[0] if isinstance(found, tuple) else found)
        difference = m1 - m2
        value = difference @ difference + np.trace(s1) + np.trace(s2) - 2 * np.trace(root.real)
        return float(value), "scipy.linalg.sqrtm, pytorch-fid's steps"
    return float(calculate_frechet_distance(m1, s1, m2, s2)), "pytorch-fid"


def measure_frechet(repeats: int = 20) -> dict[str, Any]:
    """One pair of videos: ours `repeats` times, the matrix root once."""
    rng = np.random.default_rng(2100)
    centre = 0.4 * np.abs(rng.standard_normal((1, DIMENSIONS)))
    basis = rng.standard_normal((8, DIMENSIONS)) / np.sqrt(8)

    def video(shift: float) -> NDArray[np.float64]:
        slow = 0.15 * rng.standard_normal((FRAMES, 8)) @ basis
        noise = 0.02 * rng.standard_normal((FRAMES, DIMENSIONS))
        return np.asarray(centre + shift * rng.standard_normal((1, DIMENSIONS)) + slow + noise)

    x, y = video(0.0), video(0.05)
    ours = frechet_distance(x, y)
    started = time.process_time()
    for _ in range(repeats):
        frechet_distance(x, y)
    mine = (time.process_time() - started) / repeats
    started = time.process_time()
    theirs, who = matrix_root_distance(x, y)
    their_seconds = time.process_time() - started
    return {
        "dimensions": DIMENSIONS,
        "frames": FRAMES,
        "ours_seconds": mine,
        "root_seconds": their_seconds,
        "ratio": their_seconds / mine,
        "ours": ours,
        "root": theirs,
        "relative_difference": abs(theirs - ours) / ours,
        "oracle": who,
    }


def window_loop(network: SyncNet, frames: torch.Tensor, batch: int = 20) -> torch.Tensor:
    """The published loop (`SyncNetInstance.evaluate`): windows of five frames, twenty at a time, through the tower."""
    device = next(network.parameters()).device
    picture = frames.permute(3, 0, 1, 2)[None].float()
    count = len(frames) - WINDOW + 1
    parts = []
    with torch.inference_mode():
        for start in range(0, count, batch):
            ends = range(start, min(count, start + batch))
            windows = torch.cat([picture[:, :, first : first + WINDOW] for first in ends]).to(device)
            parts.append(network.lip(windows)[:, 0])
    return torch.cat(parts)


def measure_sync(device: str, frames: int, rounds: int) -> dict[str, Any]:
    """The visual tower over one clip: the loop and ours in turn."""
    network = seeded(SyncNet(), device)
    assert isinstance(network, SyncNet)
    clip = torch.from_numpy(np.stack([formula_image("PUB", t, 224, 224) for t in range(frames)]))
    ways: dict[str, Callable[[], torch.Tensor]] = {
        "loop": lambda: window_loop(network, clip),
        "ours": lambda: embed_lips(network, clip),
    }
    seconds = dict.fromkeys(ways, 0.0)
    rows: dict[str, torch.Tensor] = {name: way() for name, way in ways.items()}  # warm up
    for _ in range(rounds):
        for name, way in ways.items():
            started = clock(device)
            rows[name] = way()
            seconds[name] += clock(device) - started
    apart = (rows["ours"] - rows["loop"]).abs().max() / rows["loop"].abs().max()
    return {
        "frames": frames,
        "rounds": rounds,
        "loop_seconds": seconds["loop"] / rounds,
        "ours_seconds": seconds["ours"] / rounds,
        "ratio": seconds["loop"] / seconds["ours"],
        "relative_difference": float(apart),
    }


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


def made_clip(seed: int, frames: int) -> Clip:
    """A moving pattern of 256 px with a sound, 25 frames per second."""
    pictures = np.stack([formula_image("ALT" if seed % 2 else "PUB", t + seed, 256, 256) for t in range(frames)])
    sound = np.random.default_rng(seed).normal(0, 0.1, frames * 640).clip(-1, 1)
    return Clip(pictures, 25.0, sound.astype(np.float32), 16000)


def build(name: str, device: str, batch: int, weights: Path | None) -> Extractor | PairExtractor:
    """An extractor with a seeded network. Raises MissingCheckpoint for PFLD, the only one that must be a real file."""
    from benchmark.networks.emotion_fan import EmotionFAN
    from benchmark.networks.i3d import I3D
    from benchmark.networks.inception import Inception
    from benchmark.networks.iresnet import IResNet
    from benchmark.networks.lpips import Lpips
    from benchmark.networks.resnet18 import ResNet18

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
    extractor._network = seeded(networks[name](), device)
    extractor._device, extractor._batch_size = device, batch
    if isinstance(extractor, BatchedExtractor):
        extractor.prepare(device, options)
    return extractor  # type: ignore[no-any-return]


@dataclass
class Spending:
    """Seconds of wall time that one role of the made samples took."""

    decode: float = 0.0
    forward: float = 0.0
    total: float = 0.0
    clips: int = 0

    @property
    def each(self) -> float:
        """Seconds a clip."""
        return self.total / max(1, self.clips)

    @property
    def other(self) -> float:
        """Seconds that were neither decoding nor a network."""
        return self.total - self.decode - self.forward


@dataclass
class ListReport:
    """The made clips' figures."""

    roles: dict[str, Spending] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    arithmetic: float = 0.0
    """Seconds a sample of the per-sample metrics."""
    sets: float = 0.0
    """Seconds of the set metrics at the list's size."""
    metrics: int = 0

    def whole_list(self) -> float:
        """Seconds for 1,143 clips from 56 sources."""
        once = {"source", "speech"}
        parts = [spent_.each * (MEAD_SOURCES if role in once else MEAD_CLIPS) for role, spent_ in self.roles.items()]
        return sum(parts) + MEAD_CLIPS * self.arithmetic + self.sets

    def share_other(self) -> float:
        """Share of that time that is neither decoding nor a network's forward pass."""
        once = {"source", "speech"}
        total = self.whole_list()
        other = sum(
            s.other / max(1, s.clips) * (MEAD_SOURCES if role in once else MEAD_CLIPS) for role, s in self.roles.items()
        )
        return (other + MEAD_CLIPS * self.arithmetic + self.sets) / total


def measure_list(
    device: str,
    clips: int,
    frames: int,
    batch: int,
    weights: Path | None,
    progress: Callable[[Iterator[None], int], Iterator[None]],
) -> ListReport:
    """All metrics of both protocols on `clips` made samples of `frames` frames."""
    metrics = [METRICS.get(m) for pid in PROTOCOL_IDS for rule in PROTOCOLS[pid].rules.values() for m in rule.metrics]
    metrics = [metric for metric in metrics if metric.info.level != "cost"]
    report = ListReport()
    extractors: dict[str, Extractor | PairExtractor] = {}
    for name in extractors_of(metrics):
        try:
            extractors[name] = build(name, device, batch, weights)
        except MissingCheckpoint as error:
            report.left_out[name] = str(error)
    detector = None
    try:
        detector = YuNet(locate(YUNET, folders(weights)))
    except MissingCheckpoint as error:
        report.left_out["face tracker yunet"] = str(error)
    usable = [m for m in metrics if all(n.extractor in extractors for n in m.info.parsed_needs)]
    report.metrics = len(usable)
    trackers: Mapping[str, FaceTracker] = {"yunet": MadeFaces(detector)}
    jobs = sorted({(n.role, n.extractor) for m in usable for n in m.info.parsed_needs})
    with tempfile.TemporaryDirectory() as folder:
        groups = _made_footages(Path(folder), clips, frames, trackers)
        found: list[dict[tuple[str, str], Mapping[str, NDArray[Any]]]] = [{} for _ in range(clips)]
        work = iter(_run_jobs(jobs, extractors, groups, found, report))
        for _ in progress(work, len(jobs)):
            pass
    _arithmetic(usable, found, report)
    report.sets = set_seconds()
    return report


Group = dict[str, Footage]


def _made_footages(folder: Path, clips: int, frames: int, trackers: Mapping[str, FaceTracker]) -> list[Group]:
    groups = []
    for index in range(clips):
        group = {}
        for offset, role in enumerate(("output", "source", "target")):
            path = folder / f"{index}_{role}.mp4"
            write_clip(path, made_clip(3 * index + offset, frames))
            group[role] = Footage(path, trackers)
        group["speech"] = Footage(group["source"].path, trackers)
        groups.append(group)
    return groups


def _run_jobs(
    jobs: Sequence[tuple[str, str]],
    extractors: Mapping[str, Extractor | PairExtractor],
    groups: Sequence[Group],
    found: list[dict[tuple[str, str], Mapping[str, NDArray[Any]]]],
    report: ListReport,
) -> Iterator[None]:
    for role, name in jobs:
        extractor = extractors[name]
        spending = report.roles.setdefault(role, Spending(clips=len(groups)))
        with measured() as seconds:
            started = time.perf_counter()
            if isinstance(extractor, PairExtractor):
                first, second = role.split("~")
                answers: list[Any] = [extractor.extract_pair(g[first], g[second]) for g in groups]
            else:
                answers = extractor.extract_many([g[role] for g in groups])
            spending.total += time.perf_counter() - started
        spending.decode += seconds.get("decode", 0.0)
        spending.forward += seconds.get("forward", 0.0) + seconds.get("faces", 0.0)
        for features, answer in zip(found, answers, strict=True):
            if isinstance(answer, Exception):
                raise answer
            features[role, name] = answer
        yield None


def _arithmetic(metrics: Sequence[Metric], found: Sequence[Any], report: ListReport) -> None:
    started = time.perf_counter()
    for index, features in enumerate(found):
        sample = Sample(f"s{index}", "clips", "test", "s", "1", Path("s.mp4"), "neutral", "happy", 0, None)
        for metric in metrics:
            if metric.info.level == "sample" and not metric.info.name.startswith("sync_confidence"):
                needs = zip(metric.info.needs, metric.info.parsed_needs, strict=True)
                metric(sample, {text: features[n.role, n.extractor][n.feature] for text, n in needs})
    report.arithmetic = (time.perf_counter() - started) / max(1, len(found))


def set_seconds(part: int = 8) -> float:
    """Seconds of the set metrics for 1,143 videos, measured at 1/`part` of them.

    A Frechet distance of n > D rows costs a factorisation that grows with n, a kernel distance grows with n^2. FID is
    computed at n and twice at n / 2 (the extrapolation), once more by itself; FVD and KVD (400 numbers) are small.
    """
    rng = np.random.default_rng(0)
    rows = max(DIMENSIONS, 16 * MEAD_CLIPS // part)
    x, y = rng.standard_normal((2, rows, DIMENSIONS)).astype(np.float32)
    grow = 16 * MEAD_CLIPS / rows
    started = time.perf_counter()
    frechet_distance(x, y)
    frechet = time.perf_counter() - started
    half = x[: rows // 2], y[: rows // 2]
    started = time.perf_counter()
    kernel_distance(*half)
    kernel = 4 * (time.perf_counter() - started)
    return 3 * frechet * grow + kernel * grow**2


def measure_metrics(
    *,
    device: str,
    batch: int = 32,
    rounds: int = 1,
    threads: int | None = None,
    clips: int = 2,
    clip_frames: int = FRAMES,
    weights: Path | None = None,
    parts: str = ",".join(PARTS),
    progress: Callable[[Iterator[None], int], Iterator[None]] = lambda items, count: items,
) -> dict[str, Any]:
    """Measure the parts that are asked for; the report carries its own text."""
    chosen = [part.strip() for part in parts.split(",") if part.strip()]
    wrong = sorted(set(chosen) - set(PARTS))
    if wrong or not chosen:
        raise ValueError(f"--parts must be some of {', '.join(PARTS)}, got '{parts}'")
    if clips < 1 or clip_frames < 16:
        raise ValueError(f"needs 1 clip of 16 frames or more, got {clips} of {clip_frames}")
    if threads is not None:
        torch.set_num_threads(threads)
    report: dict[str, Any] = {"device": device, "threads": torch.get_num_threads(), "torch": torch.__version__}
    if "frechet" in chosen:
        report["frechet"] = measure_frechet()
    if "sync" in chosen:
        report["sync"] = measure_sync(device, clip_frames, rounds)
    if "list" in chosen:
        at_once = batch if device.startswith("cuda") else min(batch, 16)
        report["list"] = _as_json(measure_list(device, clips, clip_frames, at_once, weights, progress), clip_frames)
    report["text"] = text(report)
    return report


def _as_json(found: ListReport, frames: int) -> dict[str, Any]:
    roles = {
        role: {"clips": s.clips, "decode": s.decode, "forward": s.forward, "other": s.other, "each": s.each}
        for role, s in found.roles.items()
    }
    return {
        "frames": frames,
        "metrics": found.metrics,
        "roles": roles,
        "left_out": found.left_out,
        "arithmetic_seconds": found.arithmetic,
        "set_seconds": found.sets,
        "whole_list_minutes": found.whole_list() / 60,
        "share_other": found.share_other(),
    }


def text(report: Mapping[str, Any]) -> str:
    """The report as Markdown that reads well on a terminal."""
    lines = [f"{report['device']}, {report['threads']} thread(s), torch {report['torch']}", ""]
    if "frechet" in report:
        f = report["frechet"]
        lines += [
            f"Frechet distance of one pair, {f['dimensions']} dimensions, {f['frames']} frames a side: "
            f"{1000 * f['ours_seconds']:.2f} ms; {f['oracle']}: {f['root_seconds']:.1f} CPU s: "
            f"{f['ratio']:,.0f} times as fast; {f['ours']:.6f} and {f['root']:.6f}, relative difference "
            f"{f['relative_difference']:.1e}",
            "",
        ]
    if "sync" in report:
        s = report["sync"]
        lines += [
            f"SyncNet's visual tower, {s['frames']} frames, {s['rounds']} round(s): loop {s['loop_seconds']:.2f} s, "
            f"ours {s['ours_seconds']:.2f} s: {s['ratio']:.2f} times as fast; relative difference "
            f"{s['relative_difference']:.1e}",
            "",
        ]
    if "list" in report:
        found = report["list"]
        lines += ["| role | clips | decode s | networks s | rest s | s a clip |", "|---|---:|---:|---:|---:|---:|"]
        for role, r in found["roles"].items():
            cells = f"{r['decode']:.2f} | {r['forward']:.2f} | {r['other']:.2f} | {r['each']:.2f}"
            lines.append(f"| {role} | {r['clips']} | {cells} |")
        lines += [
            "",
            f"{found['metrics']} metrics of both protocols, clips of {found['frames']} frames; arithmetic "
            f"{1000 * found['arithmetic_seconds']:.0f} ms a sample, set metrics {found['set_seconds']:.0f} s at 1,143 "
            f"clips. 1,143 clips from 56 sources: {found['whole_list_minutes']:.1f} min (extrapolated), of which "
            f"neither decoding nor a network: {100 * found['share_other']:.1f} %",
        ]
        lines += [f"left out: {name}: {why}" for name, why in found["left_out"].items()]
    return "\n".join(lines).rstrip()
