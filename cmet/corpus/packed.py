"""A corpus in one file: an uncompressed .npz that a training run reads in one go.

Entries, for `codes` and for `speech`: `_identity` and `_emotion` (strings), `_clip` (int64, level and number),
`_frames` (rows of each clip) and `_values` (float32, all rows one after the other). No pickles.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmark.core.files import replace_file
from cmet.corpus.sampler import Array, ClipKey


def pack(codes: Mapping[ClipKey, Array], speech: Mapping[ClipKey, Array], path: Path) -> None:
    """Write a corpus into one file, atomically.

    Args:
        codes: expression codes of each clip, float32 (frames, n), one n for all.
        speech: embedding of each clip, float32 (D,), one D for all.
        path: .../NAME.npz

    Raises:
        ValueError: another name, or nothing to write.
    """
    if path.suffix != ".npz" or not codes or not speech:
        raise ValueError(f"{path}: a packed corpus is called NAME.npz and holds codes and embeddings")
    arrays: dict[str, NDArray[np.generic]] = {}
    for kind, mapping in (("codes", codes), ("speech", speech)):
        keys = sorted(mapping)
        rows = [np.atleast_2d(mapping[key]).astype(np.float32, copy=False) for key in keys]
        arrays[f"{kind}_identity"] = np.array([key.identity for key in keys])
        arrays[f"{kind}_emotion"] = np.array([key.emotion for key in keys])
        arrays[f"{kind}_clip"] = np.array([(key.level, key.number) for key in keys], np.int64)
        arrays[f"{kind}_frames"] = np.array([len(row) for row in rows], np.int64)
        arrays[f"{kind}_values"] = np.concatenate(rows)
    with replace_file(path) as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]


def unpack(path: Path) -> tuple[dict[ClipKey, Array], dict[ClipKey, Array]]:
    """Read what `pack` wrote: (codes, speech).

    Raises:
        FileNotFoundError: no such file.
        ValueError: damaged, or another kind of file.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such file")
    try:
        with np.load(path, allow_pickle=False) as file:
            codes, speech = (_clips(file, kind) for kind in ("codes", "speech"))
    except Exception as error:  # a flipped bit makes zipfile and numpy raise nearly anything
        raise ValueError(f"{path}: not a packed corpus ({' '.join(str(error).split())})") from error
    return codes, {key: rows[0] for key, rows in speech.items()}


def _clips(file: Mapping[str, NDArray[np.generic]], kind: str) -> dict[ClipKey, Array]:
    """Clip -> its rows."""
    names = zip(file[f"{kind}_identity"].tolist(), file[f"{kind}_emotion"].tolist(), strict=True)
    clips = zip(names, file[f"{kind}_clip"].tolist(), strict=True)
    keys = [ClipKey(identity, emotion, level, number) for (identity, emotion), (level, number) in clips]
    values = np.asarray(file[f"{kind}_values"], np.float32)
    ends = np.cumsum(np.asarray(file[f"{kind}_frames"], np.int64))
    if len(ends) == 0 or ends[-1] != len(values):
        raise ValueError(f"{kind} do not have the rows that they announce")
    return dict(zip(keys, np.split(values, ends[:-1]), strict=True))
