"""What trainers store beside weights: numpy's numbers and arrays are read, the rest is named with its type."""

from __future__ import annotations

import io
import os
import pickle
from collections import OrderedDict, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch._weights_only_unpickler as safe_pickle

from benchmark.checkpoints.errors import WeightsError
from benchmark.checkpoints.load import read_state
from benchmark.checkpoints.numpy_globals import NUMPY

STATE = {"weight": torch.arange(6.0).reshape(2, 3)}
NUMBERS = [
    np.float64(0.93),
    np.float32(1e-4),
    np.float16(0.5),
    np.int64(7),
    np.uint8(3),
    np.bool_(True),
    np.complex64(1 + 2j),
    np.str_("best"),
    np.bytes_(b"best"),
]
ARRAYS = [
    np.arange(12).reshape(3, 4),
    np.zeros((0, 3), np.float32),
    np.asfortranarray(np.eye(3)),
    np.array(["a", "bc"]),
]


def saved(path: Path, extra: Any) -> Path:
    torch.save({"state_dict": STATE, "epoch": extra}, path)
    return path


@pytest.mark.parametrize(
    "extra", [*NUMBERS, *ARRAYS], ids=lambda value: f"{type(value).__name__}_{np.asarray(value).dtype}"
)
def test_numbers_and_arrays_of_numpy_load(tmp_path: Path, extra: Any) -> None:
    path = saved(tmp_path / "net.pt", {"best": extra, "history": [extra, OrderedDict(a=extra)]})
    assert torch.equal(read_state(path)["weight"], STATE["weight"])


def test_files_of_numpy_1_load_as_well() -> None:
    for extra in (np.float64(0.5), np.arange(3)):
        raw = pickle.dumps({"best": extra}, protocol=2).replace(b"numpy._core", b"numpy.core")
        with torch.serialization.safe_globals(NUMPY):
            found = safe_pickle.Unpickler(io.BytesIO(raw), encoding="utf-8").load()
        assert np.array_equal(found["best"], extra)


@pytest.mark.parametrize(
    ("extra", "name"),
    [
        (Path("/data/run"), "pathlib"),
        (defaultdict(list, a=[1]), "defaultdict"),
        (np.array([1, "a", None], dtype=object), "object"),
    ],
    ids=["path", "defaultdict", "objects"],
)
def test_what_does_not_load_is_named_and_the_way_out(tmp_path: Path, extra: Any, name: str) -> None:
    with pytest.raises(WeightsError, match=name) as found:
        read_state(saved(tmp_path / "net.pt", extra))
    assert "\n" not in str(found.value)


def test_a_dtype_can_not_smuggle_a_call(tmp_path: Path) -> None:
    mark = tmp_path / "called"

    class Evil:
        def __reduce__(self) -> tuple[Any, ...]:
            return os.mkdir, (str(mark),)

    for extra in (np.array([Evil()], dtype=object), Evil()):
        with pytest.raises(WeightsError):
            read_state(saved(tmp_path / "net.pt", extra))
    assert not mark.exists()
