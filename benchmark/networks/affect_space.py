"""The shared emotion space of the puppets' extended-emotion proxy: two linear maps into one affect state.

The space is the corpus's own affect state of seven dimensions (`benchmark/puppets/affect.py`: valence, arousal,
dominance, novelty, affiliation, approach, asymmetry). A voice enters by its 69 prosodic numbers
(`benchmark/extractors/prosody_profile.py`), a face by its 21 action units averaged over time; each goes through its own
ridge regression, fitted by `python -m tools.train.affect_space` on the training identities and the basic emotions
only. So what an extended emotion looks or sounds like was never shown to either map.

It shares no weights and no features with any method: C-MET and the audio-driven baseline hear through another network.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load, save_file

from benchmark.checkpoints.record import Checkpoint
from benchmark.core.errors import CheckpointError, MissingCheckpoint

FILE = Path(__file__).parent / "puppets" / "affect_space.safetensors"
COMMAND = "python -m tools.train.affect_space"
Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class AffectSpace:
    """Both maps: state = (x - mean) / scale @ weights + bias, float64."""

    voice_mean: Matrix
    """(69,)."""
    voice_scale: Matrix
    """(69,)."""
    voice_weights: Matrix
    """(69, 7)."""
    voice_bias: Matrix
    """(7,)."""
    face_mean: Matrix
    """(21,)."""
    face_scale: Matrix
    """(21,)."""
    face_weights: Matrix
    """(21, 7)."""
    face_bias: Matrix
    """(7,)."""

    def of_voice(self, profiles: Matrix) -> Matrix:
        """Affect states (n, 7) of prosodic profiles (n, 69)."""
        return (profiles - self.voice_mean) / self.voice_scale @ self.voice_weights + self.voice_bias

    def of_face(self, units: Matrix) -> Matrix:
        """Affect states (n, 7) of mean action units (n, 21)."""
        return (units - self.face_mean) / self.face_scale @ self.face_weights + self.face_bias

    def write(self, path: Path) -> None:
        """Write both maps as float32 safetensors."""
        save_file({f.name: getattr(self, f.name).astype(np.float32) for f in fields(self)}, path)


def affect_space_checkpoint() -> Checkpoint:
    """The record of the maps."""
    entry = _entry()
    return Checkpoint(
        name=FILE.name,
        address=f"the project's repository, or make it: {COMMAND}",
        sha256=entry.get("sha256"),
        size=entry.get("size"),
        licence="Apache-2.0",
        belongs_to="puppets' shared emotion space",
        directory=FILE.parent,
    )


def load_affect_space() -> AffectSpace:
    """The shipped maps. Raises MissingCheckpoint; CheckpointError for a damaged file."""
    if not FILE.is_file():
        raise MissingCheckpoint(f"missing checkpoint: {FILE.name}, get it from {affect_space_checkpoint().address}")
    data = FILE.read_bytes()
    if hashlib.sha256(data).hexdigest() != _entry().get("sha256"):
        raise CheckpointError(f"{FILE.name} is damaged: its sha256 is not the one in manifest.json")
    return AffectSpace(**{name: value.astype(np.float64) for name, value in load(data).items()})


def _entry() -> dict:  # type: ignore[type-arg]
    manifest = FILE.parent / "manifest.json"
    return json.loads(manifest.read_text()).get(FILE.name, {}) if manifest.is_file() else {}
