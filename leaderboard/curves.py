"""Curves over time of one sample's clips: emotion, mouth opening beside the sound, identity.

They come from what the extractors left in the cache of features, numbers of one clip under the hash of its bytes
(`curve_sources` says which and how); a clip that no extractor saw has none. Results that travel without their cache
carry them as one small JSON a sample, `curves/<dataset>/<split>/<sample>.json` beside the results:

    {"origin": {"mouth": "..."}, "views": {"cmet": {"fps": 25.0, "sound": [...],
     "emotion": {"frames": [...], "values": {"happy": [...], ...}}, "mouth": {"frames": [...], "values": [...]}, ...}}}

Emotion: probability of each emotion. Identity: cosine with the mean embedding of the source. Sound: root mean square in
each frame's time, 1 the loudest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmark.analysis.loudness import measure_loudness
from benchmark.core.arrays import read_sealed
from benchmark.core.files import file_sha256, write_text
from benchmark.core.fingerprint import KEY_LENGTH
from benchmark.core.types import SAMPLE_ID
from benchmark.results.store import StoredRun
from leaderboard.clips import video_of
from leaderboard.curve_sources import KINDS, emotions_of

CURVES = "curves"
Curves = dict[str, Any]
"""`origin` and `views` as above; {} where there are none."""


def curves_of(root: Path, runs: Sequence[StoredRun], sample: str) -> Curves:
    """The curves of a sample from the cache of features.

    Args:
        root: of the runs.
        runs: of one dataset and split; those without the sample are passed over.
        sample: its id.
    """
    clips = _clips(root, runs, sample)
    digests = {view: file_sha256(clip) for view, clip in clips.items()}
    keys: dict[str, str] = {}
    for run in runs:
        keys |= run.record["fingerprints"]["extraction"]
    views: dict[str, dict[str, Any]] = {view: {} for view in clips}
    origin = {}
    for kind, sources in KINDS.items():
        for source in sources:
            found = {}
            for view, digest in digests.items():
                if (rows := _rows(root, source.extractor, keys.get(source.extractor), digest, source.read)) is not None:
                    found[view] = rows
            if drawn := _drawn(kind, found):
                origin[kind] = source.title
                for view, curve in drawn.items():
                    views[view][kind] = curve
                break
    views = {view: curves for view, curves in views.items() if curves}
    for view in views:
        sound, fps = measure_loudness(clips[view])
        views[view] |= {"fps": fps} | ({"sound": sound} if sound else {})
    return {"origin": origin, "views": views} if views else {}


def _clips(root: Path, runs: Sequence[StoredRun], sample: str) -> dict[str, Path]:
    """Source, target and every method's output, as far as they are here."""
    found: dict[str, Path] = {}
    for run in runs:
        for card in run.record["samples"]:
            if card["id"] == sample:
                named = (("source", card["source"]), ("target", card["target"]), (run.method, card["output"]))
                clips = {view: video_of(root, clip)[0] for view, clip in named if view not in found}
                found |= {view: clip for view, clip in clips.items() if clip is not None}
    return found


def _rows(root: Path, extractor: str, key: str | None, digest: str, read: Any) -> tuple[Any, Any] | None:
    """Frames and values of a clip; None where the cache does not tell, or what it holds is damaged."""
    if not key:
        return None
    folder = root / "cache" / "features" / f"{extractor}-{key[:KEY_LENGTH]}"
    try:
        frames, values = read(read_sealed(folder / digest[:2] / f"{digest}.npz"))
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return None
    return (frames, values) if len(frames) and len(frames) == len(values) and np.isfinite(values).all() else None


def _drawn(kind: str, found: Mapping[str, tuple[NDArray[Any], NDArray[Any]]]) -> dict[str, dict[str, Any]]:
    """Curves of all views from their rows."""
    if kind == "identity":
        if "source" not in found:
            return {}
        mean = _unit(_unit(found["source"][1].astype(np.float64)).mean(axis=0))
        found = {view: (frames, _unit(rows.astype(np.float64)) @ mean) for view, (frames, rows) in found.items()}
    curves = {}
    for view, (frames, values) in found.items():
        told: Any = _short(values) if values.ndim == 1 else None
        if kind == "emotion":
            try:
                told = {name: _short(values[:, i]) for i, name in enumerate(emotions_of(values.shape[1]))}
            except (ValueError, IndexError):
                continue
        if told is not None:
            curves[view] = {"frames": [int(frame) for frame in frames], "values": told}
    return curves


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    length: NDArray[np.float64] = np.linalg.norm(rows, axis=-1, keepdims=True)
    return rows / np.maximum(length, 1e-12)


def write_curves(root: Path, runs: Sequence[StoredRun], samples: Sequence[str], out: Path) -> int:
    """Write the curves of samples of one dataset and split below `out`, another root. Returns how many have any."""
    written = 0
    for sample in samples:
        if curves := curves_of(root, runs, sample):
            path = stored_at(out, str(runs[0].record["dataset"]), str(runs[0].record["split"]), sample)
            write_text(path, json.dumps(curves, allow_nan=False, sort_keys=True) + "\n")
            written += 1
    return written


def stored_at(root: Path, dataset: str, split: str, sample: str) -> Path:
    """Where a sample's written curves lie."""
    return root / CURVES / dataset / split / f"{sample}.json"


def read_curves(root: Path, dataset: str, split: str, sample: str) -> Curves:
    """Written curves; {} where there are none, or the file is damaged."""
    if not all(SAMPLE_ID.fullmatch(name) for name in (dataset, split, sample)):
        return {}
    try:
        stored = json.loads(stored_at(root, dataset, split, sample).read_text(encoding="utf-8"))
        origin = {str(kind): str(words) for kind, words in stored["origin"].items()}
        views = {str(view): _checked(curves) for view, curves in stored["views"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    return {"origin": origin, "views": views}


def _checked(curves: Mapping[str, Any]) -> dict[str, Any]:
    """One view's curves with nothing but numbers in them. Raises what a wrong shape raises."""
    kept: dict[str, Any] = {"fps": min(max(float(curves["fps"]), 1.0), 1000.0)}
    if "sound" in curves:
        kept["sound"] = _short(curves["sound"])
    for kind in KINDS:
        if kind in curves:
            frames, values = [int(frame) for frame in curves[kind]["frames"]], curves[kind]["values"]
            told = {str(k): _short(v) for k, v in values.items()} if isinstance(values, dict) else _short(values)
            rows = told.values() if isinstance(told, dict) else [told]
            if not all(len(row) == len(frames) for row in rows):
                raise ValueError(f"{kind}: a value for each frame")
            kept[kind] = {"frames": frames, "values": told}
    return kept


def _short(values: Any) -> list[float]:
    return [round(float(value), 4) for value in values]
