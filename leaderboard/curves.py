"""Curves over time of single clips: probability of each emotion, mouth opening, loudness of the sound.

They are read from what the benchmark's extractors left in the cache (`cache/features`, numbers of one clip under the
hash of its bytes) and written as one small JSON a sample, so that the page needs neither network nor corpus:

    {"views": {"cmet": {"fps": 25.0, "emotion": {"happy": [...], ...}, "mouth": [...], "sound": [...]}}}

Emotion: the judge's probability in each of its frames, spread evenly over the clip. Mouth: action units 25 (lips part)
and 26 (jaw drop), mean, share of full intensity. Sound: root mean square of each frame's samples, 1 the loudest frame.
Curves exist for puppets; other datasets have none until their extractors keep such numbers.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmark.fingerprint import file_sha256
from benchmark.puppets.parameters import ACTION_UNITS
from benchmark.results.store import StoredRun, write_text
from benchmark.types import BASIC_EMOTIONS, SAMPLE_ID

CURVES = "curves"
EMOTION, FACE = "puppet_emotion", "puppet_face"
MOUTH = ("AU25", "AU26")
"""The action units that open a mouth."""


def write_curves(root: Path, runs: Sequence[StoredRun], samples: Sequence[str], folder: Path) -> int:
    """Write the curves of samples. Returns how many files were written; a clip without features has no curves.

    Args:
        root: the runs' root.
        runs: of any split; those without a sample are passed over for it.
        samples: ids.
        folder: gets `<sample>.json`.
    """
    written = 0
    for sample in samples:
        views: dict[str, Any] = {}
        for run in runs:
            for card in run.record["samples"]:
                if card["id"] != sample:
                    continue
                for label, clip in (
                    ("source", card["source"]),
                    ("target", card["target"]),
                    (run.method, card["output"]),
                ):
                    if label not in views and clip and (curves := curves_of(root, run, root / clip)):
                        views[label] = curves
        if views:
            write_text(folder / f"{sample}.json", json.dumps({"views": views}, allow_nan=False, sort_keys=True) + "\n")
            written += 1
    return written


def curves_of(root: Path, run: StoredRun, clip: Path) -> dict[str, Any]:
    """The curves of a clip as far as the cache knows it; {} where it does not."""
    if not clip.is_file():
        return {}
    digest = file_sha256(clip)
    found: dict[str, Any] = {}
    emotion = _features(root, run, EMOTION, digest)
    if emotion is not None and "frame_probs" in emotion:
        probs = np.asarray(emotion["frame_probs"], dtype=np.float64)
        found["emotion"] = {name: _short(probs[:, i]) for i, name in enumerate(BASIC_EMOTIONS[: probs.shape[1]])}
    face = _features(root, run, FACE, digest)
    if face is not None and "action_units" in face:
        units = np.asarray(face["action_units"], dtype=np.float64)
        columns = [i for i in (_unit_column(name, units.shape[1]) for name in MOUTH) if i is not None]
        found["mouth"] = _short(units[:, columns].mean(axis=1))
    sound, fps = loudness(clip)
    return found | {"fps": fps} | ({"sound": sound} if sound else {}) if found else {}


def loudness(clip: Path) -> tuple[list[float], float]:
    """Root mean square of the sound in each frame's time, 1 the loudest, and frames per second; [] without sound."""
    import av

    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        fps, frames = float(stream.average_rate or 25), int(stream.frames)
        if not container.streams.audio:
            return [], fps
        audio = container.streams.audio[0]
        blocks = [np.asarray(f.to_ndarray(), dtype=np.float64).mean(axis=0) for f in container.decode(audio)]
        rate = int(audio.rate or 16000)
    samples = np.concatenate(blocks) if blocks else np.zeros(0)
    edges = (np.arange(frames + 1) * rate / fps).astype(int)
    parts = [samples[a:b] for a, b in zip(edges, edges[1:], strict=False)]
    level = np.array([float(np.sqrt(np.mean(part**2))) if len(part) else 0.0 for part in parts])
    return (_short(level / level.max()) if len(level) and level.max() > 0 else []), fps


def read_curves(root: Path, sample: str) -> dict[str, Any]:
    """View -> its curves; {} where there are none, or the file is damaged."""
    if not SAMPLE_ID.fullmatch(sample):
        return {}
    try:
        views = json.loads((root / CURVES / f"{sample}.json").read_text(encoding="utf-8"))["views"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return views if isinstance(views, dict) else {}


def _features(root: Path, run: StoredRun, extractor: str, digest: str) -> Any:
    key = run.record["fingerprints"]["extraction"].get(extractor)
    if not key:
        return None
    path = root / "cache" / "features" / f"{extractor}-{key[:16]}" / digest[:2] / f"{digest}.npz"
    return dict(np.load(path, allow_pickle=False)) if path.is_file() else None


def _unit_column(name: str, columns: int) -> int | None:
    return ACTION_UNITS.index(name) if len(ACTION_UNITS) == columns else None


def _short(values: Any) -> list[float]:
    return [round(float(value), 4) for value in values]
