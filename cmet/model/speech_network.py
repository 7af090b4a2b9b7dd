"""The small speech-emotion network of the puppets.

Front end: the mel spectrogram that Audio2Lip reads (80 bands, 80 frames a second) beside three tracks that carry
prosody plainly: log pitch, voicing and loudness. Then strided convolutions, attentive statistics pooling (Okabe,
Koshinaka & Shinoda, Interspeech 2018) and one linear layer: the embedding. Its two heads (emotion label, affect
state) exist for training.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from cmet.model.mel import mel_spectrogram

PROSODY_TRACKS = 3
HOP = 200
"""Samples between frames (80 a second at 16 kHz), as in the mel spectrogram."""
PITCH_WINDOW = 800
PITCH_RANGE = (60.0, 500.0)
"""Hz."""


def pitch_track(speech: NDArray[np.float32]) -> NDArray[np.float32]:
    """Pitch, voicing and loudness by normalised autocorrelation.

    Of a steady tone every whole number of periods correlates alike, and a subharmonic may be taken; the shipped network
    was trained with this.

    Args:
        speech: float32 (N,), 16 kHz.

    Returns:
        float32 (T, 3): log2(Hz / 150) where voiced else 0; autocorrelation peak 0..1; log10 of the RMS plus 2. T =
        1 + N // 200.
    """
    padded = np.pad(np.asarray(speech, np.float64), PITCH_WINDOW // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, PITCH_WINDOW)[::HOP]
    frames = frames - frames.mean(axis=1, keepdims=True)
    energy = (frames**2).mean(axis=1)
    spectrum = np.fft.rfft(frames * np.hanning(PITCH_WINDOW), 2 * PITCH_WINDOW)
    correlation = np.fft.irfft(np.abs(spectrum) ** 2)[:, :PITCH_WINDOW]
    window = np.fft.irfft(np.abs(np.fft.rfft(np.hanning(PITCH_WINDOW), 2 * PITCH_WINDOW)) ** 2)[:PITCH_WINDOW]
    shortest, longest = int(16000 / PITCH_RANGE[1]), int(16000 / PITCH_RANGE[0])
    normal = correlation / np.maximum(window / window[0], 0.05) / np.maximum(correlation[:, :1], 1e-9)
    lags = shortest + normal[:, shortest:longest].argmax(axis=1)
    strength = np.clip(normal[np.arange(len(lags)), lags], 0.0, 1.0)
    strength[energy < 1e-7] = 0.0
    pitch = np.where(strength > 0.4, np.log2(16000.0 / lags / 150.0), 0.0)
    loudness = np.log10(np.sqrt(energy) + 1e-4) + 2.0
    return np.stack([pitch, strength, loudness], axis=1).astype(np.float32)


def front_end(speech: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the network reads: float32 (83, T), mel / 4 above the prosody tracks; speech float32 (N,), 16 kHz."""
    mel = mel_spectrogram(speech)
    tracks = pitch_track(speech)
    length = min(len(mel), len(tracks))
    return np.ascontiguousarray(np.concatenate([mel[:length] / 4.0, tracks[:length]], axis=1).T, np.float32)


class SpeechNetwork(nn.Module):
    """Utterance encoder.

    Args:
        embedding: length of the embedding.
        width: channels of the convolutions.
        emotions: classes of the label head.
        affect: numbers of the affect head.
    """

    def __init__(self, embedding: int = 128, width: int = 96, emotions: int = 8, affect: int = 6) -> None:
        super().__init__()
        self.embedding = embedding
        self.layers = nn.Sequential(
            *_layer(80 + PROSODY_TRACKS, width, 1),
            *_layer(width, width, 2),
            *_layer(width, width, 2),
            *_layer(width, width, 1),
        )
        self.attention = nn.Sequential(nn.Conv1d(width, 32, 1), nn.Tanh(), nn.Conv1d(32, width, 1))
        self.out = nn.Linear(2 * width, embedding)
        self.label_head = nn.Linear(embedding, emotions)
        self.affect_head = nn.Linear(embedding, affect)

    def embed(self, track: Tensor) -> Tensor:
        """Embeddings (B, embedding) of front-end tracks (B, 83, T), T at least 8."""
        x = self.layers(track)
        share = torch.softmax(self.attention(x), dim=2)
        mean = (x * share).sum(dim=2)
        deviation = ((x * x * share).sum(dim=2) - mean * mean).clamp_min(1e-5).sqrt()
        out: Tensor = self.out(torch.cat([mean, deviation], dim=1))
        return out

    def forward(self, track: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Embedding, label logits and affect state of front-end tracks (B, 83, T)."""
        embedding = self.embed(track)
        return embedding, self.label_head(embedding), self.affect_head(embedding)


def _layer(inputs: int, outputs: int, stride: int) -> tuple[nn.Module, ...]:
    return (
        nn.Conv1d(inputs, outputs, 5, stride=stride, padding=2),
        nn.BatchNorm1d(outputs),
        nn.ReLU(),
        nn.Dropout(0.1),
    )
