"""Golden values: folders of arrays that an independent implementation computed, and comparisons with them.

A golden folder holds `golden.json`: `format`, `family`, `weights` (how the filler's seeds are made) and `checks`, each
with an `id` and its own parameters. A folder with other arrays, seeds, sizes or fewer checks of the same ids is as
valid as the one that a project starts from, so a reader takes every parameter from the index.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class GoldenFolder:
    """A folder of golden values with its index."""

    path: Path
    index: dict[str, Any]
    """The content of `golden.json`."""

    @staticmethod
    def read(path: Path) -> GoldenFolder:
        """Read the index. Raises ValueError if the folder has none or it is not one."""
        file = path / "golden.json"
        if not file.is_file():
            raise ValueError(f"{path} holds no golden.json")
        index = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(index, dict) or not isinstance(index.get("checks"), list):
            raise ValueError(f"{file} must be an object with a list 'checks'")  # noqa: TRY004 - a malformed file
        return GoldenFolder(path, index)

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """The arrays of an npz file of the folder (no pickles)."""
        with np.load(self.path / name, allow_pickle=False) as archive:
            return {key: archive[key] for key in archive.files}

    def table(self, name: str) -> dict[str, Any]:
        """The content of a JSON file of the folder."""
        content: dict[str, Any] = json.loads((self.path / name).read_text(encoding="utf-8"))
        return content


@dataclass(frozen=True)
class Comparison:
    """One number or array compared with its golden value."""

    name: str
    error: float
    """Largest difference: in the value's own unit ("abs"), or divided by the largest golden value ("rel")."""
    tolerance: float
    kind: Literal["abs", "rel"]

    @property
    def passed(self) -> bool:
        """Whether the error is a number within the tolerance."""
        return bool(self.error <= self.tolerance)


def compare(name: str, ours: Any, golden: Any, tolerance: float, kind: Literal["abs", "rel"] = "rel") -> Comparison:
    """Compare two arrays or numbers; another shape or a NaN on one side only is an infinite error.

    Args:
        name: what is compared, for the report.
        ours: array-like.
        golden: array-like of the same shape; equal infinities and NaN at the same places count as equal.
        tolerance: largest error that passes.
        kind: "abs": largest absolute difference; "rel": that, over the largest absolute golden value.
    """
    a, b = np.asarray(ours, dtype=np.float64), np.asarray(golden, dtype=np.float64)
    if a.shape != b.shape:
        return Comparison(f"{name} (shape {a.shape}, golden {b.shape})", float("inf"), tolerance, kind)
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    if a.size == 0 or same.all():
        return Comparison(name, 0.0, tolerance, kind)
    with np.errstate(invalid="ignore"):
        error = float(np.abs(a - b)[~same].max())
    finite = np.abs(b[np.isfinite(b)])
    if kind == "rel":
        error /= float(finite.max()) if finite.size and finite.max() > 0 else 1.0
    return Comparison(name, error if np.isfinite(error) else float("inf"), tolerance, kind)
