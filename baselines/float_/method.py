"""`float` and `float-label`: FLOAT as methods of the benchmark.

One picture of the person and the speech make a clip; how the head moves is invented, not taken from the source. The
emotion is heard in the cue's emotional speech (`float`), or is one of seven labels (`float-label`). Where the weights
come from and where this departs from the released code: docs/guide/methods/float.md.
"""

from __future__ import annotations

import zlib
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from baselines.float_.config import EMOTIONS, FPS, SAMPLES_PER_FRAME
from baselines.float_.layout import files_of
from baselines.float_.picture import CROPS, read_scene
from baselines.float_.records import RECORDS
from baselines.float_.sampling import Sampling
from benchmark.checkpoints.errors import WeightsError
from benchmark.core.errors import MissingCheckpoint, MissingRequirement, SampleError, UsageError, user_path
from benchmark.core.status import Status
from benchmark.core.types import Sample
from benchmark.media.audio import read_audio
from benchmark.media.clip import Clip
from benchmark.media.errors import MediaError
from benchmark.methods.base import CueKind, Method, MethodInfo
from benchmark.methods.options import only_options
from cmet.face_method import resized
from cmet.inference.face_detector import load_detector

if TYPE_CHECKING:
    from baselines.float_.model import Float

SAMPLING = tuple(field.name for field in fields(Sampling))
HEARD = ("cue", "speech")
LABELS = {"disgusted": "disgust", "surprised": "surprise"}
"""Names of emotions here that FLOAT calls otherwise. It has no `contempt`."""


def card(name: str, title: str, cue: CueKind) -> MethodInfo:
    """The method card."""
    return MethodInfo(
        name=name,
        title=title,
        version="1",
        cue=cue,
        paper=(
            "FLOAT: Generative Motion Latent Flow Matching for Audio-driven Talking Portrait (ICCV 2025),"
            " arXiv 2412.01064"
        ),
        year=2025,
        code="https://github.com/deepbrainai-research/float",
        licence="CC BY-NC-ND 4.0 (released code and weights)",
        checkpoints=RECORDS,
        trained_on=("hdtf", "ravdess", "savee", "tess"),
    )


class FloatMethod(Method):
    """What both have in common. Options: `weights`, a folder; `crop`; and those of `Sampling`."""

    legal: ClassVar[tuple[str, ...]] = ("weights", "crop", *SAMPLING)

    @classmethod
    def inputs(cls, sample: Sample, options: Mapping[str, Any]) -> tuple[Path, ...]:
        """The weights: when they change, stored outputs are no longer right."""
        return files_of(user_path(options["weights"])) if options.get("weights") else ()

    @classmethod
    def output_options(cls, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """All but `weights`, which tells where the files lie: their content is what counts (`inputs`)."""
        return {name: value for name, value in options.items() if name != "weights"}

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Load the networks.

        Raises:
            UsageError: an option is unknown or has a wrong value.
            MissingCheckpoint: a weights file is not here, or is another network's.
            MissingRequirement: a package is not installed.
        """
        only_options(self.info.name, options, self.legal)
        try:
            self.sampling = Sampling(**{name: options[name] for name in SAMPLING if name in options})
        except ValueError as error:
            raise UsageError(f"method.{error}") from error
        crop = options.get("crop", "none")
        if crop not in CROPS:
            raise UsageError(f"method.crop must be one of {', '.join(CROPS)}, got {crop!r}")
        if not options.get("weights"):
            raise UsageError(f"method '{self.info.name}' needs method.weights=DIR, see docs/guide/methods/float.md")
        self.network = open_network(user_path(options["weights"]), device)
        try:
            self.detector = load_detector() if crop == "face" else None
        except (FileNotFoundError, WeightsError) as error:
            raise MissingCheckpoint(f"method.crop=face: {error}") from error

    @abstractmethod
    def emotion(self, sample: Sample, speech: NDArray[np.float32]) -> Tensor:
        """Shares (1, 7) of the emotions to show; `speech` is what the face speaks."""

    def edit(self, sample: Sample, seed: int) -> Clip:
        """Edit one sample. Statuses: those of the cue and of `read_scene`, and `unusable_speech`."""
        scene = read_scene(sample, self.detector)
        emotion = self.emotion(sample, scene.speech)
        image = scene.image(self.network.config.size).to(self.network.fmt.pos_embed.device)
        with torch.no_grad():
            portrait = self.network.motion_autoencoder.encode(image)
        try:
            motion = self.network.motion(portrait, scene.speech, emotion, noise_seed(sample, seed), self.sampling)
        except ValueError as error:
            raise SampleError(Status.UNUSABLE_SPEECH, f"{sample.id}: {error}") from error
        # a last frame that the speech does not fill is left out, so that all methods give clips of one length
        frames = self.network.draw(portrait, motion[: len(scene.speech) // SAMPLES_PER_FRAME])
        sound = scene.speech[: SAMPLES_PER_FRAME * len(frames)]
        return Clip(resized(frames, len(scene.picture)), float(FPS), sound)


class FloatAudio(FloatMethod):
    """The emotion is heard. Option `emotion`: in the `cue`'s emotional speech, or in the `speech` that is spoken."""

    info: ClassVar[MethodInfo] = card("float", "FLOAT", "audio")
    legal: ClassVar[tuple[str, ...]] = (*FloatMethod.legal, "emotion")

    def load(self, device: str, options: Mapping[str, Any]) -> None:
        """Load networks; see `FloatMethod.load`."""
        self.heard_in = options.get("emotion", "cue")
        if self.heard_in not in HEARD:
            raise UsageError(f"method.emotion must be one of {', '.join(HEARD)}, got {self.heard_in!r}")
        super().load(device, options)
        self.recordings: dict[Path, Tensor] = {}
        self.last_heard: tuple[str, Tensor] | None = None

    def emotion(self, sample: Sample, speech: NDArray[np.float32]) -> Tensor:
        """Mean shares of the cue's recordings, or those of the speech. Raises SampleError `no_emotional_speech`."""
        if self.heard_in == "speech":
            shares = self.hear(sample, speech)
        elif sample.cues.emotional_speech:
            paths = sample.cues.emotional_speech
            shares = torch.cat([self.recording(sample, path) for path in paths]).mean(dim=0, keepdim=True)
        else:
            raise SampleError(Status.NO_EMOTIONAL_SPEECH, f"{sample.id} names no emotional speech")
        self.last_heard = (sample.id, shares)
        return shares

    def recording(self, sample: Sample, path: Path) -> Tensor:
        """Shares of a recording of the cue; each file is heard once."""
        if path not in self.recordings:
            try:
                self.recordings[path] = self.hear(sample, read_audio(path))
            except MediaError as error:
                raise SampleError(error.status, str(error)) from error
        return self.recordings[path]

    def hear(self, sample: Sample, speech: NDArray[np.float32]) -> Tensor:
        """Shares (1, 7) on the CPU. Raises SampleError `unusable_speech`."""
        try:
            return self.network.hear_emotion(speech).cpu()
        except ValueError as error:
            raise SampleError(Status.UNUSABLE_SPEECH, f"{sample.id}: {error}") from error

    def remarks(self, sample: Sample) -> Mapping[str, float | bool | str]:
        """What was heard: `emotion_heard` and its share, `emotion_share`."""
        if self.last_heard is None or self.last_heard[0] != sample.id:
            return {}
        share, place = self.last_heard[1][0].max(dim=0)
        return {"emotion_heard": EMOTIONS[int(place)], "emotion_share": round(float(share), 6)}


class FloatLabel(FloatMethod):
    """The emotion is one of the seven labels."""

    info: ClassVar[MethodInfo] = card("float-label", "FLOAT, label", "label")

    def emotion(self, sample: Sample, speech: NDArray[np.float32]) -> Tensor:
        """The label's condition. Raises SampleError `no_label`, `unknown_label`."""
        label = sample.cues.label
        if label is None:
            raise SampleError(Status.NO_LABEL, f"{sample.id} names no emotion label")
        name = LABELS.get(label, label)
        if name not in EMOTIONS:
            raise SampleError(Status.UNKNOWN_LABEL, f"{sample.id}: FLOAT has no emotion '{label}'")
        shares = torch.zeros(1, len(EMOTIONS))
        shares[0, EMOTIONS.index(name)] = 1.0
        return shares


def noise_seed(sample: Sample, seed: int) -> int:
    """The seed of a sample's noise: another for every sample, so that clips are independent draws."""
    return zlib.crc32(f"{seed}:{sample.id}".encode())


def open_network(folder: Path, device: str) -> Float:
    """FLOAT from a folder, with errors of the benchmark."""
    try:
        import torchdiffeq  # noqa: F401 - sampling needs it; better said now than at the first sample

        from baselines.float_.files import load_float
    except ModuleNotFoundError as error:
        raise MissingRequirement(f"FLOAT needs the package '{error.name}': pip install -e '.[float]'") from error
    try:
        return load_float(folder, device)
    except WeightsError as error:
        raise MissingCheckpoint(f"missing checkpoint: {error}") from error
