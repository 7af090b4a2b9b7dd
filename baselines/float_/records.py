"""The released weights of FLOAT: records only, so that the method's card needs no network."""

from __future__ import annotations

from weights.record import Checkpoint

FLOAT = Checkpoint(
    name="float.pth",
    address=(
        "https://drive.google.com/file/d/1rvWuM12cyvNvBQNCLmG4Fr2L1rpjQBF0"
        " (named by https://github.com/deepbrainai-research/float)"
    ),
    sha256=None,
    size=None,
    licence="CC BY-NC-ND 4.0",
    belongs_to="FLOAT: motion autoencoder, audio projection, vector field",
)
AUDIO = Checkpoint(
    name="wav2vec2-base-960h/model.safetensors",
    address="https://huggingface.co/facebook/wav2vec2-base-960h",
    sha256=None,
    size=None,
    licence="Apache-2.0",
    belongs_to="FLOAT's audio encoder",
)
EMOTION = Checkpoint(
    name="wav2vec-english-speech-emotion-recognition/pytorch_model.bin",
    address="https://huggingface.co/r-f/wav2vec-english-speech-emotion-recognition",
    sha256=None,
    size=None,
    licence="Apache-2.0",
    belongs_to="FLOAT's emotion encoder",
)
RECORDS = (FLOAT, AUDIO, EMOTION)
"""Their hashes could not be recorded; keys and shapes are checked one by one instead."""
