"""Speech-emotion embeddings: one vector for one utterance.

C-MET reads emotion2vec+large (Ma et al., ACL 2024 Findings; 1024 numbers). It enters through `SpeechEncoder`, as do
wav2vec2- or HuBERT-style models of the transformers hub, and the small network that is trained on puppets:

    encoder = load_speech_encoder("puppets", device="cpu")
    vectors = encoder.embed([wav_a, wav_b])          # float32 (2, D)

Every encoder takes 16 kHz mono float32 in [-1, 1].
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

SAMPLE_RATE = 16000


class SpeechEncoder(ABC):
    """Turns utterances into emotion embeddings."""

    name: str
    dimension: int

    @abstractmethod
    def embed(self, speech: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Embed utterances, each on its own: the result does not depend on what else is in the list.

        Args:
            speech: float32 (N,) each, 16 kHz mono, in [-1, 1], at least 0.1 s.

        Returns:
            float32 (len(speech), dimension).

        Raises:
            ValueError: an utterance is too short, silent or holds values that are not finite.
        """


def check_speech(speech: NDArray[np.float32], least_seconds: float = 0.1) -> NDArray[np.float32]:
    """The utterance as float32, or a ValueError that says what is wrong with it."""
    values = np.asarray(speech, np.float32)
    if values.ndim != 1 or len(values) < least_seconds * SAMPLE_RATE:
        raise ValueError(f"speech must be mono and last {least_seconds} s at 16 kHz, got shape {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError("speech holds values that are not finite")
    if float(np.abs(values).max()) < 1e-4:
        raise ValueError("speech is silent (peak below -80 dB)")
    return values


class PuppetSpeechEncoder(SpeechEncoder):
    """The small network trained on puppets (see `cmet.model.speech_network`)."""

    name = "puppets"

    def __init__(self, path: Path, device: str = "cpu") -> None:
        from benchmark.checkpoints.shipped import load_shipped
        from cmet.model.speech_network import SpeechNetwork

        self.network = load_shipped(SpeechNetwork, path).to(device)
        self.dimension = self.network.embedding
        self.device = device

    def embed(self, speech: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """See `SpeechEncoder.embed`."""
        from cmet.model.speech_network import front_end

        rows = []
        with torch.inference_mode():
            for values in speech:
                track = torch.from_numpy(front_end(check_speech(values))).to(self.device)
                rows.append(self.network.embed(track[None])[0].float().cpu().numpy())
        return np.stack(rows)


class TransformersSpeechEncoder(SpeechEncoder):
    """Mean of the last hidden state of a wav2vec2-, HuBERT- or WavLM-style model of the transformers hub.

    Args:
        model: hub id or local folder.
        layer: index into the hidden states; -1 is the last.
    """

    def __init__(self, model: str, device: str = "cpu", layer: int = -1) -> None:
        try:
            from transformers import AutoFeatureExtractor, AutoModel
        except ImportError as error:
            raise ImportError("speech models of the hub need the extra 'speech': pip install -e '.[speech]'") from error
        self.name = model
        self.layer = layer
        self.device = device
        self.processor: Any = AutoFeatureExtractor.from_pretrained(model)
        self.model: Any = AutoModel.from_pretrained(model).to(device).eval()
        self.dimension = int(self.model.config.hidden_size)

    def embed(self, speech: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """See `SpeechEncoder.embed`. One utterance at a time: padding would change the numbers."""
        rows = []
        with torch.inference_mode():
            for values in speech:
                batch = self.processor(check_speech(values), sampling_rate=SAMPLE_RATE, return_tensors="pt")
                states = self.model(batch["input_values"].to(self.device), output_hidden_states=True).hidden_states
                rows.append(states[self.layer][0].mean(dim=0).float().cpu().numpy())
        return np.stack(rows)


class Emotion2vecEncoder(SpeechEncoder):
    """emotion2vec+large through funasr, utterance granularity: what the C-MET paper uses. Extra `funasr`."""

    name = "iic/emotion2vec_plus_large"
    dimension = 1024

    def __init__(self, model: str = name, device: str = "cpu") -> None:
        try:
            from funasr import AutoModel
        except ImportError as error:
            raise ImportError("emotion2vec needs the extra 'funasr': pip install -e '.[funasr]'") from error
        self.model: Any = AutoModel(model=model, device=device, disable_update=True)

    def embed(self, speech: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """See `SpeechEncoder.embed`."""
        rows = []
        for values in speech:
            answer = self.model.generate(check_speech(values), granularity="utterance", extract_embedding=True)
            rows.append(np.asarray(answer[0]["feats"], np.float32))
        return np.stack(rows)


def load_speech_encoder(name: str, device: str = "cpu") -> SpeechEncoder:
    """The encoder of that name: "puppets", "emotion2vec", a path to safetensors of the small network, or a hub id."""
    if name == "puppets":
        return PuppetSpeechEncoder(Path(__file__).parents[1] / "puppets" / "speech.safetensors", device)
    if name.endswith(".safetensors"):
        return PuppetSpeechEncoder(Path(name), device)
    if name == "emotion2vec":
        return Emotion2vecEncoder(device=device)
    return TransformersSpeechEncoder(name, device)
