"""Our formulas against golden values that the reference code computed.

The cases' inputs are random numbers from stated seeds, rebuilt here from the recipe that stands in each file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from benchmark.checkpoints.golden import Check, Comparison, GoldenError, GoldenFolder
from benchmark.formulas.frame_sampling import pair_frames, spread_frames, spread_frames_repeating, stride_frames
from benchmark.formulas.frechet import frechet_terms
from benchmark.formulas.landmark_distance import landmark_distance, landmark_velocity_distance
from benchmark.formulas.psnr import psnr
from benchmark.formulas.ssim import ssim, ssim_gaussian
from benchmark.formulas.sync_curve import framewise_confidence, sync_distances, sync_scores, window_count
from benchmark.networks.mfcc import mfcc
from benchmark.networks.syncnet import embed_audio, embed_lips
from benchmark.parity.golden.inputs import formula_clip, formula_image, tri
from benchmark.parity.golden.networks import EXACT, NETWORK, Findings, sound, syncnet

FRECHET = 1e-6
"""Relative tolerance of Frechet distances against the exact value."""
IMAGE = 1e-6
"""Tolerance of PSNR and SSIM."""


def check_sync_evaluate(folder: GoldenFolder, check: dict[str, Any]) -> list[Comparison]:
    """The whole evaluation of a clip, from frames and sound to offset, distance and confidence."""
    arrays = folder.arrays(check["file"])
    frames = torch.from_numpy(formula_clip(check["frames"]))
    pcm = sound(arrays, check)
    network = syncnet(folder, frames.shape[1])
    windows = window_count(len(frames), len(pcm))
    lips = embed_lips(network, frames[: windows + 4])
    distances = sync_distances(lips, embed_audio(network, torch.from_numpy(mfcc(pcm)), windows))
    scores = sync_scores(distances)
    slack = NETWORK * scores.distance  # the confidence is a small difference of two distances
    found = Findings(check)
    found.relative("e2e_dists", distances, arrays["e2e_dists"], NETWORK)
    found.relative("e2e_mindist", scores.distance, arrays["e2e_mindist"], NETWORK)
    found.absolute("e2e_conf", scores.confidence, arrays["e2e_conf"], slack)
    found.equal("e2e_offset", scores.offset, arrays["e2e_offset"])
    return found.rows


def check_sync_offset(folder: GoldenFolder, check: dict[str, Any]) -> list[Comparison]:
    """Scores of made pairs of embeddings with a known shift."""
    arrays = folder.arrays(check["file"]) if "file" in check else {}
    found = Findings(check)
    for number, case in enumerate(folder.json(check["cases"])["cases"]):
        video, audio = made_pair(case)
        distances = sync_distances(video, audio)
        scores = sync_scores(distances)
        found.equal(f"case {number} offset", scores.offset, case["offset"])
        found.relative(f"case {number} distance", scores.distance, case["min_distance"], NETWORK)
        slack = NETWORK * scores.distance
        found.absolute(f"case {number} confidence", scores.confidence, case["confidence"], slack)
        if f"syn{number}_dists" in arrays:
            found.relative(f"syn{number}_dists", distances, arrays[f"syn{number}_dists"], NETWORK)
        key = f"syn{number}_framewise_conf_medfilt9"
        if key in arrays:
            found.absolute(key, framewise_confidence(distances), arrays[key], slack)
    return found.rows


def made_pair(case: Mapping[str, Any]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Lip and sound embeddings float32 (T, D) of a sync case: one track, shifted, with noise on the lips."""
    rng = _generator(int(case["seed"]))
    length, size, shift = int(case["T"]), int(case["D"]), int(case["shift"])
    track = rng.standard_normal((length + 40, size)).astype(np.float32)
    noise = rng.standard_normal((length, size)).astype(np.float32)
    gain = np.float32(case["gain"])
    lips = track[20 - shift : 20 - shift + length] * gain + np.float32(case["noise"]) * noise
    return lips, track[20 : 20 + length] * gain


def check_frechet(folder: GoldenFolder, check: dict[str, Any]) -> list[Comparison]:
    """Frechet distances of made sets; those that have no value must be refused."""
    table = folder.json(check["cases"])
    found = Findings(check)
    for name in check.get("names", list(table["cases"])):
        case = table["cases"][name]
        x, y = frechet_sets(name, int(case["n1"]), int(case["n2"]), int(case["D"]), int(table.get("base_seed", 2100)))
        if "exact" not in case:
            found.equal(f"{name} is refused", float(not _refused(x, y)), 0.0)
            continue
        terms = frechet_terms(x, y)
        _distance(found, name, terms.distance, float(case["exact"]))
        for key, ours in (("mean_term", terms.mean), ("trace1", terms.trace1), ("trace2", terms.trace2)):
            if key in case:
                _distance(found, f"{name} {key}", ours, float(case[key]))
    return found.rows


def frechet_sets(name: str, n1: int, n2: int, size: int, base: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The two sets (n1, size) and (n2, size) of a named Frechet case."""

    def normal(i: int, n: int, d: int) -> NDArray[np.float64]:
        return _generator(base + i).standard_normal((n, d))

    if name == "nearly_singular":
        return normal(1, n1, size) * np.logspace(0, -9, size), normal(2, n2, size) * np.logspace(-9, 0, size)
    if name.endswith("full_rank"):
        x, y = normal(1, n1, size), normal(2, n2, size) * np.linspace(0.5, 1.5, size) + 0.25
    else:
        mean, mix = 0.4 * np.abs(normal(3, 1, size)), normal(5, 8, size) / np.sqrt(8)
        x = mean + 0.15 * normal(4, n1, 8) @ mix + 0.02 * normal(6, n1, size)
        y = mean + 0.05 * normal(7, 1, size) + 0.15 * normal(8, n2, 8) @ mix + 0.02 * normal(9, n2, size)
    if name.startswith("identical"):
        y = x
    elif name == "disjoint_support":
        x[:, size // 2 :] = 0
        y[:, : size // 2] = 0
    if name in ("constant_vs_video", "both_constant"):
        x = np.repeat(np.round(x[:1] * 256) / 256, n1, axis=0)
    if name == "both_constant":
        y = np.repeat(np.round(y[:1] * 256) / 256, n2, axis=0)
    return x, y


def check_frechet_video(folder: GoldenFolder, check: dict[str, Any]) -> list[Comparison]:
    """The degenerate distance of single videos, the 15-frame tables, and distances of made sets."""
    table = folder.json(check["cases"])
    found = Findings(check)
    degenerate = table.get("per_video_degenerate", {}).get("squared_feature_distance")
    i3d = next((c for c in folder.index["checks"] if c["id"] == "i3d"), None)
    if degenerate is not None and i3d is not None:
        arrays = folder.arrays(i3d["file"])
        rows = [arrays[f"feat_official_{name}"] for name in i3d["clips"] if f"feat_official_{name}" in arrays]
        if len(rows) == 2:
            tiled = [np.repeat(row[None], 16, axis=0) for row in rows]
            found.relative("16 equal rows", frechet_terms(*tiled).distance, degenerate, FRECHET)
    for frames, index in table.get("uniform15", {}).items():
        found.equal(f"uniform15 of {frames}", spread_frames_repeating(int(frames), len(index)), index)
    match = re.search(r"PCG64\((\d+)\+i\)", table.get("sets_recipe", ""))
    base = int(match[1]) if match else 5200
    for case in table.get("sets", []):
        x, y = video_sets(int(case["n1"]), int(case["n2"]), float(case["shift"]), base)
        name = f"{case['n1']} and {case['n2']} videos, shift {case['shift']}"
        _distance(found, name, frechet_terms(x, y).distance, float(case["exact"]))
    return found.rows


def video_sets(n1: int, n2: int, shift: float, base: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Two made sets of 400 class scores, float32 (n1, 400) and (n2, 400)."""
    mix = _generator(base + 9).standard_normal((400, 400)) / 20
    x = _generator(base + 1).standard_normal((n1, 400)) @ mix * 2 + 1
    y = _generator(base + 2).standard_normal((n2, 400)) @ mix * 2 + 1 + shift
    return x.astype(np.float32), y.astype(np.float32)


def check_frame_sampling(folder: GoldenFolder, check: dict[str, Any]) -> list[Comparison]:
    """Index tables of the emotion evaluation's two stages."""
    found = Findings(check)
    for stage, cases in folder.json(check["cases"]).items():
        choose = spread_frames if stage.startswith("crop") else stride_frames
        count = int(re.findall(r"\d+", stage)[-1])
        for frames, index in cases.items():
            name = f"{stage.split(':')[0]}, {frames} frames"
            found.equal(name, choose(int(frames), count), index)
    return found.rows


def check_image_and_landmark(folder: GoldenFolder, check: dict[str, Any]) -> list[Comparison]:
    """PSNR and SSIM of made image pairs, and landmark distances of made tracks."""
    table = folder.json(check["cases"])
    found = Findings(check)
    for name, case in table.get("pairs", {}).items():
        a, b = image_pair(name, table["image_pairs_recipe"])
        found.relative(f"{name} psnr", psnr(a, b), float(case["psnr"]), IMAGE)
        found.absolute(f"{name} ssim", ssim(a, b), case["ssim"], IMAGE)
        gaussian = case.get("ssim_gaussian_11_sigma1.5_for_comparison")
        if gaussian is not None:
            found.absolute(f"{name} gaussian ssim", ssim_gaussian(a, b), gaussian, IMAGE)
    if "landmarks" in table:
        _landmarks(found, table["landmarks"])
    return found.rows


def image_pair(name: str, recipe: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The two images of a named pair, from the sentence that defines all of them."""
    match = re.search(rf"\b{re.escape(name)}: (?:set )?(PUB|ALT) t=(\d+)(.*?)(?:;|$)", recipe)
    if match is None:
        raise GoldenError(f"the recipe of image pairs does not define '{name}'")
    sides = re.search(r"_(\d+)(?:x(\d+))?$", name)
    height = int(sides[1]) if sides else 128
    width = int(sides[2]) if sides and sides[2] else height
    a = formula_image(match[1], int(match[2]), height, width)
    if other := re.search(r"vs set (PUB|ALT) t=(\d+)", match[3]):
        return a, formula_image(other[1], int(other[2]), height, width)
    if strength := re.search(r"k=(\d+)", match[3]):
        k = int(strength[1])
        y, x, c = np.mgrid[:height, :width, :3]
        noisy = a.astype(np.int64) + (7 * x + 13 * y + 29 * c) % (2 * k + 1) - k
        return a, np.clip(noisy, 0, 255).astype(np.uint8)
    return a, a


def _landmarks(found: Findings, table: Mapping[str, Any]) -> None:
    definition = str(table["definition_of_toy_landmarks"])
    lengths = [int(n) for n in re.findall(r"(\d+) (?:generated|ground-truth) frames", definition)]
    missing = [int(n) for n in re.findall(r"generated frame (\d+) has no face", definition)]
    pairing = pair_frames(*lengths)
    found.equal("pairing of generated", pairing.first, table["pairing"]["generated"])
    found.equal("pairing of ground truth", pairing.second, table["pairing"]["ground_truth"])
    generated = np.stack([toy_landmarks(int(t), 1) for t in pairing.first])
    truth = np.stack([toy_landmarks(int(t), 0) for t in pairing.second])
    valid = ~np.isin(pairing.first, missing)
    mouth_velocity = landmark_velocity_distance(generated, truth, "mouth", valid)
    ours = {
        "mouth_lmd": landmark_distance(generated, truth, "mouth", valid),
        "mouth_lvd": mouth_velocity,
        "face_lmd": landmark_distance(generated, truth, "face", valid),
        "face_lvd_as_reference": mouth_velocity * 20 / 68,
    }
    for key, golden in table["reference"].items():
        found.relative(key, ours[key], golden, EXACT)
    if "face_lvd_with_face_points" in table:
        face_velocity = landmark_velocity_distance(generated, truth, "face", valid)
        found.relative("face_lvd", face_velocity, table["face_lvd_with_face_points"], EXACT)


def toy_landmarks(t: int, kind: int) -> NDArray[np.float64]:
    """Made landmarks float64 (68, 2) of frame t; kind 1 for generated, 0 for ground truth."""
    i = np.arange(68)
    x = 40 + (37 * i) % 53 + tri(40 * t + 7 * i) // 16 + kind * ((5 * i + t) % 7)
    y = 60 + (29 * i) % 61 + tri(60 * t + 11 * i) // 20 + kind * ((3 * i + 2 * t) % 5)
    return np.stack([x, y], axis=-1).astype(np.float64)


CHECKS: dict[str, Check] = {
    "syncnet.evaluate": check_sync_evaluate,
    "syncnet.offset": check_sync_offset,
    "frechet": check_frechet,
    "frechet_video": check_frechet_video,
    "emotion.frame_sampling": check_frame_sampling,
    "image_and_landmark": check_image_and_landmark,
}
"""Check id of a golden index -> function, for the ids of formulas."""


def _generator(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def _refused(x: NDArray[np.float64], y: NDArray[np.float64]) -> bool:
    try:
        frechet_terms(x, y)
    except ValueError:
        return True
    return False


def _distance(found: Findings, name: str, ours: float, golden: float) -> None:
    """Relative where there is a distance, absolute where it is zero."""
    if golden > 0:
        found.relative(name, ours, golden, FRECHET)
    else:
        found.absolute(name, ours, 0.0, EXACT)
