"""C-MET as a method of the benchmark: with `face_method` the only file of `cmet` that knows the benchmark.

With `weights: puppets` (the default) it runs the small networks that ship in `cmet/puppets`; with a folder it loads
the authors' released files `EDTalk.pt`, `Audio2Lip.pt` and the connector from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from benchmark.core.errors import SampleError, UsageError
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.media.audio import read_audio
from benchmark.media.clip import Clip
from benchmark.methods.base import Method, MethodInfo
from cmet.face_method import (
    INFERENCE_OPTIONS,
    chosen_files,
    inference_options,
    known_options,
    missing_files,
    read_shot,
    reference_remark,
)
from cmet.inference.editing import MODES
from cmet.inference.feature_bank import trust
from cmet.inference.networks import load_networks, shipped_records
from cmet.inference.recorded_speech import Recordings
from cmet.inference.speech import load_speech_encoder
from cmet.model.vectors import Reliability, difference

OPTIONS = ("weights", "mode", "speech_encoder", "intensity", *INFERENCE_OPTIONS)


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

    @classmethod
    def inputs(cls, sample: Sample, options: Mapping[str, Any]) -> tuple[Path, ...]:
        """The user's own weights."""
        return chosen_files(options, ("weights", "speech_encoder"))

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Load the networks. Options: `weights`, `mode`, `speech_encoder`, `intensity`, those of `inference.optimized`.

        Raises:
            UsageError: an option is unknown or has a wrong value.
            MissingCheckpoint: a weights file is not here.
        """
        known_options(self.info.name, options, OPTIONS)
        self.device = device
        self.mode = options.get("mode", "clean")
        if self.mode not in MODES:
            raise UsageError(f"method.mode must be one of {', '.join(MODES)}, got {self.mode!r}")
        self.intensity = float(options.get("intensity", 1.0))
        inference = inference_options(self.info.name, options)
        with missing_files():
            self.model = replace(load_networks(options.get("weights", "puppets"), device), options=inference)
            self.encoder = load_speech_encoder(options.get("speech_encoder", "puppets"), device)
        self.references: dict[str, int] = {}
        self.embeddings: dict[Path, NDArray[np.float32]] = {}
        self.trusted: dict[tuple[tuple[Path, ...], tuple[Path, ...]], Reliability] = {}

    def edit(self, sample: Sample, seed: int) -> Clip:
        """Edit one sample. Statuses: `no_emotional_speech`, `no_speech`, `wrong_size`, and those of media."""
        if not sample.cues.emotional_speech or not sample.cues.neutral_speech:
            raise SampleError(
                Status.NO_EMOTIONAL_SPEECH, f"{sample.id} names no emotional and neutral speech to compare"
            )
        shot = read_shot(sample)
        driving = shot.pictures(self.model.generator.config.size).to(self.device)
        vector = torch.from_numpy(self.vector(sample)).to(self.device)
        self.references[sample.id] = shot.reference
        person = driving[shot.reference : shot.reference + 1]
        return shot.clip(self.model.edit(person, driving, shot.speech, vector, mode=self.mode).frames)

    def vector(self, sample: Sample) -> NDArray[np.float32]:
        """The sample's emotion vector: difference of mean embeddings of its cues, times the intensity factor."""
        sides = (sample.cues.emotional_speech, sample.cues.neutral_speech)
        emotional, neutral = (np.stack([self.embedding(path) for path in paths]) for paths in sides)
        return difference(emotional, neutral, strength=self.intensity)

    def remarks(self, sample: Sample) -> dict[str, float | bool | str]:
        """How far the emotion vector can be trusted: `vector_halves_cosine`, `vector_p_value`, `vector_reliable`.

        And `reference_frame`, where the source's first frame does not show the face.
        """
        trust_in = self.reliability(sample)
        figures = {"vector_halves_cosine": trust_in.halves_cosine, "vector_p_value": trust_in.p_value}
        said: dict[str, float | bool | str] = {k: round(v, 6) for k, v in figures.items() if np.isfinite(v)}
        said["vector_reliable"] = trust_in.reliable
        if not trust_in.reliable:
            verdict = trust_in.sentence() if len(figures) == len(said) - 1 else "too few recordings to tell"
            said["warning"] = f"emotion vector to {sample.emotion}: {verdict}"
        return said | reference_remark(self.references.get(sample.id, 0))

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
