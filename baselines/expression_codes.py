"""A table of expression codes: one for each emotion, or for each emotion and level.

Three forms are read: the file that ships (safetensors with entries `happy/3` beside a manifest.json), an .npz with one
entry an emotion, and a folder with one .npy an emotion, as EDTalk releases them (`ckpts/predefined_exp_weights`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load as load_safetensors

from benchmark.core.foreign_files import list_files

Array = NDArray[np.float32]


@dataclass(frozen=True)
class ExpressionCodes:
    """Codes by emotion and level; level 0 stands for an emotion with a single code."""

    codes: Mapping[tuple[str, int], Array]
    """(emotion, level) -> float32 (n,)."""

    def __post_init__(self) -> None:
        shapes = {code.shape for code in self.codes.values()}
        if len(shapes) != 1 or len(next(iter(shapes))) != 1:
            raise ValueError(f"expression codes must be vectors of one length, got {sorted(shapes)}")
        if not all(np.isfinite(code).all() for code in self.codes.values()):
            raise ValueError("expression codes hold values that are not finite")

    def of(self, emotion: str, level: int) -> Array:
        """The code of an emotion at the level that is nearest to `level`; 0 (not known) asks for the strongest.

        Raises:
            KeyError: no code for the emotion.
        """
        levels = [have for name, have in self.codes if name == emotion]
        if not levels:
            raise KeyError(emotion)
        return self.codes[emotion, min(levels, key=lambda have: abs(have - (level or 3)))]


def read_expression_codes(path: Path) -> ExpressionCodes:
    """Read a table in any of the three forms.

    Raises:
        FileNotFoundError: nothing there.
        ValueError: damaged, or codes that do not fit together.
    """
    if path.is_dir():
        named = {file.stem: np.load(file, allow_pickle=False) for file in list_files(path, {".npy"})}
    elif path.suffix == ".npz":
        with np.load(path, allow_pickle=False) as file:
            named = {name: file[name] for name in file.files}
    else:
        data = path.read_bytes()
        entry = json.loads((path.parent / "manifest.json").read_text(encoding="utf-8"))[path.name]
        if hashlib.sha256(data).hexdigest() != entry["sha256"]:
            raise ValueError(f"{path} is damaged: its sha256 is not the one in {path.parent / 'manifest.json'}")
        named = load_safetensors(data)
    if not named:
        raise FileNotFoundError(2, "no expression codes", str(path))
    codes = {}
    for name, code in named.items():
        emotion, _, level = name.partition("/")
        codes[emotion, int(level or 0)] = np.asarray(code, np.float32).reshape(-1)
    return ExpressionCodes(codes)
