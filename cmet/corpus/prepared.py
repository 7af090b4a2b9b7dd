"""A prepared corpus on disk: motion codes and speech embeddings of many clips, in the layout of the C-MET authors.

    ROOT/{identity}/front/{emotion}/level_{level}/{NNN}_ED_exp.npy        float32 (frames, 10) expression codes
                                                  {NNN}_ED_pose.npy       float32 (frames, 6)
                                                  {NNN}_ED_lip.npy        float32 (frames, 20)
                                                  emotion2vec+large_features/{NNN}.npy    float32 (D,)
    ROOT/train.txt, ROOT/test.txt        optional lists of identities, the first word of each line

The files are plain arrays (no pickles), so that the authors' scripts read what is written here and the other way round.
A packed corpus (`python -m cmet.corpus ROOT OUT.npz`) is one file with what training reads of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from benchmark.core import text_files
from benchmark.core.files import replace_file
from benchmark.core.foreign_files import is_foreign, list_folders
from cmet.corpus.packed import unpack
from cmet.corpus.sampler import Array, ClipKey, Features, any_clip, mead_anchor, mead_member

VIEW = "front"
SPEECH_FOLDER = "emotion2vec+large_features"
Part = Literal["expression", "pose", "lip"]
PARTS: Mapping[Part, str] = {"expression": "ED_exp", "pose": "ED_pose", "lip": "ED_lip"}
"""What the codes of each part are called in file names."""
Rule = Literal["mead", "any"]
RULES: Mapping[Rule, tuple[Callable[[ClipKey], bool], Callable[[ClipKey], bool]]] = {
    "mead": (mead_anchor, mead_member),
    "any": (any_clip, any_clip),
}
"""Which sentence numbers may begin a sample and enter an average (see `cmet.corpus.sampler`)."""


def folder_of(root: Path, key: ClipKey) -> Path:
    """The folder of a clip's files."""
    return root / key.identity / VIEW / key.emotion / f"level_{key.level}"


def code_file(root: Path, key: ClipKey, part: Part = "expression") -> Path:
    """The file of a clip's codes."""
    return folder_of(root, key) / f"{key.number:03d}_{PARTS[part]}.npy"


def speech_file(root: Path, key: ClipKey, speech_folder: str = SPEECH_FOLDER) -> Path:
    """The file of a clip's speech embedding."""
    return folder_of(root, key) / speech_folder / f"{key.number:03d}.npy"


def write_array(path: Path, values: NDArray[np.floating]) -> None:
    """Write float32 npy, in one step."""
    with replace_file(path) as temporary, temporary.open("wb") as file:
        np.save(file, np.ascontiguousarray(values, dtype=np.float32), allow_pickle=False)


def write_clip(
    root: Path,
    key: ClipKey,
    *,
    expression: NDArray[np.floating] | None = None,
    pose: NDArray[np.floating] | None = None,
    lip: NDArray[np.floating] | None = None,
    speech: NDArray[np.floating] | None = None,
    speech_folder: str = SPEECH_FOLDER,
) -> None:
    """Write what is given of one clip; every file is atomic.

    Args:
        root: the corpus.
        key: names the clip.
        expression: (frames, n) codes.
        pose: (frames, n) codes.
        lip: (frames, n) codes.
        speech: (D,) embedding.
        speech_folder: where the embedding goes.

    Raises:
        ValueError: an array of the wrong number of axes, empty, or not finite.
    """
    parts: tuple[tuple[Part, NDArray[np.floating] | None], ...] = (
        ("expression", expression),
        ("pose", pose),
        ("lip", lip),
    )
    files = [(code_file(root, key, part), values, 2) for part, values in parts]
    for path, values, axes in [*files, (speech_file(root, key, speech_folder), speech, 1)]:
        if values is not None:
            check(values, axes, str(path))
            write_array(path, values)


def check(values: NDArray[np.floating], axes: int, name: str) -> None:
    """Raise ValueError unless `values` has that many axes, is not empty, and is finite."""
    if values.ndim != axes or values.size == 0:
        shape = "(frames, n)" if axes == 2 else "(D,)"
        raise ValueError(f"{name}: expected {shape} with at least one entry, got shape {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError(f"{name}: holds values that are not finite")


def read_array(path: Path, axes: int) -> Array:
    """Read one npy file as float32. Raises FileNotFoundError, or ValueError if it is damaged or of another shape."""
    try:
        values = np.load(path, allow_pickle=False)
    except FileNotFoundError:
        raise FileNotFoundError(f"{path}: no such file") from None
    except (ValueError, EOFError, OSError) as error:
        raise ValueError(f"{path}: not a plain array file ({' '.join(str(error).split())})") from error
    if not isinstance(values, np.ndarray) or not np.issubdtype(values.dtype, np.floating):
        raise ValueError(f"{path}: expected an array of floating numbers")
    check(values, axes, str(path))
    return np.ascontiguousarray(values, dtype=np.float32)


def read_identities(path: Path) -> tuple[str, ...]:
    """The first word of every line that has one, in the order of the file."""
    if not path.is_file():
        raise FileNotFoundError(f"{path}: no such list of identities")
    names = tuple(words[0] for line in text_files.split_lines(text_files.read_text(path)) if (words := line.split()))
    if not names:
        raise ValueError(f"{path}: names no identity")
    return names


def list_clips(root: Path, part: Part = "expression", identities: Iterable[str] | None = None) -> list[ClipKey]:
    """All clips with codes of that part, sorted."""
    wanted = None if identities is None else set(identities)
    return _listed(root, rf"(\d+)_{PARTS[part]}\.npy", f"{VIEW}/*/level_*/*_{PARTS[part]}.npy", 1, wanted)


def list_speech(
    root: Path, speech_folder: str = SPEECH_FOLDER, identities: Iterable[str] | None = None
) -> list[ClipKey]:
    """All clips with a speech embedding, sorted."""
    wanted = None if identities is None else set(identities)
    pattern = f"{VIEW}/*/level_*/{speech_folder.replace('[', '[[]')}/*.npy"
    return _listed(root, r"(\d+)\.npy", pattern, 2, wanted)


def _listed(root: Path, name: str, pattern: str, up: int, wanted: set[str] | None) -> list[ClipKey]:
    """Clips whose files fit `pattern` below an identity; their level's folder is `up` levels above the file."""
    if not root.is_dir():
        raise FileNotFoundError(f"{root}: no such corpus folder")
    keys = []
    for identity in list_folders(root):
        if wanted is not None and identity.name not in wanted:
            continue
        for path in identity.glob(pattern):
            level_folder = path.parents[up - 1]
            number, level = re.fullmatch(name, path.name), re.fullmatch(r"level_(\d+)", level_folder.name)
            if number and level and not is_foreign(path.relative_to(root)):
                keys.append(ClipKey(identity.name, level_folder.parent.name, int(level[1]), int(number[1])))
    return sorted(keys)


def read_corpus(
    source: Path,
    identities: Sequence[str] | None = None,
    emotions: Sequence[str] | None = None,
    *,
    speech_folder: str = SPEECH_FOLDER,
    rule: Rule = "mead",
) -> Features:
    """Read a corpus into memory.

    Args:
        source: the root folder, or a packed .npz.
        identities: only these; None: all.
        emotions: labels in order; clips of others are left out. None: the emotions found, sorted (MEAD's order).
        speech_folder: which embeddings.
        rule: which sentence numbers may begin a sample and enter an average.

    Raises:
        FileNotFoundError: no such folder or file, or an identity without a clip.
        ValueError: a damaged file, arrays of different widths, or nothing to train on.
    """
    if rule not in RULES:
        raise ValueError(f"unknown rule '{rule}'; known: {', '.join(RULES)}")
    if source.suffix == ".npz":
        codes, speech = unpack(source)
    else:
        codes = {key: read_array(code_file(source, key), 2) for key in list_clips(source, identities=identities)}
        found = list_speech(source, speech_folder, identities)
        speech = {key: read_array(speech_file(source, key, speech_folder), 1) for key in found}
    names = tuple(emotions) if emotions is not None else tuple(sorted({key.emotion for key in codes}))
    wanted = None if identities is None else set(identities)

    def kept(key: ClipKey) -> bool:
        return key.emotion in names and (wanted is None or key.identity in wanted)

    codes = {key: values for key, values in codes.items() if kept(key)}
    speech = {key: values for key, values in speech.items() if kept(key)}
    _check_corpus(source, codes, speech, wanted)
    return Features(codes, speech, names, *RULES[rule])


def _check_corpus(
    source: Path, codes: Mapping[ClipKey, Array], speech: Mapping[ClipKey, Array], wanted: set[str] | None
) -> None:
    absent = sorted((wanted or set()) - {key.identity for key in codes})
    if absent:
        raise FileNotFoundError(f"{source}: no expression codes of {', '.join(absent)}")
    for kind, arrays in (("expression codes", codes), ("speech embeddings", speech)):
        widths = sorted({values.shape[-1] for values in arrays.values()})
        if not widths:
            raise ValueError(
                f"{source}: no {kind}; expected IDENTITY/{VIEW}/EMOTION/level_N/ (see cmet/corpus/prepared.py)"
            )
        if len(widths) > 1:
            raise ValueError(f"{source}: {kind} of different widths: {', '.join(map(str, widths))}")
