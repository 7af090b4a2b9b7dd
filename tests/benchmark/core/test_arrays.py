"""Arrays come out as they went in, or not at all."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from benchmark.core.arrays import load_arrays


def test_what_was_saved_is_loaded_and_nothing_is_unpickled(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=np.arange(3), y=np.zeros((2, 2), np.float32))
    arrays = load_arrays(tmp_path / "a.npz")
    assert arrays["x"].tolist() == [0, 1, 2] and arrays["y"].shape == (2, 2)
    np.savez(tmp_path / "o.npz", x=np.array([{"a": 1}], dtype=object))
    for name, data in (("p.npz", pickle.dumps({"x": 1})), ("e.npz", b""), ("n.npz", b"\x93NUMPY")):
        (tmp_path / name).write_bytes(data)
    np.save(tmp_path / "array.npy", np.arange(3))
    for name in ("o.npz", "p.npz", "e.npz", "n.npz", "array.npy"):
        with pytest.raises(ValueError, match="can't be read"):
            load_arrays(tmp_path / name)
    with pytest.raises(OSError):
        load_arrays(tmp_path / "none.npz")


def test_a_compression_that_nobody_knows_is_a_value_error(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, x=np.arange(3))
    data = bytearray(path.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 10] = 77  # the method, in the list of files (APPNOTE 4.3.12)
    path.write_bytes(data)
    with pytest.raises(ValueError, match="NotImplementedError"):
        load_arrays(path)
