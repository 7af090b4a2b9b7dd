"""Check of emotion vectors on the published speech features."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmark.checkpoints.golden import Comparison, GoldenError, GoldenFolder
from cmet.model.vectors import Array, choose, choose_pair, difference, training_indices
from cmet.parity.arrays import Results

TOLERANCE = 1e-5
NEUTRAL = ("MEAD", "neutral")

Bank = dict[str, Array]
"""Recording -> embedding (D,), of one emotion of one corpus."""


def features_folder(folder: GoldenFolder) -> Path:
    """Where `cmet_<corpus>.npz` lie: the option `features`, or a folder `features` above or beside the golden one."""
    given = folder.options.get("features")
    candidates = (
        [Path(str(given))]
        if given
        else [parent / "features" for parent in (folder.path, *folder.path.resolve().parents)]
    )
    for candidate in [*candidates, *([] if given else [Path("../shared/features")])]:
        if any(candidate.glob("cmet_*.npz")):
            return candidate
    raise GoldenError("the speech features (cmet_mead.npz ...) were not found: give their folder with --features DIR")


def read_bank(folder: Path, corpus: str, emotion: str) -> Bank:
    """The embeddings of one emotion, by recording, with the endings `.npy` that the lists of files have."""
    path = folder / f"cmet_{corpus.lower()}.npz"
    if not path.is_file():
        raise GoldenError(f"no speech features {path}")
    with np.load(path, allow_pickle=False) as archive:
        start = f"{emotion}/"
        return {f"{key.removeprefix(start)}.npy": archive[key] for key in archive.files if key.startswith(start)}


def rows(bank: Bank, names: list[str]) -> Array:
    """Embeddings (n, D) of recordings."""
    return np.stack([bank[name] for name in names])


def variants(emotion: Bank, neutral: Bank) -> list[tuple[str, Callable[..., Array]]]:
    """Pattern of an array's name -> how to compute its row; groups of the pattern are integers."""
    names, neutral_names = sorted(emotion), sorted(neutral)

    def first(n: int) -> tuple[Array, Array]:
        return rows(emotion, choose(names, "first", n)), rows(neutral, choose(neutral_names, "first", n))

    def indexed(index: int) -> tuple[Array, Array]:
        of_neutral, of_emotion = training_indices(len(neutral_names), len(names), index)
        return rows(emotion, [names[i] for i in of_emotion]), rows(neutral, [neutral_names[i] for i in of_neutral])

    def seeded(seed: int) -> Array:
        drawn, drawn_neutral = choose_pair(names, neutral_names, "seeded", seed=seed)
        return difference(rows(emotion, drawn), rows(neutral, drawn_neutral))

    everything = rows(emotion, names), rows(neutral, neutral_names)
    return [
        (r"mean_all", lambda: everything[0].mean(axis=0)),
        (r"mean_first(\d+)", lambda n: first(n)[0].mean(axis=0)),
        (r"raw_all", lambda: difference(*everything)),
        (r"raw_first(\d+)", lambda n: difference(*first(n))),
        (r"unit_all", lambda: difference(*everything, "unit")),
        (r"unit_first(\d+)", lambda n: difference(*first(n), "unit")),
        (r"ref_raw_index(\d+)", lambda index: difference(*indexed(index))),
        (r"ref_norm_level(\d+)_index(\d+)", lambda level, index: difference(*indexed(index), "unit", float(level))),
        (r"seed(\d+)_raw", seeded),
    ]


def check_emotion_vectors(folder: GoldenFolder, parameters: dict[str, Any]) -> list[Comparison]:
    """Every stored kind of vector for every emotion in `names` ("CORPUS/emotion"), against MEAD's neutral."""
    arrays = folder.arrays(parameters["file"])
    results = Results(parameters["id"], arrays)
    results.inputs(["names"])
    place = features_folder(folder)
    neutral = read_bank(place, *NEUTRAL)
    tables = []
    for name in arrays["names"]:
        corpus, emotion = str(name).split("/", 1)
        tables.append(variants(read_bank(place, corpus, emotion), neutral))
    for array in arrays:
        for row, (pattern, _) in enumerate(tables[0]):
            if found := re.fullmatch(pattern, array):
                numbers = [int(group) for group in found.groups()]
                results.add(array, np.stack([table[row][1](*numbers) for table in tables]), TOLERANCE)
    return results.finish()
