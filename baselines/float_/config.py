"""The sizes of FLOAT, in one place. The defaults are those of the released float.pth; every field may be smaller."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

from cmet.edtalk.config import GeneratorConfig

SAMPLE_RATE = 16000
FPS = 25
SAMPLES_PER_FRAME = SAMPLE_RATE // FPS
EMOTIONS = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
"""The seven emotions, in the order of the condition and of the speech-emotion network's outputs."""


@dataclass(frozen=True)
class FloatConfig:
    """Sizes of the motion autoencoder and of the vector field. Names as in options/base_options.py where it has any."""

    size: int = 512
    """Height and width of images, a power of two from 8 on."""
    dim_w: int = 512
    """Length of a motion latent, of an audio feature, and of the identity latent."""
    dim_m: int = 20
    """Orthonormal motion directions."""
    width: float = 1.0
    """Factor on the channels of the autoencoder."""
    dim_h: int = 1024
    """Hidden width of the vector field."""
    fmt_depth: int = 8
    """Its transformer blocks."""
    num_heads: int = 8
    """Attention heads of a block."""
    mlp_ratio: float = 4.0
    """Hidden width of a block's MLP over `dim_h`."""
    attention_window: int = 2
    """A frame sees so many frames to each side."""
    num_frames: int = 50
    """Frames of a window: 2 s at 25 frames a second."""
    num_prev_frames: int = 10
    """Frames of the window before that a window sees."""

    def __post_init__(self) -> None:
        if self.dim_h % self.num_heads or self.dim_h % 2:
            raise ValueError(f"dim_h must be even and a multiple of num_heads, got {self.dim_h} and {self.num_heads}")
        whole = (self.dim_m, self.fmt_depth, self.attention_window, self.num_frames, self.num_prev_frames)
        if min(whole) < 1 or self.mlp_ratio <= 0:
            raise ValueError(f"sizes must be positive, got {self}")
        if self.num_prev_frames > self.num_frames:
            raise ValueError("a window can't see more frames than the one before has")
        _ = self.face

    @property
    def frames(self) -> int:
        """Frames that the vector field sees at a time."""
        return self.num_prev_frames + self.num_frames

    @property
    def face(self) -> GeneratorConfig:
        """The same for the encoder and decoder, which FLOAT and EDTalk both have from LIA (no expression branch)."""
        return GeneratorConfig(size=self.size, style_dim=self.dim_w, width=self.width, lip=self.dim_m, pose=1, exp=0)

    @staticmethod
    def read(path: Path) -> FloatConfig:
        """From a JSON object of these fields. Raises ValueError for an unknown field or a wrong value."""
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ValueError(f"{path}: not JSON ({error})") from error
        known = {field.name for field in dataclasses.fields(FloatConfig)}
        if not isinstance(values, dict) or not set(values) <= known:
            raise ValueError(f"{path}: must be a JSON object with any of {', '.join(sorted(known))}")
        for name, value in values.items():
            if type(value) is not int and not (name in ("width", "mlp_ratio") and type(value) is float):
                raise ValueError(f"{path}: {name} must be a number, got {value!r}")
        try:
            return FloatConfig(**values)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
