"""`cmet-pdfgc`: C-MET as a plug-in of PD-FGC, whose expression is 30 numbers a frame where EDTalk's is 10.

PD-FGC's own program reads the source's codes, C-MET's transformer edits them here, the program draws them. It needs a
checkout of PD-FGC and a transformer that was trained on such codes; none is public (docs/guide/methods/pd_fgc.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from baselines.outside import PDFGC
from benchmark.checkpoints.load import load
from benchmark.checkpoints.shipped import load_shipped
from benchmark.core.errors import MissingCheckpoint, SampleError, UsageError, user_path
from benchmark.core.files import replace_file
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.media.audio import read_audio
from benchmark.methods.base import MethodInfo
from benchmark.methods.external_setup import Setup
from cmet.face_method import missing_files
from cmet.inference.editing import edit_codes
from cmet.inference.speech import load_speech_encoder
from cmet.model.transformer import Connector, ConnectorConfig
from cmet.model.vectors import difference

EXPRESSION = 30
"""PD-FGC's `emo_dim` (configs/inference.yaml)."""
OWN: Mapping[str, Any] = {"connector": None, "speech_encoder": "emotion2vec", "intensity": 1.0}


class CMetPDFGC(PDFGC):
    """The emotion is heard, the face is PD-FGC's. Options: those of `External`, and `OWN`."""

    info: ClassVar[MethodInfo] = MethodInfo(
        name="cmet-pdfgc",
        title="C-MET on PD-FGC",
        version="1",
        cue="audio",
        paper="Cross-Modal Emotion Transfer (CVPR 2026), arXiv 2604.07786, with PD-FGC (CVPR 2023), arXiv 2211.14506",
        year=2026,
        code="https://github.com/ChanHyeok-Choi/C-MET",
        licence="Apache-2.0 (C-MET), CC-BY-4.0 (PD-FGC)",
        trained_on=("mead/train", "voxceleb2"),
    )

    @classmethod
    def setup_of(cls, options: Mapping[str, Any]) -> Setup:
        """Where PD-FGC is; the wrapper is its."""
        outside = {name: value for name, value in options.items() if name not in OWN}
        return super().setup_of({**outside, "wrapper": outside.get("wrapper") or "pd_fgc.py"})

    @classmethod
    def missing(cls, options: Mapping[str, Any]) -> str | None:
        """As PD-FGC, and the transformer."""
        lacking = super().missing(options)
        if lacking is None and not options.get("connector"):
            what = f"no transformer for {EXPRESSION} numbers"
            return f"missing checkpoint: {what}, set method.connector=FILE; see {cls.page}"
        return lacking

    @classmethod
    def inputs(cls, sample: Sample, options: Mapping[str, Any]) -> tuple[Path, ...]:
        """The transformer, besides what PD-FGC depends on."""
        connector = options.get("connector")
        return (*super().inputs(sample, options), *([user_path(connector)] if connector else []))

    @classmethod
    def output_options(cls, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """The connector's path changes no output: its content is in `inputs`."""
        names = ("speech_encoder", "intensity")
        return {**super().output_options(options), **{name: options[name] for name in names if name in options}}

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Look for PD-FGC and load the transformer.

        Raises:
            UsageError: an option is wrong, or transformer and speech encoder do not fit.
            MissingRequirement: something is not here.
            MissingCheckpoint: the transformer's file is damaged or made for other codes.
        """
        super().load(device, options)
        own = {**OWN, **{name: options[name] for name in OWN if name in options}}
        self.intensity = float(own["intensity"])
        self.connector = load_connector(user_path(own["connector"])).to(device)
        with missing_files():
            self.encoder = load_speech_encoder(str(own["speech_encoder"]), device)
        if self.encoder.dimension != self.connector.config.speech:
            raise UsageError(
                f"method.speech_encoder gives {self.encoder.dimension} numbers, the transformer reads"
                f" {self.connector.config.speech}"
            )
        self.embeddings: dict[Path, NDArray[np.float32]] = {}

    def begin(self, samples: Sequence[Sample], seed: int, folder: Path) -> None:
        """Read codes outside, edit them here, draw them outside. What fails on the way is kept for its row."""
        self.run_job("codes", samples, seed, folder, suffix=".npy")
        edited: dict[str, Path] = {}
        for sample in samples:
            try:
                self.check(sample)
                path = folder.resolve() / "output" / f"{sample.id}.edited.npy"
                _save(path, self.edited(sample, np.load(self.outputs[sample.id], allow_pickle=False)))
                edited[sample.id] = path
            except SampleError as error:
                self.refused[sample.id] = error
        self.reports = {}
        self.run_job("render", [sample for sample in samples if sample.id in edited], seed, folder, codes=edited)

    @torch.no_grad()
    def edited(self, sample: Sample, codes: NDArray[np.floating]) -> NDArray[np.float32]:
        """Codes (N, 30) of the source -> edited codes float32 (N, 30).

        Raises:
            SampleError: `no_emotional_speech`, or `wrong_codes` for another shape or values that are not finite.
        """
        cues = sample.cues
        if not cues.emotional_speech or not cues.neutral_speech:
            raise SampleError(
                Status.NO_EMOTIONAL_SPEECH, f"{sample.id} names no emotional and neutral speech to compare"
            )
        if codes.ndim != 2 or not len(codes) or codes.shape[1] != EXPRESSION or not np.isfinite(codes).all():
            raise SampleError(Status.WRONG_CODES, f"{sample.id}: codes must be (N, {EXPRESSION}), got {codes.shape}")
        sides = [np.stack([self.embedding(p) for p in paths]) for paths in (cues.emotional_speech, cues.neutral_speech)]
        vector = torch.from_numpy(difference(sides[0], sides[1], strength=self.intensity)).to(self.device)
        frames = torch.from_numpy(codes.astype(np.float32)).to(self.device)
        result = edit_codes(lambda *x: self.connector(*x).direction, vector[None, None], frames)
        return np.asarray(result.codes.cpu().numpy(), np.float32)

    def embedding(self, path: Path) -> NDArray[np.float32]:
        """Speech-emotion embedding of a recording; each file is embedded once."""
        if path not in self.embeddings:
            self.embeddings[path] = self.encoder.embed([read_audio(path)])[0]
        return self.embeddings[path]

    def problem(self, output: Path) -> str | None:
        """Codes are a .npy, videos a video."""
        if output.suffix != ".npy":
            return super().problem(output)
        try:
            np.load(output, allow_pickle=False)
        except (OSError, ValueError) as error:
            return f"{output.name}: {error}"
        return None


def load_connector(path: Path) -> Connector:
    """A transformer for codes of 30 numbers: the authors' layout (.pth), or one that ships with a manifest.json.

    Raises:
        MissingCheckpoint: not there, damaged, or made for other codes.
    """
    with missing_files():
        if path.suffix == ".safetensors" and (path.parent / "manifest.json").is_file():
            try:
                connector = load_shipped(lambda **a: Connector(ConnectorConfig(**a)), path)
            except (ValueError, KeyError) as error:
                raise MissingCheckpoint(f"{path.name} is not as its manifest.json says: {error}") from error
        else:
            connector = load(Connector(ConnectorConfig(expression=EXPRESSION)), path)
    if connector.config.expression != EXPRESSION:
        raise MissingCheckpoint(
            f"{path.name} edits codes of {connector.config.expression} numbers, PD-FGC's have {EXPRESSION}"
        )
    return connector.eval()


def _save(path: Path, codes: NDArray[np.float32]) -> None:
    with replace_file(path) as temporary, temporary.open("wb") as file:
        np.save(file, codes, allow_pickle=False)
