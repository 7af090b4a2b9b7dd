"""Which files of a folder make a FLOAT: the layout of the authors' `checkpoints`.

    float.pth                                    or float.safetensors
    wav2vec2-base-960h/                          model.safetensors or pytorch_model.bin
    wav2vec-english-speech-emotion-recognition/  model.safetensors or pytorch_model.bin
    float.json                                   only for other sizes than the released: fields of `FloatConfig`

A `config.json` beside a speech model gives its sizes.
"""

from __future__ import annotations

from pathlib import Path

from baselines.float_.records import AUDIO, EMOTION

SIZES = "float.json"
SUFFIXES = (".safetensors", ".pth", ".bin")


def main_file(folder: Path) -> Path | None:
    """float.safetensors or float.pth; None: neither is there."""
    return _first(folder, "float")


def speech_file(model: Path) -> Path | None:
    """The weights in the folder of a speech model; None: there are none."""
    return _first(model, "model", "pytorch_model")


def files_of(folder: Path) -> tuple[Path, ...]:
    """Every file of a folder that decides what the network is."""
    found = [main_file(folder), folder / SIZES]
    for record in (AUDIO, EMOTION):
        model = folder / Path(record.name).parent
        found += [speech_file(model), model / "config.json"]
    return tuple(path for path in found if path is not None and path.is_file())


def _first(folder: Path, *stems: str) -> Path | None:
    candidates = (folder / f"{stem}{suffix}" for stem in stems for suffix in SUFFIXES)
    return next((path for path in candidates if path.is_file()), None)
