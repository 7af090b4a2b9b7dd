"""Our networks against golden values of the reference code; `benchmark.parity.golden.formulas` does the formulas.

Each function takes a golden folder and one entry of its index, and returns comparisons. Nothing is taken for granted
about the folder: sets, frames, sizes and seeds come from the index, and arrays that it lacks are not compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from benchmark.checkpoints.golden import Check, Comparison, GoldenError, GoldenFolder, compare
from benchmark.media.similarity import similarity
from benchmark.networks.emotion_fan import EmotionFAN, fan_input
from benchmark.networks.i3d import I3D
from benchmark.networks.i3d_input import author_clip, half_pixel_clip, reduce_frames
from benchmark.networks.inception import Inception
from benchmark.networks.ir_backbone import IRBackbone
from benchmark.networks.iresnet import IResNet
from benchmark.networks.mfcc import mfcc
from benchmark.networks.resnet18 import ResNet18, judge_input, resize_antialiased, unit_images
from benchmark.networks.syncnet import SyncNet, embed_audio, embed_lips
from benchmark.parity.golden.inputs import fill, formula_clip, formula_sound

Arrays = dict[str, NDArray[Any]]

NETWORK = 2e-5
"""Tolerance of float32 networks against float64 references; the float32 references themselves are within 3e-6."""
EXACT = 1e-9
"""Tolerance of float64 arithmetic that follows the reference step by step."""
ALIGNMENT = 1e-5
"""Tolerance of alignment matrices: the reference solves them in float32."""
GAIN_DEEP = 1.6
"""Recipe gain of Inception and I3D: with 1 they forget their input (features of two images differ by 1e-5)."""
GAIN_IDENTITY = 0.7
"""Recipe gain of the ArcFace networks."""


class Findings:
    """The comparisons of one check, in order."""

    def __init__(self, check: dict[str, Any]) -> None:
        self.check = str(check["id"])
        self.rows: list[Comparison] = []

    def relative(self, name: str, ours: ArrayLike | Tensor, golden: ArrayLike, tolerance: float) -> None:
        """Hold the largest difference over the largest golden magnitude against the tolerance."""
        self.rows.append(compare(self.check, name, np.asarray(ours), golden, tolerance, "relative"))

    def absolute(self, name: str, ours: ArrayLike | Tensor, golden: ArrayLike, tolerance: float) -> None:
        """Hold the largest difference against the tolerance."""
        self.rows.append(compare(self.check, name, np.asarray(ours), golden, tolerance, "max"))

    def equal(self, name: str, ours: ArrayLike | Tensor, golden: ArrayLike) -> None:
        """Every element must be the same."""
        self.rows.append(compare(self.check, name, np.asarray(ours), golden, 0.0, "exact"))


def sound(arrays: Arrays, check: dict[str, Any]) -> NDArray[np.int16]:
    """The check's sound: an array of the file, or the formula."""
    name = str(check["audio"])
    return formula_sound(int(check.get("samples", 32000))) if name == "formula" else arrays[name]


def syncnet(folder: GoldenFolder, size: int = 224) -> SyncNet:
    """SyncNet with the folder's weights."""
    return fill(SyncNet(size=size), folder, manifest="A_syncnet_manifest.json")


def check_mfcc(folder: GoldenFolder, check: dict[str, Any]) -> list[Comparison]:
    """MFCC of the check's sound, of its first samples and of silence."""
    arrays = folder.arrays(check["file"])
    pcm = sound(arrays, check)
    name = str(check["output"])
    found = Findings(check)
    found.relative(name, mfcc(pcm), arrays[name], EXACT)
    for key, golden in arrays.items():
        if match := re.fullmatch(rf"{re.escape(name)}_(first|silence_)(\d+)", key):
            length = int(match[2])
            part = pcm[:length] if match[1] == "first" else np.zeros(length, np.int16)
            found.relative(key, mfcc(part), golden, EXACT)
    return found.rows


def check_lip_embedding(folder: GoldenFolder, check: dict[str, Any]) -> list[Comparison]:
    """Visual trunk and lip embedding of the check's frames."""
    arrays = folder.arrays(check["file"])
    frames = torch.from_numpy(formula_clip(check["frames"]))
    network = syncnet(folder, frames.shape[1])
    trunk = network.lip_features(frames.float().permute(3, 0, 1, 2)[None])[0]
    found = Findings(check)
    found.relative("lip_embedding", embed_lips(network, frames), _best(arrays, "lip_embedding"), NETWORK)
    if "lip_feature512" in arrays:
        found.relative("lip_feature512", trunk, arrays["lip_feature512"], NETWORK)
    return found.rows


def check_audio_embeddings(folder: GoldenFolder, check: dict[str, Any]) -> list[Comparison]:
    """Audio embeddings at the check's video frames."""
    arrays = folder.arrays(check["file"])
    track = torch.from_numpy(mfcc(sound(arrays, check)))
    rows = embed_audio(syncnet(folder), track)[check["video_frames"]]
    found = Findings(check)
    found.relative("audio_embeddings", rows, _best(arrays, "audio_embeddings"), NETWORK)
    return found.rows


def check_inception(folder: GoldenFolder, check: dict[str, Any]) -> list[Comparison]:
    """Pooled outputs of the four blocks for every image."""
    arrays = folder.arrays(check["file"])
    network = fill(Inception(), folder, GAIN_DEEP, "B_inception_manifest.json")
    found = Findings(check)
    for spec in check["images"]:
        features = network(unit_images(formula_clip(spec)))
        for name, values in zip(("64", "192", "768", "pool3"), features, strict=True):
            key = f"{spec['prefix']}_{name}"
            if key in arrays:
                found.relative(key, values[0], arrays[key], NETWORK)
    return found.rows


def check_i3d(folder: GoldenFolder, check: dict[str, Any]) -> list[Comparison]:
    """Both input chains and the class scores of every clip, with the right and the copied eps."""
    arrays = folder.arrays(check["file"])
    clips = {name: formula_clip(spec) for name, spec in check["clips"].items()}
    found = Findings(check)
    for key, golden in arrays.items():
        if match := re.fullmatch(r"resize64_(\w+)_frame(\d+)", key):
            small = reduce_frames(clips[match[1]][int(match[2])][None])[0]
            found.equal(key, small, golden)
        elif match := re.fullmatch(r"legacy224_(\w+)_frame(\d+)", key):
            image = author_clip(clips[match[1]][int(match[2])][None])[:, 0].permute(1, 2, 0)
            found.relative(key, image[arrays["legacy224_rows"]], golden, NETWORK)
    network = fill(I3D(), folder, GAIN_DEEP, "C_i3d_manifest.json")
    chains: dict[str, tuple[Callable[[NDArray[np.uint8]], Tensor], float]] = {
        "official": (author_clip, 0.001),
        "torchport": (half_pixel_clip, 0.001),
        "torchport_eps1e-5": (half_pixel_clip, 1e-5),
    }
    for chain, (prepare, eps) in chains.items():
        for layer in network.modules():
            if isinstance(layer, nn.BatchNorm3d):
                layer.eps = eps
        for name, clip in clips.items():
            key = f"feat_{chain}_{name}"
            if key in arrays:
                found.relative(key, network(prepare(clip)[None])[0], arrays[key], NETWORK)
    return found.rows


def check_resnet18(folder: GoldenFolder, check: dict[str, Any]) -> list[Comparison]:
    """C-MET's emotion judge: logits of frames, of the clip, and of frames that need the resize."""
    arrays = folder.arrays(check["file"])
    frames, resized = formula_clip(check["frames"]), None
    found = Findings(check)
    if "resized" in check:
        resized = formula_clip(check["resized"])
        key = f"resize_sample_{resized.shape[1]}x{resized.shape[2]}_to_224"
        if key in arrays:
            sample = resize_antialiased(resized[:1], (224, 224))[0, ::16, ::16]
            found.equal(key, sample, arrays[key])
    for model in check["models"]:
        classes = arrays[f"{model}_mean_logits"].size
        network = fill(ResNet18(classes), folder, manifest=f"D_emotion_resnet18_{model}_manifest.json")
        logits = network(judge_input(frames))
        found.relative(f"{model}_frame_logits", logits, arrays[f"{model}_frame_logits"], NETWORK)
        found.relative(f"{model}_mean_logits", logits.mean(0), arrays[f"{model}_mean_logits"], NETWORK)
        key = f"{model}_resized_logits"
        if resized is not None and key in arrays:
            found.relative(key, network(judge_input(resized)), arrays[key], NETWORK)
    return found.rows


def check_attention(folder: GoldenFolder, check: dict[str, Any]) -> list[Comparison]:
    """Emotion-FAN: features, attention weights and the three outputs for all videos together."""
    arrays = folder.arrays(check["file"])
    videos = [fan_input(formula_clip(spec)) for spec in check["videos"]]
    names = {
        "self_attention": "self_pred",
        "relation": "relation_pred",
        "relation_consistent": "relation_training_consistent",
        "alpha": "alpha",
        "beta": "beta",
        "features": "features",
    }
    found = Findings(check)
    for model in check["models"]:
        classes = arrays[f"{model}_self_pred"].shape[1]
        manifest = f"D_emotionfan_attention_{classes}class_manifest.json"
        network = fill(EmotionFAN(classes), folder, manifest=manifest)
        features = torch.cat([network.features(video) for video in videos])
        scores = network.attend(features, [len(video) for video in videos])
        for ours, golden in names.items():
            key = f"{model}_{golden}"
            if key in arrays:
                found.relative(key, getattr(scores, ours), arrays[key], NETWORK)
    return found.rows


def check_identity(folder: GoldenFolder, check: dict[str, Any]) -> list[Comparison]:
    """Embeddings and their cosine for every ArcFace layout, and alignment matrices."""
    arrays = folder.arrays(check["file"])
    table = folder.json(check["cases"]) if "cases" in check else {}
    images = torch.cat([unit_images(formula_clip(spec)) for spec in check["images"]])
    faces = (images * 255 - 127.5) / 127.5
    found = Findings(check)
    for name in _models(arrays):
        network = fill(identity_network(name, faces.shape[-1]), folder, GAIN_IDENTITY, f"E_{name}_manifest.json")
        rows = network(faces)
        found.relative(f"{name}_embedding", rows, arrays[f"{name}_embedding"], NETWORK)
        golden = table.get("cosine_between_the_two_images", {}).get(name)
        if golden is not None:
            cosine = torch.cosine_similarity(rows[0].double(), rows[1].double(), dim=0)
            found.relative(f"{name} cosine", cosine, golden, NETWORK)
    for key, points in arrays.items():
        if (match := re.fullmatch(r"(\w+)_landmarks", key)) and "template_112" in table:
            matrix = similarity(points, np.asarray(table["template_112"]))
            found.relative(f"{match[1]}_matrix", matrix, arrays[f"{match[1]}_matrix"], ALIGNMENT)
    return found.rows


def identity_network(name: str, size: int = 112) -> nn.Module:
    """The network of a golden name: `iresnet50`, `ir50_backbone`, `ir_se50_backbone`, ..."""
    if match := re.fullmatch(r"iresnet(\d+)", name):
        return IResNet(int(match[1]), size=size)
    if match := re.fullmatch(r"ir(_se)?(\d+)_backbone", name):
        return IRBackbone(int(match[2]), squeeze=match[1] is not None, size=size)
    raise GoldenError(f"unknown identity network '{name}'")


CHECKS: dict[str, Check] = {
    "syncnet.mfcc": check_mfcc,
    "syncnet.lip_embedding": check_lip_embedding,
    "syncnet.audio_embeddings": check_audio_embeddings,
    "inception": check_inception,
    "i3d": check_i3d,
    "emotion.resnet18": check_resnet18,
    "emotion.attention": check_attention,
    "identity": check_identity,
}
"""Check id of a golden index -> function, for the ids of networks."""


def _best(arrays: Arrays, name: str) -> NDArray[Any]:
    """The float64 run of the reference where the file holds it."""
    return arrays.get(f"{name}_f64", arrays.get(name, np.empty(0)))


def _models(arrays: Iterable[str]) -> list[str]:
    return [key.removesuffix("_embedding") for key in arrays if key.endswith("_embedding")]
