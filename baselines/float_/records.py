"""The released weights of FLOAT: records only, so that the method's card needs no network."""

from __future__ import annotations

from benchmark.checkpoints.record import Checkpoint

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
    address="https://huggingface.co/facebook/wav2vec2-base-960h (commit 22aad52d435eb6dbaf354bdad9b0da84ce7d6156)",
    sha256="8aa76ab2243c81747a1f832954586bc566090c83a0ac167df6f31f0fa917d74a",
    size=377607901,
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
"""Keys and shapes are checked one by one too, for two of the hashes could not be recorded."""
