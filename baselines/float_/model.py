"""FLOAT as one network, with the names of the released file, and the way from a picture and speech to frames."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import Wav2Vec2Config

from baselines.float_.config import FloatConfig
from baselines.float_.motion_autoencoder import MotionAutoencoder, Portrait
from baselines.float_.sampling import Sampling, sample_motion, seeded_noise
from baselines.float_.speech import AudioEncoder, EmotionEncoder, audio_config, emotion_config, normalised
from baselines.float_.vector_field import VectorField
from cmet.inference.editing import to_pixels
from cmet.inference.renderer import CPU_MAP_BYTES, batches


class Float(nn.Module):
    """Motion autoencoder, readers of speech, vector field.

    Args:
        config: sizes of FLOAT; None: as released.
        audio: sizes of the audio encoder's wav2vec 2.0; None: as released.
        emotion: of the emotion encoder's.
    """

    def __init__(
        self,
        config: FloatConfig | None = None,
        audio: Wav2Vec2Config | None = None,
        emotion: Wav2Vec2Config | None = None,
    ) -> None:
        super().__init__()
        self.config = config = config or FloatConfig()
        self.motion_autoencoder = MotionAutoencoder(config)
        self.audio_encoder = AudioEncoder(config, audio or audio_config())
        self.emotion_encoder = EmotionEncoder(emotion or emotion_config())
        self.fmt = VectorField(config)

    @torch.no_grad()
    def hear_emotion(self, speech: NDArray[np.float32]) -> Tensor:
        """Shares (1, 7) of the emotions in a recording float32 (samples,) at 16 kHz, on the network's device."""
        shares: Tensor = self.emotion_encoder(normalised(speech).to(self.fmt.pos_embed.device))
        return shares

    @torch.no_grad()
    def motion(
        self, portrait: Portrait, speech: NDArray[np.float32], emotion: Tensor, seed: int, options: Sampling
    ) -> Tensor:
        """Draw the motion of a clip.

        Args:
            portrait: from `motion_autoencoder.encode`.
            speech: float32 (samples,) at 16 kHz that the face speaks.
            emotion: (1, 7) shares, or one-hot.
            seed: of the noise.
            options: solver and guidance.

        Returns:
            (T, dim_w) motion latents at 25 a second, T = samples / 640 rounded up.
        """
        device = self.fmt.pos_embed.device
        audio = self.audio_encoder(normalised(speech).to(device))
        noise = seeded_noise(self.config, audio.shape[1], seed).to(device)
        return sample_motion(self.fmt, audio, portrait.motion, emotion.to(device), noise, options)[0]

    @torch.no_grad()
    def draw(self, portrait: Portrait, motion: Tensor, batch: int = 8) -> NDArray[np.uint8]:
        """The frames (T, S, S, 3) of motion latents (T, dim_w)."""
        parts = batches(len(motion), self.max_batch(batch))
        return np.concatenate([to_pixels(self.motion_autoencoder.decode(portrait, motion[part])) for part in parts])

    def max_batch(self, batch: int) -> int:
        """How many frames to draw at a time where `batch` are allowed; see `cmet.inference.renderer` for CPUs."""
        if self.fmt.pos_embed.device.type != "cpu":
            return batch
        largest = max(4 * channels * size**2 for size, channels in self.config.face.channel_table.items())
        return max(1, min(batch, CPU_MAP_BYTES // largest))
