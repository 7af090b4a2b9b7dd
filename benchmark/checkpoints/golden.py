"""Golden folders: values that someone else's implementation computed, and how ours compares with them.

A folder has a `golden.json`: its family, the rule of the weights' seeds, and a list of checks with their files and
parameters. A family's checks are functions from (folder, parameters) to comparisons, one for each golden array.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from benchmark.checkpoints.seeded import Seed
from benchmark.core.errors import BenchmarkError

Measure = Literal["max", "mean", "p99.9", "relative", "exact", "none"]
"""What is compared with the tolerance: the largest, mean or 99.9th percentile of the absolute differences; the largest
difference over the largest magnitude; the number of elements that differ; or nothing, for an array of unknown name."""


class GoldenError(BenchmarkError):
    """A golden folder is malformed: no index, an unknown family or id, a missing file."""


@dataclass(frozen=True)
class Comparison:
    """How one array came out."""

    check: str
    """The check's id, and what tells it from others of the same id."""
    array: str
    measure: Measure
    error: float
    """What `measure` says; infinite if the shapes differ or a value is not finite."""
    tolerance: float
    relative: float
    """Largest difference over the golden array's largest magnitude."""
    note: str = ""
    """Why the error is infinite, or what was left out."""

    @property
    def passed(self) -> bool:
        """Whether the error is within the tolerance. An array that was not compared neither passes nor fails."""
        return self.error <= self.tolerance

    @property
    def compared(self) -> bool:
        """Whether there was something to compare with."""
        return self.measure != "none"


@dataclass(frozen=True)
class GoldenFolder:
    """A folder with its index read."""

    path: Path
    index: Mapping[str, Any]
    options: Mapping[str, Any] = field(default_factory=dict)
    """What the command line adds: `features`, a folder of feature arrays outside of the golden one."""

    @classmethod
    def read(cls, path: Path, options: Mapping[str, Any] | None = None) -> GoldenFolder:
        """Read `path/golden.json`. Raises GoldenError if it is absent, not JSON, or has no family and checks."""
        file = path / "golden.json"
        try:
            index = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise GoldenError(f"{file}: {error}") from error
        checks = index.get("checks") if isinstance(index, dict) else None
        if not isinstance(checks, list) or not isinstance(index.get("family"), str):
            raise GoldenError(f"{file}: must hold a family and a list of checks")
        if not all(isinstance(check, dict) and isinstance(check.get("id"), str) for check in checks):
            raise GoldenError(f"{file}: every check must be an object with an id")
        return cls(path, index, options or {})

    @property
    def family(self) -> str:
        """Which table of checks the folder is for."""
        return str(self.index["family"])

    @property
    def checks(self) -> list[dict[str, Any]]:
        """The checks in their order; each has an `id` and parameters of its own."""
        return list(self.index["checks"])

    @property
    def seed(self) -> Seed:
        """How the weights' seeds are made."""
        rule = self.index.get("weights", {})
        return Seed(str(rule.get("key_prefix", "")), int(rule.get("seed_offset", 0)))

    def locate(self, name: str) -> Path:
        """The path of a file of this folder. Raises GoldenError if it is not there or lies outside."""
        path = (self.path / name).resolve()
        if not path.is_relative_to(self.path.resolve()):
            raise GoldenError(f"{name}: lies outside of {self.path}")
        if not path.is_file():
            raise GoldenError(f"{self.path}: no file {name}")
        return path

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """All arrays of an npz file."""
        path = self.locate(name)
        try:
            with np.load(path, allow_pickle=False) as archive:
                return {key: archive[key] for key in archive.files}
        except (OSError, ValueError) as error:
            raise GoldenError(f"{path}: not an npz file ({error})") from error

    def json(self, name: str) -> Any:
        """A JSON file."""
        path = self.locate(name)
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise GoldenError(f"{path}: not JSON ({error})") from error


Check = Callable[[GoldenFolder, dict[str, Any]], list[Comparison]]


def compare(
    check: str, array: str, got: ArrayLike, want: ArrayLike, tolerance: float, measure: Measure = "max", note: str = ""
) -> Comparison:
    """Compare a computed array with a golden one.

    Args:
        check: the check's id.
        array: the golden array's name.
        got: computed; must have the golden array's shape and finite values wherever that one has.
        want: golden. Where it is NaN or infinite, `got` must be the same.
        tolerance: the most that `measure` may say.
        measure: see `Measure`.
        note: kept in the result.
    """
    ours, golden = np.asarray(got), np.asarray(want)
    if ours.shape != golden.shape:
        return Comparison(
            check, array, measure, math.inf, tolerance, math.inf, f"shape {ours.shape}, not {golden.shape}"
        )
    if golden.dtype.kind in "USb":
        differing = float((ours != golden).sum())
        return Comparison(check, array, "exact", differing, tolerance, differing / max(1, golden.size), note)
    ours, golden = ours.astype(np.float64), golden.astype(np.float64)
    finite = np.isfinite(golden)
    same = np.array_equal(ours[~finite], golden[~finite], equal_nan=True) and bool(np.isfinite(ours[finite]).all())
    if not same:
        return Comparison(check, array, measure, math.inf, tolerance, math.inf, "values that are not finite")
    difference = np.abs(ours[finite] - golden[finite])
    if difference.size == 0:
        return Comparison(check, array, measure, 0.0, tolerance, 0.0, note)
    scale = float(np.abs(golden[finite]).max())
    relative = float(difference.max()) / scale if scale > 0 else float(difference.max())
    errors: dict[Measure, Callable[[], float]] = {
        "max": lambda: float(difference.max()),
        "mean": lambda: float(difference.mean()),
        "p99.9": lambda: float(np.quantile(difference, 0.999)),
        "relative": lambda: relative,
        "exact": lambda: float((difference > 0).sum()),
        "none": lambda: math.nan,
    }
    return Comparison(check, array, measure, errors[measure](), tolerance, relative, note)
