"""FLOAT's two readers of speech, wav2vec 2.0 (Baevski et al., NeurIPS 2020) through transformers.

* `AudioEncoder`: wav2vec2-base-960h, whose convolutional features are stretched to one a video frame before the
  transformer, and a projection of all its layers: what is said, frame by frame.
* `EmotionEncoder`: wav2vec2-large-xlsr-53-english, tuned on SAVEE, RAVDESS and TESS, pooled, with a head for seven
  emotions: r-f/wav2vec-english-speech-emotion-recognition. Its head is not that of transformers'
  `Wav2Vec2ForSequenceClassification`, which would leave it random.

Names of parameters are those of the released files but for the weight-normalised convolution, which PyTorch renamed
(`baselines.float_.files`). Both read 16 kHz sound, normalised over the recording.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import Wav2Vec2Config, Wav2Vec2Model

from baselines.float_.config import EMOTIONS, SAMPLES_PER_FRAME, FloatConfig

LEAST_SAMPLES = 1600
"""0.1 s. wav2vec 2.0's convolutions need 400 samples; less than this holds no speech."""


def audio_config(**changes: Any) -> Wav2Vec2Config:
    """The released audio encoder's: facebook/wav2vec2-base-960h, which are transformers' defaults."""
    return Wav2Vec2Config(**changes)


def emotion_config(**changes: Any) -> Wav2Vec2Config:
    """The released emotion encoder's: r-f/wav2vec-english-speech-emotion-recognition."""
    released = {
        "hidden_size": 1024,
        "intermediate_size": 4096,
        "num_hidden_layers": 24,
        "num_attention_heads": 16,
        "conv_bias": True,
        "feat_extract_norm": "layer",
        "do_stable_layer_norm": True,
        "id2label": dict(enumerate(EMOTIONS)),
        "label2id": {name: place for place, name in enumerate(EMOTIONS)},
    }
    return Wav2Vec2Config(**{**released, **changes})


def normalised(speech: NDArray[np.float32]) -> Tensor:
    """Sound as both networks read it, zero mean and unit variance: float32 (samples,) -> (1, samples).

    As transformers' Wav2Vec2FeatureExtractor with `do_normalize`, which both released models ask for.

    Raises:
        ValueError: shorter than 0.1 s, or not finite.
    """
    if speech.ndim != 1 or len(speech) < LEAST_SAMPLES:
        raise ValueError(f"speech must be mono and last 0.1 s at 16 kHz, got shape {speech.shape}")
    if not np.isfinite(speech).all():
        raise ValueError("speech holds values that are not finite")
    values = (speech - speech.mean()) / np.sqrt(speech.var() + 1e-7)
    return torch.from_numpy(np.ascontiguousarray(values, np.float32))[None]


def frame_count(samples: int) -> int:
    """Video frames of so many samples at 16 kHz; a last frame that is begun counts."""
    return -(-samples // SAMPLES_PER_FRAME)


class AudioEncoder(nn.Module):
    """Speech to one feature a video frame.

    Args:
        config: sizes of FLOAT.
        speech: sizes of wav2vec 2.0.
    """

    def __init__(self, config: FloatConfig, speech: Wav2Vec2Config) -> None:
        super().__init__()
        self.wav2vec2 = Wav2Vec2Model(speech)
        layers = speech.num_hidden_layers * speech.hidden_size
        self.audio_projection = nn.Sequential(nn.Linear(layers, config.dim_w), nn.LayerNorm(config.dim_w), nn.SiLU())

    def forward(self, speech: Tensor) -> Tensor:
        """Normalised sound (1, samples) -> (1, frames, dim_w), frames as `frame_count`."""
        frames = frame_count(speech.shape[1])
        missing = frames * SAMPLES_PER_FRAME - speech.shape[1]
        held = torch.cat([speech, speech[:, -1:].expand(-1, missing)], dim=1)
        with stretched(self.wav2vec2, frames):
            states = self.wav2vec2(held, output_hidden_states=True).hidden_states
        out: Tensor = self.audio_projection(torch.cat(states[1:], dim=-1))
        return out


@contextmanager
def stretched(model: Wav2Vec2Model, frames: int) -> Iterator[None]:
    """While open, the model's convolutional features are resampled to so many frames, end points kept."""

    def stretch(module: nn.Module, inputs: Any, features: Tensor) -> Tensor:
        return F.interpolate(features, size=frames, mode="linear", align_corners=True)

    handle = model.feature_extractor.register_forward_hook(stretch)
    try:
        yield
    finally:
        handle.remove()


class EmotionHead(nn.Module):
    """A tanh layer and one for the logits."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.dense = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, len(EMOTIONS))

    def forward(self, pooled: Tensor) -> Tensor:
        """(B, width) -> logits (B, 7)."""
        logits: Tensor = self.out_proj(torch.tanh(self.dense(pooled)))
        return logits


class SpeechEmotion(nn.Module):
    """The speech-emotion network: mean of the last hidden state, then the head."""

    def __init__(self, speech: Wav2Vec2Config) -> None:
        super().__init__()
        self.wav2vec2 = Wav2Vec2Model(speech)
        self.classifier = EmotionHead(speech.hidden_size)

    def forward(self, speech: Tensor) -> Tensor:
        """Normalised sound (1, samples) -> logits (1, 7), in the order of `EMOTIONS`."""
        logits: Tensor = self.classifier(self.wav2vec2(speech).last_hidden_state.mean(dim=1))
        return logits


class EmotionEncoder(nn.Module):
    """The wrapper that gives the keys their name, and makes shares of logits."""

    def __init__(self, speech: Wav2Vec2Config) -> None:
        super().__init__()
        self.wav2vec2_for_emotion = SpeechEmotion(speech)

    def forward(self, speech: Tensor) -> Tensor:
        """Normalised sound (1, samples) -> shares (1, 7) that sum to 1."""
        return torch.softmax(self.wav2vec2_for_emotion(speech), dim=1)


def one_hot(label: str) -> Tensor:
    """The condition of a label: (1, 7). Raises ValueError for a label that FLOAT does not have."""
    return F.one_hot(torch.tensor([EMOTIONS.index(label)]), len(EMOTIONS)).float()
