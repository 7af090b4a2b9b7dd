"""C-MET as a method of the benchmark: the only file of `cmet` that knows the benchmark.

With `weights: puppets` (the default) it runs the small networks that ship in `cmet/puppets`; with a folder it loads
the authors' released files `EDTalk.pt`, `Audio2Lip.pt` and the connector from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from benchmark.errors import MissingCheckpoint, SampleError, UsageError, nearest
from benchmark.method import Method, MethodInfo
from benchmark.types import Sample
from cmet.editing import MODES, to_unit
from cmet.feature_bank import trust
from cmet.networks import RELEASED, load_networks, shipped_records
from cmet.recorded_speech import Recordings
from cmet.speech import load_speech_encoder
from cmet.vectors import Reliability, difference
from media.audio import read_audio
from media.clip import Clip
from media.errors import MediaError
from media.video import read_clip
from weights.errors import WeightsError

FPS = 25.0
OPTIONS = ("weights", "mode", "speech_encoder", "intensity")


class CMet(Method):
    """Cross-modal emotion transfer: the emotion comes from speech."""

    info: ClassVar[MethodInfo] = MethodInfo(
        name="cmet",
        title="C-MET",
        version="1",
        cue="audio",
        paper="Cross-Modal Emotion Transfer (CVPR 2026), arXiv 2604.07786",
        year=2026,
        code="https://github.com/ChanHyeok-Choi/C-MET",
        licence="Apache-2.0",
        checkpoints=shipped_records(),
        trained_on=("puppets/train",),
    )

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Load the networks. Options: `weights`, `mode`, `speech_encoder`, `intensity`.

        Raises:
            UsageError: an option is unknown or has a wrong value.
            MissingCheckpoint: a weights file is not here.
        """
        for name in options:
            if name not in OPTIONS:
                raise UsageError(f"method 'cmet' has no option '{name}'{nearest(name, OPTIONS)}")
        self.device = device
        self.mode = options.get("mode", "clean")
        if self.mode not in MODES:
            raise UsageError(f"method.mode must be one of {', '.join(MODES)}, got {self.mode!r}")
        self.intensity = float(options.get("intensity", 1.0))
        try:
            self.model = load_networks(options.get("weights", "puppets"), device)
            self.encoder = load_speech_encoder(options.get("speech_encoder", "puppets"), device)
        except FileNotFoundError as error:
            name = Path(str(error.filename or error)).name
            raise MissingCheckpoint(f"missing checkpoint: {name}, get it from {_address(name)}") from error
        except WeightsError as error:
            raise MissingCheckpoint(str(error)) from error
        self.embeddings: dict[Path, NDArray[np.float32]] = {}
        self.trusted: dict[tuple[tuple[Path, ...], tuple[Path, ...]], Reliability] = {}

    def edit(self, sample: Sample, seed: int) -> Clip:
        """Edit one sample. Statuses: `no_emotional_speech`, `no_speech`, `wrong_size`, and those of media."""
        if not sample.cues.emotional_speech or not sample.cues.neutral_speech:
            raise SampleError("no_emotional_speech", f"{sample.id} names no emotional and neutral speech to compare")
        try:
            source = read_clip(sample.source)
            speech = read_audio(sample.speech) if sample.speech else source.audio
        except MediaError as error:
            raise SampleError(error.status, str(error)) from error
        if speech is None:
            raise SampleError("no_speech", f"{sample.id}: the source has no sound and no other speech is given")
        height, width = source.frames.shape[1:3]
        if height != width:
            raise SampleError(
                "wrong_size", f"{sample.id}: a face crop must be square, the source is {width} x {height}"
            )
        driving = to_unit(resized(source.frames, self.model.generator.config.size)).to(self.device)
        vector = torch.from_numpy(self.vector(sample)).to(self.device)
        edit = self.model.edit(driving[:1], driving, speech, vector, mode=self.mode)
        return Clip(resized(edit.frames, height), FPS, speech[: 640 * len(edit.frames)])

    def vector(self, sample: Sample) -> NDArray[np.float32]:
        """The sample's emotion vector: difference of mean embeddings of its cues, times the intensity factor."""
        sides = (sample.cues.emotional_speech, sample.cues.neutral_speech)
        emotional, neutral = (np.stack([self.embedding(path) for path in paths]) for paths in sides)
        return difference(emotional, neutral, strength=self.intensity)

    def remarks(self, sample: Sample) -> dict[str, float | bool | str]:
        """How far the emotion vector can be trusted: `vector_halves_cosine`, `vector_p_value`, `vector_reliable`."""
        trust_in = self.reliability(sample)
        figures = {"vector_halves_cosine": trust_in.halves_cosine, "vector_p_value": trust_in.p_value}
        said: dict[str, float | bool | str] = {k: round(v, 6) for k, v in figures.items() if np.isfinite(v)}
        said["vector_reliable"] = trust_in.reliable
        if not trust_in.reliable:
            verdict = trust_in.sentence() if len(figures) == len(said) - 1 else "too few recordings to tell"
            said["warning"] = f"emotion vector to {sample.emotion}: {verdict}"
        return said

    def reliability(self, sample: Sample) -> Reliability:
        """Of the sample's emotion vector; computed once for the same recordings."""
        cues = sample.cues
        key = (tuple(cues.emotional_speech), tuple(cues.neutral_speech))
        if key not in self.trusted:
            sides = [
                Recordings(
                    tuple(f"{path.stem}#{place}" for place, path in enumerate(paths)),
                    np.stack([self.embedding(path) for path in paths]),
                )
                for paths in key
            ]
            self.trusted[key] = trust(*sides)
        return self.trusted[key]

    def embedding(self, path: Path) -> NDArray[np.float32]:
        """Speech-emotion embedding of a recording; each file is embedded once."""
        if path not in self.embeddings:
            self.embeddings[path] = self.encoder.embed([read_audio(path)])[0]
        return self.embeddings[path]


def resized(frames: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Square frames uint8 (T, S, S, 3) -> (T, side, side, 3): averaged down, or enlarged by cubic interpolation."""
    if frames.shape[1] == side:
        return frames
    mode = cv2.INTER_AREA if side < frames.shape[1] else cv2.INTER_CUBIC
    return np.stack([np.asarray(cv2.resize(f, (side, side), interpolation=mode), np.uint8) for f in frames])


def _address(name: str) -> str:
    """Where a weights file comes from."""
    for record in (*shipped_records(), *RELEASED):
        if Path(record.name).stem == Path(name).stem:
            return record.address
    return "the project's repository"
